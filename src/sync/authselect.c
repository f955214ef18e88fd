/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/authselect.h"

#include "base/select_option.h"

static unsigned added(enum authselect_mode mode, bool is_authenticated,
    bool any_authenticated, bool any_plain)
{
	switch (mode) {
	case AUTHSELECT_MIX:
		/* Plain sources may refine the time, never decide it. */
		if (is_authenticated && any_authenticated && any_plain)
			return SELECT_REQUIRE | SELECT_TRUST;
		return 0;
	case AUTHSELECT_PREFER:
		return !is_authenticated && any_authenticated ?
		    SELECT_NOSELECT : 0;
	case AUTHSELECT_REQUIRE:
		return is_authenticated ? 0 : SELECT_NOSELECT;
	case AUTHSELECT_IGNORE:
		return 0;
	}
	return 0;
}

void authselect_apply(enum authselect_mode mode,
    struct authselect_source *sources, int count)
{
	bool any_authenticated = false, any_plain = false;

	for (int i = 0; i < count; i++) {
		if ((sources[i].configured & SELECT_NOSELECT) != 0)
			continue;
		if (sources[i].is_authenticated)
			any_authenticated = true;
		else
			any_plain = true;
	}
	for (int i = 0; i < count; i++)
		sources[i].effective = sources[i].configured | added(mode,
		    sources[i].is_authenticated, any_authenticated, any_plain);
}
