/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/source_stats.h"

#include "sim/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)

static struct free_time at(double s)
{
	return (struct free_time){ START + interval_ns(s) };
}

static struct sample make(double t, double offset_s, double delay_s)
{
	return (struct sample){
		.at = at(t), .offset_s = offset_s, .delay_s = delay_s,
		.dispersion_s = 1e-7,
	};
}

/* The exchange of a line offset + freq * t with queueing J both ways. */
static struct sample exchange(struct rng *n, double t, double offset_s,
    double jitter_s)
{
	double up = 1e-3 + jitter_s * rng_exp(n);
	double down = 1e-3 + jitter_s * rng_exp(n);

	return make(t, offset_s + (up - down) / 2, up + down);
}

static void exact_line(void **state)
{
	static const struct {
		double offset_s, freq;
		int n;
	} rows[] = {
		{ 0, 0, 3 }, { 1e-3, 1e-6, 3 }, { -5, -5e-4, 4 },
		{ 1e8, 1e-9, 64 }, { 1e-9, 3e-5, 64 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct source_stats s;

		source_stats_init(&s, 0);
		for (int k = 0; k < rows[i].n; k++) {
			struct sample x = make(k * 64, rows[i].offset_s +
			    rows[i].freq * k * 64, 2e-3);
			assert_false(s.has_estimate && k < 3);
			assert_true(source_stats_add(&s, &x));
		}
		double end_s = (rows[i].n - 1) * 64;
		double want = rows[i].offset_s + rows[i].freq * end_s;

		assert_true(s.has_estimate);
		assert_true(s.estimate.at.ns == at(end_s).ns);
		assert_true(fabs(s.estimate.offset_s - want) <
		    1e-9 + 1e-15 * fabs(want));
		assert_true(fabs(s.estimate.freq - rows[i].freq) < 1e-12 +
		    1e-17 * fabs(want));
		assert_true(fabs(source_stats_predict(&s, at(end_s + 1000)) -
		    want - 1000 * rows[i].freq) < 2e-9 + 1e-14 * fabs(want));
	}
}

/* The claimed errors must cover the real ones as often as they say. */
static void claims_hold(void **state)
{
	static const struct {
		int samples;
		double jitter_s;
	} rows[] = {
		{ 3, 1e-3 }, { 4, 1e-4 }, { 8, 1e-3 }, { 20, 1e-5 },
		{ 64, 1e-3 }, { 200, 1e-4 },
	};
	struct rng n = rng_of(4711, 0);

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int missed_freq = 0, missed_offset = 0, runs = 400;

		for (int r = 0; r < runs; r++) {
			struct source_stats s;

			source_stats_init(&s, 0);
			for (int k = 0; k < rows[i].samples; k++) {
				struct sample x = exchange(&n, k * 64,
				    1e-5 * k * 64, rows[i].jitter_s);
				source_stats_add(&s, &x);
			}
			missed_freq += fabs(s.estimate.freq - 1e-5) >
			    s.estimate.skew;
			missed_offset += fabs(s.estimate.offset_s - 1e-5 * 64 *
			    (rows[i].samples - 1)) > 2 * s.estimate.offset_sd_s;
		}
		if (missed_freq > runs / 10 || missed_offset > runs / 6)
			fail_msg("%d samples: skew missed %d, offset %d of %d",
			    rows[i].samples, missed_freq, missed_offset, runs);
	}
}

/* Long round trips say little: the estimate is far better than the mean. */
static void weights_follow_the_delay(void **state)
{
	struct rng n = rng_of(99, 0);
	double sum = 0, plain = 0;

	(void)state;
	for (int r = 0; r < 200; r++) {
		struct source_stats s;

		source_stats_init(&s, 0);
		for (int k = 0; k < 64; k++) {
			struct sample x = exchange(&n, k * 16, 0, 1e-3);
			source_stats_add(&s, &x);
			plain += x.offset_s * x.offset_s;
		}
		sum += s.estimate.offset_s * s.estimate.offset_s;
	}
	/* An unweighted line's end has 4/64 of the variance: 0.25 J/sqrt(2). */
	double rms = sqrt(sum / 200), single = sqrt(plain / 200 / 64);

	if (rms > 0.2 * single)
		fail_msg("rms %g of %g for one exchange", rms, single);
}

static void runs_test_drops_the_past(void **state)
{
	struct source_stats s;
	struct rng n = rng_of(7, 0);
	double offset_s = 0;

	(void)state;
	source_stats_init(&s, 0);
	for (int k = 0; k < 100; k++) {
		double freq = k < 80 ? 0 : 5e-6;	/* a step of 5 ppm */
		offset_s += freq * 64;
		struct sample x = exchange(&n, k * 64, offset_s, 1e-5);
		source_stats_add(&s, &x);
	}
	assert_int_equal(s.count, STATS_SAMPLES);
	assert_true(s.count - s.first <= 24);
	assert_true(s.count - s.first >= 6);
	assert_true(fabs(s.estimate.freq - 5e-6) < 1e-7);
	/* and a steady clock keeps what it has */
	source_stats_init(&s, 0);
	int short_memory = 0;

	for (int k = 0; k < 400; k++) {
		struct sample x = exchange(&n, k * 64, 0, 1e-5);
		source_stats_add(&s, &x);
		short_memory += k >= 64 && s.count - s.first < 16;
	}
	assert_true(short_memory < 40);
}

static void sample_limits(void **state)
{
	static const struct {
		int max_samples, added, kept;
		bool has_estimate;
	} rows[] = {
		{ 0, 2, 2, false }, { 0, 3, 3, true }, { 0, 64, 64, true },
		{ 0, 65, 64, true }, { 1, 1, 1, true }, { 1, 5, 1, true },
		{ 2, 5, 3, true }, { 3, 2, 2, false }, { 3, 9, 3, true },
		{ 1000, 100, 64, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct source_stats s;

		source_stats_init(&s, rows[i].max_samples);
		for (int k = 0; k < rows[i].added; k++) {
			struct sample x = make(k, 0.25, 1e-3);
			assert_true(source_stats_add(&s, &x));
		}
		assert_int_equal(s.count, rows[i].kept);
		assert_int_equal(s.has_estimate, rows[i].has_estimate);
		if (rows[i].max_samples == 1) {
			assert_true(s.estimate.freq == 0);
			assert_true(s.estimate.skew >= 1000e-6);
			assert_true(s.estimate.offset_s == 0.25);
		}
	}
}

static void refuses_bad_samples(void **state)
{
	struct source_stats s;
	struct sample x = make(10, 0, 1e-3);

	(void)state;
	source_stats_init(&s, 0);
	assert_true(source_stats_add(&s, &x));
	assert_false(source_stats_add(&s, &x));		/* same instant */
	x.at = at(9);
	assert_false(source_stats_add(&s, &x));
	x = make(11, NAN, 1e-3);
	assert_false(source_stats_add(&s, &x));
	x = make(11, 0, INFINITY);
	assert_false(source_stats_add(&s, &x));
	assert_int_equal(s.count, 1);
	assert_null(s.has_estimate ? &s : NULL);
	source_stats_reset(&s);
	assert_null(source_stats_best(&s));
}

static void step_and_leap(void **state)
{
	struct source_stats s;

	(void)state;
	source_stats_init(&s, 0);
	for (int k = 0; k < 5; k++) {
		struct sample x = make(k * 16, 2 + 1e-5 * k * 16, 1e-3);
		source_stats_add(&s, &x);
	}
	double before = source_stats_predict(&s, at(100));

	source_stats_step(&s, 2);
	assert_true(fabs(source_stats_predict(&s, at(102)) - before + 2) < 1e-9);
	assert_true(s.samples[0].at.ns == at(2).ns);
	source_stats_leap(&s, -1);
	assert_true(fabs(source_stats_predict(&s, at(101)) - before + 2) < 1e-9);
	/* the next sample goes on where the shifted ones end */
	struct sample x = make(81, 2 + 1e-5 * 80 - 2, 1e-3);

	assert_true(source_stats_add(&s, &x));
	assert_true(fabs(s.estimate.freq - 1e-5) < 1e-9);
}

static void best_sample(void **state)
{
	struct source_stats s;
	struct sample x;

	(void)state;
	source_stats_init(&s, 0);
	for (int k = 0; k < 10; k++) {
		x = make(k, 0, k == 4 ? 1e-3 : 9e-3);
		source_stats_add(&s, &x);
	}
	assert_true(source_stats_best(&s) == &s.samples[4]);
	/* age and what the server says of itself count too */
	x.root_delay_s = 0.01;
	x.root_dispersion_s = 0.02;
	assert_true(fabs(sample_root_distance(&x, at(9 + 1000), 1e-6) -
	    (0.005 + 0.0045 + 0.02 + 1e-7 + 1e-3)) < 1e-9);
	assert_true(sample_root_dispersion(&x, at(0), 1e-6) ==
	    0.02 + 1e-7);		/* no credit for the future */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(exact_line),
		cmocka_unit_test(claims_hold),
		cmocka_unit_test(weights_follow_the_delay),
		cmocka_unit_test(runs_test_drops_the_past),
		cmocka_unit_test(sample_limits),
		cmocka_unit_test(refuses_bad_samples),
		cmocka_unit_test(step_and_leap),
		cmocka_unit_test(best_sample),
	};

	return cmocka_run_group_tests_name("sync/source_stats", tests, NULL,
	    NULL);
}
