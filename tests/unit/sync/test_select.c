/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/select_option.h"
#include "unit/sync/states.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)
#define MAX 6
#define NONE (-1)
#define NOW ((struct free_time){ START + 1000 * NS_PER_S })

#define PREFER SELECT_PREFER
#define TRUST SELECT_TRUST
#define REQUIRE SELECT_REQUIRE
#define NOSEL SELECT_NOSELECT

/* A source in milliseconds: offset, half of the round trip. */
struct src {
	double offset_ms, half_ms;
	unsigned options;
	int stratum;		/* 0 = 1 */
	int samples;		/* 0 = 8, NONE */
};

struct world {
	struct source_stats stats[MAX];
	struct candidate c[MAX];
	int n;
};

static void fill(struct world *w, int i, const struct src *s)
{
	int samples = s->samples != 0 ? s->samples : 8;

	source_stats_init(&w->stats[i], 0);
	for (int k = 0; k < samples; k++) {
		struct sample x = {
			.at = { START + (1000 - (samples - 1 - k) * 64) *
			    NS_PER_S },
			.offset_s = s->offset_ms * 1e-3 +
			    (k % 2 != 0 ? 1e-6 : -1e-6),
			.delay_s = 2e-3 * s->half_ms,
			.dispersion_s = 1e-6,
		};
		source_stats_add(&w->stats[i], &x);
	}
	w->c[i] = (struct candidate){
		.stats = &w->stats[i],
		.options = s->options,
		.is_active = true,
		.reach = 0xff,
		.reach_size = 8,
		.poll = 6,
		.stratum = (uint8_t)(s->stratum != 0 ? s->stratum : 1),
		.refid = (uint32_t)(100 + i),
		.maxunreach = 100000,
		.has_new_sample = true,
		.is_fresh = true,
	};
}

static void make(struct world *w, const struct src *s)
{
	memset(w, 0, sizeof(*w));
	while (w->n < MAX && s[w->n].half_ms > 0) {
		fill(w, w->n, &s[w->n]);
		w->n++;
	}
}

static struct selection run(struct world *w, const struct select_config *config,
    int before)
{
	struct selection sel = { .selected = before };

	select_sources(config, w->c, w->n, NOW, &sel);
	return sel;
}

static const struct {
	const char *name;
	struct src src[MAX];
	int minsources;
	const char *states, *reason;
} tables[] = {
	{ "one", { { 1, 1, 0, 0, 0 } }, 1, "*", NULL },
	{ "two that agree", { { 0, 1, 0, 0, 0 }, { 0.5, 2, 0, 0, 0 } }, 1,
	  "*+", NULL },
	{ "two that contradict", { { 0, 1, 0, 0, 0 }, { 100, 1, 0, 0, 0 } }, 1,
	  "xx", "no majority" },
	{ "one of three lies", { { 0, 1, 0, 0, 0 }, { 100, 1, 0, 0, 0 },
	  { 0.1, 1.1, 0, 0, 0 } }, 1, "*x+", NULL },
	{ "the nearest lies", { { 0, 1, 0, 0, 0 }, { 100, 0.01, 0, 0, 0 },
	  { 0.1, 1.1, 0, 0, 0 } }, 1, "*x+", NULL },
	{ "two of five lie apart", { { 0, 1, 0, 0, 0 }, { 100, 1, 0, 0, 0 },
	  { -50, 1, 0, 0, 0 }, { 0.1, 1.1, 0, 0, 0 }, { 0.2, 1.2, 0, 0, 0 } }, 1,
	  "*xx++", NULL },
	{ "two of four lie together", { { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 },
	  { 50, 1, 0, 0, 0 }, { 50, 1, 0, 0, 0 } }, 1, "xxxx", "no majority" },
	{ "three of five lie together", { { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 },
	  { 50, 1, 0, 0, 0 }, { 50, 1.1, 0, 0, 0 }, { 50, 1.2, 0, 0, 0 } }, 1,
	  "xx*++", NULL },
	{ "trust outweighs numbers", { { 0, 1, TRUST, 0, 0 },
	  { 50, 1, 0, 0, 0 }, { 50, 1, 0, 0, 0 } }, 1, "*xx", NULL },
	{ "trusted ones contradict", { { 0, 1, TRUST, 0, 0 },
	  { 50, 1, TRUST, 0, 0 }, { 50, 1, 0, 0, 0 } }, 1, "xxx",
	  "no majority" },
	{ "wider than the trusted", { { 0, 1, TRUST, 0, 0 },
	  { 0, 3, 0, 0, 0 }, { 0.1, 0.5, 0, 0, 0 } }, 1, "+T*", NULL },
	{ "wider on one side", { { 0, 1, TRUST, 0, 0 },
	  { -0.4, 1.2, 0, 0, 0 }, { 0.4, 1.2, 0, 0, 0 } }, 1, "*TT", NULL },
	{ "noselect is not judged", { { 0, 1, 0, 0, 0 },
	  { 50, 1, NOSEL, 0, 0 } }, 1, "*N", NULL },
	{ "required is missing", { { 0, 1, 0, 0, 0 },
	  { 0, 1, REQUIRE, 0, NONE } }, 1, "WM",
	  "no required source in selectable sources" },
	{ "required is there", { { 0, 1, 0, 0, 0 },
	  { 0, 1.5, REQUIRE, 0, 0 } }, 1, "*+", NULL },
	{ "required lies", { { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 },
	  { 80, 1, REQUIRE, 0, 0 } }, 1, "WWx",
	  "no required source in selectable sources" },
	{ "too few", { { 0, 1, 0, 0, 0 }, { 0, 1, 0, 0, 0 } }, 3, "WW",
	  "not enough selectable sources" },
	{ "just enough", { { 0, 1, 0, 0, 0 }, { 0, 1.1, 0, 0, 0 },
	  { 0, 1.2, 0, 0, 0 } }, 3, "*++", NULL },
	{ "falseticker does not count", { { 0, 1, 0, 0, 0 },
	  { 0, 1.1, 0, 0, 0 }, { 90, 1, 0, 0, 0 } }, 3, "WWx",
	  "not enough selectable sources" },
	{ "prefer", { { 0, 1, 0, 0, 0 }, { 0, 5, PREFER, 0, 0 } }, 1, "P*",
	  NULL },
	{ "prefer does not save a liar", { { 0, 1, 0, 0, 0 },
	  { 0, 1, 0, 0, 0 }, { 90, 1, PREFER, 0, 0 } }, 1, "*+x", NULL },
	{ "stratum adds distance", { { 0, 1, 0, 3, 0 }, { 0, 2.5, 0, 1, 0 } },
	  1, "+*", NULL },
	{ "no sample", { { 0, 1, 0, 0, NONE } }, 1, "M",
	  "no selectable sources" },
	{ "one sample is enough", { { 0, 1, 0, 0, 1 } }, 1, "*", NULL },
	{ "bad stratum", { { 0, 1, 0, 16, 0 } }, 1, "s",
	  "no selectable sources" },
	{ "beyond maxdistance", { { 0, 3001, 0, 0, 0 } }, 1, "d",
	  "no selectable sources" },
	{ "within maxdistance", { { 0, 2900, 0, 0, 0 } }, 1, "*", NULL },
	{ "too far to combine", { { 0, 1, 0, 0, 0 }, { 0, 4, 0, 0, 0 } }, 1,
	  "*D", NULL },
	{ "none at all", { { 0, 0, 0, 0, 0 } }, 1, "", "no sources" },
};

static void states_by_table(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		struct select_config config = select_defaults();
		struct world w;

		config.minsources = tables[i].minsources;
		make(&w, tables[i].src);
		struct selection sel = run(&w, &config, -1);

		states_check(tables[i].name, w.c, w.n, tables[i].states);
		if (tables[i].reason != NULL) {
			assert_int_equal(sel.outcome, SELECT_NONE);
			assert_string_equal(sel.reason, tables[i].reason);
			assert_int_equal(sel.selected, -1);
			assert_int_equal(sel.is_contradicted,
			    strcmp(sel.reason, "no majority") == 0);
		} else {
			assert_int_equal(sel.outcome, SELECT_UPDATE);
			assert_int_equal(w.c[sel.selected].state, SEL_SELECTED);
		}
	}
}

static void combined_estimate(void **state)
{
	static const struct src src[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0.3, 1, 0, 0, 0 }, { 0.6, 1, 0, 0, 0 } };
	struct select_config config = select_defaults();
	struct world w;
	double sum_s = 0;

	(void)state;
	make(&w, src);
	struct selection sel = run(&w, &config, -1);

	assert_int_equal(sel.combined, 3);
	for (int i = 0; i < 3; i++)
		sum_s += source_stats_predict(&w.stats[i], NOW);
	/* their distances are equal, and so are their weights */
	assert_float_equal(sel.estimate.offset_s, sum_s / 3, 1e-7);
	assert_float_equal(sel.estimate.offset_s, 0.3e-3, 3e-5);
	assert_true(sel.estimate.offset_sd_s > 0);
	assert_true(sel.estimate.offset_sd_s <
	    w.stats[0].estimate.offset_sd_s * 1.01);
	assert_true(sel.estimate.skew < w.stats[0].estimate.skew);
	assert_float_equal(sel.root_delay_s, 2e-3, 1e-9);
	assert_true(sel.root_dispersion_s >= 0.99e-6);
	config.combinelimit = 0;
	make(&w, src);
	sel = run(&w, &config, -1);
	assert_int_equal(sel.combined, 1);
	assert_float_equal(sel.estimate.offset_s,
	    source_stats_predict(&w.stats[sel.selected], NOW), 1e-12);
}

static void only_the_reference_updates(void **state)
{
	static const struct src src[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0.1, 1.5, 0, 0, 0 } };
	struct select_config config = select_defaults();
	struct world w;

	(void)state;
	make(&w, src);
	struct selection sel = run(&w, &config, -1);

	assert_int_equal(sel.selected, 0);
	w.c[0].has_new_sample = false;
	assert_int_equal(run(&w, &config, 0).outcome, SELECT_REFINE);
	w.c[1].is_fresh = false;
	assert_int_equal(run(&w, &config, 0).outcome, SELECT_KEEP);
	w.c[0].has_new_sample = true;
	assert_int_equal(run(&w, &config, 0).outcome, SELECT_UPDATE);
}

/* A source slightly better does not replace the reference, one much does. */
static void reselection_needs_ten(void **state)
{
	static const struct src slightly[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0, 0.95, 0, 0, 0 } };
	static const struct src much[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0, 0.5, 0, 0, 0 } };
	struct select_config config = select_defaults();
	struct world w;
	int changed = 0;

	(void)state;
	make(&w, slightly);
	for (int k = 0; k < 100; k++)
		assert_int_equal(run(&w, &config, 0).selected, 0);
	make(&w, much);
	for (int k = 1; k <= 10 && changed == 0; k++)
		if (run(&w, &config, 0).selected == 1)
			changed = k;
	/* 1 / 0.6 each time: 1.67^5 is the first above 10 */
	assert_in_range(changed, 4, 6);
}

static void unreachable_sources(void **state)
{
	static const struct src src[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0, 1.5, 0, 0, 3 } };
	struct select_config config = select_defaults();
	struct world w;

	(void)state;
	/* its samples are as young as the others' */
	make(&w, src);
	w.c[0].reach = 0;
	run(&w, &config, -1);
	states_check("unreachable, young", w.c, w.n, "*+");
	/* all older than the oldest of the reachable one */
	make(&w, src);
	w.c[0].reach = 0;
	source_stats_step(&w.stats[0], -500);
	run(&w, &config, -1);
	states_check("unreachable, old", w.c, w.n, "S*");
	/* alone it stays */
	make(&w, src);
	w.c[0].reach = w.c[1].reach = 0;
	w.c[1].is_active = false;
	run(&w, &config, -1);
	states_check("unreachable, alone", w.c, w.n, "*M");
}

/* Until more than half of all that may speak have spoken. */
static void waits_at_the_start(void **state)
{
	static const struct {
		const char *name;
		struct src src[MAX];
		unsigned awaited;	/* a bit for each source */
		const char *states;
	} rows[] = {
		{ "of two", { { 0, 1, 0, 0, 1 }, { 0, 1, 0, 0, NONE } }, 2,
		  "wM" },
		{ "of three", { { 0, 1, 0, 0, 1 }, { 0, 1.1, 0, 0, 1 },
		  { 0, 1, 0, 0, NONE } }, 4, "*+M" },
		{ "one of three", { { 0, 1, 0, 0, 1 }, { 0, 1, 0, 0, NONE },
		  { 0, 1, 0, 0, NONE } }, 6, "wMM" },
		{ "nobody awaits it", { { 0, 1, 0, 0, 1 },
		  { 0, 1, 0, 0, NONE } }, 0, "*M" },
		{ "it has spoken", { { 0, 1, 0, 0, 1 }, { 0, 1.1, 0, 0, 1 } },
		  2, "*+" },
		{ "not selectable at all", { { 0, 1, 0, 0, 1 },
		  { 0, 1, NOSEL, 0, NONE } }, 2, "*N" },
		{ "a trusted one", { { 0, 1, 0, 0, 1 }, { 0, 1.1, 0, 0, 1 },
		  { 0, 1, TRUST, 0, NONE } }, 4, "wwM" },
		{ "the third decides", { { 0, 1, 0, 0, 1 }, { 50, 1, 0, 0, 1 },
		  { 0, 1, 0, 0, NONE } }, 4, "wwM" },
		{ "it does not come", { { 0, 1, 0, 0, 1 }, { 50, 1, 0, 0, 1 },
		  { 0, 1, 0, 0, NONE } }, 0, "xxM" },
	};
	struct select_config config = select_defaults();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		bool waits = rows[i].states[0] == 'w';
		struct selection sel;
		struct world w;

		make(&w, rows[i].src);
		for (int k = 0; k < w.n; k++)
			w.c[k].is_awaited = rows[i].awaited >> k & 1;
		sel = run(&w, &config, -1);
		states_check(rows[i].name, w.c, w.n, rows[i].states);
		assert_int_equal(sel.outcome == SELECT_WAIT, waits);
		if (!waits)
			continue;
		assert_int_equal(sel.selected, -1);
		assert_false(sel.is_contradicted);
		assert_null(sel.reason);
		/* not once there is a reference */
		assert_int_not_equal(run(&w, &config, 0).outcome, SELECT_WAIT);
	}
}

static void leap_votes(void **state)
{
	static const struct {
		uint8_t leap[3];
		unsigned options[3];
		enum leap result;
	} rows[] = {
		{ { 0, 0, 0 }, { 0, 0, 0 }, LEAP_NORMAL },
		{ { 1, 0, 0 }, { 0, 0, 0 }, LEAP_NORMAL },
		{ { 1, 1, 0 }, { 0, 0, 0 }, LEAP_INSERT },
		{ { 1, 0, 1 }, { TRUST, TRUST, 0 }, LEAP_NORMAL },	/* a tie */
		{ { 2, 2, 1 }, { 0, 0, 0 }, LEAP_DELETE },
		{ { 1, 0, 0 }, { TRUST, 0, 0 }, LEAP_INSERT },
		{ { 0, 1, 1 }, { TRUST, 0, 0 }, LEAP_NORMAL },
	};
	static const struct src src[MAX] = { { 0, 1, 0, 0, 0 },
	    { 0, 0.9, 0, 0, 0 }, { 0, 0.9, 0, 0, 0 } };
	struct select_config config = select_defaults();
	struct world w;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make(&w, src);
		for (int k = 0; k < 3; k++) {
			w.c[k].leap = rows[i].leap[k];
			w.c[k].options = rows[i].options[k];
		}
		assert_int_equal(run(&w, &config, -1).leap, rows[i].result);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(states_by_table),
		cmocka_unit_test(combined_estimate),
		cmocka_unit_test(only_the_reference_updates),
		cmocka_unit_test(reselection_needs_ten),
		cmocka_unit_test(unreachable_sources),
		cmocka_unit_test(waits_at_the_start),
		cmocka_unit_test(leap_votes),
	};

	return cmocka_run_group_tests_name("sync/select", tests, NULL, NULL);
}
