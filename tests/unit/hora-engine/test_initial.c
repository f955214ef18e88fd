/* SPDX-License-Identifier: Apache-2.0 */
/* What is done once at the start: initstepslew, and option -s. */
#include "unit/hora-engine/world.h"

#define WAITS_S 10

static void hosts(struct world *w, double threshold_s, const char *first,
    const char *second)
{
	struct initstepslew_config *c = &w->config.initstepslew;

	c->threshold_s = threshold_s;
	text_copy(c->hosts[0], sizeof(c->hosts[0]), first);
	c->host_count = 1;
	if (!second)
		return;
	text_copy(c->hosts[1], sizeof(c->hosts[1]), second);
	c->host_count = 2;
}

/* A server 1 that is configured (or not), and a temporary one. */
static struct world *world_of_two(double wrong_s, double threshold_s,
    bool is_configured)
{
	struct world *w = world_new();

	w->wall_ns = wrong_s * 1e9;
	world_server(w, 1);
	world_server(w, 2);
	if (is_configured)
		world_line(w, SOURCE_SERVER, "192.0.2.1");
	hosts(w, threshold_s, "192.0.2.2", NULL);
	return w;
}

/* The threshold decides of the first update, whatever makestep says. */
static void test_threshold(void **state)
{
	static const struct {
		double wrong_s, threshold_s;
		double makestep_s;
		int makestep_limit;
		int steps;
		const char *said;
	} rows[] = {
		{ -20, 10, 0, 0, 1, "offset : 19.9999" },
		{ 20, 10, 0, 0, 1, "seconds fast of true (step)" },
		{ -20, 10, 100, 3, 1, "seconds slow of true (step)" },
		{ 5, 10, 0, 0, 0, "offset : 5.0000" },
		{ 5, 10, 1, 1, 0, "seconds fast of true (slew)" },
		{ -5, 10, 1, 1, 0, "seconds slow of true (slew)" },
		{ 0.01, 0, 0, 0, 1, "(step)" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		for (int is_configured = 0; is_configured < 2; is_configured++) {
			struct world *w = world_of_two(rows[i].wrong_s,
			    rows[i].threshold_s, is_configured);

			w->config.makestep_threshold_s = rows[i].makestep_s;
			w->config.makestep_limit = rows[i].makestep_limit;
			world_start(w);
			assert_false(engine_is_settled(w->e));
			world_run(w, 9);
			assert_true(engine_is_settled(w->e));
			if (w->steps != rows[i].steps ||
			    !world_said(w, rows[i].said))
				fail_msg("row %zu: %d steps", i, w->steps);
			assert_int_equal(world_count_said(w, "initial offset"),
			    1);
			assert_int_equal(w->e->count, is_configured);
			assert_int_equal(w->servers[1].requests > 0, 1);
			assert_false(world_said(w, "No suitable"));
			world_end(w);
		}
}

/* The step is the only one; from the second update on makestep holds. */
static void test_only_once(void **state)
{
	struct world *w = world_of_two(20, 10, true);

	(void)state;
	world_start(w);
	world_run(w, 5);
	assert_int_equal(w->steps, 1);
	w->servers[0].offset_s = 50;
	world_run(w, 3000);
	assert_int_equal(w->steps, 1);
	assert_int_equal(world_count_said(w, "initial offset"), 1);
	world_end(w);
}

static void test_makestep_goes_on(void **state)
{
	struct world *w = world_of_two(5, 10, true);

	(void)state;
	w->config.makestep_threshold_s = 1;
	w->config.makestep_limit = -1;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(w->steps, 0);		/* slewed, by initstepslew */
	world_run(w, 5);
	assert_int_equal(w->steps, 1);		/* then by makestep */
	world_end(w);
}

/* hora-clock says no: it is slewed, and the sources go all the same. */
static void test_refused(void **state)
{
	struct world *w = world_of_two(20, 10, true);

	(void)state;
	w->refuses = true;
	world_start(w);
	world_run(w, 5);
	assert_int_equal(w->steps, 0);
	assert_true(w->adjust.slew_s < -10);
	assert_int_equal(w->e->count, 1);
	world_end(w);
}

/* One that is a source already is not added, by whatever name. */
static void test_known_hosts(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1);
	w->addresses[0] = world_ip(3);
	w->address_count = 1;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_line(w, SOURCE_SERVER, "a.example");
	hosts(w, 1, "192.0.2.1", "A.example");
	world_start(w);
	assert_int_equal(w->e->count, 2);
	world_run(w, 12);
	assert_int_equal(w->e->count, 2);
	assert_true(world_said(w, "initial offset"));
	assert_false(world_said(w, "Could not add"));
	world_end(w);
}

/* Nobody answers: after 10 s it is over, and later updates go by makestep. */
static void test_silence(void **state)
{
	struct world *w = world_of_two(20, 10, true);

	(void)state;
	w->servers[0].is_silent = w->servers[1].is_silent = true;
	world_start(w);
	world_run(w, WAITS_S - 0.01);
	assert_false(engine_is_settled(w->e));
	assert_int_equal(w->e->count, 2);
	world_run(w, 0.02);
	assert_true(engine_is_settled(w->e));
	assert_int_equal(w->e->count, 1);
	assert_int_equal(world_count_said(w,
	    "No suitable source for initstepslew"), 1);
	w->servers[0].is_silent = false;
	world_run(w, 3000);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(w->steps, 0);
	assert_false(world_said(w, "initial offset"));
	world_end(w);
}

/* Names that fail, and names that nobody answers for. */
static void test_names(void **state)
{
	(void)state;
	for (int is_absent = 0; is_absent < 2; is_absent++) {
		struct world *w = world_new();

		hosts(w, 1, "a.example", "b.example");
		w->lookup_status = 1;
		w->ke_is_absent = is_absent;
		world_start(w);
		world_run(w, WAITS_S + 1);
		assert_int_equal(world_count_said(w, "Could not resolve address"
		    " of initstepslew server "), 2);
		assert_true(world_said(w, "initstepslew server b.example"));
		assert_true(world_said(w, "No suitable source"));
		assert_int_equal(w->e->count, 0);
		assert_int_equal(w->e->line_count, 0);
		assert_int_equal(w->e->lookups, 0);
		assert_int_equal(w->requests, 0);	/* no EXIT */
		world_end(w);
	}
}

/* What keeps the clock from it, or leaves it out. */
static void test_flags(void **state)
{
	static const struct {
		uint32_t flags;
		bool is_asked, is_said, is_settled;
	} rows[] = {
		{ 0, true, true, false },
		{ IPC_NO_CLOCK, true, true, false },
		{ IPC_OPT_RESTART, false, false, true },
		{ IPC_RESTARTED, false, false, true },
		{ IPC_ONCE_SET, true, false, true },
		{ IPC_ONCE_PRINT, true, false, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_of_two(20, 10, false);

		w->options.flags = rows[i].flags;
		world_start(w);
		if (engine_is_settled(w->e) != rows[i].is_settled)
			fail_msg("row %zu: settled", i);
		world_run(w, 12);
		if ((w->servers[1].requests > 0) != rows[i].is_asked ||
		    world_said(w, "fast of true (step)") != rows[i].is_said ||
		    w->steps != (rows[i].flags == 0 ||
		    rows[i].flags == IPC_ONCE_SET))
			fail_msg("row %zu", i);
		world_end(w);
	}
}

/* A threshold without a host does nothing. */
static void test_no_host(void **state)
{
	struct world *w = world_of_two(20, 10, true);

	(void)state;
	w->config.initstepslew.host_count = 0;
	world_start(w);
	assert_true(engine_is_settled(w->e));
	world_run(w, 12);
	assert_int_equal(w->steps, 0);
	assert_false(world_said(w, "initstepslew"));
	world_end(w);
}

/* Where configured sources must be authenticated, these do not count. */
static void test_authentication(void **state)
{
	struct world *w = world_of_two(0, 10, true);

	(void)state;
	w->lines[0].nts = true;
	w->config.authselectmode = AUTHSELECT_REQUIRE;
	w->servers[0].is_silent = true;
	w->servers[1].offset_s = 100;
	world_start(w);
	world_run(w, 12);
	assert_int_equal(w->steps, 0);
	assert_true(w->servers[1].requests > 0);
	assert_true(world_said(w, "No suitable source"));
	assert_false(engine_is_synchronised(w->e));
	world_end(w);
}

/* A reload in the middle neither removes nor repeats anything. */
static void test_reload(void **state)
{
	struct world *w = world_of_two(20, 10, true);
	struct engine_now now;

	(void)state;
	w->servers[0].is_silent = w->servers[1].is_silent = true;
	world_start(w);
	world_run(w, 1);
	now = world_now(w);
	engine_reload(w->e, &now, &w->config);
	assert_int_equal(w->e->count, 2);
	world_run(w, 10);
	assert_int_equal(w->e->count, 1);
	now = world_now(w);
	engine_reload(w->e, &now, &w->config);
	assert_int_equal(w->e->count, 1);
	assert_true(engine_is_settled(w->e));
	world_end(w);
}

/* Option -s: forward to the time of the driftfile, once, and never back. */
static void test_driftfile(void **state)
{
	static const struct {
		double behind_s;
		uint32_t flags;
		int steps;
		bool is_said;
	} rows[] = {
		{ 1000, 0, 1, true }, { 0.5, 0, 1, true },
		{ -0.5, 0, 0, false }, { -1e6, 0, 0, false },
		{ 1000, IPC_NO_CLOCK, 0, true },
		{ 1000, IPC_RESTARTED, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = world_new();
		double left_s;

		w->options.flags = rows[i].flags;
		w->memory.not_before = wall_add(world_now(w).wall,
		    rows[i].behind_s);
		world_start(w);
		world_run(w, 0.1);
		left_s = world_error(w) - (rows[i].steps ?
		    rows[i].behind_s : 0);
		if (w->steps != rows[i].steps || fabs(left_s) > 1e-3 ||
		    world_said(w, "behind the time of the driftfile") !=
		    rows[i].is_said)
			fail_msg("row %zu: %d steps, %g s", i, w->steps, left_s);
		world_run(w, 100);
		assert_int_equal(w->steps, rows[i].steps);
		world_end(w);
	}
}

/* Then the sources correct what is left, by the rules as ever. */
static void test_driftfile_then_sources(void **state)
{
	struct world *w = world_of_two(-5000, 10, true);

	(void)state;
	w->memory.not_before = (struct wall_time){ WORLD_START_NS -
		100 * NS_PER_S };
	world_start(w);
	world_run(w, 9);
	assert_int_equal(w->steps, 2);
	assert_true(world_said(w, "4899.999 seconds behind"));
	assert_true(fabs(world_error(w)) < 0.01);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_threshold),
		cmocka_unit_test(test_only_once),
		cmocka_unit_test(test_makestep_goes_on),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_known_hosts),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_flags),
		cmocka_unit_test(test_no_host),
		cmocka_unit_test(test_authentication),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_driftfile),
		cmocka_unit_test(test_driftfile_then_sources),
	};

	return cmocka_run_group_tests_name("hora-engine/initial", tests, NULL,
	    NULL);
}
