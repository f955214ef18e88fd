/* SPDX-License-Identifier: Apache-2.0 */
#include "unit/sync/stats_lab.h"

/* Waits of nothing: only the ways are to be told apart. */
static void lines(void **state)
{
	static const struct {
		double offset_s, freq;
		int n;
	} rows[] = {
		{ 0, 0, 1 }, { 0.25, 0, 1 }, { -5, -5e-4, 4 },
		{ 1e-3, 1e-6, 64 }, { 1e8, 1e-9, 64 }, { 1e-9, 3e-5, 300 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		double end_s = (rows[i].n - 1) * 64, want_s, predicted_s;
		struct source_stats s;

		source_stats_init(&s, 0);
		for (int k = 0; k < rows[i].n; k++) {
			struct sample x = sample_of(k * 64, rows[i].offset_s +
			    rows[i].freq * k * 64, 2e-3);

			assert_true(source_stats_add(&s, &x));
			assert_true(s.has_estimate);
		}
		want_s = rows[i].offset_s + rows[i].freq * end_s;
		assert_true(s.estimate.at.ns == at(end_s).ns);
		assert_true(fabs(s.estimate.offset_s - want_s) <
		    fmin(2 * s.estimate.offset_sd_s, 1e-4));
		assert_true(fabs(s.estimate.freq - rows[i].freq) <
		    s.estimate.skew);
		assert_true(s.estimate.misfit_s == 0);
		predicted_s = source_stats_predict(&s, at(end_s + 1000));
		assert_true(fabs(predicted_s - s.estimate.offset_s - 1000 *
		    s.estimate.freq) < 1e-12 + 1e-15 * fabs(want_s));
		assert_true(source_stats_variance(&s, at(end_s + 1000)) >
		    source_stats_variance(&s, at(end_s)));
		assert_true(source_stats_variance(&s, at(end_s - 1000)) ==
		    source_stats_variance(&s, at(end_s)));
	}
}

/* The claimed errors must cover the real ones as often as they say. */
static void claims_hold(void **state)
{
	static const struct {
		int samples;
		double wait_s;
	} rows[] = {
		{ 1, 1e-3 }, { 2, 1e-4 }, { 3, 1e-3 }, { 4, 1e-4 },
		{ 8, 1e-3 }, { 20, 1e-5 }, { 64, 1e-3 }, { 200, 1e-4 },
	};
	enum { RUNS = 200 };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		int missed_freq = 0, missed_offset = 0;

		for (int r = 0; r < RUNS; r++) {
			struct net n = net_of(4711 + r, 1e-3, rows[i].wait_s);
			struct source_stats s;

			source_stats_init(&s, 0);
			n.freq = 1e-5;
			net_feed(&n, &s, rows[i].samples, 64);
			missed_freq += fabs(s.estimate.freq - 1e-5) >
			    s.estimate.skew;
			missed_offset += fabs(net_error(&n, &s)) > 2;
		}
		if (missed_freq > RUNS / 20 || missed_offset > RUNS / 10)
			fail_msg("%d samples: skew missed %d, offset %d of %d",
			    rows[i].samples, missed_freq, missed_offset, RUNS);
	}
}

/* Long round trips say little: the estimate is far better than the mean. */
static void long_delays_count_less(void **state)
{
	double sum = 0, plain = 0;

	(void)state;
	for (int r = 0; r < 100; r++) {
		struct net n = net_of(99 + r, 1e-3, 1e-3);
		struct source_stats s;

		source_stats_init(&s, 0);
		for (int k = 0; k < 64; k++) {
			struct sample x = net_sample(&n, 16);

			source_stats_add(&s, &x);
			plain += x.offset_s * x.offset_s;
		}
		sum += s.estimate.offset_s * s.estimate.offset_s;
	}
	/* An unweighted line's end has 4/64 of the variance of a sample. */
	if (sqrt(sum / 100) > 0.2 * sqrt(plain / 100 / 64))
		fail_msg("rms %g of %g for one exchange", sqrt(sum / 100),
		    sqrt(plain / 100 / 64));
}

/* A step of 5 ppm after 80 samples. */
static double freq_error_after_step(int max_samples, int samples)
{
	struct net n = net_of(7, 1e-3, 1e-5);
	struct source_stats s;

	source_stats_init(&s, max_samples);
	net_feed(&n, &s, 80, 64);
	n.freq = 5e-6;
	net_feed(&n, &s, samples, 64);
	return fabs(s.estimate.freq - n.freq);
}

static void frequency_steps_are_followed(void **state)
{
	(void)state;
	assert_true(freq_error_after_step(0, 20) < 1e-7);
	assert_true(freq_error_after_step(0, 5) < 2.5e-6);
}

static void sample_limits(void **state)
{
	static const struct {
		int max_samples, added, kept;
	} rows[] = {
		{ 0, 0, 0 }, { 0, 1, 1 }, { 0, 2, 2 }, { 0, 64, 64 },
		{ 0, 65, 64 }, { 1, 1, 1 }, { 1, 5, 1 }, { 2, 5, 2 },
		{ 3, 2, 2 }, { 3, 9, 3 }, { 63, 100, 63 }, { 64, 100, 64 },
		{ 1000, 100, 64 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct net n = net_of(1, 1e-3, 1e-4);
		struct source_stats s;

		source_stats_init(&s, rows[i].max_samples);
		net_feed(&n, &s, rows[i].added, 1);
		assert_int_equal(s.count, rows[i].kept);
		assert_int_equal(s.has_estimate, rows[i].added > 0);
		/* the newest ones, oldest first */
		for (int k = 0; k < s.count; k++)
			assert_true(s.samples[k].at.ns ==
			    at(n.t_s - (s.count - 1 - k)).ns);
		assert_in_range(s.runs, s.count > 0, s.count);
	}
}

/* One sample is all that counts: no memory, no frequency. */
static void newest_sample_alone(void **state)
{
	static const double offset_s[] = { 0.25, 7, -7, 0.001, 0.002 };
	struct source_stats s;

	(void)state;
	source_stats_init(&s, 1);
	for (size_t i = 0; i < COUNT(offset_s); i++) {
		struct sample x = sample_of(i, offset_s[i], 1e-3);

		assert_true(source_stats_add(&s, &x));
		assert_true(fabs(s.estimate.offset_s - offset_s[i]) < 1e-5);
		assert_true(s.estimate.freq == 0);
		assert_true(s.estimate.skew >= 1000e-6);
		assert_true(s.estimate.offset_sd_s < 0.5e-3);
	}
}

/* Few samples of memory forget sooner, and know less of a steady clock. */
static void short_memory(void **state)
{
	struct net n = net_of(5, 1e-3, 1e-4);
	struct source_stats all, few;

	(void)state;
	source_stats_init(&all, 0);
	source_stats_init(&few, 8);
	for (int k = 0; k < 300; k++) {
		struct sample x = net_sample(&n, 64);

		source_stats_add(&all, &x);
		source_stats_add(&few, &x);
	}
	assert_true(few.estimate.skew > 2 * all.estimate.skew);
	assert_true(fabs(net_error(&n, &few)) < 3);
}

static bool is_refused(const struct source_stats *s, struct sample x)
{
	struct source_stats copy = *s;

	return !source_stats_add(&copy, &x) &&
	    memcmp(&copy, s, sizeof(copy)) == 0;
}

static void refuses_bad_samples(void **state)
{
	struct source_stats s;
	struct sample x = sample_of(10, 0, 1e-3);

	(void)state;
	source_stats_init(&s, 0);
	assert_true(is_refused(&s, sample_of(9, NAN, 1e-3)));
	assert_true(source_stats_add(&s, &x));
	assert_true(is_refused(&s, x));			/* the same instant */
	assert_true(is_refused(&s, sample_of(9.999999999, 0, 1e-3)));
	assert_true(is_refused(&s, sample_of(-1e6, 0, 1e-3)));
	assert_true(is_refused(&s, sample_of(11, NAN, 1e-3)));
	assert_true(is_refused(&s, sample_of(11, INFINITY, 1e-3)));
	assert_true(is_refused(&s, sample_of(11, 0, -INFINITY)));
	assert_true(is_refused(&s, sample_of(11, 0, NAN)));
	x = sample_of(11, 0, 1e-3);
	x.dispersion_s = NAN;
	assert_true(is_refused(&s, x));
	x = sample_of(10.000000001, 0, 1e-3);
	assert_true(source_stats_add(&s, &x));
	assert_int_equal(s.count, 2);
	source_stats_reset(&s);
	assert_false(s.has_estimate);
	assert_null(source_stats_best(&s));
	/* what was before a reset does not count */
	x = sample_of(5, 0, 1e-3);
	assert_true(source_stats_add(&s, &x));
}

/* What is known of the oscillator helps from the first sample on. */
static void prior(void **state)
{
	struct net n = net_of(3, 1e-3, 1e-4);
	struct source_stats with, without;

	(void)state;
	source_stats_init(&with, 0);
	source_stats_init(&without, 0);
	source_stats_prior(&with, 2e-5, 1e-8);
	n.freq = 2e-5;
	for (int k = 0; k < 3; k++) {
		struct sample x = net_sample(&n, 64);

		assert_true(source_stats_add(&with, &x));
		assert_true(source_stats_add(&without, &x));
		assert_true(fabs(with.estimate.freq - 2e-5) < 2e-7);
		assert_true(with.estimate.skew < without.estimate.skew / 3);
	}
	assert_true(without.estimate.skew > 1e-6);
	/* a reset keeps it, init does not */
	source_stats_reset(&with);
	assert_false(with.has_estimate);
	net_feed(&n, &with, 1, 64);
	assert_true(fabs(with.estimate.freq - 2e-5) < 3e-8);
	source_stats_init(&with, 0);
	net_feed(&n, &with, 1, 64);
	assert_true(with.estimate.freq == 0);
	assert_true(with.estimate.skew >= 1000e-6);
	/* a wrong one is overcome by what the samples say */
	source_stats_init(&with, 0);
	source_stats_prior(&with, -3e-5, 1e-6);
	net_feed(&n, &with, 60, 64);
	assert_true(fabs(with.estimate.freq - 2e-5) < 1e-7);
}

/* More than the round trip explains is told. */
static void misfit(void **state)
{
	static const double jump_s[] = { 0.05, -0.05 };

	(void)state;
	for (size_t i = 0; i < COUNT(jump_s); i++) {
		struct net n = net_of(6, 1e-3, 1e-4);
		struct source_stats s;
		double most_s = 0;

		source_stats_init(&s, 0);
		for (int k = 0; k < 60; k++) {
			net_feed(&n, &s, 1, 64);
			most_s = fmax(most_s, s.estimate.misfit_s);
		}
		assert_true(most_s == 0);
		n.offset_s += jump_s[i];
		net_feed(&n, &s, 1, 64);
		/* not believed yet, but told */
		assert_true(fabs(s.estimate.offset_s) < 1e-3);
		assert_true(fabs(s.estimate.misfit_s - 0.05) < 3e-3);
		net_feed(&n, &s, 1, 64);
		assert_true(fabs(s.estimate.offset_s - jump_s[i]) < 1e-3);
		assert_true(s.estimate.misfit_s == 0);
	}
}

static void best_sample(void **state)
{
	struct source_stats s;
	struct sample x;

	(void)state;
	source_stats_init(&s, 0);
	for (int k = 0; k < 10; k++) {
		x = sample_of(k, 0, k == 4 ? 1e-3 : 9e-3);
		x.dispersion_s = 1e-7;
		source_stats_add(&s, &x);
	}
	/* 8 ms less round trip, and 5 s older */
	s.estimate.offset_s = s.estimate.freq = 0;
	s.estimate.skew = 799e-6;
	assert_true(source_stats_best(&s) == &s.samples[4]);
	s.estimate.skew = 801e-6;
	assert_true(source_stats_best(&s) == &s.samples[9]);
	/* 1 ms away from the estimate */
	s.samples[4].offset_s = 1e-3;
	s.estimate.skew = 599e-6;
	assert_true(source_stats_best(&s) == &s.samples[4]);
	s.estimate.skew = 601e-6;
	assert_true(source_stats_best(&s) == &s.samples[9]);
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
		cmocka_unit_test(lines),
		cmocka_unit_test(claims_hold),
		cmocka_unit_test(long_delays_count_less),
		cmocka_unit_test(frequency_steps_are_followed),
		cmocka_unit_test(sample_limits),
		cmocka_unit_test(newest_sample_alone),
		cmocka_unit_test(short_memory),
		cmocka_unit_test(refuses_bad_samples),
		cmocka_unit_test(prior),
		cmocka_unit_test(misfit),
		cmocka_unit_test(best_sample),
	};

	return cmocka_run_group_tests_name("sync/source_stats", tests, NULL,
	    NULL);
}
