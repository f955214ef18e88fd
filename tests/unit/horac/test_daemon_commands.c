/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* What has no argument, or one word that never differs. */
static void test_arguments(void **state)
{
	static const struct fake_row rows[] = {
		{ "reload", NULL, "Invalid syntax for reload command" },
		{ "reload sources", "70 ", NULL },
		{ "reload sources x", NULL, "Invalid syntax for reload command" },
		{ "reload foo", NULL, "Invalid syntax for reload command" },
		{ "reset", NULL, "Invalid syntax for reset command" },
		{ "reset sources", "66 ", NULL },
		{ "reset sources x", NULL, "Invalid syntax for reset command" },
		{ "dump", "6 ", NULL },
		{ "dump x", "6 ", NULL },
		{ "rekey", "16 ", NULL },
		{ "cyclelogs", "37 ", NULL },
		{ "refresh", "53 ", NULL },
		{ "onoffline", "63 ", NULL },
		{ "reselect", "48 ", NULL },
		{ "trimrtc", "36 ", NULL },
		{ "writertc", "30 ", NULL },
		{ "shutdown", "62 ", NULL },
	};

	(void)state;
	fake_rows(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests_name("horac/daemon_commands", tests, NULL, NULL);
}
