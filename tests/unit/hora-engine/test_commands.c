/* SPDX-License-Identifier: Apache-2.0 */
/* What the control socket can ask, and the runs that end by themselves. */
#include "unit/hora-engine/world.h"

static struct source_match everything(void)
{
	return (struct source_match){ .address = { .family = IP_NONE } };
}

static void test_online_offline(void **state)
{
	struct world *w = world_of_one();
	struct source_match all = everything(), none = {
		.address = { IP_V4, { 198, 51, 100, 1 } },
		.mask = { IP_V4, { 255, 255, 255, 255 } } };
	struct source_match net = { .address = { IP_V4, { 192, 0, 2, 77 } },
		.mask = { IP_V4, { 255, 255, 255, 0 } } };
	struct engine_now now;
	int requests;

	(void)state;
	world_start(w);
	world_run(w, 20);
	now = world_now(w);
	assert_int_equal(engine_online(w->e, &now, &none, false), 0);
	assert_int_equal(engine_online(w->e, &now, &net, false), 1);
	assert_true(world_said(w, "Source 192.0.2.1 offline"));
	assert_int_equal(engine_activity(w->e).offline, 1);
	requests = w->servers[0].requests;
	world_run(w, 500);
	assert_int_equal(w->servers[0].requests, requests);
	now = world_now(w);
	assert_int_equal(engine_online(w->e, &now, &all, true), 1);
	assert_int_equal(engine_activity(w->e).burst_online, 1);
	world_run(w, 20);
	assert_true(w->servers[0].requests > requests + 2);
	assert_int_equal(engine_activity(w->e).online, 1);
	world_end(w);
}

static void test_onoffline(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;

	(void)state;
	world_start(w);
	world_run(w, 20);
	w->no_route = true;
	now = world_now(w);
	engine_onoffline(w->e, &now);
	assert_int_equal(engine_activity(w->e).offline, 1);
	w->no_route = false;
	engine_onoffline(w->e, &now);
	assert_int_equal(engine_activity(w->e).offline, 0);
	world_end(w);
}

static void test_burst(void **state)
{
	struct world *w = world_of_one();
	struct source_match all = everything();
	struct engine_now now;
	int requests;

	(void)state;
	w->lines[0].offline = true;
	world_start(w);
	world_run(w, 100);
	assert_int_equal(w->servers[0].requests, 0);
	now = world_now(w);
	assert_int_equal(engine_burst(w->e, &now, &all, 4, 6), 1);
	assert_int_equal(engine_activity(w->e).burst_offline, 1);
	world_run(w, 60);
	requests = w->servers[0].requests;
	assert_int_equal(requests, 4);
	assert_int_equal(engine_activity(w->e).offline, 1);
	world_run(w, 500);
	assert_int_equal(w->servers[0].requests, requests);
	world_end(w);
}

static void test_makestep(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;

	(void)state;
	w->wall_ns = -20e6;
	world_start(w);
	world_run(w, 4.5);
	assert_true(engine_is_synchronised(w->e));
	now = world_now(w);
	assert_true(engine_makestep(w->e, &now));
	world_run(w, 0.1);
	assert_int_equal(w->steps, 1);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_end(w);

	w = world_of_one();
	w->options.flags = IPC_NO_CLOCK;
	world_start(w);
	world_run(w, 20);
	now = world_now(w);
	assert_false(engine_makestep(w->e, &now));
	world_end(w);
}

/* A request under way while the clock is stepped still gives a right sample. */
static void test_makestep_in_flight(void **state)
{
	struct world *w = world_of_one();
	const struct assoc *a;
	struct engine_now now;
	uint32_t good;

	(void)state;
	w->servers[0].delay_s = 0.2;
	w->wall_ns = -2e9;
	world_start(w);
	a = &w->e->sources[0]->assoc;
	while (!engine_is_synchronised(w->e) || !a->is_open)
		world_step(w, INT64_MAX);
	good = a->count.good;
	now = world_now(w);
	assert_true(engine_makestep(w->e, &now));
	world_run(w, 0.5);
	assert_int_equal(w->steps, 1);
	assert_int_equal(a->count.good, good + 1);
	assert_true(fabs(a->report.delay_s - 0.4) < 1e-3);
	assert_true(fabs(world_error(w)) < 0.01);
	world_run(w, 300);
	assert_true(fabs(world_error(w)) < 5e-3);	/* of a way of 0.2 s */
	world_end(w);
}

static void test_delete_and_reset(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;

	(void)state;
	world_start(w);
	world_run(w, 20);
	now = world_now(w);
	engine_reset_sources(w->e, &now);
	assert_false(engine_is_synchronised(w->e));
	assert_int_equal(w->e->sources[0]->stats.count, 0);
	world_run(w, 300);
	assert_true(engine_is_synchronised(w->e));
	now = world_now(w);
	engine_delete(w->e, &now, w->e->sources[0]);
	assert_int_equal(w->e->count, 0);
	assert_int_equal(w->e->line_count, 0);
	assert_true(world_said(w, "Can't synchronise: no s"));
	world_run(w, 300);
	assert_int_equal(w->e->selected_id, 0);
	world_end(w);
}

static void test_reselect(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;

	(void)state;
	world_start(w);
	world_run(w, 20);
	now = world_now(w);
	engine_reselect(w->e, &now);
	assert_true(w->e->selected_id != 0);
	assert_int_equal(world_count_said(w, "Selected source"), 2);
	world_end(w);
}

static void test_tasks(void **state)
{
	struct world *w = world_of_one();
	struct engine_now now;

	(void)state;
	world_start(w);
	now = world_now(w);
	engine_dump(w->e, &now);
	assert_int_equal(w->requests, 0);	/* the caller's to ask for */
	engine_shutdown(w->e);
	assert_int_equal(w->request.task, IPC_TASK_SHUTDOWN);
	assert_true(world_said(w, "Received shutdown command"));
	world_end(w);
}

/* --- -q, -Q, -t -------------------------------------------------------------- */

static void test_once(void **state)
{
	static const struct {
		const char *name;
		uint32_t flags;
		bool is_silent, iburst;
		int status, steps;
		bool tells;
	} cases[] = {
		{ "-q", IPC_ONCE_SET, false, true, 0, 1, false },
		{ "-q without iburst", IPC_ONCE_SET, false, false, 0, 1, false },
		{ "-q, no server", IPC_ONCE_SET, true, true, 1, 0, false },
		{ "-q -x", IPC_ONCE_SET | IPC_NO_CLOCK, false, true, 0, 0, false },
		{ "-Q", IPC_ONCE_PRINT, false, true, 0, 0, true },
		{ "-Q, no server", IPC_ONCE_PRINT, true, true, 1, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_of_one();
		double wrong_s;

		w->options.flags = cases[i].flags;
		w->lines[0].iburst = cases[i].iburst;
		w->servers[0].is_silent = cases[i].is_silent;
		w->wall_ns = -3e9;
		world_start(w);
		world_run(w, 70);
		if (w->requests != 1 || w->request.status != cases[i].status)
			fail_msg("%s: %d requests, status %d", cases[i].name,
			    w->requests, w->request.status);
		assert_int_equal(w->request.task, IPC_TASK_EXIT);
		assert_int_equal(w->steps, cases[i].steps);
		assert_int_equal(w->adjusts, 0);
		assert_int_equal(sscanf(w->request.text,
		    "System clock wrong by %lf seconds", &wrong_s) == 1,
		    cases[i].tells);
		if (cases[i].tells)
			assert_true(fabs(wrong_s - 3) < 1e-3);
		if (cases[i].is_silent)
			assert_true(world_said(w, "No suitable source"));
		else
			assert_true(w->servers[0].requests >= 4);
		if (cases[i].steps > 0)
			assert_true(fabs(world_error(w)) < 1e-3);
		world_end(w);
	}
}

/* A server whose certificate is refused does not hold -q up for long. */
static void test_once_without_keys(void **state)
{
	struct world *w = world_of_one();

	(void)state;
	w->lines[0].nts = true;
	w->ke_stage = IPC_KE_TLS;
	w->options.flags = IPC_ONCE_SET;
	world_start(w);
	world_run(w, 10);
	assert_int_equal(w->requests, 1);
	assert_int_equal(w->request.status, 1);
	world_end(w);
}

static void test_timeout(void **state)
{
	static const struct {
		bool is_silent, is_local;
		int status;
	} cases[] = {
		{ false, false, 0 }, { true, false, 1 }, { true, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_of_one();

		w->options.timeout_s = 25;
		w->servers[0].is_silent = cases[i].is_silent;
		w->config.local.enabled = cases[i].is_local;
		w->config.local.stratum = 7;
		world_start(w);
		world_run(w, 24.9);
		assert_int_equal(w->requests, 0);
		world_run(w, 0.2);
		assert_int_equal(w->requests, 1);
		assert_int_equal(w->request.status, cases[i].status);
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_online_offline),
		cmocka_unit_test(test_onoffline),
		cmocka_unit_test(test_burst),
		cmocka_unit_test(test_makestep),
		cmocka_unit_test(test_makestep_in_flight),
		cmocka_unit_test(test_delete_and_reset),
		cmocka_unit_test(test_reselect),
		cmocka_unit_test(test_tasks),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_once_without_keys),
		cmocka_unit_test(test_timeout),
	};

	return cmocka_run_group_tests_name("hora-engine/commands", tests, NULL,
	    NULL);
}
