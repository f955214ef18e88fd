/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/manual.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define NOW 1795370605		/* 2026-11-22 18:03:25 UTC */

static void reads_times(void **state)
{
	/* Of a place one hour east of Greenwich. */
	static const struct {
		const char *text;
		time_t want;		/* 0: refused */
	} rows[] = {
		{ "16:30", 1795361400 }, { "16:30:05", 1795361405 },
		{ "2026-11-21 16:30", 1795275000 },
		{ "2026-11-21 16:30:05", 1795275005 },
		{ "Nov 21, 2026 16:30:05", 1795275005 },
		{ "21 Nov 2026 16:30", 1795275000 },
		{ "16:30 UTC", 1795365000 },
		{ "2026-11-21 16:30:05 GMT", 1795278605 },
		{ "", 0 }, { "now", 0 }, { "16", 0 }, { "16:60", 0 },
		{ "25:00", 0 }, { "16:30x", 0 }, { "16:30 CET", 0 },
		{ "2026-13-01 00:00", 0 }, { "2026-11-21", 0 },
	};

	(void)state;
	setenv("TZ", "XST-1", 1);
	for (size_t i = 0; i < COUNT(rows); i++) {
		time_t got = 0;
		bool ok = manual_read_time(rows[i].text, NOW, &got);

		if (ok != (rows[i].want != 0) || got != rows[i].want)
			fail_msg("'%s': %lld", rows[i].text, (long long)got);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(reads_times),
	};

	return cmocka_run_group_tests_name("horac/manual", tests, NULL, NULL);
}
