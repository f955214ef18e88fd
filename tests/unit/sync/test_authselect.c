/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/authselect.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define N SELECT_NOSELECT
#define P SELECT_PREFER
#define RT (SELECT_REQUIRE | SELECT_TRUST)

#define MIX AUTHSELECT_MIX
#define ONLY AUTHSELECT_PREFER
#define REQUIRED AUTHSELECT_REQUIRE
#define IGNORED AUTHSELECT_IGNORE

/* As chrony 4.3 shows them in `selectdata`; three sources a row. */
static void modes(void **state)
{
	static const struct {
		enum authselect_mode mode;
		struct {
			bool is_authenticated;
			unsigned configured, effective;
		} s[3];
	} rows[] = {
		{ MIX, { { 1, 0, RT }, { 0, 0, 0 }, { 1, P, RT | P } } },
		{ MIX, { { 1, 0, 0 }, { 1, 0, 0 }, { 1, P, P } } },
		{ MIX, { { 0, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
		/* noselect sources do not count as one of the kinds */
		{ MIX, { { 1, 0, 0 }, { 0, N, N }, { 1, 0, 0 } } },
		{ MIX, { { 1, N, N }, { 0, 0, 0 }, { 0, 0, 0 } } },
		/* and are not required: nobody could select them */
		{ MIX, { { 1, N, N }, { 1, 0, RT }, { 0, 0, 0 } } },
		{ ONLY, { { 1, 0, 0 }, { 0, 0, N }, { 0, P, N | P } } },
		{ ONLY, { { 0, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
		{ ONLY, { { 1, N, N }, { 0, 0, 0 }, { 0, 0, 0 } } },
		{ REQUIRED, { { 1, 0, 0 }, { 0, 0, N }, { 0, P, N | P } } },
		{ REQUIRED, { { 0, 0, N }, { 0, 0, N }, { 0, 0, N } } },
		{ IGNORED, { { 1, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
		{ IGNORED, { { 1, RT, RT }, { 0, RT, RT }, { 0, N, N } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authselect_kinds kinds = { 0 };

		for (int k = 0; k < 3; k++)
			authselect_count(&kinds, rows[i].s[k].is_authenticated,
			    rows[i].s[k].configured);
		for (int k = 0; k < 3; k++) {
			unsigned got = authselect_options(rows[i].mode, &kinds,
			    rows[i].s[k].is_authenticated,
			    rows[i].s[k].configured);

			if (got != rows[i].s[k].effective)
				fail_msg("row %zu, source %d: %x", i, k, got);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(modes),
	};

	return cmocka_run_group_tests_name("sync/authselect", tests, NULL,
	    NULL);
}
