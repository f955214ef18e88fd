/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/loglines.h"

#include "base/select_option.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(text, &a));
	return a;
}

/* 2026-11-22 18:02:45 UTC */
static const struct wall_time at = { INT64_C(1795370565) * NS_PER_S };

/* Lines of the reference, section 9.2. */
static void test_measurement(void **state)
{
	struct measurement_line l = {
		.at = at, .address = ip("127.0.0.3"), .stratum = 8,
		.tests = 0x3ff, .local_poll = 1, .remote_poll = 1,
		.offset_s = -2.099e-4, .delay_s = 4.226e-4,
		.dispersion_s = 1.013e-6, .refid = 0x7f7f0101, .mode = 4,
		.interleaving = 'B', .tx = 'K', .rx = 'K',
	};
	char buf[LOG_LINE_SIZE];

	(void)state;
	assert_string_equal(measurement_line(&l, buf),
	    "2026-11-22 18:02:45 127.0.0.3       N  8 111 111 1111   1  1 0.00"
	    " -2.099e-04  4.226e-04  1.013e-06  0.000e+00  0.000e+00 7F7F0101"
	    " 4B K K");
	l.tests = 0x3f7;
	l.address = ip("127.0.0.2");
	l.at.ns += NS_PER_S;
	l.local_poll = 0;
	l.score = 0.02;
	l.offset_s = 3.890e-7;
	l.delay_s = 1.358e-6;
	l.dispersion_s = 4.984e-4;
	l.interleaving = 'I';
	assert_string_equal(measurement_line(&l, buf),
	    "2026-11-22 18:02:46 127.0.0.2       N  8 111 111 0111   0  1 0.02"
	    "  3.890e-07  1.358e-06  4.984e-04  0.000e+00  0.000e+00 7F7F0101"
	    " 4I K K");
	/* A long address pushes the line to the right; nothing is cut. */
	l.address = ip("2001:db8:1111:2222:3333:4444:5555:6666");
	l.leap = 3;
	l.tests = 0x200;
	assert_string_equal(measurement_line(&l, buf),
	    "2026-11-22 18:02:46 2001:db8:1111:2222:3333:4444:5555:6666 ?  8"
	    " 100 000 0000   0  1 0.02  3.890e-07  1.358e-06  4.984e-04"
	    "  0.000e+00  0.000e+00 7F7F0101 4I K K");
}

static void test_statistics(void **state)
{
	struct statistics_line l = {
		.at = { at.ns + NS_PER_S }, .address = ip("127.0.0.2"),
		.stddev_s = 1.165e-6, .offset_s = -4.706e-7,
		.offset_sd_s = 6.737e-7, .freq = -1.753e-5, .skew = 2.653e-2,
		.stress = 8.8e-3, .samples = 3, .first = 0, .runs = 3,
	};
	char buf[LOG_LINE_SIZE];

	(void)state;
	assert_string_equal(statistics_line(&l, buf),
	    "2026-11-22 18:02:46 127.0.0.2        1.165e-06 -4.706e-07"
	    "  6.737e-07 -1.753e-05  2.653e-02 8.8e-03   3   0   3  0.00");
}

static void test_tracking(void **state)
{
	struct tracking_line l = {
		.at = at, .skew_ppm = 1e6, .leap = 3, .correction_s = -0.0,
		.root_delay_s = 1, .root_dispersion_s = 1, .max_error_s = 1.5,
	};
	char buf[LOG_LINE_SIZE];

	(void)state;
	assert_string_equal(tracking_line(&l, buf),
	    "2026-11-22 18:02:45 0.0.0.0          0      0.000 1000000.000"
	    "  0.000e+00 ?  0  0.000e+00 -0.000e+00  1.000e+00  1.000e+00"
	    "  1.500e+00");
	l = (struct tracking_line){
		.at = { at.ns + 2 * NS_PER_S }, .address = ip("127.0.0.2"),
		.stratum = 9, .freq_ppm = -0.437, .skew_ppm = 58.502,
		.offset_s = 8.404e-6, .combined = 1, .offset_sd_s = 7.638e-7,
		.correction_s = 9.175e-6, .root_delay_s = 1.792e-6,
		.root_dispersion_s = 6.050e-5, .max_error_s = 1.122,
	};
	assert_string_equal(tracking_line(&l, buf),
	    "2026-11-22 18:02:47 127.0.0.2        9     -0.437     58.502"
	    "  8.404e-06 N  1  7.638e-07  9.175e-06  1.792e-06  6.050e-05"
	    "  1.122e+00");
}

static void test_selection(void **state)
{
	struct selection_line l = {
		.at = { INT64_C(1795370867) * NS_PER_S }, .id = 3, .state = 'M',
		.options = SELECT_TRUST | SELECT_REQUIRE, .score = 1,
	};
	char buf[LOG_LINE_SIZE];

	(void)state;
	assert_string_equal(selection_line(&l, buf),
	    "2026-11-22 18:07:47 ID#0000000003   M ---TR    0  1.00  0.000e+00"
	    "  0.000e+00  0.000e+00");
	l.address = ip("127.0.0.4");
	l.state = '*';
	l.options = SELECT_NOSELECT | SELECT_PREFER;
	l.reach = 0377;
	l.score = 12.345;
	l.age_s = 1.796;
	l.low_s = -0.3037;
	l.high_s = 1.704;
	assert_string_equal(selection_line(&l, buf),
	    "2026-11-22 18:07:47 127.0.0.4       * -NP--  377 12.35  1.796e+00"
	    " -3.037e-01  1.704e+00");
	l.address = ip("2001:db8:1111:2222:3333:4444:5555:6666");
	assert_non_null(strstr(selection_line(&l, buf),
	    "47 2001:db8:1111:2222:3333:4444:5555:6666 * -NP--"));
}

static void test_longest_line(void **state)
{
	struct tracking_line l = {
		.at = { INT64_MIN }, .freq_ppm = -1e30, .skew_ppm = -1e30,
		.address = ip("2001:db8:1111:2222:3333:4444:5555:6666"),
	};
	char buf[LOG_LINE_SIZE];

	(void)state;
	assert_true(strlen(tracking_line(&l, buf)) < LOG_LINE_SIZE);
}

static void test_banner(void **state)
{
	static const struct { const char *name; size_t length; } rows[] = {
		{ "measurements", 136 }, { "statistics", 116 },
		{ "tracking", 131 }, { "selection", 87 },
	};
	char buf[LOG_BANNER_SIZE];

	(void)state;
	for (unsigned i = 0; i < LOG_FILES; i++) {
		const struct log_file_info *info = log_file_info(i);
		size_t n = rows[i].length;

		assert_string_equal(info->name, rows[i].name);
		assert_int_equal(strlen(info->heads), n);
		log_banner(info, buf, sizeof(buf));
		assert_int_equal(strlen(buf), 3 * (n + 1));
		assert_int_equal(strspn(buf, "="), n);
		assert_memory_equal(buf + n + 1, info->heads, n);
		assert_int_equal(strspn(buf + 2 * (n + 1), "="), n);
	}
	assert_null(log_file_info(LOG_FILES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_measurement),
		cmocka_unit_test(test_statistics),
		cmocka_unit_test(test_tracking),
		cmocka_unit_test(test_selection),
		cmocka_unit_test(test_longest_line),
		cmocka_unit_test(test_banner),
	};

	return cmocka_run_group_tests_name("ctl/loglines", tests, NULL, NULL);
}
