/* SPDX-License-Identifier: Apache-2.0 */
/* Names and the table of sources: lookups, pools, replacement, .sources. */
#include "unit/hora-engine/world.h"

static void resolves_to(struct world *w, int first, int count)
{
	for (int i = 0; i < count; i++)
		w->addresses[i] = world_ip(first + i);
	w->address_count = (uint32_t)count;
}

static void test_server_by_name(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1);
	world_server(w, 2);
	resolves_to(w, 1, 2);
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 20);
	assert_int_equal(w->lookups, 1);
	assert_int_equal(w->e->count, 1);
	assert_true(ip_equal(&w->e->sources[0]->address.ip, &w->addresses[0]));
	assert_true(world_said(w, "Selected source 192.0.2.1 (ntp.example)"));
	world_end(w);
}

/* 1, 2, 4, 8 s, then 28, 56, ... 3584 s between tries (behaviour.md 1.9). */
static void test_retry(void **state)
{
	static const double waits_s[] = { 1, 2, 4, 8, 28, 56, 112, 224, 448, 896, 1792,
		3584, 3584, 3584 };
	struct world *w = world_new();

	(void)state;
	w->lookup_status = 1;
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 16000);
	assert_true(w->lookups > 14);
	for (size_t i = 0; i < sizeof(waits_s) / sizeof(waits_s[0]); i++) {
		double waited_s = (double)(w->lookup_at[i + 1] -
		    w->lookup_at[i]) * 1e-9;

		assert_true(fabs(waited_s - waits_s[i]) < 0.1);
	}
	assert_int_equal(world_count_said(w, "Could not resolve ntp.example"), 1);
	world_end(w);
}

static void test_no_address(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 5000);
	assert_true(world_said(w, "Invalid host ntp.example"));
	assert_int_equal(w->lookups, 1);
	assert_int_equal(engine_activity(w->e).unresolved, 1);
	world_end(w);
}

/* Twice as many are tried, and the first that answer well stay. */
static void test_pool(void **state)
{
	static const struct {
		int maxsources, placeholders;
	} cases[] = { { 1, 2 }, { 2, 4 }, { 8, 16 }, { 9, 16 }, { 16, 16 } };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();

		for (int n = 1; n <= 16; n++)
			world_server(w, n)->delay_s = 0.001 * n;
		w->servers[0].is_silent = true;
		resolves_to(w, 1, 16);
		world_line(w, SOURCE_POOL, "pool.example")->maxsources =
		    cases[i].maxsources;
		world_start(w);
		assert_int_equal(w->e->count, cases[i].placeholders);
		assert_int_equal(engine_activity(w->e).unresolved,
		    cases[i].placeholders);
		world_run(w, 60);
		/* One of 16 is silent and is kept: nobody else is left. */
		assert_int_equal(w->e->count, cases[i].maxsources);
		assert_int_equal(w->lookups, 1);
		assert_true(engine_is_synchronised(w->e));
		for (int n = 0; n < w->e->count; n++)
			for (int m = 0; m < n; m++)
				assert_false(ip_equal(
				    &w->e->sources[n]->address.ip,
				    &w->e->sources[m]->address.ip));
		world_end(w);
	}
}

/* A server that never answers is replaced by another of its name. */
static void test_replacement(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1)->is_silent = true;
	world_server(w, 2);
	resolves_to(w, 1, 2);
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 8000);
	assert_true(world_said(w,
	    "Source 192.0.2.1 replaced with 192.0.2.2 (ntp.example)"));
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(world_count_said(w, "replaced"), 1);
	world_end(w);
}

/* An address from the configuration is never replaced. */
static void test_no_replacement_of_addresses(void **state)
{
	struct world *w = world_new();

	(void)state;
	world_server(w, 1)->is_silent = true;
	resolves_to(w, 2, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_start(w);
	world_run(w, 20000);
	assert_int_equal(w->lookups, 0);
	assert_false(world_said(w, "replaced"));
	world_end(w);
}

/* refresh: an address that the name has lost is given up, others stay. */
static void test_refresh(void **state)
{
	struct world *w = world_new();
	struct engine_now now;

	(void)state;
	world_server(w, 1);
	world_server(w, 2);
	resolves_to(w, 1, 1);
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 20);
	now = world_now(w);
	engine_refresh(w->e, &now);
	world_run(w, 1);
	assert_int_equal(w->lookups, 2);
	assert_false(world_said(w, "replaced"));
	resolves_to(w, 2, 1);
	now = world_now(w);
	engine_refresh(w->e, &now);
	world_run(w, 1);
	assert_true(world_said(w, "Source 192.0.2.1 replaced with 192.0.2.2"));
	world_end(w);
}

static void test_same_address_twice(void **state)
{
	struct world *w = world_new();

	(void)state;
	resolves_to(w, 1, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1");
	world_line(w, SOURCE_SERVER, "192.0.2.1")->port = 1234;
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	world_run(w, 10);
	assert_true(world_said(w,
	    "Could not add source 192.0.2.1 : Already in use"));
	assert_int_equal(w->e->count, 2);
	assert_int_equal(engine_activity(w->e).unresolved, 1);
	world_end(w);
}

static void test_families(void **state)
{
	static const struct {
		uint8_t family;
		uint32_t flags;
		const char *name;
		enum add_result result;
	} cases[] = {
		{ IP_NONE, 0, "192.0.2.1", ADD_OK },
		{ IP_NONE, 0, "2001:db8::1", ADD_OK },
		{ IP_V4, 0, "2001:db8::1", ADD_FAMILY },
		{ IP_V6, 0, "192.0.2.1", ADD_FAMILY },
		{ IP_NONE, IPC_ONLY_V4, "2001:db8::1", ADD_FAMILY },
		{ IP_NONE, IPC_ONLY_V6, "192.0.2.1", ADD_FAMILY },
		{ IP_NONE, IPC_ONLY_V6, "2001:db8::1", ADD_OK },
		{ IP_NONE, 0, "", ADD_NAME },
		{ IP_NONE, 0, "a b", ADD_NAME },
		{ IP_NONE, 0, "a\x7f", ADD_NAME },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct world *w = world_new();
		struct source_config c;
		struct engine_now now;

		w->options.flags = cases[i].flags;
		world_start(w);
		source_config_init(&c, SOURCE_SERVER);
		c.family = cases[i].family;
		text_copy(c.name, sizeof(c.name), cases[i].name);
		now = world_now(w);
		assert_int_equal(engine_add(w->e, &now, &c), cases[i].result);
		world_end(w);
	}
}

/* .sources files: what stays keeps its state, the rest goes or comes. */
static void test_sources_files(void **state)
{
	struct world *w = world_new();
	struct source_config lines[2];
	struct engine_now now;
	uint32_t id;

	(void)state;
	for (int i = 1; i <= 3; i++)
		world_server(w, i);
	world_line(w, SOURCE_SERVER, "192.0.2.3");
	world_start(w);
	for (int i = 0; i < 2; i++) {
		source_config_init(&lines[i], SOURCE_SERVER);
		lines[i].iburst = true;
	}
	strcpy(lines[0].name, "192.0.2.1");
	strcpy(lines[1].name, "192.0.2.2");
	now = world_now(w);
	engine_sources(w->e, &now, lines, 2);
	assert_int_equal(w->e->count, 3);
	assert_true(world_said(w, "Added source 192.0.2.1"));
	world_run(w, 30);
	id = engine_find(w->e, &w->servers[0].ip)->id;
	strcpy(lines[1].name, "192.0.2.4");
	now = world_now(w);
	engine_sources(w->e, &now, lines, 2);
	assert_int_equal(w->e->count, 3);
	assert_true(world_said(w, "Removed source 192.0.2.2"));
	assert_true(world_said(w, "Added source 192.0.2.4"));
	assert_int_equal(engine_find(w->e, &w->servers[0].ip)->id, id);
	assert_null(engine_find(w->e, &w->servers[1].ip));
	lines[0].certset = 4;		/* such an option: another source */
	now = world_now(w);
	engine_sources(w->e, &now, lines, 1);
	assert_int_equal(w->e->count, 2);
	assert_int_not_equal(engine_find(w->e, &w->servers[0].ip)->id, id);
	engine_sources(w->e, &now, NULL, 0);
	assert_int_equal(w->e->count, 1);	/* the configuration's stays */
	world_run(w, 300);
	assert_true(engine_is_synchronised(w->e));
	world_end(w);
}

/* An answer of a lookup that nobody asked for changes nothing. */
static void test_stray_answer(void **state)
{
	struct world *w = world_new();
	struct ipc_addresses stray = { .id = 77, .count = UINT32_MAX };
	struct engine_now now = world_now(w);

	(void)state;
	resolves_to(w, 1, 1);
	world_line(w, SOURCE_SERVER, "ntp.example");
	world_start(w);
	engine_addresses(w->e, &now, &stray);
	stray.id = 0;
	engine_addresses(w->e, &now, &stray);
	assert_int_equal(engine_activity(w->e).unresolved, 1);
	world_run(w, 1);
	assert_int_equal(engine_activity(w->e).unresolved, 0);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_server_by_name),
		cmocka_unit_test(test_retry),
		cmocka_unit_test(test_no_address),
		cmocka_unit_test(test_pool),
		cmocka_unit_test(test_replacement),
		cmocka_unit_test(test_no_replacement_of_addresses),
		cmocka_unit_test(test_refresh),
		cmocka_unit_test(test_same_address_twice),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_sources_files),
		cmocka_unit_test(test_stray_answer),
	};

	return cmocka_run_group_tests_name("hora-engine/names", tests, NULL,
	    NULL);
}
