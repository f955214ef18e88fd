/* SPDX-License-Identifier: Apache-2.0 */
/* The clock moved by others: set, asleep, and what is done about it. */
#include "unit/hora-engine/world.h"

static struct world *synchronised_at(int limit, double delay_s)
{
	struct world *w = world_new();

	world_server(w, 1)->delay_s = delay_s;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	w->config.makestep_threshold_s = 1;
	w->config.makestep_limit = limit;
	w->freq_error = 30e-6;
	world_start(w);
	world_run(w, 400);
	assert_true(engine_is_synchronised(w->e));
	/* So few samples tell the ways apart no better. */
	assert_true(fabs(world_served_error(w)) < 0.02 * delay_s);
	return w;
}

static struct world *synchronised(int limit)
{
	return synchronised_at(limit, 0.005);
}

static bool bound_holds(const struct world *w)
{
	return fabs(world_served_error(w)) <= w->published.root_delay_s / 2 +
	    time_ref_dispersion(&w->published, world_now(w).wall);
}

/*
 * Somebody sets the clock: seen within 16 s, and nothing that was measured is
 * lost; it is corrected at once, by a step where makestep allows one.
 */
static void test_set(void **state)
{
	static const struct {
		double jump_s;
		int limit;
		const char *says;
		int steps;
	} cases[] = {
		{ 5, -1, "Forward time jump detected! (5.000", 1 },
		{ -5, -1, "Backward time jump detected! (-5.000", 1 },
		{ 3600, -1, "Forward time jump detected! (3600.000", 1 },
		{ -3600, -1, "Backward time jump detected! (-3600.000", 1 },
		{ 0.9, -1, "Forward time jump detected! (0.900", 0 },
		{ -0.9, -1, "Backward time jump detected! (-0.900", 0 },
		/* too late for a step: slewed */
		{ 5, 1, "Forward time jump detected! (5.000", 0 },
		{ 0.002, -1, "Forward time jump detected! (0.002", 0 },
		{ 0.000011, -1, "Forward time jump detected! (0.000011", 0 },
		{ -0.000011, -1, "Backward time jump detected! (-0.000011", 0 },
		{ 0.000009, -1, NULL, 0 }, { -0.000009, -1, NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = synchronised(cases[i].limit);
		int samples = w->e->sources[0]->stats.count, asked;

		asked = w->servers[0].requests;
		w->wall_ns += cases[i].jump_s * 1e9;
		world_run(w, 16.1);
		assert_int_equal(world_said(w, "time jump"),
		    cases[i].says != NULL);
		if (cases[i].says)
			assert_true(world_said(w, cases[i].says));
		assert_true(engine_is_synchronised(w->e));
		assert_true(w->e->sources[0]->stats.count >= samples);
		assert_int_equal(w->steps, cases[i].steps);
		assert_true(w->servers[0].requests - asked <= 1);
		if (cases[i].says)
			assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_true(bound_holds(w));
		assert_int_not_equal(w->published.leap, LEAP_UNSYNC);
		/* what remains is slewed away, at 83333 ppm at most */
		world_run(w, 5 / 0.08 + 2);
		assert_true(fabs(world_error(w)) < 1e-3);
		assert_int_equal(world_count_said(w, "time jump"),
		    cases[i].says != NULL);
		world_end(w);
	}
}

static void tick(struct world *w)
{
	struct engine_now now = world_now(w);

	engine_tick(w->e, &now);
}

/* What lies within the doubt of two readings is nothing. */
static void test_doubt(void **state)
{
	static const struct {
		double before_s, after_s, jump_s;
		bool is_seen;
	} rows[] = {
		{ 0.001, 0.0005, 0.0015, false }, { 0.001, 0.0005, 0.0016, true },
		{ 0, 0.001, 0.001, false }, { 0, 0.001, -0.0011, true },
		{ 0.001, 0, 0.001, false }, { 0.001, 0, -0.0011, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = synchronised(1);

		w->doubt_s = rows[i].before_s;
		tick(w);
		w->doubt_s = rows[i].after_s;
		w->wall_ns += rows[i].jump_s * 1e9;
		tick(w);
		assert_int_equal(world_said(w, "time jump"), rows[i].is_seen);
		world_end(w);
	}
}

static struct fake_event *reply_on_its_way(struct world *w)
{
	for (int i = 0; i < WORLD_EVENTS; i++)
		if (w->events[i].is_used && w->events[i].what == REPLY)
			return &w->events[i];
	return NULL;
}

/* A world in which a request is out, its answer half a second away. */
static struct world *waiting_for_reply(void)
{
	struct world *w = synchronised_at(1, 0.25);

	while (reply_on_its_way(w) == NULL)
		assert_true(world_step(w, w->t_ns + 2000 * NS_PER_S));
	return w;
}

/* The clock is set while a request is out: its answer is still good. */
static void test_set_between(void **state)
{
	struct world *w = waiting_for_reply();
	int64_t sent_ns = w->t_ns;
	const struct source *s = w->e->sources[0];

	(void)state;
	world_run(w, 0.1);
	w->wall_ns += 5e9;
	tick(w);
	world_run(w, 0.5);
	assert_null(reply_on_its_way(w));
	assert_true(fabs(s->assoc.report.delay_s - 0.5) < 1e-3);
	assert_true(wall_sub(s->assoc.report.at, (struct wall_time){
	    w->start_ns + sent_ns }) < 6);
	world_end(w);
}

/* Set before the answer was read, and after it came: its time means nothing. */
static void test_set_after_reply(void **state)
{
	struct world *w = waiting_for_reply();
	struct fake_event *ev = reply_on_its_way(w);
	int samples = w->e->sources[0]->stats.count;
	double before_s = world_served_error(w);
	struct engine_stamp came;
	struct engine_now now;

	(void)state;
	world_advance(w, ev->at_ns);
	came = (struct engine_stamp){ world_now(w).wall, STAMP_KERNEL };
	w->wall_ns += 0.01 * 1e9;
	now = world_now(w);
	engine_reply(w->e, &now, ev->source, ev->packet, ev->length, &came);
	ev->is_used = false;
	assert_true(world_said(w, "Forward time jump detected! (0.010"));
	assert_int_equal(w->e->sources[0]->stats.count, samples);
	assert_true(fabs(world_served_error(w) - before_s) < 1e-4);
	world_end(w);
}

/* The end of a slew is reported while the clock is set by an hour. */
static void test_torn_report(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->wall_ns = -500e6;
	world_start(w);
	world_run(w, 5);
	assert_true(w->slew_end_ns != 0);
	while (w->slew_end_ns != 0)
		assert_true(world_step(w, w->t_ns + 100 * NS_PER_S));
	w->wall_ns += 3600e9;		/* before the report arrives */
	tick(w);
	world_run(w, 0.01);
	assert_false(world_said(w, "makes no sense"));
	assert_true(fabs(world_served_error(w)) < 2e-3);
	world_run(w, 30);
	assert_true(fabs(world_served_error(w)) < 2e-3);
	world_end(w);
}

/* A clock that runs 50 ppm fast and jumps in the middle of a fast slew. */
static void test_set_in_a_slew(void **state)
{
	struct world *w = world_of_one();
	struct wall_time until;

	(void)state;
	w->wall_ns = -500e6;
	world_start(w);
	world_run(w, 5);
	assert_true(w->slew_end_ns != 0);
	until = w->published.until;
	w->wall_ns += 3600e9;
	tick(w);
	/* the slew ends when it would have ended */
	assert_true(fabs(wall_sub(w->published.until, until) - 3600) < 1e-3);
	w->wall_ns += 3600e9;
	/* until it is seen the end of the slew is reported, on the old scale */
	world_run(w, 20);
	assert_true(world_said(w, "Forward time jump"));
	assert_true(fabs(world_served_error(w)) < 3e-3);
	assert_false(world_said(w, "makes no sense"));
	world_end(w);
}

/* An operator's -x: nothing is corrected, what is served stays right. */
static void test_set_without_clock(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->options.flags = IPC_NO_CLOCK;
	world_start(w);
	world_run(w, 400);
	w->wall_ns += 7e9;
	world_run(w, 16.1);
	assert_true(engine_is_synchronised(w->e));
	assert_true(fabs(world_served_error(w)) < 1e-3);
	assert_int_equal(w->steps + w->adjusts, 0);
	world_end(w);
}

/*
 * The machine sleeps: the clock comes back with the error of the real-time
 * clock. The frequency stays, all sources are asked at once.
 */
static void test_slept(void **state)
{
	static const double rtc_error_s[] = { 0.5, -0.5, 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(rtc_error_s) / sizeof(double); i++) {
		struct world *w = synchronised(1);
		double freq = w->e->reference.freq;
		int asked = w->servers[0].requests;
		struct free_time before = timeline_free(&w->e->timeline,
		    world_now(w).wall), after;

		/* true time goes on, CLOCK_MONOTONIC does not */
		w->t_ns += 3600 * NS_PER_S;
		w->wall_ns += (3600 + rtc_error_s[i]) * 1e9;
		w->slept_ns += 3600e9 + rtc_error_s[i] * 1e9;
		tick(w);
		/* no correction of the frequency was at work meanwhile */
		after = timeline_free(&w->e->timeline, world_now(w).wall);
		assert_true(fabs(free_sub(after, before) - 3600 -
		    rtc_error_s[i]) < 1e-6);
		world_run(w, 16.1);
		assert_true(world_said(w, "The machine slept for 3"));
		assert_false(world_said(w, "time jump"));
		assert_true(w->servers[0].requests > asked);
		assert_true(w->e->reference.has_freq);
		assert_true(fabs(w->e->reference.freq - freq) < 20e-6);
		world_run(w, 30);
		assert_true(engine_is_synchronised(w->e));
		assert_true(fabs(world_served_error(w)) < 1e-3);
		assert_true(bound_holds(w));
		assert_int_equal(world_count_said(w, "slept"), 1);
		world_end(w);
	}
}

/*
 * Another program runs the clock at another rate; hora-clock takes it back and
 * reports it. What is served stays right within its bound.
 */
static void test_interference(void **state)
{
	static const struct {
		double from_s, foreign_ppm;	/* of the 64 s before */
		double most_s;
	} rows[] = {
		{ 32, 100, 1e-4 },	/* as it is assumed to have been */
		{ 1, 100, 3.3e-3 }, { 63, -100, 3.3e-3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = synchronised(1);
		double rate_ppm = w->rate_ppm, base_ppm = w->base_ppm;
		struct ipc_clock_changed c = {
			.result = IPC_CLOCK_INTERFERED, .rate_ppm = rate_ppm,
			.base_ppm = base_ppm,
			.foreign_ppm = base_ppm + rows[i].foreign_ppm,
			.foreign_s = 64 };
		struct engine_now now;

		w->e->reference.root_delay_s = 0;	/* a tight bound */
		w->servers[0].is_silent = true;
		world_run(w, rows[i].from_s);
		w->rate_ppm += rows[i].foreign_ppm;
		world_run(w, 64 - rows[i].from_s);
		w->rate_ppm = rate_ppm;
		now = world_now(w);
		c.at = now.wall;
		engine_clock_changed(w->e, &now, &c);
		assert_true(world_said(w, "System clock interference detected "
		    "(another NTP client?)"));
		assert_true(fabs(world_served_error(w)) <= rows[i].most_s);
		assert_true(bound_holds(w));
		assert_true(engine_is_synchronised(w->e));
		/* said once in a while only */
		for (int k = 0; k < 9; k++) {
			world_run(w, 64);
			now = world_now(w);
			c.at = now.wall;
			engine_clock_changed(w->e, &now, &c);
		}
		assert_int_equal(world_count_said(w, "interference"), 1);
		world_run(w, 64);
		now = world_now(w);
		c.at = now.wall;
		engine_clock_changed(w->e, &now, &c);
		assert_int_equal(world_count_said(w, "interference"), 2);
		world_end(w);
	}
}

/* A report with nonsense in it. */
static void test_bad_interference(void **state)
{
	static const double bad[][2] = {
		{ NAN, 1 }, { 300000, 1 }, { 0, -1 }, { 0, NAN }, { 0, 1001 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct world *w = synchronised(1);
		struct engine_now now = world_now(w);
		struct ipc_clock_changed c = {
			.result = IPC_CLOCK_INTERFERED, .at = now.wall,
			.rate_ppm = w->rate_ppm, .base_ppm = w->base_ppm,
			.foreign_ppm = bad[i][0], .foreign_s = bad[i][1] };

		engine_clock_changed(w->e, &now, &c);
		assert_true(world_said(w, "makes no sense"));
		assert_false(world_said(w, "interference"));
		world_end(w);
	}
}

/* Not one wake more than one each 16 s for looking at the clocks. */
static void test_wakes(void **state)
{
	struct world *w = synchronised(1);
	int events = 0;
	int64_t end_ns = w->t_ns + 3600 * NS_PER_S;

	(void)state;
	while (world_step(w, end_ns))
		events++;
	assert_in_range(events, 3600 / 17, 3600 / 16 + 400);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_doubt),
		cmocka_unit_test(test_set_between),
		cmocka_unit_test(test_set_after_reply),
		cmocka_unit_test(test_torn_report),
		cmocka_unit_test(test_set_in_a_slew),
		cmocka_unit_test(test_set_without_clock),
		cmocka_unit_test(test_slept),
		cmocka_unit_test(test_interference),
		cmocka_unit_test(test_bad_interference),
		cmocka_unit_test(test_wakes),
	};

	return cmocka_run_group_tests_name("hora-engine/jump", tests, NULL,
	    NULL);
}
