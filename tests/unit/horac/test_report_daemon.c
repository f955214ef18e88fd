/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* The samples of the reference (14.13, 14.14), as tables and as CSV. */
static void test_samples(void **state)
{
	static const struct {
		const char *line;
		struct reply reply;
		const char *table, *csv;
	} rows[] = {
		{ "smoothing", { .code = CONTROL_REPLY_SMOOTH,
		    .report.smoothing = { SMOOTHING_ACTIVE, 429e-9, 0.069355,
		    -0.001, 0.04, 175.8 } },
		  "Active         : Yes \n"
		  "Offset         : +0.000000429 seconds\n"
		  "Frequency      : +0.069355 ppm\n"
		  "Wander         : -0.001000 ppm per second\n"
		  "Last update    : 0.0 seconds ago\n"
		  "Remaining time : 175.8 seconds\n",
		  "Yes,,0.000000429,0.069355,-0.001000,0.0,175.8\n" },
		{ "smoothing", { .code = CONTROL_REPLY_SMOOTH,
		    .report.smoothing = { SMOOTHING_LEAP_ONLY, 0, 0, 0, 0, 0 } },
		  "Active         : No (leap second only)\n"
		  "Offset         : +0.000000000 seconds\n"
		  "Frequency      : +0.000000 ppm\n"
		  "Wander         : +0.000000 ppm per second\n"
		  "Last update    : 0.0 seconds ago\n"
		  "Remaining time : 0.0 seconds\n",
		  "No,(leap second only),0.000000000,0.000000,0.000000,0.0,0.0\n" },
		{ "rtcdata", { .code = CONTROL_REPLY_RTC,
		    .report.rtc = { { INT64_C(1795370868) * NS_PER_S }, 14, 10,
		    1330, 0.251901, 12.417 } },
		  "RTC ref time (UTC) : Sun Nov 22 18:07:48 2026\n"
		  "Number of samples  : 14\n"
		  "Number of runs     : 10\n"
		  "Sample span period :  22m\n"
		  "RTC is fast by     :     0.251901 seconds\n"
		  "RTC gains time at  :    12.417 ppm\n",
		  "1795370868.000000000,14,10,1330,0.251901,12.417\n" },
		{ "manual list", { .code = CONTROL_REPLY_MANUAL_SAMPLES,
		    .report.manual_samples = { 1, { {
		    { INT64_C(1795365005) * NS_PER_S }, 0, 5766.61, 0 } } } },
		  "210 n_samples = 1\n"
		  "#    Date     Time(UTC)    Slewed   Original   Residual\n"
		  "=======================================================\n"
		  " 0 2026-11-22 16:30:05       0.00    5766.61       0.00\n",
		  "0,2026-11-22 16:30:05,0.00,5766.61,0.00\n" },
		{ "activity", { .code = CONTROL_REPLY_ACTIVE,
		    .report.activity = { 4, 0, 1, 0, 5 } },
		  "200 OK\n4 sources online\n0 sources offline\n"
		  "1 sources doing burst (return to online)\n"
		  "0 sources doing burst (return to offline)\n"
		  "5 sources with unknown address\n", "4,0,1,0,5\n" },
		{ "status", { .code = CONTROL_REPLY_STATE,
		    .report.state = { STATE_FIPS, 1u << 24 | 1u << 1 |
		    1u << 31, "hora 1 (GnuTLS 3)" } },
		  "Programs        : hora 1 (GnuTLS 3)\n"
		  "System clock    : controlled\n"
		  "FIPS mode       : on\n"
		  "Refused ciphers : MD5 AES-SIV-CMAC-256\n",
		  "hora 1 (GnuTLS 3),controlled,on,MD5 AES-SIV-CMAC-256\n" },
		{ "status", { .code = CONTROL_REPLY_STATE,
		    .report.state = { STATE_CLOCK_ALONE, 0, "hora\t" } },
		  "Programs        : hora?\n"
		  "System clock    : left alone\n"
		  "FIPS mode       : off\n"
		  "Refused ciphers : none\n",
		  "hora?,left alone,off,none\n" },
	};
	static struct fake f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		for (int csv = 0; csv < 2; csv++) {
			fake_init(&f);
			f.session.form = csv ? FORM_CSV : FORM_TABLE;
			f.replies[0] = rows[i].reply;
			f.reply_count = 1;
			assert_true(fake_run(&f, rows[i].line));
			assert_string_equal(f.out, csv ? rows[i].csv :
			    rows[i].table);
			fake_free(&f);
		}
}

/* Failures are told on stdout; a report of another kind is none. */
static void test_failures(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	f.replies[0].status = CONTROL_NO_RTC;
	f.replies[1].code = CONTROL_REPLY_SMOOTH;
	f.reply_count = 2;
	assert_false(fake_run(&f, "rtcdata"));
	assert_string_equal(f.out, "513 RTC driver not running\n");
	assert_false(fake_run(&f, "rtcdata"));
	assert_string_equal(f.out, "508 Bad reply from daemon\n");
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_samples),
		cmocka_unit_test(test_failures),
	};

	return cmocka_run_group_tests_name("horac/report_daemon", tests, NULL, NULL);
}
