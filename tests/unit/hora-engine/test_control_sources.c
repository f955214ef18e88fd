/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that act on sources: what each changes, and its status. */
#include "unit/hora-engine/told.h"

static struct control_addr server(int n)
{
	return (struct control_addr){ .ip = world_ip(n) };
}

static struct control_addr numbered(uint32_t id)
{
	return (struct control_addr){ .is_id = true, .id = id };
}

/* A running world with two servers, and a name that has no address yet. */
static struct world *begin(void)
{
	struct world *w = told_world(2);

	world_line(w, SOURCE_SERVER, "time.example");
	w->lookup_status = 1;
	world_start(w);
	world_run(w, 20);
	return w;
}

static struct source *at(struct world *w, int i)
{
	return w->e->sources[i];
}

static struct source *unresolved(struct world *w)
{
	return at(w, 2);
}

static unsigned value(struct world *w, uint16_t code, struct control_addr to,
    int32_t v)
{
	return told(w, (struct request){ .code = code,
		.value = { .address = to, .value = v } });
}

static unsigned real(struct world *w, uint16_t code, struct control_addr to,
    double v)
{
	return told(w, (struct request){ .code = code,
		.real = { .address = to, .value = v } });
}

/* --- polls --------------------------------------------------------------------- */

static void test_polls(void **state)
{
	static const struct {
		uint16_t code;
		int value, minpoll, maxpoll;
	} rows[] = {
		{ CONTROL_MINPOLL, 7, 7, 10 }, { CONTROL_MINPOLL, -8, 7, 10 },
		{ CONTROL_MINPOLL, 25, 7, 10 }, { CONTROL_MINPOLL, -7, -7, 10 },
		{ CONTROL_MINPOLL, 24, 24, 24 }, { CONTROL_MAXPOLL, 25, 24, 24 },
		{ CONTROL_MAXPOLL, -8, 24, 24 }, { CONTROL_MAXPOLL, 3, 3, 3 },
		{ CONTROL_MAXPOLL, 24, 3, 24 }, { CONTROL_MAXPOLL, -7, -7, -7 },
		{ CONTROL_MAXPOLL, INT32_MAX, -7, -7 },
		{ CONTROL_MINPOLL, INT32_MIN, -7, -7 },
	};
	struct world *w = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(value(w, rows[i].code, server(1),
		    rows[i].value), CONTROL_OK);
		assert_int_equal(at(w, 0)->assoc.minpoll, rows[i].minpoll);
		assert_int_equal(at(w, 0)->assoc.maxpoll, rows[i].maxpoll);
	}
	assert_int_equal(at(w, 1)->assoc.minpoll, 6);
	assert_int_equal(world_count_said(w, "new minpoll 7"), 1);
	assert_true(world_said(w, "Source 192.0.2.1 new maxpoll 3"));
	world_end(w);
}

/* A shorter interval does not wait for the end of a long one. */
static void test_polls_at_once(void **state)
{
	struct world *w = told_world(1);
	int before;

	(void)state;
	w->lines[0].minpoll = w->lines[0].maxpoll = 10;
	world_start(w);
	world_run(w, 60);
	before = w->servers[0].requests;
	world_run(w, 100);
	assert_int_equal(w->servers[0].requests, before);
	assert_int_equal(value(w, CONTROL_MAXPOLL, server(1), 4), CONTROL_OK);
	world_run(w, 1);
	assert_int_equal(w->servers[0].requests, before + 1);
	world_run(w, 160);
	assert_in_range(w->servers[0].requests, before + 9, before + 12);
	world_end(w);
}

/* What is said of a name holds for the address that it gets. */
static void test_before_there_is_an_address(void **state)
{
	struct world *w = begin();

	(void)state;
	world_server(w, 9);
	assert_int_equal(value(w, CONTROL_MINPOLL,
	    numbered(unresolved(w)->id), 8), CONTROL_OK);
	assert_int_equal(value(w, CONTROL_MINPOLL, numbered(at(w, 0)->id), 8),
	    CONTROL_NO_SOURCE);
	w->lookup_status = 0;
	w->addresses[0] = world_ip(9);
	w->address_count = 1;
	world_run(w, 100);
	assert_true(unresolved(w)->is_resolved);
	assert_int_equal(unresolved(w)->assoc.minpoll, 8);
	world_end(w);
}

/* --- other numbers ----------------------------------------------------------------- */

static void test_values(void **state)
{
	static const struct { int32_t value, stratum, target; } rows[] = {
		{ 5, 5, 5 }, { 0, 0, 1 }, { -1, 0, 1 }, { 1, 1, 1 },
		{ 15, 15, 15 }, { 16, 15, 16 }, { INT32_MAX, 15, INT32_MAX },
		{ INT32_MIN, 0, 1 },
	};
	struct world *w = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(value(w, CONTROL_MINSTRATUM, server(1),
		    rows[i].value), CONTROL_OK);
		assert_int_equal(value(w, CONTROL_POLLTARGET, server(1),
		    rows[i].value), CONTROL_OK);
		assert_int_equal(at(w, 0)->config.minstratum, rows[i].stratum);
		assert_int_equal(at(w, 0)->config.polltarget, rows[i].target);
	}
	assert_true(world_said(w, "Source 192.0.2.1 new minstratum 5"));
	assert_true(world_said(w, "Source 192.0.2.1 new polltarget 16"));
	world_run(w, 300);
	world_end(w);
}

/* The stratum counts at once, in the report and in selection. */
static void test_minstratum_at_once(void **state)
{
	struct world *w = begin();
	struct request rq = { .code = CONTROL_SOURCE_DATA };
	union report r;

	(void)state;
	assert_int_equal(value(w, CONTROL_MINSTRATUM, server(1), 9),
	    CONTROL_OK);
	assert_int_equal(told_report(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.source.stratum, 9);
	assert_int_equal(w->e->candidates[0].stratum, 9);
	world_end(w);
}

static void test_delays(void **state)
{
	static const uint16_t codes[] = { CONTROL_MAXDELAY,
		CONTROL_MAXDELAYRATIO, CONTROL_MAXDELAYDEVRATIO };
	struct world *w = begin();
	const struct source_config *c = &at(w, 0)->config;
	const double *options[] = { &c->maxdelay_s, &c->maxdelayratio,
		&c->maxdelaydevratio };

	(void)state;
	for (int i = 0; i < 3; i++) {
		double most = i == 0 ? 1000 : 1e6;

		assert_int_equal(real(w, codes[i], server(1), 1.5), CONTROL_OK);
		tell_near(*options[i], 1.5);
		assert_int_equal(real(w, codes[i], server(1), most),
		    CONTROL_OK);
		tell_near(*options[i], most);
		assert_int_equal(real(w, codes[i], server(1), most * 1.01),
		    CONTROL_OK);
		tell_near(*options[i], most);
		assert_int_equal(real(w, codes[i], server(1), -0.1),
		    CONTROL_OK);
		tell_near(*options[i], 0);
		for (int k = 0; k < TOLD_EXTREMES; k++) {
			assert_int_equal(real(w, codes[i], server(1),
			    told_extremes[k]), CONTROL_OK);
			assert_true(*options[i] >= 0 && *options[i] <= most);
		}
	}
	assert_true(world_said(w, "Source 192.0.2.1 new maxdelay 1.5"));
	world_end(w);
}

/* A limit below what the server takes: no sample is taken any more. */
static void test_maxdelay_refuses(void **state)
{
	struct world *w = begin();
	uint32_t good;

	(void)state;
	assert_int_equal(real(w, CONTROL_MAXDELAY, server(1), 0.001),
	    CONTROL_OK);
	good = at(w, 0)->assoc.count.good;
	world_run(w, 1000);
	assert_int_equal(at(w, 0)->assoc.count.good, good);
	assert_true(at(w, 1)->assoc.count.good > good);
	world_end(w);
}

/* --- offset --------------------------------------------------------------------------- */

static unsigned offset(struct world *w, struct control_addr to, double v)
{
	return told(w, (struct request){ .code = CONTROL_OFFSET,
		.offset = { .address = to, .offset_s = v } });
}

/* What was measured moves along: nothing looks like a step of the server. */
static void test_offset(void **state)
{
	struct world *w = told_world(1);
	struct request rq = { .code = CONTROL_SOURCESTATS };
	union report before, after;

	(void)state;
	world_start(w);
	world_run(w, 400);
	assert_int_equal(told_report(w, rq, &before), CONTROL_OK);
	assert_int_equal(offset(w, server(1), 0.25), CONTROL_OK);
	tell_near(at(w, 0)->config.offset_s, 0.25);
	assert_int_equal(told_report(w, rq, &after), CONTROL_OK);
	/* positive: the server's time is later, the clock is slow */
	tell_close(after.stats.offset_s, before.stats.offset_s - 0.25, 1e-6);
	assert_int_equal(after.stats.samples, before.stats.samples);
	assert_true(world_said(w, "Source 192.0.2.1 new offset 0.25"));
	world_run(w, 400);
	tell_close(world_error(w), 0.25, 1e-3);
	assert_int_equal(offset(w, server(1), 0), CONTROL_OK);
	world_run(w, 400);
	tell_close(world_error(w), 0, 1e-3);
	assert_false(world_said(w, "falseticker"));
	world_end(w);
}

static void test_offset_extremes(void **state)
{
	struct world *w = begin();

	(void)state;
	for (int k = 0; k < TOLD_EXTREMES; k++)
		assert_int_equal(offset(w, server(1), told_extremes[k]),
		    fabs(told_extremes[k]) > 1 && !isnan(told_extremes[k]) ?
		    CONTROL_INVALID : CONTROL_OK);
	assert_int_equal(offset(w, server(1), 2147483648.0), CONTROL_OK);
	assert_int_equal(offset(w, server(1), -2147483648.0), CONTROL_OK);
	assert_int_equal(offset(w, server(1), 2147483900.0), CONTROL_INVALID);
	assert_int_equal(offset(w, server(1), -2147483900.0), CONTROL_INVALID);
	tell_near(at(w, 0)->config.offset_s, -2147483648.0);
	assert_int_equal(offset(w, server(1), 0), CONTROL_OK);
	world_run(w, 400);
	tell_close(world_error(w), 0, 1e-3);
	world_end(w);
}

/* --- selection -------------------------------------------------------------------------- */

static unsigned options(struct world *w, struct control_addr to, uint32_t mask,
    uint32_t flags)
{
	return told(w, (struct request){ .code = CONTROL_SELECTOPTS,
		.selectopts = { .address = to, .mask = mask,
		.options = flags } });
}

static void test_selectopts(void **state)
{
	struct world *w = begin();
	struct request rq = { .code = CONTROL_SELECTDATA };
	union report r;

	(void)state;
	assert_int_equal(options(w, server(1), SELECT_PREFER | SELECT_TRUST,
	    ADD_PREFER | ADD_TRUST), CONTROL_OK);
	assert_int_equal(at(w, 0)->config.select_options,
	    SELECT_PREFER | SELECT_TRUST);
	/* outside of the mask nothing changes */
	assert_int_equal(options(w, server(1), SELECT_TRUST | 0xfffffff0,
	    ADD_NOSELECT | ADD_REQUIRE | ADD_NTS), CONTROL_OK);
	assert_int_equal(at(w, 0)->config.select_options, SELECT_PREFER);
	assert_int_equal(options(w, server(1), SELECT_REQUIRE | SELECT_PREFER,
	    ADD_REQUIRE), CONTROL_OK);
	assert_int_equal(at(w, 0)->config.select_options, SELECT_REQUIRE);
	assert_true(world_said(w,
	    "Source 192.0.2.1 new selection options require"));
	assert_int_equal(options(w, server(1), 0xf, 0), CONTROL_OK);
	assert_true(world_said(w, "new selection options none"));
	/* nothing to do is a success, and no line of the log */
	assert_int_equal(options(w, server(1), 0, 0), CONTROL_OK);
	assert_int_equal(options(w, server(1), 0xf, 0), CONTROL_OK);
	assert_int_equal(world_count_said(w, "new selection options none"), 1);
	/* at once */
	assert_int_equal(options(w, server(1), SELECT_NOSELECT, ADD_NOSELECT),
	    CONTROL_OK);
	assert_int_equal(told_report(w, rq, &r), CONTROL_OK);
	assert_int_equal(r.select.state, 'N');
	assert_int_equal(r.select.configured, SELECT_NOSELECT);
	assert_int_equal(r.select.effective, SELECT_NOSELECT);
	assert_int_equal(w->e->selected_id, at(w, 1)->id);
	assert_int_equal(options(w, server(2), SELECT_NOSELECT, ADD_NOSELECT),
	    CONTROL_OK);
	assert_int_equal(w->e->selected_id, 0);
	assert_int_equal(options(w, server(2), SELECT_NOSELECT, 0), CONTROL_OK);
	assert_int_equal(w->e->selected_id, at(w, 1)->id);
	world_end(w);
}

/* What a command set stays until the line says something else. */
static void test_reload(void **state)
{
	struct world *w = begin();
	struct source_config lines[3];
	struct config other;
	struct engine_now now;

	(void)state;
	assert_int_equal(options(w, server(1), SELECT_PREFER, ADD_PREFER),
	    CONTROL_OK);
	assert_int_equal(value(w, CONTROL_MINPOLL, server(1), 4), CONTROL_OK);
	assert_int_equal(real(w, CONTROL_MAXDELAY, server(1), 2), CONTROL_OK);
	assert_int_equal(offset(w, server(1), 0.001), CONTROL_OK);
	memcpy(lines, w->lines, sizeof(lines));
	other = w->config;
	other.sources = lines;
	now = world_now(w);
	engine_reload(w->e, &now, &other);
	assert_int_equal(at(w, 0)->config.select_options, SELECT_PREFER);
	assert_int_equal(at(w, 0)->assoc.minpoll, 4);
	/* another option of the same line */
	lines[0].maxpoll = 9;
	engine_reload(w->e, &now, &w->config);
	engine_reload(w->e, &now, &other);
	assert_int_equal(at(w, 0)->config.select_options, SELECT_PREFER);
	assert_int_equal(at(w, 0)->assoc.minpoll, 4);
	assert_int_equal(at(w, 0)->assoc.maxpoll, 9);
	tell_near(at(w, 0)->config.maxdelay_s, 2);
	tell_near(at(w, 0)->config.offset_s, 0.001);
	/* these themselves */
	memcpy(w->lines, lines, sizeof(lines));
	w->lines[0].minpoll = 7;
	w->lines[0].select_options = SELECT_TRUST;
	w->lines[0].maxdelay_s = 1;
	engine_reload(w->e, &now, &w->config);
	assert_int_equal(at(w, 0)->config.select_options, SELECT_TRUST);
	assert_int_equal(at(w, 0)->assoc.minpoll, 7);
	tell_near(at(w, 0)->config.maxdelay_s, 1);
	tell_near(at(w, 0)->config.offset_s, 0.001);
	world_end(w);
}

/* --- all sources -------------------------------------------------------------------------- */

static void test_all_sources(void **state)
{
	struct world *w = begin();
	struct request rq = { .code = CONTROL_ONOFFLINE };

	(void)state;
	w->no_route = true;
	told_is_private(w, rq);
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_false(at(w, 0)->online || at(w, 1)->online);
	assert_true(unresolved(w)->online);
	w->no_route = false;
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_true(at(w, 0)->online && at(w, 1)->online);
	world_run(w, 20);
	rq.code = CONTROL_RESELECT;
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_true(w->e->selected_id != 0);
	assert_int_equal(world_count_said(w, "Selected source"), 2);
	rq.code = CONTROL_RESET_SOURCES;
	told_is_private(w, rq);
	assert_true(engine_is_synchronised(w->e));
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_false(engine_is_synchronised(w->e));
	assert_int_equal(at(w, 0)->stats.count, 0);
	assert_true(world_said(w, "Reset all sources"));
	world_run(w, 100);
	assert_true(engine_is_synchronised(w->e));
	world_end(w);
}

static void test_unknown(void **state)
{
	static const uint16_t codes[] = {
		CONTROL_MINPOLL, CONTROL_MAXPOLL, CONTROL_MINSTRATUM,
		CONTROL_POLLTARGET, CONTROL_MAXDELAY, CONTROL_MAXDELAYRATIO,
		CONTROL_MAXDELAYDEVRATIO, CONTROL_OFFSET, CONTROL_SELECTOPTS,
		CONTROL_DELETE,
	};
	struct world *w = begin();

	(void)state;
	/* All of these begin with the address; no address is no source. */
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct request rq = { .code = codes[i] };
		struct control_addr to[] = { { 0 }, server(9), numbered(0),
			numbered(at(w, 0)->id), numbered(77) };

		for (size_t k = 0; k < sizeof(to) / sizeof(to[0]); k++) {
			rq.address = rq.value.address = to[k];
			assert_int_equal(told(w, rq), CONTROL_NO_SOURCE);
		}
		told_is_private(w, rq);
	}
	/* a reference ID: of a reference clock, and there are none */
	assert_int_equal(told(w, (struct request){ .code = CONTROL_OFFSET,
		.offset = { .refid = 0xc0000201 } }), CONTROL_NO_SOURCE);
	assert_int_equal(told(w, (struct request){ .code = CONTROL_SELECTOPTS,
		.selectopts = { .refid = 0x47505300 } }), CONTROL_NO_SOURCE);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_polls),
		cmocka_unit_test(test_polls_at_once),
		cmocka_unit_test(test_before_there_is_an_address),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_minstratum_at_once),
		cmocka_unit_test(test_delays),
		cmocka_unit_test(test_maxdelay_refuses),
		cmocka_unit_test(test_offset),
		cmocka_unit_test(test_offset_extremes),
		cmocka_unit_test(test_selectopts),
		cmocka_unit_test(test_reload),
		cmocka_unit_test(test_all_sources),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("hora-engine/control_sources", tests,
	    NULL, NULL);
}
