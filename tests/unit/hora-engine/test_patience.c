/* SPDX-License-Identifier: Apache-2.0 */
/* The start: whose first sample sets the clock, and how long others are awaited. */
#include "unit/hora-engine/world.h"

static struct world *world_of(int servers)
{
	struct world *w = world_new();

	for (int i = 1; i <= servers; i++) {
		char name[20];

		world_server(w, i);
		snprintf(name, sizeof(name), "192.0.2.%d", i);
		world_line(w, SOURCE_SERVER, name);
	}
	return w;
}

/* Seconds from the start until it is synchronised; 100 for not at all. */
static double synchronised_after_s(struct world *w)
{
	world_start(w);
	for (int ms = 0; ms < 10000; ms += 10) {
		if (engine_is_synchronised(w->e))
			return (double)w->t_ns * 1e-9;
		world_run(w, 0.01);
	}
	return 100;
}

static void test_waits(void **state)
{
	static const struct {
		const char *name;
		int servers, silent;
		double slow_s;		/* way to the last one that answers */
		double least_s, most_s;
	} rows[] = {
		{ "both are heard", 2, 0, 0.005, 0, 0.05 },
		{ "the other is slow", 2, 0, 0.15, 0.3, 0.35 },
		{ "the other is too slow", 2, 0, 0.9, 1.5, 1.6 },
		{ "two of three are enough", 3, 1, 0.005, 0, 0.05 },
		{ "one of three is not", 3, 2, 0.005, 1.5, 1.6 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_of(rows[i].servers);
		double after_s;

		for (int k = 0; k < rows[i].silent; k++)
			w->servers[rows[i].servers - 1 - k].is_silent = true;
		w->servers[rows[i].servers - 1].delay_s = rows[i].slow_s;
		after_s = synchronised_after_s(w);
		if (after_s < rows[i].least_s || after_s > rows[i].most_s)
			fail_msg("%s: after %g s", rows[i].name, after_s);
		world_end(w);
	}
}

/* The first that answers lies: the clock is never set by it. */
static void test_falseticker_first(void **state)
{
	struct world *w = world_of(3);

	(void)state;
	w->servers[0].offset_s = 40;
	w->servers[0].delay_s = 0.0005;
	w->servers[1].delay_s = w->servers[2].delay_s = 0.1;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = -1;
	world_start(w);
	for (int ms = 0; ms < 20000; ms += 100) {
		world_run(w, 0.1);
		assert_true(fabs(world_error(w)) < 0.02);
	}
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(w->steps, 0);
	world_end(w);
}

/* Of two that contradict each other none is taken, however long it takes. */
static void test_contradiction(void **state)
{
	struct world *w = world_of(2);

	(void)state;
	w->servers[1].offset_s = 40;
	w->servers[1].delay_s = 0.1;
	assert_true(synchronised_after_s(w) == 100);
	assert_int_equal(w->steps + w->adjusts, 0);
	assert_true(world_said(w, "no majority"));
	world_end(w);
}

/* A trusted source may contradict all others: it is awaited. */
static void test_trusted_is_awaited(void **state)
{
	struct world *w = world_of(3);

	(void)state;
	w->lines[2].select_options = SELECT_TRUST;
	w->servers[0].offset_s = w->servers[1].offset_s = 40;
	w->servers[2].delay_s = 0.2;
	w->config.makestep_threshold_s = 0.1;
	w->config.makestep_limit = -1;
	assert_true(synchronised_after_s(w) < 1);
	world_run(w, 1);
	assert_int_equal(w->steps, 0);
	assert_true(fabs(world_error(w)) < 0.05);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits),
		cmocka_unit_test(test_falseticker_first),
		cmocka_unit_test(test_contradiction),
		cmocka_unit_test(test_trusted_is_awaited),
	};

	return cmocka_run_group_tests_name("hora-engine/patience", tests, NULL,
	    NULL);
}
