/* SPDX-License-Identifier: Apache-2.0 */
/* Options of a source as they show in selection, tracking and reports. */
#include "unit/hora-engine/world.h"

#include "hora-engine/reports.h"
#include "hora-engine/steer.h"

/* A run with one server of this stratum. */
static struct world *run(uint8_t stratum, bool copy, int minstratum)
{
	struct world *w = world_new();
	struct source_config *c;

	world_server(w, 1);
	w->servers[0].stratum = stratum;
	c = world_line(w, SOURCE_SERVER, "192.0.2.1");
	c->copy = copy;
	c->minstratum = minstratum;
	world_start(w);
	world_run(w, 60);
	assert_true(engine_is_synchronised(w->e));
	return w;
}

static void test_stratum_and_refid(void **state)
{
	static const struct {
		uint8_t server;
		bool copy;
		int minstratum;
		int source, own;	/* as `sources` and `tracking` show */
	} cases[] = {
		{ 1, false, 0, 1, 2 }, { 1, true, 0, 0, 1 }, { 3, true, 0, 2, 3 },
		{ 3, false, 7, 7, 8 }, { 3, true, 7, 7, 8 }, { 3, true, 2, 2, 3 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct world *w = run(cases[i].server, cases[i].copy,
		    cases[i].minstratum);
		struct engine_now now = world_now(w);
		const struct source *s = w->e->sources[0];
		struct source_report report = { 0 };

		report_source(w->e, &now, 0, &report);
		assert_int_equal(report.stratum, cases[i].source);
		assert_int_equal(w->e->reference.stratum, cases[i].own);
		assert_int_equal(w->e->reference.refid, cases[i].copy ?
		    s->assoc.report.refid : 0xc0000201);
		world_end(w);
	}
}

/* Sending fails: offline until told to go on; without the option it goes on. */
static void test_auto_offline(void **state)
{
	(void)state;
	for (int option = 0; option < 2; option++) {
		struct world *w = world_new();
		struct source_match all = { .address = { .family = IP_NONE } };
		struct source_config *c;
		struct engine_now now;
		int requests;

		world_server(w, 1);
		c = world_line(w, SOURCE_SERVER, "192.0.2.1");
		c->auto_offline = option;
		c->minpoll = c->maxpoll = 4;
		world_start(w);
		world_run(w, 60);
		w->no_route = true;
		world_run(w, 40);
		assert_int_equal(w->e->sources[0]->online, !option);
		assert_int_equal(engine_activity(w->e).offline, option);
		assert_int_equal(world_said(w, "Source 192.0.2.1 offline: "
		    "sending failed"), option);
		w->no_route = false;
		requests = w->servers[0].requests;
		world_run(w, 100);
		assert_int_equal(w->servers[0].requests > requests, !option);
		now = world_now(w);
		requests = w->servers[0].requests;
		engine_online(w->e, &now, &all, true);
		world_run(w, 30);
		assert_true(w->servers[0].requests > requests);
		assert_true(w->e->sources[0]->assoc.reach != 0);
		world_end(w);
	}
}

/* What an interleaved response would measure must not be from before a leap. */
static void test_leap_and_interleaving(void **state)
{
	struct world *w = run(1, false, 0);
	const struct interleave *i = &w->e->sources[0]->assoc.interleave;

	(void)state;
	assert_true(i->has_last);
	steer_clock_moved(w->e, 0.5);
	assert_true(i->has_last);
	steer_leapt(w->e, -1);
	assert_false(i->has_last);
	world_run(w, 200);
	assert_true(i->has_last);
	steer_truth_moved(w->e, -1);
	assert_false(i->has_last);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_stratum_and_refid),
		cmocka_unit_test(test_auto_offline),
		cmocka_unit_test(test_leap_and_interleaving),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
