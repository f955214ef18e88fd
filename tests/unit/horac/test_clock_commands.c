/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* What is said of the clock and of the time that is served. */
static void test_arguments(void **state)
{
	static const struct fake_row rows[] = {
		{ "makestep", "43 ", NULL },
		{ "makestep 1", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1 3", "50 00000003FCCCCCCD", NULL },
		{ "makestep 0.1 3 x", "50 00000003FCCCCCCD", NULL },
		{ "makestep 0.1 3x", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1x 3", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1 -1", "50 FFFFFFFFFCCCCCCD", NULL },
		{ "makestep x 3", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1 x", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1 3.7", NULL, "Bad syntax for makestep command" },
		{ "makestep 0.1 2147483647", "50 7FFFFFFFFCCCCCCD", NULL },
		{ "makestep 0.1 2147483648",
		    NULL, "Bad syntax for makestep command" },
		{ "dfreq", NULL, "Invalid value" },
		{ "dfreq 1", "31 0480", NULL },
		{ "dfreq 1x", NULL, "Invalid value" },
		{ "dfreq x", NULL, "Invalid value" },
		{ "dfreq 1e-3 y", "31 F083126F", NULL },
		{ "dfreq inf", NULL, "Invalid value" },
		{ "dfreq nan", NULL, "Invalid value" },
		{ "dfreq 0x10", NULL, "Invalid value" },
		{ "maxupdateskew", NULL, "Invalid value" },
		{ "maxupdateskew 10", "9 0AA0", NULL },
		{ "maxupdateskew 10x", NULL, "Invalid value" },
		{ "reselectdist", NULL, "Invalid value" },
		{ "reselectdist 1e-4", "49 E8D1B717", NULL },
		{ "doffset", NULL, "Invalid value" },
		{ "doffset -0.5", "71 01", NULL },
		{ "doffset 1,5", NULL, "Invalid value" },
		{ "local", "74 000000010000000A0480", NULL },
		{ "local off", "74 ", NULL },
		{ "local off x", NULL, "Invalid syntax for local command" },
		{ "local OFF", NULL, "Invalid syntax for local command" },
		{ "local on", NULL, "Invalid syntax for local command" },
		{ "local stratum 0", NULL, "Invalid syntax for local command" },
		{ "local stratum 1", "74 00000001000000010480", NULL },
		{ "local stratum 15", "74 000000010000000F0480", NULL },
		{ "local stratum 16", NULL, "Invalid syntax for local command" },
		{ "local stratum 5x", NULL, "Invalid syntax for local command" },
		{ "local stratum", NULL, "Invalid syntax for local command" },
		{ "local ORPHAN",
		    "74 000000010000000A048000000000000100000000000000001496", NULL },
		{ "local orphan waitunsynced 3",
		    "74 000000010000000A0480000000000001000000000000000006C0", NULL },
		{ "local orphan waitunsynced -1",
		    "74 000000010000000A048000000000000100000000000000001496", NULL },
		{ "local Stratum 5 orphan distance 2.5",
		    "74 000000010000000506A000000000000100000000000000001496", NULL },
		{ "local distance", NULL, "Invalid syntax for local command" },
		{ "local distance 1x", NULL, "Invalid syntax for local command" },
		{ "local distance -1", "74 000000010000000A03", NULL },
		{ "local activate 3",
		    "74 000000010000000A048000000000000006C0", NULL },
		{ "local waitsynced 3",
		    "74 000000010000000A04800000000000000000000006C0", NULL },
		{ "local waitunsynced 3",
		    "74 000000010000000A0480000000000000000000000000000006C0", NULL },
		{ "local foo", NULL, "Invalid syntax for local command" },
		{ "local stratum 5 off", NULL, "Invalid syntax for local command" },
		{ "smoothtime", NULL, "Invalid syntax for smoothtime command" },
		{ "smoothtime reset", "52 ", NULL },
		{ "smoothtime activate", "52 00000001", NULL },
		{ "smoothtime activate x",
		    NULL, "Invalid syntax for smoothtime command" },
		{ "smoothtime RESET", NULL, "Invalid syntax for smoothtime command" },
	};

	(void)state;
	fake_rows(rows, COUNT(rows));
}

/* Daemons before 4.6 and 4.1 are asked in their own words. */
static void test_older_daemons(void **state)
{
	static const struct {
		const char *line, *older;	/* NULL: it can not */
	} rows[] = {
		{ "local", "56 000000010000000A0480" },
		{ "local stratum 5 orphan",
		    "56 00000001000000050480000000000001" },
		{ "local off", "56 " },
		{ "local activate 1", NULL },
		{ "local waitsynced 1", NULL },
		{ "local waitunsynced 0", NULL },
		{ "local orphan waitunsynced 300", NULL },
		{ "doffset 1.5", "32 000000010007A120" },
		{ "doffset -0.25", "32 00000000FFFC2F70" },
		{ "dfreq 1", NULL },
	};
	static struct fake f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_init(&f);
		f.reply_count = 1;
		f.replies[0] = (struct reply){
			.code = CONTROL_REPLY_NULL_REPLY,
			.status = CONTROL_INVALID,
		};
		assert_int_equal(fake_run(&f, rows[i].line), !!rows[i].older);
		assert_string_equal(f.out, rows[i].older ? "200 OK\n" :
		    "502 Invalid command\n");
		assert_int_equal(f.asked_count, rows[i].older ? 2 : 1);
		if (rows[i].older)
			assert_string_equal(f.asked[1], rows[i].older);
		fake_free(&f);
	}
}

/* Of all other failures there is one, not two. */
static void test_no_other_retry(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	f.reply_count = 1;
	f.replies[0].status = CONTROL_UNAUTHORISED;
	assert_false(fake_run(&f, "local"));
	assert_string_equal(f.out, "501 Not authorised\n");
	assert_int_equal(f.asked_count, 1);
	f.is_dead = true;
	assert_false(fake_run(&f, "doffset 1"));
	assert_string_equal(f.out, "506 Cannot talk to daemon\n");
	assert_int_equal(f.asked_count, 2);
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_older_daemons),
		cmocka_unit_test(test_no_other_retry),
	};

	return cmocka_run_group_tests_name("horac/clock_commands", tests, NULL, NULL);
}
