/* SPDX-License-Identifier: Apache-2.0 */
/* Names that are looked up again: the directive refresh, bad sources. */
#include "unit/hora-engine/world.h"

static void resolves_to(struct world *w, int first, int count)
{
	for (int i = 0; i < count; i++)
		w->addresses[i] = world_ip(first + i);
	w->address_count = (uint32_t)count;
}

/* Two good servers, of which the name has the first. */
static struct world *with_name(int refresh_s)
{
	struct world *w = world_new();

	world_server(w, 1);
	world_server(w, 2);
	resolves_to(w, 1, 1);
	world_line(w, SOURCE_SERVER, "ntp.example")->maxpoll = 6;
	w->config.refresh_s = refresh_s;
	world_start(w);
	return w;
}

/* At the first good response after so many seconds. */
static void interval(void **state)
{
	static const struct {
		int refresh_s, lookups;
	} rows[] = {
		{ 0, 1 }, { 1209600, 1 }, { 10001, 1 }, { 9800, 2 },
		{ 4900, 3 }, { 1, 140 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = with_name(rows[i].refresh_s);

		world_run(w, 10000);
		if (rows[i].refresh_s == 1)
			assert_in_range(w->lookups, rows[i].lookups, 170);
		else
			assert_int_equal(w->lookups, rows[i].lookups);
		assert_int_equal(world_count_said(w, "replaced"), 0);
		world_end(w);
	}
}

/* Nobody asks for the names of servers that do not answer. */
static void only_after_responses(void **state)
{
	struct world *w = with_name(5000);

	(void)state;
	world_run(w, 1000);
	w->servers[0].is_silent = true;
	w->e->next_replacement = MONO_NEVER;
	world_run(w, 10000);
	assert_int_equal(w->lookups, 1);
	w->servers[0].is_silent = false;
	world_run(w, 200);
	assert_int_equal(w->lookups, 2);
	world_end(w);
}

static void retired_address_is_replaced(void **state)
{
	struct world *w = with_name(5000);

	(void)state;
	world_run(w, 4000);
	resolves_to(w, 2, 1);
	world_run(w, 900);
	assert_int_equal(world_count_said(w, "replaced"), 0);
	world_run(w, 300);
	assert_true(world_said(w,
	    "Source 192.0.2.1 replaced with 192.0.2.2 (ntp.example)"));
	assert_int_equal(w->e->sources[0]->assoc.reach & 1, 1);
	world_end(w);
}

/* A refresh that fails is not repeated; the next one comes in its time. */
static void failure_is_not_repeated(void **state)
{
	struct world *w = with_name(5000);

	(void)state;
	world_run(w, 4000);
	w->lookup_status = 1;
	world_run(w, 5500);
	assert_int_equal(w->lookups, 2);
	world_run(w, 1000);
	assert_int_equal(w->lookups, 3);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(world_count_said(w, "replaced"), 0);
	world_end(w);
}

/* One name at a time, the one that was asked for longest ago first. */
static void names_take_turns(void **state)
{
	struct world *w = world_new();

	(void)state;
	for (int i = 1; i <= 3; i++)
		world_server(w, i);
	resolves_to(w, 1, 3);
	for (int i = 1; i <= 3; i++)
		world_line(w, SOURCE_SERVER, "ntp.example")->maxpoll = 6;
	w->config.refresh_s = 3000;
	world_start(w);
	world_run(w, 9500);
	assert_int_equal(w->lookups, 6);
	for (int i = 0; i < 3; i++)
		assert_true(w->e->lines[i]->resolved_at.ns >
		    w->e->started.ns + 2900 * NS_PER_S);
	world_end(w);
}

/* A falseticker goes after four of its own updates, not after three. */
static void falseticker_is_replaced(void **state)
{
	struct world *w = world_new();
	int updates;

	(void)state;
	for (int i = 1; i <= 4; i++)
		world_server(w, i);
	w->servers[2].offset_s = 3;
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_line(w, SOURCE_SERVER, "192.0.2.2");
	resolves_to(w, 3, 2);
	world_line(w, SOURCE_SERVER, "ntp.example");
	for (int i = 0; i < 3; i++) {
		w->lines[i].iburst = i < 2;
		w->lines[i].maxpoll = 6;
	}
	world_start(w);
	while (w->e->sources[2]->bad_updates < 3)
		world_run(w, 1);
	assert_false(w->e->sources[2]->wants_replacement);
	updates = (int)w->e->sources[2]->assoc.count.good;
	world_run(w, 75);
	assert_int_equal(world_count_said(w, "Detected falseticker"), 1);
	assert_true(world_said(w, "Source 192.0.2.3 replaced with 192.0.2.4"));
	assert_in_range(updates, 3, 4);
	world_end(w);
}

/* All sources together: the next one up to 3584 s after the last. */
static void replacements_are_rare(void **state)
{
	struct world *w = world_new();
	double waited_s;

	(void)state;
	for (int i = 1; i <= 2; i++)
		world_server(w, i)->is_silent = true;
	resolves_to(w, 1, 16);
	for (int i = 0; i < 2; i++)
		world_line(w, SOURCE_SERVER, "ntp.example")->maxpoll = 6;
	world_start(w);
	while (world_count_said(w, "replaced") < 1)
		world_run(w, 10);
	assert_in_range(w->t_ns / NS_PER_S, 10, 1000);
	waited_s = mono_sub(w->e->next_replacement, world_now(w).mono);
	assert_true(waited_s > -10 && waited_s <= 3584);
	world_run(w, waited_s - 20);
	assert_int_equal(world_count_said(w, "replaced"), 1);
	world_run(w, 1200);
	assert_int_equal(world_count_said(w, "replaced"), 2);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(interval),
		cmocka_unit_test(only_after_responses),
		cmocka_unit_test(retired_address_is_replaced),
		cmocka_unit_test(failure_is_not_repeated),
		cmocka_unit_test(names_take_turns),
		cmocka_unit_test(falseticker_is_replaced),
		cmocka_unit_test(replacements_are_rare),
	};

	return cmocka_run_group_tests_name("hora-engine/names_refresh", tests,
	    NULL, NULL);
}
