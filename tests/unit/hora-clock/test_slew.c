/* SPDX-License-Identifier: Apache-2.0 */
/* How long a slew takes on a clock that runs at the corrected rate, and what is left. */
#include "hora-clock/slew.h"

#include "unit/hora-clock/clock_lab.h"

#define BASE_PPM 100.0
#define SLEW_PPM 400.0
#define SLEW_S 0.001		/* 2.5 s by a clock without corrections */
#define LASTS_S (2.5 * (1 + 500e-6))
#define ROUNDING_S 2e-9		/* of mono_add */

static const struct mono_time begin_at = { 7 * NS_PER_S };

static void test_end(void **state)
{
	struct mono_time end = slew_end(BASE_PPM, SLEW_PPM, SLEW_S, begin_at);

	(void)state;
	assert_float_equal(mono_sub(end, begin_at), LASTS_S, ROUNDING_S);
	end = slew_end(BASE_PPM, -SLEW_PPM, -SLEW_S, begin_at);
	assert_float_equal(mono_sub(end, begin_at), 2.5 * (1 - 300e-6),
	    ROUNDING_S);
	assert_true(slew_end(BASE_PPM, 0, 0, begin_at).ns == MONO_NEVER.ns);
}

/* By a memory, and in a clock that knows when it began: the same. */
static void test_left(void **state)
{
	struct clock c = { .slew_s = SLEW_S, .slew_start = begin_at, .memory = {
		.base_ppm = BASE_PPM, .slew_ppm = SLEW_PPM } };
	static const struct { double part, left_s; } cases[] = {
		{ 0, SLEW_S }, { 0.25, SLEW_S * 0.75 }, { 1, 0 },
		{ 2, -SLEW_S },
	};

	(void)state;
	c.memory.slew_end = slew_end(BASE_PPM, SLEW_PPM, SLEW_S, begin_at);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct mono_time now = mono_add(begin_at,
		    LASTS_S * cases[i].part);

		assert_float_equal(slew_left(&c, now), cases[i].left_s, 1e-12);
		assert_float_equal(slew_remembered(&c.memory, now), cases[i].left_s,
		    1e-12);
	}
	c.memory.slew_ppm = 0;
	assert_true(slew_left(&c, mono_add(begin_at, 1)) == 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_end),
		cmocka_unit_test(test_left),
	};

	return cmocka_run_group_tests_name("hora-clock/slew", tests, NULL,
	    NULL);
}
