/* SPDX-License-Identifier: Apache-2.0 */
/* Leap seconds in all modes, announced by sources or by the table. */
#include "unit/hora-engine/world.h"

#define MIDNIGHT_S INT64_C(1483228800)	/* 2017-01-01 */
#define BEFORE_S 1800

/* A leap second at the end of the day: the kernel makes what it was told. */
static struct world *before_leap(enum leapsecmode mode, uint8_t leap)
{
	struct world *w = world_new();

	w->start_ns = (MIDNIGHT_S - BEFORE_S) * NS_PER_S;
	world_server(w, 1)->leap = leap;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	w->config.leapsecmode = mode;
	world_start(w);
	return w;
}

/* Run over the leap: servers and, where it was told to, the kernel make it. */
static void pass_leap(struct world *w, uint8_t leap)
{
	int64_t moves_ns = leap == LEAP_INSERT ? -NS_PER_S : NS_PER_S;
	double instant_s = BEFORE_S - (leap == LEAP_DELETE);

	world_run(w, instant_s - (double)w->t_ns * 1e-9);
	if (w->status.leap == leap)
		w->wall_ns += (double)moves_ns;
	w->utc_ns = moves_ns;
	w->servers[0].leap = LEAP_NORMAL;
}

static const struct {
	enum leapsecmode mode;
	uint8_t leap;
	int steps;
	double error_s;			/* of the clock 4 s after the leap */
} cases[] = {
	{ LEAPSEC_SYSTEM, LEAP_INSERT, 0, 0 },
	{ LEAPSEC_SYSTEM, LEAP_DELETE, 0, 0 },
	{ LEAPSEC_STEP, LEAP_INSERT, 1, 0 },
	{ LEAPSEC_STEP, LEAP_DELETE, 1, 0 },
	/* 12 s at the greatest rate of slewing */
	{ LEAPSEC_SLEW, LEAP_INSERT, 0, 1 - 4 * 0.0833333 },
	{ LEAPSEC_SLEW, LEAP_DELETE, 0, -1 + 4 * 0.0833333 },
	{ LEAPSEC_IGNORE, LEAP_INSERT, 0, 1 },
	{ LEAPSEC_IGNORE, LEAP_DELETE, 0, -1 },
};

static void test_modes(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t leap = cases[i].leap;
		struct world *w = before_leap(cases[i].mode, leap);
		int samples;

		world_run(w, BEFORE_S - 10);
		assert_int_equal(w->published.leap, leap);
		assert_int_equal(w->status.leap,
		    cases[i].mode == LEAPSEC_SYSTEM ? leap : LEAP_NORMAL);
		world_run(w, 5.9);
		assert_int_equal(w->published.leap, LEAP_UNSYNC);
		samples = w->e->sources[0]->stats.count;
		pass_leap(w, leap);
		world_run(w, 1.5);
		assert_int_equal(w->published.leap, LEAP_UNSYNC);
		world_run(w, 2.5);
		assert_int_equal(w->published.leap, LEAP_NORMAL);
		assert_int_equal(w->status.leap, LEAP_NORMAL);
		assert_true(fabs(world_error(w) - cases[i].error_s) < 0.02);
		assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_true(engine_is_synchronised(w->e));
		assert_int_equal(w->e->sources[0]->stats.count, samples);
		assert_int_equal(w->steps, cases[i].steps);
		world_run(w, 600);
		assert_true(fabs(world_error(w)) < 1e-3);
		assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_int_equal(w->steps, cases[i].steps);
		assert_false(world_said(w, "time jump"));
		assert_int_equal(world_count_said(w, leap == LEAP_INSERT ?
		    "A leap second is announced: one is inserted" :
		    "A leap second is announced: one is deleted"), 1);
		assert_int_equal(world_count_said(w,
		    "The leap second has passed"), 1);
		assert_false(world_said(w, "announced no more"));
		world_end(w);
	}
}

/* The end of another slew, in mode ignore, is no reason to begin with this. */
static void test_ignore_in_a_slew(void **state)
{
	struct world *w = before_leap(LEAPSEC_IGNORE, LEAP_INSERT);
	struct engine_now now;

	(void)state;
	/* Updates so often that the slew ends before the next one. */
	assoc_poll_range(&w->e->sources[0]->assoc, 6, 6);
	world_run(w, BEFORE_S - 2);
	w->wall_ns += 0.3e9;
	now = world_now(w);
	engine_tick(w->e, &now);
	pass_leap(w, LEAP_INSERT);
	world_run(w, 4);
	assert_int_equal(w->slew_end_ns, 0);
	assert_true(fabs(world_error(w) - 1) < 0.02);
	assert_true(fabs(world_served_error(w)) < 1e-3);
	world_run(w, 600);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);
}

/* The kernel does not make it, or hora-clock refuses: slewed after the fact. */
static void test_not_made(void **state)
{
	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world *w = before_leap(i == 0 ? LEAPSEC_SYSTEM :
		    LEAPSEC_STEP, LEAP_INSERT);

		w->refuses = true;
		if (i == 2)
			w->config.makestep_limit = -1;
		world_run(w, BEFORE_S);
		w->utc_ns = -NS_PER_S;
		w->servers[0].leap = LEAP_NORMAL;
		world_run(w, 3.5);
		assert_true(engine_is_synchronised(w->e));
		assert_true(fabs(world_served_error(w)) < 1e-3);
		world_run(w, 600);
		assert_true(fabs(world_error(w)) < 1e-3);
		assert_int_equal(w->published.leap, LEAP_NORMAL);
		assert_false(world_said(w, "time jump"));
		world_end(w);
	}
}

/* -x: somebody else has the clock, and makes the leap second or does not. */
static void test_without_clock(void **state)
{
	(void)state;
	for (int made = 0; made <= 1; made++) {
		struct world *w = world_new();

		w->start_ns = (MIDNIGHT_S - BEFORE_S) * NS_PER_S;
		world_server(w, 1)->leap = LEAP_INSERT;
		world_line(w, SOURCE_SERVER, "192.0.2.1");
		w->options.flags = IPC_NO_CLOCK;
		world_start(w);
		world_run(w, BEFORE_S);
		w->utc_ns = -NS_PER_S;
		if (made)
			w->wall_ns -= 1e9;
		w->servers[0].leap = LEAP_NORMAL;
		world_run(w, 4);
		assert_true(engine_is_synchronised(w->e));
		assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_int_equal(w->published.leap, LEAP_NORMAL);
		assert_false(world_said(w, "time jump"));
		world_run(w, 300);
		assert_true(fabs(world_served_error(w)) < 1e-3);
		world_end(w);
	}
}

/* --- the table --------------------------------------------------------------- */

static struct ipc_leaps some_leaps(bool has_2017)
{
	struct ipc_leaps l = { .count = has_2017 ? 5 : 4, .rows = {
		{ 1230768000, 34 },	/* 2009-01-01 */
		{ 1341100800, 35 },	/* 2012-07-01 */
		{ 1435708800, 36 },	/* 2015-07-01 */
		{ 1435708800 + 86400, 36 },
		{ MIDNIGHT_S, 37 },
	} };

	return l;
}

/* Sources say nothing, the table does; and it knows TAI. */
static void test_table(void **state)
{
	static const struct {
		bool has_2017;
		uint8_t source, leap;
		enum leapsecmode mode;
		int tai_before, tai_after;
	} rows[] = {
		{ true, LEAP_NORMAL, LEAP_INSERT, LEAPSEC_SYSTEM, 36, 37 },
		{ true, LEAP_INSERT, LEAP_INSERT, LEAPSEC_SYSTEM, 36, 37 },
		{ false, LEAP_NORMAL, LEAP_NORMAL, LEAPSEC_SYSTEM, 36, 36 },
		/* sources win */
		{ true, LEAP_DELETE, LEAP_DELETE, LEAPSEC_SYSTEM, 36, 37 },
		{ false, LEAP_INSERT, LEAP_INSERT, LEAPSEC_SYSTEM, 36, 36 },
		/* the kernel is told only in mode system */
		{ true, LEAP_NORMAL, LEAP_INSERT, LEAPSEC_SLEW, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = before_leap(rows[i].mode, rows[i].source);
		struct ipc_leaps leaps = some_leaps(rows[i].has_2017);
		struct engine_now now;

		world_run(w, 60);
		now = world_now(w);
		engine_leaps(w->e, &now, &leaps);
		assert_int_equal(w->published.leap, rows[i].leap);
		assert_int_equal(w->status.tai_offset_s, rows[i].tai_before);
		if (rows[i].leap != LEAP_NORMAL)
			pass_leap(w, rows[i].leap);
		else
			world_run(w, BEFORE_S - 60);
		world_run(w, 10);
		assert_true(fabs(world_served_error(w)) < 1e-3);
		world_run(w, 300);
		assert_int_equal(w->status.tai_offset_s, rows[i].tai_after);
		assert_int_equal(w->published.leap, LEAP_NORMAL);
		world_end(w);
	}
}

/* Around the leap the kernel counts TAI itself: it is left alone. */
static void test_tai_in_window(void **state)
{
	struct world *w = before_leap(LEAPSEC_SYSTEM, LEAP_INSERT);
	struct ipc_leaps leaps = some_leaps(true);
	struct engine_now now;

	(void)state;
	world_run(w, 60);
	now = world_now(w);
	engine_leaps(w->e, &now, &leaps);
	world_run(w, BEFORE_S - 66);
	assert_int_equal(w->status.tai_offset_s, 36);
	world_run(w, 3);
	w->wall_ns += 2e6;		/* so that status is told anew */
	now = world_now(w);
	engine_tick(w->e, &now);
	assert_int_equal(w->status.tai_offset_s, 0);
	assert_int_equal(w->status.leap, LEAP_INSERT);
	world_end(w);
}

/* What makes no sense changes nothing; an empty table takes back. */
static void test_bad_tables(void **state)
{
	struct world *w = before_leap(LEAPSEC_SYSTEM, LEAP_NORMAL);
	struct ipc_leaps leaps = some_leaps(true);
	struct engine_now now;

	(void)state;
	world_run(w, 60);
	now = world_now(w);
	engine_leaps(w->e, &now, &leaps);
	leaps.count = IPC_LEAPS_MAX + 1;
	engine_leaps(w->e, &now, &leaps);
	assert_int_equal(w->published.leap, LEAP_INSERT);
	leaps = some_leaps(false);
	leaps.rows[1].tai_s = 36;	/* not the one of 2012 */
	engine_leaps(w->e, &now, &leaps);
	assert_int_equal(w->published.leap, LEAP_INSERT);
	leaps.count = 0;
	engine_leaps(w->e, &now, &leaps);
	assert_int_equal(w->published.leap, LEAP_NORMAL);
	assert_int_equal(w->status.leap, LEAP_NORMAL);
	world_end(w);
}

/* No update on the day of the leap: the table is looked at all the same. */
static void test_table_without_updates(void **state)
{
	struct world *w = world_new();
	struct ipc_leaps leaps = some_leaps(true);
	struct engine_now now;

	(void)state;
	w->start_ns = (MIDNIGHT_S - 86400 - 600) * NS_PER_S;
	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_start(w);
	world_run(w, 60);
	now = world_now(w);
	engine_leaps(w->e, &now, &leaps);
	assert_int_equal(w->published.leap, LEAP_NORMAL);
	w->servers[0].is_silent = true;
	world_run(w, 500);
	assert_int_equal(w->published.leap, LEAP_NORMAL);
	world_run(w, 200);
	assert_int_equal(w->published.leap, LEAP_INSERT);
	assert_int_equal(w->status.leap, LEAP_INSERT);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_ignore_in_a_slew),
		cmocka_unit_test(test_not_made),
		cmocka_unit_test(test_without_clock),
		cmocka_unit_test(test_table),
		cmocka_unit_test(test_tai_in_window),
		cmocka_unit_test(test_bad_tables),
		cmocka_unit_test(test_table_without_updates),
	};

	return cmocka_run_group_tests_name("hora-engine/leaps", tests, NULL,
	    NULL);
}
