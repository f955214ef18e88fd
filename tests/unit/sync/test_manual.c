/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/manual.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define DAY 86400.0
#define START INT64_C(1700000000000000000)

static struct manual_sample of(double at_s, double offset_s)
{
	return (struct manual_sample){ .at = { START + interval_ns(at_s) },
		.offset_s = offset_s, .typed_s = offset_s };
}

static void feed(struct manual *m, double at_s, double offset_s)
{
	struct manual_sample s = of(at_s, offset_s);

	assert_true(manual_add(m, &s));
}

static void apart(void **state)
{
	struct manual_sample early = of(0.999999, 0), late = of(1, 0);
	struct manual m = { .count = 0 };

	(void)state;
	feed(&m, 0, 0);
	assert_false(manual_add(&m, &early));
	assert_true(manual_add(&m, &late));
	assert_int_equal(m.count, 2);
}

static void keeps_sixteen(void **state)
{
	struct manual m = { .count = 0 };

	(void)state;
	for (int i = 0; i < 17; i++)
		feed(&m, i, i);
	assert_int_equal(m.count, 16);
	assert_true(m.samples[0].offset_s == 1 && m.samples[15].offset_s == 16);
}

static void deletes(void **state)
{
	static const struct {
		int i;
		bool done;
	} rows[] = { { -1, false }, { 3, false }, { 2, true }, { 0, true },
		{ 1, false }, { 0, true }, { 0, false } };
	struct manual m = { .count = 0 };

	(void)state;
	for (int i = 0; i < 3; i++)
		feed(&m, i, i);
	for (size_t i = 0; i < COUNT(rows); i++)
		assert_int_equal(manual_delete(&m, rows[i].i), rows[i].done);
	assert_int_equal(m.count, 0);
}

/* One sample: the offset, and what was known of the frequency. */
static void first(void **state)
{
	struct manual m = { .count = 0 };
	struct manual_fit fit;

	(void)state;
	assert_false(manual_estimate(&m, 1e-5, 1e-6, &fit));
	feed(&m, 0, -7.25);
	assert_true(manual_estimate(&m, 1e-5, 1e-6, &fit));
	assert_true(fit.offset_s == -7.25 && fit.freq == 1e-5);
	assert_true(fabs(fit.freq_sd - 1e-6) < 1e-12);
	assert_true(m.samples[0].residual_s == 0);
}

/* Samples of a clock that is 100 ppm wrong tell so only when far apart. */
static void frequency(void **state)
{
	static const struct {
		double apart_s, low, high;
	} rows[] = {
		{ 2, 0, 1e-8 }, { DAY, 90e-6, 101e-6 }, { 7 * DAY, 99e-6, 101e-6 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct manual m = { .count = 0 };
		struct manual_fit fit;

		for (int k = 0; k < 3; k++)
			feed(&m, k * rows[i].apart_s,
			    5 + 100e-6 * k * rows[i].apart_s);
		assert_true(manual_estimate(&m, 0, 500e-6, &fit));
		if (fit.freq < rows[i].low || fit.freq > rows[i].high)
			fail_msg("%g s: %g", rows[i].apart_s, fit.freq);
		assert_true(fabs(fit.offset_s - m.samples[2].offset_s) < 0.2);
		assert_true(fit.freq_sd < 500e-6 && fit.offset_sd_s < 0.31);
	}
}

/* A known frequency is not lost to a hand that is a second late. */
static void known_frequency(void **state)
{
	struct manual m = { .count = 0 };
	struct manual_fit fit;

	(void)state;
	feed(&m, 0, 0);
	feed(&m, 3600, 1);
	assert_true(manual_estimate(&m, 2e-5, 1e-7, &fit));
	assert_true(fabs(fit.freq - 2e-5) < 1e-8);
}

/* Who typed an hour too much types again: then that counts alone. */
static void correction(void **state)
{
	static const struct {
		double wrong_s, low_s, high_s;
	} rows[] = {
		{ 3600, -1e-9, 1e-9 }, { -3600, -1e-9, 1e-9 },
		{ 1.5, -1e-9, 1e-9 }, { 1.2, 0.5, 0.7 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct manual m = { .count = 0 };
		struct manual_fit fit;

		feed(&m, 0, rows[i].wrong_s);
		feed(&m, 60, 0);
		assert_true(manual_estimate(&m, 0, 1e-6, &fit));
		if (fit.offset_s < rows[i].low_s || fit.offset_s > rows[i].high_s)
			fail_msg("%g: %g", rows[i].wrong_s, fit.offset_s);
		assert_true(fabs(m.samples[0].residual_s - rows[i].wrong_s +
		    fit.offset_s) < 1e-3);
	}
}

static void steps(void **state)
{
	struct manual m = { .count = 0 };

	(void)state;
	feed(&m, 10, 3);
	manual_step(&m, 2);
	assert_true(m.samples[0].at.ns == START + 12 * NS_PER_S);
	assert_true(m.samples[0].offset_s == 1 && m.samples[0].typed_s == 3);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(apart),
		cmocka_unit_test(keeps_sixteen),
		cmocka_unit_test(deletes),
		cmocka_unit_test(first),
		cmocka_unit_test(frequency),
		cmocka_unit_test(known_frequency),
		cmocka_unit_test(correction),
		cmocka_unit_test(steps),
	};

	return cmocka_run_group_tests_name("sync/manual", tests, NULL, NULL);
}
