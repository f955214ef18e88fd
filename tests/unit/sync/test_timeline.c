/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/timeline.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)

static struct wall_time wall(double s)
{
	return (struct wall_time){ START + interval_ns(s) };
}

static void near_ns(int64_t a, int64_t b, int64_t limit)
{
	if (llabs(a - b) > limit)
		fail_msg("%lld and %lld are %lld ns apart", (long long)a,
		    (long long)b, (long long)(a - b));
}

/* Elapsed free time for elapsed system time at a rate, by hand. */
static void rates(void **state)
{
	static const struct {
		double rate_ppm, wall_s, free_s;
	} rows[] = {
		{ 0, 1000, 1000 },
		{ 100, 1000.1, 1000 },
		{ -100, 999.9, 1000 },
		{ 100000, 1100, 1000 },
		{ -100000, 900, 1000 },
		{ 0.00001, 1e6 + 0.00001, 1e6 },
	};
	struct timeline t;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		timeline_init(&t, wall(0), rows[i].rate_ppm);
		near_ns(timeline_free(&t, wall(rows[i].wall_s)).ns,
		    START + interval_ns(rows[i].free_s), 1);
		/* before the first change the same rate is assumed */
		near_ns(timeline_free(&t, wall(-rows[i].wall_s)).ns,
		    START - interval_ns(rows[i].free_s), 1);
	}
}

static void changes_are_continuous(void **state)
{
	struct timeline t;

	(void)state;
	timeline_init(&t, wall(0), 50);
	for (int i = 1; i <= 40; i++) {
		struct free_time before = timeline_free(&t, wall(i * 10));

		timeline_rate(&t, wall(i * 10), (i % 7 - 3) * 20000.0);
		near_ns(timeline_free(&t, wall(i * 10)).ns, before.ns, 0);
		assert_true(timeline_rate_ppm(&t) == (i % 7 - 3) * 20000.0);
	}
	assert_int_equal(t.count, TIMELINE_SEGMENTS);
	/* there and back, also for instants before the last changes */
	for (double s = 250; s < 500; s += 0.37)
		near_ns(timeline_wall(&t, timeline_free(&t, wall(s))).ns,
		    wall(s).ns, 2);
}

/* A late report of a change must not bend what was converted with it. */
static void late_timestamp_uses_the_old_rate(void **state)
{
	struct timeline t;

	(void)state;
	timeline_init(&t, wall(0), 0);
	timeline_rate(&t, wall(100), 100000);
	near_ns(timeline_free(&t, wall(99)).ns, wall(99).ns, 0);
	near_ns(timeline_free(&t, wall(111)).ns, wall(110).ns, 1);
	/* a change that claims to be older than the last takes its place */
	timeline_rate(&t, wall(50), 0);
	near_ns(timeline_free(&t, wall(111)).ns, wall(111).ns, 1);
}

static void step_moves_both_scales(void **state)
{
	struct timeline t;
	double step_s = -12345.000000001;

	(void)state;
	timeline_init(&t, wall(0), 0);
	timeline_rate(&t, wall(10), 500);
	struct free_time before = timeline_free(&t, wall(20));

	timeline_step(&t, step_s);
	near_ns(timeline_free(&t, wall(20 + step_s)).ns,
	    before.ns + interval_ns(step_s), 1);
	assert_true(timeline_rate_ppm(&t) == 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates),
		cmocka_unit_test(changes_are_continuous),
		cmocka_unit_test(late_timestamp_uses_the_old_rate),
		cmocka_unit_test(step_moves_both_scales),
	};

	return cmocka_run_group_tests_name("sync/timeline", tests, NULL, NULL);
}
