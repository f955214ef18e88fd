/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/authselect.h"

#include "base/select_option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define N SELECT_NOSELECT
#define P SELECT_PREFER
#define RT (SELECT_REQUIRE | SELECT_TRUST)

static void modes(void **state)
{
	static const struct {
		enum authselect_mode mode;
		struct {
			bool is_authenticated;
			unsigned configured, effective;
		} s[3];
	} rows[] = {
		{ AUTHSELECT_MIX, { { 1, 0, RT }, { 0, 0, 0 }, { 1, P, RT | P } } },
		{ AUTHSELECT_MIX, { { 1, 0, 0 }, { 1, 0, 0 }, { 1, P, P } } },
		{ AUTHSELECT_MIX, { { 0, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
		/* noselect sources do not count as one of the kinds */
		{ AUTHSELECT_MIX, { { 1, 0, 0 }, { 0, N, N }, { 1, 0, 0 } } },
		{ AUTHSELECT_MIX, { { 1, N, N }, { 0, 0, 0 }, { 0, 0, 0 } } },
		{ AUTHSELECT_PREFER, { { 1, 0, 0 }, { 0, 0, N }, { 0, P, N | P } } },
		{ AUTHSELECT_PREFER, { { 0, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
		{ AUTHSELECT_REQUIRE, { { 1, 0, 0 }, { 0, 0, N }, { 0, P, N | P } } },
		{ AUTHSELECT_REQUIRE, { { 0, 0, N }, { 0, 0, N }, { 0, 0, N } } },
		{ AUTHSELECT_IGNORE, { { 1, 0, 0 }, { 0, 0, 0 }, { 0, P, P } } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct authselect_source s[3];

		for (int k = 0; k < 3; k++)
			s[k] = (struct authselect_source){
				.is_authenticated = rows[i].s[k].is_authenticated,
				.configured = rows[i].s[k].configured,
			};
		authselect_apply(rows[i].mode, s, 3);
		for (int k = 0; k < 3; k++)
			if (s[k].effective != rows[i].s[k].effective)
				fail_msg("row %zu, source %d: %x", i, k,
				    s[k].effective);
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
