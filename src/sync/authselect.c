/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/authselect.h"

void authselect_count(struct authselect_kinds *kinds, bool is_authenticated,
    unsigned configured)
{
	if ((configured & SELECT_NOSELECT) != 0)
		return;
	if (is_authenticated)
		kinds->authenticated = true;
	else
		kinds->plain = true;
}

static unsigned added(enum authselect_mode mode,
    const struct authselect_kinds *kinds, bool is_authenticated)
{
	switch (mode) {
	case AUTHSELECT_MIX:
		/* Plain sources may refine the time, never decide it. */
		if (is_authenticated && kinds->authenticated && kinds->plain)
			return SELECT_REQUIRE | SELECT_TRUST;
		return 0;
	case AUTHSELECT_PREFER:
		return !is_authenticated && kinds->authenticated ?
		    SELECT_NOSELECT : 0;
	case AUTHSELECT_REQUIRE:
		return is_authenticated ? 0 : SELECT_NOSELECT;
	case AUTHSELECT_IGNORE:
		return 0;
	}
	return 0;
}

unsigned authselect_options(enum authselect_mode mode,
    const struct authselect_kinds *kinds, bool is_authenticated,
    unsigned configured)
{
	/* What is never selected can not be asked for either. */
	if ((configured & SELECT_NOSELECT) != 0)
		return configured;
	return configured | added(mode, kinds, is_authenticated);
}
