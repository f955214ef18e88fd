/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/quantile.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void few_say_nothing(void **state)
{
	struct quantile q = { 0 };

	(void)state;
	for (int i = 1; i <= QUANTILE_FEW; i++) {
		assert_true(isinf(quantile_of(&q, 0.5)));
		quantile_add(&q, i);
	}
	assert_true(fabs(quantile_of(&q, 0.5) - QUANTILE_FEW / 2) < 1e-6);
}

/* Of 1..100 in any order. */
static void shares(void **state)
{
	static const struct {
		double share, want;
	} rows[] = {
		{ 0.05, 5 }, { 0.051, 6 }, { 0.5, 50 }, { 0.501, 51 },
		{ 0.95, 95 }, { 0.999, 100 }, { 0, 1 }, { 1, 100 },
	};
	struct quantile q = { 0 };

	(void)state;
	for (int i = 0; i < 100; i++)
		quantile_add(&q, i * 37 % 100 + 1);
	for (size_t i = 0; i < COUNT(rows); i++)
		if (fabs(quantile_of(&q, rows[i].share) - rows[i].want) > 1e-4)
			fail_msg("%g: %g", rows[i].share,
			    quantile_of(&q, rows[i].share));
}

/* Equal delays are not above their own quantile, whatever a float makes of
 * them. */
static void equal_ones_pass(void **state)
{
	struct quantile q = { 0 };

	(void)state;
	for (int i = 0; i < 20; i++)
		quantile_add(&q, 0.1234567890123);
	assert_true(0.1234567890123 <= quantile_of(&q, 0.05));
	assert_true(0.12345681 > quantile_of(&q, 0.95));
}

static void old_ones_go(void **state)
{
	struct quantile q = { 0 };

	(void)state;
	for (int i = 0; i < 1000; i++)
		quantile_add(&q, 1);
	for (int i = 0; i < QUANTILE_DELAYS - 1; i++)
		quantile_add(&q, 2);
	assert_true(fabs(quantile_of(&q, 0.001) - 1) < 1e-6);
	quantile_add(&q, 2);
	assert_true(fabs(quantile_of(&q, 0.001) - 2) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(few_say_nothing),
		cmocka_unit_test(shares),
		cmocka_unit_test(equal_ones_pass),
		cmocka_unit_test(old_ones_go),
	};

	return cmocka_run_group_tests_name("sync/quantile", tests, NULL, NULL);
}
