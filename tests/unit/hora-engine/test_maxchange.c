/* SPDX-License-Identifier: Apache-2.0 */
/* Updates that are refused, and updates that stop: maxchange, fallbackdrift. */
#include "unit/hora-engine/world.h"

#include "base/exit_status.h"

#define ADJUSTMENT "exceeds the allowed maximum of "

static struct world *world_of(int start, int ignore)
{
	struct world *w = world_new();

	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1")->maxpoll = 6;
	w->config.maxchange = (struct maxchange_config){ .enabled = true,
		.offset_s = 0.5, .start = start, .ignore = ignore };
	return w;
}

/* A server that goes wrong by 0.9 s: what it says is not taken. */
static void test_refused(void **state)
{
	struct world *w = world_of(1, 2);
	struct engine_now now;

	(void)state;
	w->config.maxchange.offset_s = 0.1;
	world_start(w);
	world_run(w, 1000);
	assert_true(engine_is_synchronised(w->e));
	w->servers[0].offset_s = 0.9;
	for (int i = 1; i <= 2; i++) {
		struct reference before;
		int adjusts, steps = 0;

		/* one wrong sample is no reason for an adjustment of 0.9 s */
		do {
			before = w->e->reference;
			adjusts = w->adjusts;
			world_run(w, 0.5);
		} while (world_count_said(w, "(ignored)") < i &&
		    ++steps < 10000);
		assert_int_equal(w->adjusts, adjusts);
		assert_true(w->e->reference.offset_s == before.offset_s);
		assert_int_equal(w->e->reference.updates, before.updates);
		assert_true(fabs(world_error(w)) < 1e-3);
		assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_int_equal(w->memory.refused, i);
		assert_int_equal(w->requests, 0);
	}
	for (int steps = 0; w->requests == 0 && steps < 10000; steps++)
		world_run(w, 0.5);
	assert_true(world_said(w, "(exiting)"));
	assert_int_equal(world_count_said(w, ADJUSTMENT), 3);
	assert_int_equal(w->requests, 1);
	assert_int_equal(w->request.task, IPC_TASK_EXIT);
	assert_int_equal(w->request.status, EXIT_OFFSET);
	now = world_now(w);
	engine_stop(w->e, &now);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);
}

/* A first offset of 2 s: looked at only after START updates. */
static void test_start(void **state)
{
	static const struct {
		int start, ignore;
		uint32_t had_updates, had_refused;
		bool is_taken, ends;
	} rows[] = {
		{ 1, 0, 0, 0, true, false },
		{ 0, 0, 0, 0, false, true },
		{ 0, -1, 0, 0, false, false },
		{ 5, 0, 4, 0, true, false },
		{ 5, 1, 5, 0, false, false },
		{ 5, 1, 5, 1, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_of(rows[i].start, rows[i].ignore);

		w->memory.updates = rows[i].had_updates;
		w->memory.refused = rows[i].had_refused;
		w->wall_ns = -2e9;
		world_start(w);
		world_run(w, 1);	/* one sample */
		assert_int_equal(engine_is_synchronised(w->e),
		    rows[i].is_taken);
		assert_int_equal(w->requests > 0, rows[i].ends);
		if (rows[i].is_taken) {
			/* the slew of what was taken is no new change */
			world_run(w, 300);
			assert_false(world_said(w, ADJUSTMENT));
			assert_true(fabs(world_error(w)) < 1e-2);
		}
		world_end(w);
	}
}

/* Both sides of OFFSET. */
static void test_offset(void **state)
{
	static const double wrong_s[] = { 0.49, -0.49, 0.51, -0.51 };

	(void)state;
	for (int i = 0; i < 4; i++) {
		struct world *w = world_of(0, -1);

		w->wall_ns = wrong_s[i] * 1e9;
		world_start(w);
		world_run(w, 5.5);
		assert_int_equal(engine_is_synchronised(w->e), i < 2);
		assert_int_equal(world_said(w, ADJUSTMENT), i >= 2);
		world_end(w);
	}
}

/*
 * An hour at 20 ppm, then a last update that says 60 ppm, and silence: after
 * 2^10 s the clock runs at the average.
 */
static void test_fallback(void **state)
{
	struct world *w = world_of(0, -1);

	(void)state;
	w->config.maxchange.enabled = false;
	w->config.fallback_min_log2_s = 10;
	w->config.fallback_max_log2_s = 11;
	w->freq_error = 20e-6;
	world_start(w);
	world_run(w, 3600);
	w->e->reference.freq = -60e-6;
	w->servers[0].is_silent = true;
	world_run(w, 950);
	assert_true(engine_is_synchronised(w->e));
	assert_false(world_said(w, "No update of the clock"));
	assert_true(w->e->reference.freq == -60e-6);
	world_run(w, 100);
	assert_true(world_said(w, "No update of the clock for 2^10 seconds"));
	assert_false(engine_is_synchronised(w->e));
	assert_int_equal(w->published.leap, LEAP_UNSYNC);
	assert_true(fabs(w->e->reference.freq + 20e-6) < 1e-6);
	assert_true(fabs(w->base_ppm + 20) < 1);
	world_run(w, 900);
	assert_false(world_said(w, "for 2^11 seconds"));
	world_run(w, 100);
	assert_true(world_said(w, "for 2^11 seconds"));
	world_run(w, 20000);
	assert_int_equal(world_count_said(w, "No update of the clock"), 2);
	w->servers[0].is_silent = false;
	world_run(w, 2000);
	assert_true(engine_is_synchronised(w->e));
	assert_true(fabs(world_error(w)) < 1e-2);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_fallback),
	};

	return cmocka_run_group_tests_name("hora-engine/maxchange", tests,
	    NULL, NULL);
}
