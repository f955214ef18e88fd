/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The belief after an observation, against numerical integration of the exact
 * mixture; and the mean of waits.
 */
#include "sync/queueing.h"

#include "sim/random.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* What queueing.h says in words: most, some, few; and rarely just wrong. */
static const double factor[] = { 1, 10, 1000 };
static const double share[] = { 0.899, 0.08, 0.02 };
#define WRONG_SHARE 0.001

/* Of a wrong timestamp, 1/s: anywhere in 0.1 s, or in 10^4 deviations. */
static double wrong_density(double s)
{
	return 1 / fmax(0.1, 1e4 * s);
}


struct moments { double log_p, mean, variance; };

/*
 * One kind of waits. In units of the deviation, w = (y - v) / s >= 0 has the
 * density exp(a w - w^2 / 2), a = y / s - s / scale. Simpson's rule where that
 * is not nothing; its maximum is taken out first.
 */
static struct moments integrate(double y, double s, double scale)
{
	enum { STEPS = 4000 };
	double a = y / s - s / scale, top = fmax(a, 0);
	double low = fmax(0, top - 12), high = a > -1 ? top + 12 :
	    fmin(12, 45 / -a);
	double h = (high - low) / STEPS, sum[3] = { 0 }, mean;
	double log_top = a > 0 ? -y / scale + s * s / (2 * scale * scale) :
	    -y * y / (2 * s * s);

	for (int i = 0; i <= STEPS; i++) {
		double w = low + i * h;
		double f = exp(a * w - w * w / 2 - (a * top - top * top / 2)) *
		    (i == 0 || i == STEPS ? 1 : i % 2 != 0 ? 4 : 2) * h / 3;

		sum[0] += f;
		sum[1] += f * (w - top);
		sum[2] += f * (w - top) * (w - top);
	}
	mean = sum[1] / sum[0];
	return (struct moments){
		.log_p = log_top + log(sum[0] / sqrt(2 * M_PI)) - log(scale),
		.mean = y - s * (top + mean),
		.variance = s * s * (sum[2] / sum[0] - mean * mean),
	};
}

static struct belief exact(double y, double variance, double scale)
{
	double s = sqrt(variance), log_w[4], best = -INFINITY, sum = 0;
	struct moments k[4] = { [3] = { 0, 0, variance } };
	struct belief b = { 0 };

	for (int i = 0; i < 3; i++) {
		k[i] = integrate(y, s, factor[i] * scale);
		log_w[i] = k[i].log_p + log(share[i]);
		best = fmax(best, log_w[i]);
	}
	log_w[3] = log(WRONG_SHARE * wrong_density(s));
	best = fmax(best, log_w[3]);
	for (int i = 0; i < 4; i++)
		sum += exp(log_w[i] - best);
	for (int i = 0; i < 4; i++)
		b.mean_s += exp(log_w[i] - best) / sum * k[i].mean;
	for (int i = 0; i < 4; i++)
		b.variance_s2 += exp(log_w[i] - best) / sum * (k[i].variance +
		    (k[i].mean - b.mean_s) * (k[i].mean - b.mean_s));
	b.log_likelihood = best + log(sum);
	b.doubt = y < 0 ? exp(log_w[3] - best) / sum : 0;
	return b;
}

static void compare(double y, double s, double scale)
{
	struct belief got = queueing_condition(y, s * s, scale);
	struct belief want = exact(y, s * s, scale);

	if (!(fabs(got.mean_s - want.mean_s) <
	    1e-3 * sqrt(want.variance_s2) + 1e-12 * fabs(y)) ||
	    !(fabs(got.variance_s2 / want.variance_s2 - 1) < 5e-3) ||
	    !(fabs(got.log_likelihood - want.log_likelihood) <
	    1e-5 + 1e-12 * fabs(want.log_likelihood)) ||
	    !(fabs(got.doubt - want.doubt) < 1e-5))
		fail_msg("y %g s %g scale %g: mean %g %g, variance %g %g, "
		    "log p %.9g %.9g, doubt %g %g", y, s, scale, got.mean_s,
		    want.mean_s, got.variance_s2, want.variance_s2,
		    got.log_likelihood, want.log_likelihood, got.doubt,
		    want.doubt);
}

static void agrees_with_integration(void **state)
{
	static const double y[] = {	/* in deviations */
		-60, -20, -9, -8.01, -7.99, -5, -3, -1, -0.1, 0, 0.1, 1, 3, 8,
		20, 300, 3e4,
	};
	static const double ratio[] = { 1e-4, 0.01, 0.3, 1, 3, 7.9, 8.1, 30, 300 };
	static const double scale[] = { 1e-8, 1e-6, 1e-4, 1e-2 };

	(void)state;
	for (size_t i = 0; i < COUNT(y); i++)
		for (size_t j = 0; j < COUNT(ratio); j++)
			for (size_t k = 0; k < COUNT(scale); k++)
				compare(y[i] * ratio[j] * scale[k],
				    ratio[j] * scale[k], scale[k]);
}

/* Eight deviations beyond the cut another formula takes over: no seam. */
static void no_seam(void **state)
{
	static const double ratio[] = { 0.01, 1, 5, 7.99, 8.01, 20, 1000 };

	(void)state;
	for (size_t i = 0; i < COUNT(ratio); i++)
		for (size_t k = 0; k < COUNT(factor); k++) {
			double scale = 1e-5, s = ratio[i] * scale;
			double y = s * (s / (factor[k] * scale) - 8);
			struct belief low, high;

			compare(y - 1e-3 * s, s, scale);
			compare(y + 1e-3 * s, s, scale);
			low = queueing_condition(y - 1e-9 * s, s * s, scale);
			high = queueing_condition(y + 1e-9 * s, s * s, scale);
			assert_true(fabs(high.mean_s - low.mean_s) <
			    2e-3 * sqrt(low.variance_s2));
			assert_true(fabs(high.variance_s2 / low.variance_s2 -
			    1) < 5e-3);
			assert_true(fabs(high.log_likelihood -
			    low.log_likelihood) < 1e-4);
		}
}

/* Over all that may be observed, within the tenth of a second of wrong ones. */
static void likelihood_is_a_density(void **state)
{
	static const double scale[] = { 1e-7, 1e-6 }, ratio[] = { 0.1, 1, 30 };

	(void)state;
	for (size_t i = 0; i < COUNT(scale); i++)
		for (size_t k = 0; k < COUNT(ratio); k++) {
			double s = ratio[k] * scale[i], sum = 0, y = -0.05;
			double least = 0.01 * fmin(s, scale[i]);

			/* steps grow with the distance from 0 */
			while (y < 0.05) {
				double h = fmax(least, fabs(y) * 0.005);

				h = y < 0 ? fmin(h, fmax(-y / 2, least)) : h;
				sum += h * exp(queueing_condition(y + h / 2,
				    s * s, scale[i]).log_likelihood);
				y += h;
			}
			if (!(fabs(sum - 1) < 1e-3))
				fail_msg("scale %g, deviation %g: %g", scale[i],
				    s, sum);
		}
}

/* Whatever comes in: numbers come out, and no more is known than was said. */
static void wild_inputs(void **state)
{
	struct rng r = rng_of(20, 0);

	(void)state;
	for (int i = 0; i < 200000; i++) {
		double y = pow(10, -14 + 16 * rng_uniform(&r)) *
		    (rng_bits(&r) & 1 ? 1 : -1);
		double s = pow(10, -13 + 13 * rng_uniform(&r));
		double scale = pow(10, -10 + 11 * rng_uniform(&r));
		struct belief b = queueing_condition(y, s * s, scale);
		double widest = fabs(y) + 2 * s;

		if (!(fabs(b.mean_s) <= widest) ||
		    !(b.mean_s <= fmax(y, 0) * (1 + 1e-9) + 1e-9 * s) ||
		    !(b.variance_s2 >= 0.99e-9 * s * s) ||
		    !(b.variance_s2 <= s * s + widest * widest) ||
		    !(b.log_likelihood <= log(1 / scale +
		    wrong_density(s))) ||
		    !(b.log_likelihood >= log(0.999 * WRONG_SHARE *
		    wrong_density(s))) ||
		    !(b.doubt >= 0 && b.doubt <= 1) || (y > 0 && b.doubt > 0))
			fail_msg("y %g s %g scale %g: mean %g variance %g log p"
			    " %g doubt %g", y, s, scale, b.mean_s,
			    b.variance_s2, b.log_likelihood, b.doubt);
	}
}

/* What it means: late says little, early says much, far too early is wrong. */
static void meaning(void **state)
{
	double s = 1e-4, v = s * s, scale = 1e-4;
	struct belief late = queueing_condition(1, v, scale);
	struct belief early = queueing_condition(-2 * s, v, scale);
	struct belief wrong = queueing_condition(-100 * s, v, scale);

	(void)state;
	assert_true(fabs(late.mean_s) < s / 2 && late.variance_s2 > 0.9 * v);
	assert_true(late.doubt == 0);
	assert_true(early.mean_s < -2 * s && early.variance_s2 < v / 5);
	assert_true(early.doubt < 0.05);
	assert_true(fabs(wrong.mean_s) < 0.01 * s && wrong.doubt > 0.99);
	assert_true(fabs(wrong.variance_s2 / v - 1) < 0.01);
}

/* --- waits --- */

static struct waits fill(struct rng *r, int n, double base, int outliers)
{
	struct waits w = { 0 };

	for (int i = 0; i < n; i++)
		waits_add(&w, base + rng_exp(r) * (i < outliers ? 1000 : 1));
	return w;
}

static double mean_scale(int n, int outliers)
{
	struct rng r = rng_of(11, (uint64_t)n);
	double sum = 0;

	for (int i = 0; i < 1000; i++) {
		struct waits w = fill(&r, n, 5, outliers);

		sum += waits_scale(&w, 5, 1);
	}
	return sum / 1000;
}

static void scale_of_exponential(void **state)
{
	(void)state;
	/* as 2 of n are lost in the estimate of the base */
	for (int n = 4; n <= QUEUEING_WAITS; n += 7)
		if (!(fabs(mean_scale(n, 0) / (1 + 2.0 / n) - 1) < 0.08))
			fail_msg("%d: %g", n, mean_scale(n, 0));
	/* a few that are a thousand times as long hardly count */
	assert_true(mean_scale(32, 1) < 1.3);
	assert_true(mean_scale(32, 3) < 1.7);
}

static void few_waits(void **state)
{
	struct waits w = { 0 };

	(void)state;
	assert_true(waits_scale(&w, 5, 0.25) == 0.25);
	waits_add(&w, 7);
	assert_true(fabs(waits_scale(&w, 5, 0.25) - (2 + 0.75) / 4) < 1e-12);
	waits_add(&w, 4);	/* shorter than the base: wrong by 1 */
	assert_true(fabs(waits_scale(&w, 5, 0.25) - (3 + 0.5) / 4) < 1e-12);
	waits_add(&w, 6);
	assert_true(fabs(waits_scale(&w, 5, 0.25) - (4 + 0.25) / 4) < 1e-12);
	waits_add(&w, 6);	/* four are enough */
	assert_true(waits_scale(&w, 5, 0.25) == waits_scale(&w, 5, 1e9));
	/* the same for all: nothing, but never 0 */
	w = (struct waits){ 0 };
	for (int i = 0; i < 8; i++)
		waits_add(&w, 5);
	assert_true(waits_scale(&w, 5, 1) > 0);
	assert_true(waits_scale(&w, 5, 1) < 1e-9);
}

static void ring_and_shift(void **state)
{
	struct rng r = rng_of(3, 0);
	struct waits w = fill(&r, 7, 5, 0), last;
	double before;

	(void)state;
	for (int i = 0; i < 100; i++)
		waits_add(&w, 1e6);
	r = rng_of(4, 0);
	for (int i = 0; i < QUEUEING_WAITS; i++)
		waits_add(&w, 5 + rng_exp(&r));
	r = rng_of(4, 0);
	last = fill(&r, QUEUEING_WAITS, 5, 0);
	assert_int_equal(w.count, QUEUEING_WAITS);
	assert_true(fabs(waits_scale(&w, 5, 1) - waits_scale(&last, 5, 1)) <
	    1e-12);
	before = waits_scale(&w, 5, 1);
	waits_shift(&w, -2.5);
	assert_true(fabs(waits_scale(&w, 2.5, 1) - before) < 1e-9);
	/* none yet: the shift leaves nothing behind */
	w = (struct waits){ 0 };
	waits_shift(&w, 9);
	waits_add(&w, 6);
	assert_true(fabs(waits_scale(&w, 5, 1) - 1) < 1e-12);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(agrees_with_integration),
		cmocka_unit_test(no_seam),
		cmocka_unit_test(likelihood_is_a_density),
		cmocka_unit_test(wild_inputs),
		cmocka_unit_test(meaning),
		cmocka_unit_test(scale_of_exponential),
		cmocka_unit_test(few_waits),
		cmocka_unit_test(ring_and_shift),
	};

	return cmocka_run_group_tests_name("sync/queueing", tests, NULL, NULL);
}
