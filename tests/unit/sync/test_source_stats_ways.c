/* SPDX-License-Identifier: Apache-2.0 */
/* What the configuration knows of the ways: mindelay and asymmetry. */
#include "unit/sync/stats_lab.h"

/* RMS error after n samples, over 100 runs. */
static double rms(const struct stats_ways *ways, double up_s, double down_s,
    int n)
{
	double sum = 0;

	for (int r = 0; r < 100; r++) {
		struct net net = net_of(7 + r, 1e-3, 0);
		struct source_stats s;
		double error_s;

		net.up_s = up_s;
		net.down_s = down_s;
		source_stats_init(&s, 0);
		source_stats_ways(&s, ways);
		source_stats_prior(&s, 0, 1e-8);
		net_feed(&net, &s, n, 64);
		error_s = s.estimate.offset_s - net.offset_s;
		sum += error_s * error_s;
	}
	return sqrt(sum / 100);
}

/* Who knows that all waits are on one way need not learn it. */
static void known_asymmetry(void **state)
{
	static const struct stats_ways none;
	static const struct stats_ways up = { 0, true, -0.5 };
	static const struct stats_ways down = { 0, true, 0.5 };

	(void)state;
	for (int n = 2; n <= 8; n *= 2) {
		double learnt = rms(&none, 1e-3, 1e-9, n);

		assert_true(rms(&up, 1e-3, 1e-9, n) < 0.6 * learnt);
		assert_true(rms(&down, 1e-9, 1e-3, n) < 0.6 * learnt);
		/* the wrong way round */
		assert_true(rms(&down, 1e-3, 1e-9, n) > 1.2 * learnt);
		assert_true(rms(&up, 1e-9, 1e-3, n) > 1.2 * learnt);
	}
}

/* No correction: unequal waits are taken for equal ones, however many. */
static void no_correction(void **state)
{
	static const struct stats_ways none, even = { 0, true, 0 };

	(void)state;
	assert_true(rms(&even, 1e-3, 1e-9, 100) >
	    3 * rms(&none, 1e-3, 1e-9, 100));
}

/* With the least way known few samples tell more. */
static void known_delay(void **state)
{
	static const struct stats_ways none, known = { .min_delay_s = 2e-3 };

	(void)state;
	assert_true(rms(&known, 1e-3, 1e-3, 8) <
	    0.9 * rms(&none, 1e-3, 1e-3, 8));
	assert_true(rms(&known, 1e-4, 1e-4, 16) <
	    0.7 * rms(&none, 1e-4, 1e-4, 16));
}

/* A route that is longer both ways does not change what is configured; one
 * that is much shorter shows that it is wrong. */
static void known_delay_stays(void **state)
{
	static const struct stats_ways ways = { .min_delay_s = 2e-3 };
	static const struct {
		double way_s, low_s, high_s;
	} rows[] = {
		{ 5e-3, 0.9e-3, 1.5e-3 }, { 1e-4, 0.5e-4, 2e-4 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct net net = net_of(3, 1e-3, 1e-5);
		struct source_stats s;
		double base_s;

		source_stats_init(&s, 0);
		source_stats_ways(&s, &ways);
		net_feed(&net, &s, 20, 64);
		net.way_s = rows[i].way_s;
		net_feed(&net, &s, 3, 64);
		base_s = s.bank.state.mean[BANK_BASE];
		if (base_s < rows[i].low_s || base_s > rows[i].high_s)
			fail_msg("%g: %g", rows[i].way_s, base_s);
	}
}

static void reset_keeps_them(void **state)
{
	static const struct stats_ways ways = { 2e-3, true, 0.25 };
	struct net net = net_of(3, 1e-3, 1e-5);
	struct source_stats s;

	(void)state;
	source_stats_init(&s, 0);
	source_stats_ways(&s, &ways);
	net_feed(&net, &s, 3, 64);
	source_stats_reset(&s);
	source_stats_prior(&s, 1e-6, 1e-7);
	net_feed(&net, &s, 1, 64);
	assert_true(s.ways.asymmetry == 0.25 && s.bank.is_base_known);
	assert_true(s.bank.has_share && s.bank.up_share == 0.25);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_asymmetry),
		cmocka_unit_test(no_correction),
		cmocka_unit_test(known_delay),
		cmocka_unit_test(known_delay_stays),
		cmocka_unit_test(reset_keeps_them),
	};

	return cmocka_run_group_tests_name("sync/source_stats_ways", tests,
	    NULL, NULL);
}
