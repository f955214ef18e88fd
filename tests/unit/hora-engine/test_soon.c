/* SPDX-License-Identifier: Apache-2.0 */
/* How soon after its start the engine has a time, and by how many packets. */
#include "unit/hora-engine/world.h"

#define SERVERS 4

/* Seconds until it is synchronised, looked at each millisecond; at most 10. */
static double soon_s(struct world *w)
{
	int64_t begin_ns = w->t_ns;

	while (!engine_is_synchronised(w->e) &&
	    w->t_ns - begin_ns < 10 * NS_PER_S)
		world_run(w, 1e-3);
	return (double)(w->t_ns - begin_ns) * 1e-9;
}

static struct source_config *server_line(struct world *w, int n)
{
	char name[20];

	world_server(w, n);
	snprintf(name, sizeof(name), "192.0.2.%d", n);
	return world_line(w, SOURCE_SERVER, name);
}

/* Nobody waits for anybody: all are asked at once, 10 ms away. */
static void test_parallel(void **state)
{
	(void)state;
	for (int is_nts = 0; is_nts < 2; is_nts++) {
		struct world *w = world_new();

		for (int i = 1; i <= SERVERS; i++)
			server_line(w, i)->nts = is_nts;
		world_start(w);
		/* NTS-KE takes 20 ms, each further request 2 ms. */
		assert_true(soon_s(w) < (is_nts ? 0.045 : 0.025));
		world_run(w, 0.2);
		for (int i = 0; i < SERVERS; i++)
			assert_int_equal(w->servers[i].requests, 1);
		/* The first is not counted as missed while keys are on their way. */
		assert_int_equal(w->e->sources[0]->assoc.reach, 1);
		assert_int_equal(w->e->sources[0]->assoc.reach_size, 1);
		world_end(w);
	}
}

/* A second source that says nothing is waited for, unless it can not speak. */
static void test_patience(void **state)
{
	enum trouble { SILENT, NO_KEYS, NO_NAME, UNSYNC };
	static const struct {
		enum trouble trouble;
		double least_s, most_s;
	} cases[] = {
		{ SILENT, 1.5, 1.6 },
		{ NO_KEYS, 0, 0.05 },
		{ NO_NAME, 0, 0.05 },
		{ UNSYNC, 0, 0.05 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();
		struct source_config *other;
		double s;

		server_line(w, 1);
		other = server_line(w, 2);
		w->config.authselectmode = AUTHSELECT_IGNORE;
		w->servers[1].is_silent = cases[i].trouble == SILENT;
		w->servers[1].is_unsync = cases[i].trouble == UNSYNC;
		other->nts = cases[i].trouble == NO_KEYS;
		w->ke_stage = IPC_KE_CONNECT;
		w->lookup_status = 1;
		if (cases[i].trouble == NO_NAME)
			text_copy(other->name, sizeof(other->name), "b.example");
		world_start(w);
		s = soon_s(w);
		if (s < cases[i].least_s || s > cases[i].most_s)
			fail_msg("case %zu: %g s", i, s);
		world_end(w);
	}
}

/* Most places of a pool stay empty: nobody will speak from there. */
static void test_small_pool(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (int i = 0; i < SERVERS - 1; i++) {
		world_server(w, i + 1);
		w->addresses[w->address_count++] = world_ip(i + 1);
	}
	world_line(w, SOURCE_POOL, "pool.example")->maxsources = SERVERS;
	world_start(w);
	assert_int_equal(w->e->count, 2 * SERVERS);
	assert_true(soon_s(w) < 0.05);
	world_end(w);
}

static double bound_s(const struct world *w)
{
	return w->published.root_delay_s / 2 +
	    time_ref_dispersion(&w->published, world_now(w).wall);
}

/*
 * The first sample steps the clock; what is claimed holds from then on, and
 * just before the next sample it is narrower each time.
 */
static void test_first_sample_steps(void **state)
{
	struct world *w = world_new();
	double before_s = INFINITY;

	(void)state;
	server_line(w, 1);
	w->config.makestep_threshold_s = 1;
	w->config.makestep_limit = 3;
	w->wall_ns = 3600e9;
	w->freq_error = 50e-6;
	world_start(w);
	assert_true(soon_s(w) < 0.02);
	world_run(w, 0.01);
	assert_int_equal(w->steps, 1);
	assert_true(fabs(world_error(w)) < 1e-3);
	world_run(w, 1.95);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(w->servers[0].requests, i + 1);
		assert_true(fabs(world_served_error(w)) < bound_s(w));
		assert_true(bound_s(w) < before_s);
		before_s = bound_s(w);
		world_run(w, 2.01);
	}
	assert_int_equal(w->steps, 1);
	world_end(w);
}

/* iburst: four when they are answered, eight when they are not. */
static void test_packets(void **state)
{
	(void)state;
	for (int is_silent = 0; is_silent < 2; is_silent++) {
		struct world *w = world_new();

		server_line(w, 1);
		w->servers[0].is_silent = is_silent;
		world_start(w);
		world_run(w, 60);
		assert_int_equal(w->servers[0].requests, is_silent ? 8 : 4);
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parallel),
		cmocka_unit_test(test_patience),
		cmocka_unit_test(test_small_pool),
		cmocka_unit_test(test_first_sample_steps),
		cmocka_unit_test(test_packets),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
