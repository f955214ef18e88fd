/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/time_ref.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define S NS_PER_S

static void corrects_along_both_rates(void **state)
{
	static const struct time_ref r = {
		.since = { 1000 * S }, .until = { 1010 * S },
		.offset_s = 0.5, .rate = 0.01, .rate_after = -0.001,
	};
	static const struct {
		int64_t wall_ns, true_ns;
	} rows[] = {
		{ 1000 * S, 1000500000000 },
		{ 1001 * S, 1001510000000 },
		{ 999 * S, 999490000000 },	/* read before publishing */
		{ 1010 * S, 1010600000000 },
		{ 1011 * S, 1011599000000 },
		{ 1110 * S, 1110500000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct wall_time wall = { rows[i].wall_ns };

		assert_true(llabs(time_ref_correct(&r, wall).ns -
		    rows[i].true_ns) <= 1);
	}
}

static void zero_is_the_clock_as_it_is(void **state)
{
	static const struct time_ref r = { .stratum = 0 };
	struct wall_time wall = { 1763840000123456789 };

	(void)state;
	assert_true(time_ref_correct(&r, wall).ns == wall.ns);
	assert_true(time_ref_dispersion(&r, wall) == 0);
}

static void dispersion_grows_and_never_shrinks(void **state)
{
	static const struct time_ref r = {
		.since = { 1000 * S }, .root_dispersion_s = 0.001,
		.dispersion_rate = 1e-6,
	};

	(void)state;
	assert_float_equal(time_ref_dispersion(&r,
	    (struct wall_time){ 1000 * S }), 0.001, 1e-12);
	assert_float_equal(time_ref_dispersion(&r,
	    (struct wall_time){ 2000 * S }), 0.002, 1e-12);
	assert_float_equal(time_ref_dispersion(&r,
	    (struct wall_time){ 10 * S }), 0.001, 1e-12);
}

/* Until its end is reported, a slew may be going on. */
static void slew_without_report_is_doubted(void **state)
{
	static const struct time_ref r = {
		.since = { 1000 * S }, .until = { 1010 * S },
		.rate = 0.08, .rate_after = -0.001, .root_dispersion_s = 0.001,
	};

	(void)state;
	assert_float_equal(time_ref_dispersion(&r,
	    (struct wall_time){ 1010 * S }), 0.001, 1e-12);
	assert_float_equal(time_ref_dispersion(&r,
	    (struct wall_time){ 1011 * S }), 0.001 + 0.081, 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(corrects_along_both_rates),
		cmocka_unit_test(zero_is_the_clock_as_it_is),
		cmocka_unit_test(dispersion_grows_and_never_shrinks),
		cmocka_unit_test(slew_without_report_is_doubted),
	};

	return cmocka_run_group_tests_name("sync/time_ref", tests, NULL, NULL);
}
