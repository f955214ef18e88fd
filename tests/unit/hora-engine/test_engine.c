/* SPDX-License-Identifier: Apache-2.0 */
/* The engine as a whole: synchronising, steps, restart, the end. */
#include "unit/hora-engine/world.h"

static struct source *first_source(const struct world *w)
{
	assert_true(w->e->count > 0);
	return w->e->sources[0];
}

static void test_step_then_slew(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = 3;
	w->wall_ns = -300e6;
	w->freq_error = 50e-6;
	world_start(w);
	world_run(w, 30);
	assert_int_equal(w->steps, 1);
	assert_true(world_said(w, "Selected source 192.0.2.1"));
	assert_true(world_said(w, "System clock was stepped by 0.29"));
	assert_false(world_said(w, "time jump"));
	assert_true(engine_is_synchronised(w->e));
	assert_true(w->status.is_synchronised);
	assert_true(fabs(world_error(w)) < 0.01);
	world_run(w, 3000);
	assert_int_equal(w->steps, 1);
	assert_true(fabs(world_error(w)) < 1e-3);
	assert_true(fabs(w->base_ppm + 50) < 2);
	assert_true(w->memory.have_frequency);
	assert_true(fabs(w->memory.freq_ppm - 50) < 2);
	world_end(w);
}

static void test_slew_without_makestep(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->wall_ns = 300e6;
	w->freq_error = -20e-6;
	world_start(w);
	world_run(w, 3000);
	assert_int_equal(w->steps, 0);
	assert_true(w->adjusts > 0);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);
}

/* -x: nothing is asked of the clock, and what is served is right all the same. */
static void test_without_clock(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = -1;
	w->options.flags = IPC_NO_CLOCK;
	w->wall_ns = 2e9;
	w->freq_error = 30e-6;
	world_start(w);
	world_run(w, 2000);
	assert_int_equal(w->steps + w->adjusts, 0);
	assert_true(w->published.stratum == 2);
	assert_true(fabs(world_served_error(w)) < 1e-3);
	assert_true(world_error(w) > 1.9);
	world_end(w);
}

/* A step that hora-clock refuses is slewed instead. */
static void test_refused_step(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = 1;
	w->wall_ns = -200e6;
	w->refuses = true;
	world_start(w);
	world_run(w, 1500);
	assert_true(world_said(w, "Step of the system clock was refused"));
	assert_int_equal(w->steps, 0);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);
}

/* The frequency of an earlier run is in force before the first measurement. */
static void test_memory(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->freq_error = 80e-6;
	w->memory = (struct ipc_engine_memory){ .have_frequency = 1,
		.updates = 7, .freq_ppm = 80, .skew_ppm = 0.1 };
	world_start(w);
	world_run(w, 0.005);
	assert_int_equal(w->adjusts, 1);
	assert_true(fabs(w->base_ppm + 80) < 0.1);
	assert_int_equal(w->e->reference.updates, 7);
	assert_int_equal(w->e->clock_updates, 7);
	world_end(w);
}

/* Memory that no sane horad sends is not believed. */
static void test_bad_memory(void **state)
{
	static const struct ipc_engine_memory cases[] = {
		{ .have_frequency = 1, .freq_ppm = NAN, .skew_ppm = 1 },
		{ .have_frequency = 1, .freq_ppm = 1e9, .skew_ppm = 1 },
		{ .have_frequency = 1, .freq_ppm = 1, .skew_ppm = NAN },
		{ .have_frequency = 1, .freq_ppm = 1, .skew_ppm = -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();

		w->memory = cases[i];
		world_start(w);
		world_run(w, 1);
		assert_int_equal(w->adjusts, 0);
		assert_false(w->e->reference.has_freq);
		world_end(w);
	}
}

/* Without a word of hora-clock or horad the engine begins after a while. */
static void test_begin_by_itself(void **state)
{
	struct world *w = world_new();
	struct engine_effects fx = world_effects(w);
	struct engine_now now = world_now(w);
	struct fake_server *s = world_server(w, 1);

	(void)state;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	w->e = engine_new(&w->config, &w->options, &fx, -24, &now);
	world_run(w, 4.9);
	assert_int_equal(s->requests, 0);
	world_run(w, 0.5);
	assert_int_equal(s->requests, 1);
	world_end(w);
}

/* A new engine does not tell clients that nothing is known. */
static void test_restarted_keeps_page(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1)->is_silent = true;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	w->options.flags = IPC_RESTARTED;
	world_start(w);
	world_run(w, 30);
	assert_int_equal(w->publishes, 0);
	w->servers[0].is_silent = false;
	world_run(w, 1000);
	assert_true(w->publishes > 0);
	assert_int_equal(w->published.leap, LEAP_NORMAL);
	world_end(w);
}

/* hora-clock died: the new one is told frequency and status again. */
static void test_clock_restarted(void **state)
{
	struct world *w = world_of_one();
	int adjusts;

	(void)state;
	w->freq_error = 10e-6;
	world_start(w);
	world_run(w, 2000);
	adjusts = w->adjusts;
	memset(&w->status, 0, sizeof(w->status));
	w->rate_ppm = w->base_ppm = 0;
	w->slew_end_ns = 0;
	report_change(w, 0, IPC_CLOCK_INITIAL, 0);
	world_run(w, 0.01);
	assert_true(w->adjusts > adjusts);
	assert_true(fabs(w->base_ppm + 10) < 1);
	assert_true(w->status.is_synchronised);
	world_end(w);
}

static void test_falseticker(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (int i = 1; i <= 3; i++) {
		char name[20];

		snprintf(name, sizeof(name), "192.0.2.%d", i);
		world_server(w, i);
		world_line(w, SOURCE_SERVER, name);
	}
	w->servers[1].offset_s = 0.5;
	world_start(w);
	world_run(w, 400);
	assert_true(world_said(w, "Detected falseticker 192.0.2.2"));
	assert_int_equal(world_count_said(w, "Detected falseticker"), 1);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);
}

/* Two that contradict each other: nothing is known. */
static void test_no_majority(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1);
	world_server(w, 2)->offset_s = 0.5;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_line(w, SOURCE_SERVER, "192.0.2.2");
	world_start(w);
	world_run(w, 300);
	assert_false(engine_is_synchronised(w->e));
	assert_true(world_said(w, "Can't synchronise: no majority"));
	assert_int_equal(world_count_said(w, "Can't synchronise"), 1);
	world_end(w);
}

static void test_local(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1)->is_silent = true;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	w->config.local.enabled = true;
	w->config.local.stratum = 7;
	w->config.local.waitunsynced_s = 20;
	world_start(w);
	world_run(w, 15);
	assert_int_equal(w->published.leap, LEAP_UNSYNC);
	world_run(w, 10);
	assert_int_equal(w->published.leap, LEAP_NORMAL);
	assert_int_equal(w->published.stratum, 7);
	assert_int_equal(w->published.refid, LOCAL_REFID);
	w->servers[0].is_silent = false;
	world_run(w, 2000);
	assert_int_equal(w->published.stratum, 2);
	world_end(w);
}

/* Refused responses are said, but not each of them. */
static void test_refused_responses(void **state)
{
	struct world *w = world_new();
	struct fake_server *s = world_server(w, 1);

	(void)state;
	s->breaks_origin = true;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_start(w);
	world_run(w, 60);
	assert_true(s->requests > 3);
	assert_int_equal(world_count_said(w, "origin timestamp"), 1);
	assert_int_equal(first_source(w)->assoc.count.dropped[DROP_ORIGIN],
	    s->requests);
	assert_false(engine_is_synchronised(w->e));
	world_end(w);
}

static void test_log_files(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->config.log = LOG_MEASUREMENTS | LOG_STATISTICS | LOG_TRACKING;
	world_start(w);
	world_run(w, 1);
	assert_true(w->loglines >= 1);		/* tracking: unsynchronised */
	world_run(w, 20);
	assert_true(w->loglines > 6);
	world_end(w);
}

/* A server without time is in measurements.log by rawmeasurements only. */
static void test_raw_measurements(void **state)
{
	static const struct {
		unsigned log;
		bool is_unsync, is_logged;
	} cases[] = {
		{ LOG_MEASUREMENTS, false, true },
		{ LOG_RAWMEASUREMENTS, false, true },
		{ LOG_MEASUREMENTS, true, false },
		{ LOG_RAWMEASUREMENTS, true, true },
		{ LOG_MEASUREMENTS | LOG_RAWMEASUREMENTS, true, true },
		{ LOG_STATISTICS, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();
		const char *tests;

		world_server(w, 1)->is_unsync = cases[i].is_unsync;
		world_line(w, SOURCE_SERVER, "192.0.2.1");
		w->config.log = cases[i].log;
		world_start(w);
		world_run(w, 20);
		assert_int_equal(w->lines_of[IPC_LOG_MEASUREMENTS] > 0,
		    cases[i].is_logged);
		tests = w->last_line[IPC_LOG_MEASUREMENTS].text + 41;
		if (cases[i].is_logged)
			assert_memory_equal(tests, cases[i].is_unsync ?
			    "111 101" : "111 111", 7);
		world_end(w);
	}
}

/* mailonchange and logchange each have their own threshold. */
static void test_wrong(void **state)
{
	static const struct {
		double wrong_s, log_s, mail_s;	/* mail_s 0: none is wanted */
		int lines, mails;
	} cases[] = {
		{ 0.5, 1, 0, 0, 0 },
		{ 1.5, 1, 0, 1, 0 },
		{ 0.5, 1, 0.4, 0, 1 },
		{ 0.5, 1, 0.6, 0, 0 },
		{ -1.5, 1, 1.4, 1, 1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_of_one();

		w->wall_ns = (int64_t)(-cases[i].wrong_s * 1e9);
		w->config.logchange_s = cases[i].log_s;
		w->config.mail_threshold_s = cases[i].mail_s;
		if (cases[i].mail_s > 0)
			strcpy(w->config.mail_address, "root");
		world_start(w);
		world_run(w, 10);
		assert_int_equal(world_count_said(w, "System clock wrong by"),
		    cases[i].lines);
		assert_int_equal(w->wrongs, cases[i].mails);
		if (w->wrongs)
			assert_float_equal(w->wrong.offset_s, cases[i].wrong_s,
			    0.01);
		world_end(w);
	}
}

/* The slew ends with the engine; the frequency stays. */
static void test_stop(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;
	double base_ppm;

	(void)state;
	w->wall_ns = -500e6;
	w->freq_error = 40e-6;
	world_start(w);
	world_run(w, 5);
	assert_true(w->slew_end_ns != 0);
	base_ppm = w->base_ppm;
	now = world_now(w);
	engine_stop(w->e, &now);
	assert_true(w->adjust.slew_s == 0);
	assert_true(w->base_ppm == base_ppm);
	assert_int_equal(engine_wake(w->e).ns, MONO_NEVER.ns);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_step_then_slew),
		cmocka_unit_test(test_slew_without_makestep),
		cmocka_unit_test(test_without_clock),
		cmocka_unit_test(test_refused_step),
		cmocka_unit_test(test_memory),
		cmocka_unit_test(test_bad_memory),
		cmocka_unit_test(test_begin_by_itself),
		cmocka_unit_test(test_restarted_keeps_page),
		cmocka_unit_test(test_clock_restarted),
		cmocka_unit_test(test_falseticker),
		cmocka_unit_test(test_no_majority),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_refused_responses),
		cmocka_unit_test(test_log_files),
		cmocka_unit_test(test_raw_measurements),
		cmocka_unit_test(test_wrong),
		cmocka_unit_test(test_stop),
	};

	return cmocka_run_group_tests_name("hora-engine/engine", tests, NULL,
	    NULL);
}
