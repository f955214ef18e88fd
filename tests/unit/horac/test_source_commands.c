/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* What is said of sources. */
static void test_arguments(void **state)
{
	static const struct fake_row rows[] = {
		{ "online", "1 ", NULL },
		{ "offline", "2 ", NULL },
		{ "online 192.0.2.1",
		    "1 FFFFFFFF00000000000000000000000000010000C00002010000000000000000000000000001", NULL },
		{ "offline 10.0.0.0/8",
		    "2 FF000000000000000000000000000000000100000A0000000000000000000000000000000001", NULL },
		{ "online 255.0.0.0/10.0.0.1",
		    "1 FF000000000000000000000000000000000100000A0000010000000000000000000000000001", NULL },
		{ "online x/y", NULL, "Invalid syntax for mask/address" },
		{ "online ID#0000000003",
		    "1 0000000000000000000000000000000000000000000000030000000000000000000000000003", NULL },
		{ "burst", NULL, "Invalid syntax for burst command" },
		{ "burst 3", NULL, "Invalid syntax for burst command" },
		{ "burst 3/", NULL, "Invalid syntax for burst command" },
		{ "burst /3", NULL, "Invalid syntax for burst command" },
		{ "burst 3/5 2001:db8::1",
		    "3 FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF0002000020010DB8000000000000000000000001000200000000000300000005", NULL },
		{ "burst 5/6/7",
		    "3 000000000000000000000000000000000000000000000000000000000000000000000000000000000000000500000006", NULL },
		{ "delete", NULL, "Invalid syntax for address" },
		{ "delete 10.0.0.1",
		    "29 0A0000010000000000000000000000000001", NULL },
		{ "delete 10.0.0.1 x",
		    "29 0A0000010000000000000000000000000001", NULL },
		{ "delete ID#0000000007",
		    "29 000000070000000000000000000000000003", NULL },
		{ "delete ID#4294967295",
		    "29 FFFFFFFF0000000000000000000000000003", NULL },
		{ "delete ID#", NULL, "Could not get address for hostname" },
		{ "delete ID#7x", NULL, "Could not get address for hostname" },
		{ "delete ID#4294967296",
		    NULL, "Could not get address for hostname" },
		{ "minpoll", NULL, "Invalid syntax for address value" },
		{ "minpoll 10.0.0.1", NULL, "Invalid syntax for address value" },
		{ "minpoll 10.0.0.1 x", NULL, "Invalid syntax for address value" },
		{ "minpoll 10.0.0.1 4x", NULL, "Invalid syntax for address value" },
		{ "minpoll 10.0.0.1 -7 x",
		    "4 0A00000100000000000000000000000000010000FFFFFFF9", NULL },
		{ "minpoll 10.0.0.1 2147483647",
		    "4 0A000001000000000000000000000000000100007FFFFFFF", NULL },
		{ "minpoll 10.0.0.1 2147483648",
		    NULL, "Invalid syntax for address value" },
		{ "maxpoll ID#0000000002 7",
		    "5 000000020000000000000000000000000003000000000007", NULL },
		{ "minstratum ::1 3",
		    "45 000000000000000000000000000000010002000000000003", NULL },
		{ "polltarget 10.0.0.1 8",
		    "46 0A0000010000000000000000000000000001000000000008", NULL },
		{ "maxdelay", NULL, "Invalid syntax for address value" },
		{ "maxdelay 10.0.0.1", NULL, "Invalid syntax for address value" },
		{ "maxdelay 10.0.0.1 x", NULL, "Invalid syntax for address value" },
		{ "maxdelay 10.0.0.1 1x", NULL, "Invalid syntax for address value" },
		{ "maxdelay 10.0.0.1 nan", NULL, "Invalid syntax for address value" },
		{ "maxdelay 10.0.0.1 1.5 y",
		    "7 0A0000010000000000000000000000000001000004C0", NULL },
		{ "maxdelayratio 10.0.0.1 2",
		    "8 0A000001000000000000000000000000000100000680", NULL },
		{ "maxdelaydevratio ::1 2e3",
		    "47 000000000000000000000000000000010002000018FA", NULL },
		{ "selectopts", NULL, "Invalid syntax for selectopts command" },
		{ "selectopts GPS",
		    "72 0000000000000000000000000000000000000000475053", NULL },
		{ "selectopts GPS +trust -prefer",
		    "72 0000000000000000000000000000000000000000475053000000000600000020", NULL },
		{ "selectopts GPS +TRUST",
		    "72 0000000000000000000000000000000000000000475053000000000400000020", NULL },
		{ "selectopts 10.0.0.1 +trust -trust",
		    "72 0A000001000000000000000000000000000100000000000000000004", NULL },
		{ "selectopts 10.0.0.1 -trust +trust",
		    "72 0A00000100000000000000000000000000010000000000000000000400000020", NULL },
		{ "selectopts ID#0000000001 +require",
		    "72 0000000100000000000000000000000000030000000000000000000800000040", NULL },
		{ "selectopts ABCD +require",
		    "72 0000000000000000000000000000000000000000414243440000000800000040", NULL },
		{ "selectopts ABCDE +require",
		    NULL, "Invalid syntax for selectopts command" },
		{ "selectopts A -noselect",
		    "72 00000000000000000000000000000000000000004100000000000001", NULL },
		{ "selectopts GPS trust",
		    NULL, "Invalid syntax for selectopts command" },
		{ "selectopts GPS + trust",
		    NULL, "Invalid syntax for selectopts command" },
		{ "selectopts GPS +foo",
		    NULL, "Invalid syntax for selectopts command" },
		{ "selectopts ::1 +noselect +prefer +trust +require",
		    "72 0000000000000000000000000000000100020000000000000000000F00000078", NULL },
		{ "offset", NULL, "Invalid syntax for offset command" },
		{ "offset GPS", NULL, "Invalid syntax for offset command" },
		{ "offset GPS 1",
		    "73 0000000000000000000000000000000000000000475053000480", NULL },
		{ "offset GPS 1x", NULL, "Invalid syntax for offset command" },
		{ "offset 10.0.0.1 -0.5 y",
		    "73 0A000001000000000000000000000000000100000000000001", NULL },
		{ "offset ID#0000000003 0.1",
		    "73 000000030000000000000000000000000003000000000000FCCCCCCD", NULL },
		{ "offset localhost 1", NULL, "Invalid syntax for offset command" },
	};

	(void)state;
	fake_rows(rows, COUNT(rows));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests_name("horac/source_commands", tests, NULL, NULL);
}
