/* SPDX-License-Identifier: Apache-2.0 */
/* When the next sample is worth its packet. */
#include "unit/sync/stats_lab.h"

static struct source_stats fed(struct net *n, int samples, double interval_s)
{
	struct source_stats s;

	source_stats_init(&s, 0);
	net_feed(n, &s, samples, interval_s);
	return s;
}

/* As long as little is known, it grows with the time that has passed. */
static void grows_with_the_span(void **state)
{
	static const int target[] = { 1, 6, 8, 60 };
	struct net n = net_of(1, 10e-3, 1e-4);
	struct source_stats s;
	double before_s = -1;

	(void)state;
	source_stats_init(&s, 0);
	assert_true(source_stats_interval(&s, 8) == 0);
	for (int k = 0; k < 20; k++) {
		double wanted_s;

		net_feed(&n, &s, 1, 4);
		wanted_s = source_stats_interval(&s, 8);
		assert_true(fabs(wanted_s - 4 * k / 6.0) < 1e-6);
		assert_true(wanted_s > before_s);
		before_s = wanted_s;
		for (size_t i = 1; i < COUNT(target); i++)
			assert_true(fabs(source_stats_interval(&s, target[i]) -
			    4 * k / (0.75 * target[i])) < 1e-6);
	}
	/* polled as it wants, each interval is longer by 1/6 than the last */
	for (int k = 0; k < 5; k++) {
		net_feed(&n, &s, 1, before_s);
		assert_true(fabs(source_stats_interval(&s, 8) / before_s -
		    7.0 / 6) < 1e-6);
		before_s = source_stats_interval(&s, 8);
	}
}

static double worth_s(double wander, double wait_s, double interval_s)
{
	double sum = 0;

	for (int k = 0; k < 5; k++) {
		struct net n = net_of(20 + k, 10e-3, wait_s);
		struct source_stats s;

		n.wander = wander;
		s = fed(&n, 400, interval_s);
		/* without a target: what a sample is worth */
		sum += log(source_stats_interval(&s, 1));
	}
	return exp(sum / 5);
}

/* Short for an oscillator that wanders, long for waits that hide it. */
static void wander_against_waits(void **state)
{
	double usual_s = worth_s(1e-8, 1e-4, 64);
	double restless_s = worth_s(1e-7, 1e-4, 64);
	double calm_s = worth_s(1e-10, 1e-4, 64);
	double quiet_s = worth_s(1e-8, 1e-5, 64);
	double slow_s = worth_s(1e-8, 1e-4, 256);

	(void)state;
	/* wander T^1.5 / wait is what counts */
	if (!(restless_s < usual_s / 3 && restless_s > usual_s / 7))
		fail_msg("restless %g, usual %g", restless_s, usual_s);
	if (!(calm_s > usual_s * 3))
		fail_msg("calm %g, usual %g", calm_s, usual_s);
	if (!(quiet_s < usual_s / 3 && quiet_s > usual_s / 7))
		fail_msg("quiet %g, usual %g", quiet_s, usual_s);
	/* how it was asked until now does not matter much */
	if (!(slow_s > usual_s / 2 && slow_s < usual_s * 2))
		fail_msg("asked slowly %g, usual %g", slow_s, usual_s);
}

/* A sample that is not understood is asked about at once. */
static void doubt(void **state)
{
	static const double jump_s[] = { 0.05, -0.05 };

	(void)state;
	for (size_t i = 0; i < COUNT(jump_s); i++) {
		struct net n = net_of(6, 10e-3, 1e-4);
		struct source_stats s = fed(&n, 60, 64);

		assert_true(source_stats_interval(&s, 8) > 10);
		n.offset_s += jump_s[i];
		net_feed(&n, &s, 1, 64);
		assert_true(source_stats_interval(&s, 8) == 0);
		n.offset_s -= jump_s[i];
		net_feed(&n, &s, 1, 64);
		assert_true(source_stats_interval(&s, 8) > 10);
	}
}

/* Long waits in a queue are understood. */
static void late_is_no_doubt(void **state)
{
	struct net n = net_of(7, 10e-3, 1e-4);
	struct source_stats s = fed(&n, 60, 64);
	struct sample x = net_sample(&n, 64);

	(void)state;
	x.delay_s += 0.05;
	x.offset_s += 0.025;
	assert_true(source_stats_add(&s, &x));
	assert_true(source_stats_interval(&s, 8) > 10);
	assert_true(fabs(s.estimate.offset_s) < 1e-4);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(grows_with_the_span),
		cmocka_unit_test(wander_against_waits),
		cmocka_unit_test(doubt),
		cmocka_unit_test(late_is_no_doubt),
	};

	return cmocka_run_group_tests_name("sync/source_stats interval", tests,
	    NULL, NULL);
}
