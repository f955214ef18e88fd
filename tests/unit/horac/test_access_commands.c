/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* Access rules and what comes of them: both sides of each border. */
static void test_arguments(void **state)
{
	static const struct fake_row rows[] = {
		{ "accheck", NULL, "Could not read address" },
		{ "accheck 10.0.0.1",
		    "25 0A0000010000000000000000000000000001", NULL },
		{ "accheck 10.0.0.1 x", NULL, "Could not read address" },
		{ "accheck ID#0000000001", NULL, "Could not read address" },
		{ "accheck ::1", "25 000000000000000000000000000000010002", NULL },
		{ "cmdaccheck ::1", "26 000000000000000000000000000000010002", NULL },
		{ "cmdaccheck", NULL, "Could not read address" },
		{ "allow", "17 ", NULL },
		{ "allow all", "18 ", NULL },
		{ "allow all 10.0.0.0/8",
		    "18 0A0000000000000000000000000000000001000000000008", NULL },
		{ "allow 10",
		    "17 0A0000000000000000000000000000000001000000000008", NULL },
		{ "allow 10.2",
		    "17 0A0200000000000000000000000000000001000000000010", NULL },
		{ "allow 10.1.2",
		    "17 0A0102000000000000000000000000000001000000000018", NULL },
		{ "allow 10.1.2.3",
		    "17 0A0102030000000000000000000000000001000000000020", NULL },
		{ "allow 10.1.2.3.4", NULL, "Could not read address" },
		{ "allow 10.1/12",
		    "17 0A010000000000000000000000000000000100000000000C", NULL },
		{ "allow 10/33",
		    "17 0A0000000000000000000000000000000001000000000021", NULL },
		{ "allow 10.1.2.3/99",
		    "17 0A0102030000000000000000000000000001000000000063", NULL },
		{ "allow 10.1.2.3/-1", NULL, "Could not read address" },
		{ "allow 10.1.2.3/x", NULL, "Could not read address" },
		{ "allow 10.1.2.3/8x", NULL, "Could not read address" },
		{ "allow 10.1.2.3/", NULL, "Could not read address" },
		{ "allow 10.1.2.3 /8", NULL, "Could not read address" },
		{ "allow 10.1.2.3/2147483647",
		    "17 0A010203000000000000000000000000000100007FFFFFFF", NULL },
		{ "allow 10.1.2.3/2147483648", NULL, "Could not read address" },
		{ "allow /8", NULL, "Could not read address" },
		{ "allow all/8", NULL, "Could not read address" },
		{ "allow 2001:db8::/32",
		    "17 20010DB80000000000000000000000000002000000000020", NULL },
		{ "allow 2001:db8::1",
		    "17 20010DB80000000000000000000000010002000000000080", NULL },
		{ "allow localhost/8", NULL, "Could not read address" },
		{ "allow 10 x", NULL, "Could not read address" },
		{ "allow all all", NULL, "Could not read address" },
		{ "allow ALL", NULL, "Could not read address" },
		{ "allow ID#0000000001", NULL, "Could not read address" },
		{ "allow 255",
		    "17 FF0000000000000000000000000000000001000000000008", NULL },
		{ "allow 256", NULL, "Could not read address" },
		{ "allow 10.", NULL, "Could not read address" },
		{ "allow -1", NULL, "Could not read address" },
		{ "allow 0/0", "17 000000000000000000000000000000000001", NULL },
		{ "deny", "19 ", NULL },
		{ "deny all", "20 ", NULL },
		{ "deny all ::/0", "20 000000000000000000000000000000000002", NULL },
		{ "cmdallow 1.2.3",
		    "21 010203000000000000000000000000000001000000000018", NULL },
		{ "cmdallow all", "22 ", NULL },
		{ "cmddeny", "23 ", NULL },
		{ "cmddeny all 1.2",
		    "24 010200000000000000000000000000000001000000000010", NULL },
	};

	(void)state;
	fake_rows(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests_name("horac/access_commands", tests, NULL, NULL);
}
