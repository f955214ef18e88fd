/* SPDX-License-Identifier: Apache-2.0 */
/* The local reference: when it is served, and what is said then. */
#include "unit/hora-engine/world.h"

/*
 * One server at 5 ms, polled each 16 s, and `local`. The claimed error grows by
 * 100 ppm at least, so that a silent server soon is too little.
 */
static struct world *served_world(void)
{
	struct world *w = world_of_one();

	w->lines[0].minpoll = w->lines[0].maxpoll = 4;
	w->config.maxclockerror_ppm = 100;
	w->config.local = (struct local_config){ .enabled = true,
		.stratum = 7, .distance_s = 1 };
	return w;
}

static bool is_local(const struct world *w)
{
	return w->published.refid == LOCAL_REFID;
}

/* Seconds until the local reference is served; -1: not within `most_s`. */
static int wait_for_local(struct world *w, int most_s)
{
	for (int s = 0; s <= most_s; s++) {
		if (is_local(w))
			return s;
		world_run(w, 1);
	}
	return -1;
}

static void forget_sources(struct world *w)
{
	struct engine_now now = world_now(w);

	w->servers[0].is_silent = true;
	engine_reset_sources(w->e, &now);
}

static void test_what_is_served(void **state)
{
	struct world *w = served_world();
	const struct time_ref *p = &w->published;

	(void)state;
	w->servers[0].is_silent = true;
	world_start(w);
	world_run(w, 1);
	assert_true(is_local(w));
	for (int s = 0; s < 300; s++) {
		struct wall_time now = world_now(w).wall;
		double age_s = wall_sub(now, p->ref_time);

		assert_int_equal(p->stratum, 7);
		assert_int_equal(p->leap, LEAP_NORMAL);
		assert_true(p->root_delay_s == 0 && p->root_dispersion_s == 0);
		assert_true(p->dispersion_rate == 0);
		assert_true(age_s >= 1 && age_s <= 2 + LOCAL_REFRESH_S);
		assert_int_equal(time_ref_correct(p, now).ns, now.ns);
		world_run(w, 1);
	}
	/* the clock itself is left alone, and nothing is claimed of it */
	assert_int_equal(w->adjusts + w->steps, 0);
	assert_false(w->status.is_synchronised);
	/* a source comes */
	w->servers[0].is_silent = false;
	world_run(w, 100);
	assert_int_equal(p->stratum, 2);
	assert_true(p->root_dispersion_s > 0);
	world_end(w);
}

/* While synchronised: only beyond `distance`. */
static void test_distance(void **state)
{
	struct world *w = served_world();

	(void)state;
	world_start(w);
	world_run(w, 200);
	w->servers[0].is_silent = true;
	assert_int_equal(wait_for_local(w, 1500), -1);	/* 0.15 s, not 1 */
	assert_true(engine_is_synchronised(w->e));
	world_end(w);

	w = served_world();
	w->config.local.distance_s = 0.05;
	world_start(w);
	world_run(w, 200);
	assert_false(is_local(w));
	w->servers[0].is_silent = true;
	assert_in_range(wait_for_local(w, 500), 1, 500);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(w->published.stratum, 7);
	/* as good again: the source is served */
	w->servers[0].is_silent = false;
	world_run(w, 60);
	assert_int_equal(w->published.stratum, 2);
	world_end(w);
}

static void test_waitsynced(void **state)
{
	struct world *w = served_world();
	int s;

	(void)state;
	w->config.local.distance_s = 0.001;	/* less than half the delay */
	w->config.local.waitsynced_s = 300;
	world_start(w);
	world_run(w, 200);
	assert_int_equal(w->published.stratum, 2);
	w->servers[0].is_silent = true;
	s = wait_for_local(w, 400);
	/* the last update was up to one poll before */
	assert_in_range(s, 300 - 17, 301);
	world_end(w);

	/* without a wait: at once, the source is never good enough */
	w = served_world();
	w->config.local.distance_s = 0.001;
	world_start(w);
	world_run(w, 200);
	assert_true(engine_is_synchronised(w->e));
	assert_true(is_local(w));
	world_end(w);
}

static void test_waitunsynced(void **state)
{
	struct world *w = served_world();

	(void)state;
	w->config.local.waitunsynced_s = 50;
	world_start(w);
	world_run(w, 49);
	assert_int_equal(w->published.stratum, 2);
	forget_sources(w);
	assert_in_range(wait_for_local(w, 100), 50, 51);
	world_end(w);
}

/* Without having been that near once, the local reference is never served. */
static void test_activate(void **state)
{
	struct world *w = served_world();

	(void)state;
	w->config.local.activate_s = 0.004;	/* half the delay is 5 ms */
	world_start(w);
	world_run(w, 200);
	forget_sources(w);
	assert_int_equal(wait_for_local(w, 100), -1);
	assert_false(w->memory.was_near);
	world_end(w);

	w = served_world();
	w->config.local.activate_s = 0.5;
	w->servers[0].is_silent = true;
	world_start(w);
	assert_int_equal(wait_for_local(w, 100), -1);
	w->servers[0].is_silent = false;
	world_run(w, 200);
	assert_false(is_local(w));
	assert_true(w->memory.was_near);
	forget_sources(w);
	assert_in_range(wait_for_local(w, 2), 0, 1);
	world_end(w);
}

/* An engine that takes over knows that it was near once. */
static void test_activate_after_restart(void **state)
{
	struct world *w = served_world();

	(void)state;
	w->config.local.activate_s = 0.5;
	w->servers[0].is_silent = true;
	w->memory.was_near = true;
	world_start(w);
	assert_in_range(wait_for_local(w, 100), 0, 1);
	world_end(w);
}

/* Orphans follow the one with the least refid: of IPv4, the address. */
static void test_orphan(void **state)
{
	static const struct {
		uint8_t address, stratum;
		uint8_t want;
	} cases[] = {
		{ 253, 10, 11 },	/* before us: we are 192.0.2.254 */
		{ 255, 10, 10 },	/* after us: we lead */
		{ 253, 11, 10 },	/* it follows somebody: so do we not */
		{ 255, 9, 10 },		/* a real source */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();
		char name[20];

		world_server(w, cases[i].address)->stratum = cases[i].stratum;
		snprintf(name, sizeof(name), "192.0.2.%d", cases[i].address);
		world_line(w, SOURCE_SERVER, name);
		w->config.local = (struct local_config){ .enabled = true,
			.orphan = true, .stratum = 10, .distance_s = 1,
			.waitunsynced_s = 20 };
		world_start(w);
		world_run(w, 100);
		assert_int_equal(w->published.stratum, cases[i].want);
		assert_int_equal(is_local(w), cases[i].stratum >= 10 &&
		    cases[i].want == 10);
		world_end(w);
	}
}

/* An orphan that finds a source, or loses it, tells another time than before. */
static void test_saved_orphan(void **state)
{
	static const struct {
		uint8_t before, after;
		bool is_orphan, is_new;
	} cases[] = {
		{ 10, 9, true, true },
		{ 9, 10, true, true },
		{ 9, 8, true, false },
		{ 10, 11, true, false },
		{ 10, 9, false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();

		world_server(w, 253)->stratum = cases[i].before;
		world_line(w, SOURCE_SERVER, "192.0.2.253");
		w->config.local = (struct local_config){ .enabled = true,
			.orphan = cases[i].is_orphan, .stratum = 10,
			.distance_s = 1, .waitunsynced_s = 20 };
		world_start(w);
		world_run(w, 1000);
		assert_true(w->e->sources[0]->stats.count > 8);
		w->servers[0].stratum = cases[i].after;
		world_run(w, 200);
		assert_int_equal(w->e->sources[0]->stats.count < 5,
		    cases[i].is_new);
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_what_is_served),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_waitsynced),
		cmocka_unit_test(test_waitunsynced),
		cmocka_unit_test(test_activate),
		cmocka_unit_test(test_activate_after_restart),
		cmocka_unit_test(test_orphan),
		cmocka_unit_test(test_saved_orphan),
	};

	return cmocka_run_group_tests_name("hora-engine/served", tests, NULL,
	    NULL);
}
