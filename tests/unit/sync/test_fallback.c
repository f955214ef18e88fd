/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/fallback.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void off(void **state)
{
	static const int ranges[][2] = {
		{ 0, 0 }, { 0, 10 }, { 10, 0 }, { 11, 10 }, { -3, 4 },
		{ 10, FALLBACK_LEVELS },
	};
	struct fallback f;
	double freq;

	(void)state;
	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		fallback_init(&f, ranges[i][0], ranges[i][1]);
		for (int k = 0; k < 100; k++)
			fallback_update(&f, 1e-6, 1e6);
		assert_false(fallback_take(&f, 1e9, &freq));
		assert_true(isinf(fallback_next_s(&f)));
	}
}

/* 2000 s at 10 ppm, then the frequency of the last minutes is another one. */
static void averages(void **state)
{
	struct fallback f;
	double freq;

	(void)state;
	fallback_init(&f, 8, 12);
	for (int i = 0; i < 200; i++)
		fallback_update(&f, 10e-6, 10);
	for (int i = 0; i < 10; i++)
		fallback_update(&f, 20e-6, 10);
	assert_true(fallback_next_s(&f) == 256);
	assert_false(fallback_take(&f, 255.9, &freq));
	assert_true(fallback_take(&f, 256, &freq));
	assert_true(freq > 12e-6 && freq < 14e-6);
	assert_false(fallback_take(&f, 300, &freq));
	assert_true(fallback_next_s(&f) == 512);
	assert_true(fallback_take(&f, 512, &freq));
	assert_true(freq > 11e-6 && freq < 12.5e-6);
	/* woken late: the one that fits now, and it is longer */
	assert_true(fallback_take(&f, 2047, &freq));
	assert_true(freq > 10.5e-6 && freq < 11.5e-6);
	assert_true(fallback_take(&f, 2048, &freq));
	/* 4096 s have not passed yet */
	assert_true(isinf(fallback_next_s(&f)));
	assert_false(fallback_take(&f, 1e9, &freq));
	/* an update begins anew */
	fallback_update(&f, 10e-6, 1);
	assert_true(fallback_next_s(&f) == 256);
	assert_false(fallback_take(&f, 1, &freq));
}

static void filled_to_the_second(void **state)
{
	struct fallback f;
	double freq;

	(void)state;
	fallback_init(&f, 8, 8);
	fallback_update(&f, 5e-6, 255);
	assert_true(isinf(fallback_next_s(&f)));
	assert_false(fallback_take(&f, 1000, &freq));
	fallback_update(&f, 5e-6, 1);
	assert_true(fallback_next_s(&f) == 256);
	assert_true(fallback_take(&f, 1000, &freq));
	assert_true(fabs(freq - 5e-6) < 1e-15);
	/* what makes no sense is not averaged */
	fallback_update(&f, NAN, 10);
	fallback_update(&f, 1, -10);
	fallback_update(&f, 1, NAN);
	assert_true(fallback_take(&f, 1000, &freq));
	assert_true(fabs(freq - 5e-6) < 1e-15);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(off),
		cmocka_unit_test(averages),
		cmocka_unit_test(filled_to_the_second),
	};

	return cmocka_run_group_tests_name("sync/fallback", tests, NULL, NULL);
}
