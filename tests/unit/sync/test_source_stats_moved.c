/* SPDX-License-Identifier: Apache-2.0 */
/* Estimates when somebody moves the clock, or it sleeps. */
#include "unit/sync/stats_lab.h"

static void step_and_leap(void **state)
{
	struct net n = net_of(4, 1e-3, 1e-5);
	struct source_stats s, never;
	struct sample x;
	double before_s;

	(void)state;
	source_stats_init(&s, 0);
	source_stats_init(&never, 0);
	n.offset_s = 2;
	n.freq = 1e-5;
	for (int k = 0; k < 40; k++) {
		x = net_sample(&n, 16);
		source_stats_add(&s, &x);
		source_stats_add(&never, &x);
	}
	before_s = source_stats_predict(&s, at(700));
	source_stats_step(&s, 2);
	assert_true(fabs(source_stats_predict(&s, at(702)) - before_s + 2) <
	    1e-9);
	assert_true(s.samples[0].at.ns == at(16 + 2).ns);
	assert_true(fabs(s.samples[0].offset_s - never.samples[0].offset_s +
	    2) < 1e-9);
	source_stats_leap(&s, -1);
	assert_true(fabs(source_stats_predict(&s, at(701)) - before_s + 2) <
	    1e-9);
	assert_true(s.samples[0].at.ns == at(16 + 1).ns);
	assert_true(fabs(source_stats_interval(&s, 8) -
	    source_stats_interval(&never, 8)) < 1e-6);
	/* the next sample says what it would have said without all that */
	x = net_sample(&n, 16);
	assert_true(source_stats_add(&never, &x));
	x.at.ns += NS_PER_S;
	x.offset_s -= 2;
	assert_true(source_stats_add(&s, &x));
	assert_true(fabs(s.estimate.offset_s - never.estimate.offset_s + 2) <
	    1e-9);
	assert_true(fabs(s.estimate.freq - never.estimate.freq) < 1e-12);
	assert_true(fabs(s.estimate.freq - 1e-5) < s.estimate.skew);
}

/* A sleep: the clock is wrong by half a second, its frequency is not. */
static void slept(void **state)
{
	struct net n = net_of(6, 1e-3, 1e-4);
	struct source_stats s;
	double freq, skew;

	(void)state;
	source_stats_init(&s, 0);
	source_stats_slept(&s, 1);		/* nothing known: nothing lost */
	assert_false(s.has_estimate);
	n.freq = 2e-5;
	net_feed(&n, &s, 100, 64);
	freq = s.estimate.freq;
	skew = s.estimate.skew;
	source_stats_slept(&s, 1);
	assert_false(s.has_estimate);
	assert_int_equal(s.count, 0);
	assert_null(source_stats_best(&s));
	assert_true(source_stats_interval(&s, 8) == 0);
	n.offset_s -= 0.5;
	net_feed(&n, &s, 1, 3600);
	assert_true(s.has_estimate);
	assert_int_equal(s.count, 1);
	assert_true(fabs(s.estimate.offset_s - n.offset_s) < 5e-3);
	assert_true(fabs(s.estimate.freq - freq) < 5 * skew);
	/* all is asked anew, and soon known as before */
	assert_true(source_stats_interval(&s, 8) == 0);
	net_feed(&n, &s, 10, 16);
	assert_true(fabs(s.estimate.offset_s - n.offset_s) < 2e-4);
	assert_true(fabs(s.estimate.freq - n.freq) < 5e-7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(step_and_leap),
		cmocka_unit_test(slept),
	};

	return cmocka_run_group_tests_name("sync/source_stats moved", tests,
	    NULL, NULL);
}
