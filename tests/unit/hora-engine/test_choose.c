/* SPDX-License-Identifier: Apache-2.0 */
/* What selection is given of the configuration and of the sources. */
#include "unit/hora-engine/world.h"

static struct source_config *server_line(struct world *w, int n)
{
	char name[20];

	world_server(w, n);
	snprintf(name, sizeof(name), "192.0.2.%d", n);
	return world_line(w, SOURCE_SERVER, name);
}

static void test_values_arrive(void **state)
{
	struct world *w = world_new();
	const struct select_config *s;

	(void)state;
	w->config.combinelimit = 2;
	w->config.maxdistance_s = 0.5;
	w->config.maxjitter_s = 0.25;
	w->config.reselectdist_s = 0.125;
	w->config.stratumweight_s = 0.0625;
	w->config.maxclockerror_ppm = 5;
	w->config.minsources = 3;
	w->config.maxstratum = 9;
	w->config.minstratum = 2;
	world_start(w);
	s = &w->e->select;
	assert_true(s->combinelimit == 2 && s->maxdistance_s == 0.5);
	assert_true(s->maxjitter_s == 0.25 && s->reselectdist_s == 0.125);
	assert_true(s->stratumweight_s == 0.0625);
	assert_true(s->maxclockerror_ppm == 5 && s->minsources == 3);
	assert_true(s->maxstratum == 9 && s->minstratum == 2);
	world_end(w);
}

/* What the defaults of selection are is said in two places. */
static void test_defaults_agree(void **state)
{
	struct world *w = world_new();
	struct select_config d = select_defaults();

	(void)state;
	world_start(w);
	assert_memory_equal(&w->e->select.maxdistance_s, &d.maxdistance_s,
	    offsetof(struct select_config, minsources));
	assert_int_equal(w->e->select.minsources, d.minsources);
	assert_int_equal(w->e->select.maxstratum, d.maxstratum);
	assert_int_equal(w->e->select.minstratum, d.minstratum);
	world_end(w);
}

/* An NTS source and a plain one, by mode: their options in force. */
static void test_authselectmode(void **state)
{
	static const struct {
		enum authselect_mode mode;
		unsigned nts, plain;
	} cases[] = {
		{ AUTHSELECT_MIX, SELECT_REQUIRE | SELECT_TRUST, 0 },
		{ AUTHSELECT_PREFER, 0, SELECT_NOSELECT },
		{ AUTHSELECT_REQUIRE, 0, SELECT_NOSELECT },
		{ AUTHSELECT_IGNORE, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();

		w->config.authselectmode = cases[i].mode;
		server_line(w, 1)->nts = true;
		server_line(w, 2);
		/* nearer, so that it lies within what the other vouches for */
		w->servers[1].delay_s = 0.004;
		world_start(w);
		world_run(w, 30);
		assert_int_equal(w->e->candidates[0].options, cases[i].nts);
		assert_int_equal(w->e->candidates[1].options, cases[i].plain);
		/* each of them may be the reference */
		if (cases[i].plain)
			assert_int_equal(w->e->candidates[1].state,
			    SEL_NOSELECT);
		else
			assert_int_equal(w->e->selection.combined, 2);
		assert_true(engine_is_synchronised(w->e));
		world_end(w);
	}
}

/* Without any NTS source: require refuses what is plain, prefer takes it. */
static void test_authselectmode_without_nts(void **state)
{
	(void)state;
	for (int i = 0; i < 2; i++) {
		struct world *w = world_new();

		w->config.authselectmode = i ? AUTHSELECT_REQUIRE :
		    AUTHSELECT_PREFER;
		server_line(w, 1);
		world_start(w);
		world_run(w, 30);
		assert_int_equal(engine_is_synchronised(w->e), !i);
		assert_int_equal(world_said(w,
		    "Can't synchronise: no selectable sources"), i);
		world_end(w);
	}
}

/* A silent source stays selected for 8 polls and maxunreach more. */
static void test_maxunreach(void **state)
{
	static const int polls[] = { 0, 3 };

	(void)state;
	for (size_t i = 0; i < sizeof(polls) / sizeof(polls[0]); i++) {
		struct world *w = world_new();
		struct source_config *c = server_line(w, 1);
		int first;

		c->minpoll = c->maxpoll = 4;
		c->maxunreach = polls[i];
		world_start(w);
		world_run(w, 400);
		assert_int_equal(w->e->candidates[0].state, SEL_SELECTED);
		w->servers[0].is_silent = true;
		first = w->servers[0].requests;
		while (w->e->candidates[0].state == SEL_SELECTED) {
			world_run(w, 1);
			assert_in_range(w->servers[0].requests - first, 0, 50);
		}
		assert_int_equal(w->e->candidates[0].state, SEL_STALE);
		/* the eighth is missed when the ninth is sent */
		assert_int_equal(w->servers[0].requests - first, 9 + polls[i]);
		assert_true(world_said(w, "Can't synchronise: no selectable "
		    "sources (1 unreachable source)"));
		/* the clock runs on as it was */
		assert_true(engine_is_synchronised(w->e));
		w->servers[0].is_silent = false;
		world_run(w, 40);
		assert_int_equal(w->e->candidates[0].state, SEL_SELECTED);
		assert_int_equal(w->e->sources[0]->assoc.unreached, 0);
		world_end(w);
	}
}

static void test_messages(void **state)
{
	struct world *w = world_new();

	(void)state;
	server_line(w, 1)->offline = true;
	server_line(w, 2)->select_options = SELECT_NOSELECT;
	server_line(w, 3)->offline = true;
	world_start(w);
	world_run(w, 60);
	assert_true(world_said(w, "Can't synchronise: no selectable sources "
	    "(2 unreachable sources)"));
	world_end(w);

	w = world_new();
	server_line(w, 1);
	server_line(w, 2);
	w->servers[1].offset_s = 0.5;
	world_start(w);
	world_run(w, 60);
	assert_true(world_said(w,
	    "Can't synchronise: no majority (no agreement among 2 sources)"));
	world_end(w);
}

/*
 * A list of sources (of a sourcedir) that comes at the start is no reason to
 * complain: names are just being looked up, or there is nobody to wait for.
 */
static void test_no_complaint_at_start(void **state)
{
	(void)state;
	for (int with_name = 0; with_name <= 1; with_name++) {
		struct world *w = world_new();
		struct engine_now now;

		if (with_name)
			world_line(w, SOURCE_POOL, "pool.example");
		world_start(w);
		world_run(w, 0.005);	/* the addresses take 10 ms */
		assert_int_equal(w->lookups, with_name);
		now = world_now(w);
		engine_sources(w->e, &now, NULL, 0);
		assert_false(world_said(w, "Can't synchronise"));
		world_end(w);
	}
}

/* A line for each source at each selection; positive: the clock is fast. */
static void test_selection_log(void **state)
{
	struct world *w = world_new();
	const char *line;
	double age_s, low_s, high_s;
	char states[3];

	(void)state;
	w->options.flags = IPC_NO_CLOCK;
	w->config.log = LOG_SELECTION;
	server_line(w, 1)->select_options = SELECT_NOSELECT;
	server_line(w, 2)->select_options = SELECT_TRUST;
	w->servers[1].offset_s = 0.25;
	world_start(w);
	world_run(w, 30);
	assert_true(w->lines_of[IPC_LOG_SELECTION] >= 8);
	assert_int_equal(w->lines_of[IPC_LOG_SELECTION] % 2, 0);
	assert_int_equal(w->lines_of[IPC_LOG_TRACKING], 0);
	line = w->last_line[IPC_LOG_SELECTION].text;
	assert_int_equal(sscanf(line + 36, "%2s ---T- %*o 1.00 %lf %lf %lf",
	    states, &age_s, &low_s, &high_s), 4);
	assert_non_null(strstr(line, " 192.0.2.2 "));
	assert_string_equal(states, "*");
	assert_true(age_s >= 0 && age_s < 3);
	/* 10 ms of round trip about what the estimate makes of it */
	assert_true(high_s - low_s > 0.0099 && high_s - low_s < 0.012);
	assert_true(fabs((low_s + high_s) / 2 + 0.25) < 5e-4);
	world_end(w);
}

static void test_selection_log_off(void **state)
{
	struct world *w = world_new();

	(void)state;
	w->config.log = LOG_TRACKING;
	server_line(w, 1);
	world_start(w);
	world_run(w, 30);
	assert_int_equal(w->lines_of[IPC_LOG_SELECTION], 0);
	assert_true(w->lines_of[IPC_LOG_TRACKING] > 0);
	world_end(w);
}

/* More than the 128 that were judged once: all take part. */
static void test_many_sources(void **state)
{
	struct world *w = world_new();
	struct engine_now now;
	int judged = 0;

	(void)state;
	w->config.log = LOG_SELECTION;
	server_line(w, 1);
	world_start(w);
	now = world_now(w);
	for (int i = 0; i < 300; i++) {
		struct source_config c;

		source_config_init(&c, SOURCE_SERVER);
		snprintf(c.name, sizeof(c.name), "198.51.%d.%d", i / 200,
		    1 + i % 200);
		c.offline = true;
		assert_int_equal(engine_add(w->e, &now, &c), ADD_OK);
	}
	/* one more that answers, after all these */
	struct source_config last;

	world_server(w, 2);
	source_config_init(&last, SOURCE_SERVER);
	text_copy(last.name, sizeof(last.name), "192.0.2.2");
	last.iburst = true;
	assert_int_equal(engine_add(w->e, &now, &last), ADD_OK);
	world_run(w, 30);
	for (int i = 0; i < w->e->count; i++)
		judged += w->e->candidates[i].state == SEL_SELECTED ||
		    w->e->candidates[i].state == SEL_COMBINED;
	assert_int_equal(w->e->count, 302);
	/* but only the first are written down */
	assert_int_equal(w->lines_of[IPC_LOG_SELECTION] % 64, 0);
	assert_int_equal(world_count_said(w, "Only the first 64 of 302 sources"
	    " are written to selection.log"), 1);
	assert_int_equal(judged, 2);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_values_arrive),
		cmocka_unit_test(test_defaults_agree),
		cmocka_unit_test(test_authselectmode),
		cmocka_unit_test(test_authselectmode_without_nts),
		cmocka_unit_test(test_maxunreach),
		cmocka_unit_test(test_messages),
		cmocka_unit_test(test_no_complaint_at_start),
		cmocka_unit_test(test_selection_log),
		cmocka_unit_test(test_selection_log_off),
		cmocka_unit_test(test_many_sources),
	};

	return cmocka_run_group_tests_name("hora-engine/choose", tests, NULL,
	    NULL);
}
