/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The other borders of selection: which sources can be judged, how many are
 * needed, orphans, and which are combined (reference: behaviour.md 5).
 */
#include "unit/sync/select_lab.h"

#define T SELECT_TRUST
#define R SELECT_REQUIRE
#define N SELECT_NOSELECT
#define MAX 4

static struct lab *lab_of(const struct exact *s, int n)
{
	struct lab *l = lab_new();

	for (int i = 0; i < n && s[i].half > 0; i++)
		lab_add(l, &s[i]);
	return l;
}

static void expect(struct lab *l, const char *name, const char *states)
{
	lab_select(l, 0);
	lab_check(l, name, states);
	free(l);
}

static struct lab *one(double half)
{
	return lab_of(&(struct exact){ 0, half, 0, 0 }, 1);
}

/* --- steps 1 to 4 --- */

static void limits(void **state)
{
	struct lab *l;

	(void)state;
	l = one(8);
	l->config.maxdistance_s = 8 * UNIT;
	expect(l, "maxdistance", "*");
	l = one(8);
	l->config.maxdistance_s = (8 - BIT) * UNIT;
	expect(l, "above maxdistance", "d");
	/* The jitter of a single sample is all that it may be wrong by. */
	l = one(8);
	l->config.maxjitter_s = l->stats[0].estimate.stddev_s;
	expect(l, "maxjitter", "*");
	l = one(8);
	l->config.maxjitter_s = l->stats[0].estimate.stddev_s - BIT * UNIT;
	expect(l, "above maxjitter", "~");
	for (int stratum = 0; stratum <= 17; stratum++) {
		l = one(8);
		l->c[0].stratum = (uint8_t)stratum;
		expect(l, "stratum", stratum < 1 || stratum > 15 ? "s" : "*");
	}
	for (int stratum = 1; stratum <= 15; stratum++) {
		l = one(8);
		l->config.minstratum = 3;
		l->config.maxstratum = 5;
		l->c[0].stratum = (uint8_t)stratum;
		expect(l, "range of strata", stratum < 3 || stratum > 5 ? "r" :
		    "*");
	}
	l = one(8);
	l->stats[0].estimate.offset_s = NAN;
	expect(l, "an offset that is no number", "d");
	l = one(8);
	l->stats[0].estimate.offset_s = INFINITY;
	expect(l, "an endless offset", "d");
}

/* Of several reasons the first in the order N M s r d ~ is told. */
static void order_of_reasons(void **state)
{
	struct lab *l = one(8);

	(void)state;
	l->config.maxjitter_s = 0;
	lab_select(l, 0);
	lab_check(l, "jitter", "~");
	l->config.maxdistance_s = 0;
	lab_select(l, 0);
	lab_check(l, "distance first", "d");
	l->config.maxstratum = 0;
	lab_select(l, 0);
	lab_check(l, "stratum first", "r");
	l->c[0].leap = LEAP_UNSYNC;
	lab_select(l, 0);
	lab_check(l, "leap first", "s");
	l->c[0].is_active = false;
	lab_select(l, 0);
	lab_check(l, "samples first", "M");
	l->c[0].options = N;
	lab_select(l, 0);
	lab_check(l, "noselect first", "N");
	assert_string_equal(l->sel.reason, "no selectable sources");
	assert_int_equal(l->sel.selectable, 0);
	assert_int_equal(l->sel.unreachable, 0);
	free(l);
}

/*
 * The distance of a source that was heard longer ago than half of the span of
 * its samples grows with maxclockerror.
 */
static void silence_widens(void **state)
{
	static const struct {
		double last_s, grown_s;	/* age of the last; 1000 ppm */
	} ages[] = { { 0, 0 }, { 500, 0 }, { 600, 0 }, { 600.5, 0.5e-3 }, { 700, 0.1 } };

	(void)state;
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		struct free_time now = free_add(LAB_NOW, ages[i].last_s);
		double low_s[2];

		for (int k = 0; k < 2; k++) {
			struct lab *l = one(8);
			struct source_stats *s = &l->stats[0];

			/* samples over 600 s, the last at LAB_NOW */
			source_stats_init(s, 0);
			for (int n = 0; n <= 2; n++)
				source_stats_add(s, &(struct sample){
				    .at = free_add(LAB_NOW, 300 * n - 600.0),
				    .delay_s = 0.01 });
			l->config.maxclockerror_ppm = k * 1000;
			select_sources(&l->config, l->c, 1, now, &l->sel);
			lab_check(l, "alone", "*");
			low_s[k] = l->c[0].low_s;
			free(l);
		}
		assert_float_equal((low_s[0] - low_s[1]),
		    ages[i].grown_s > 0 ? (ages[i].last_s - 600) * 1e-3 : 0,
		    1e-9);
	}
}

static void maxunreach(void **state)
{
	static const struct {
		int unreached, maxunreach;
		char state;
	} runs[] = {
		{ 1, 0, 'S' }, { 1, 1, '*' }, { 2, 1, 'S' },
		{ 100000, 100000, '*' }, { 100001, 100000, 'S' },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(runs) / sizeof(runs[0]); i++) {
		const char want[] = { runs[i].state, '\0' };
		struct lab *l = one(8);

		l->c[0].reach = 0;
		l->c[0].unreached = runs[i].unreached;
		l->c[0].maxunreach = runs[i].maxunreach;
		lab_select(l, 0);
		lab_check(l, "a run", want);
		assert_int_equal(l->sel.unreachable, want[0] == 'S');
		free(l);
	}
	/* reachable again */
	struct lab *l = one(8);

	l->c[0].maxunreach = 0;
	expect(l, "reachable", "*");
}

/* Unreachable, and older than the oldest sample of all reachable ones. */
static void stale(void **state)
{
	static const struct exact three[] = { { 0, 8, 0, 0 }, { 0, 9, 0, 0 },
	    { 0, 10, 0, 0 } };

	(void)state;
	for (int older_ns = -1; older_ns <= 1; older_ns++) {
		struct lab *l = lab_of(three, 3);

		l->c[0].reach = 0;
		l->stats[0].samples[0].at.ns -= 1000 + older_ns;
		l->stats[1].samples[0].at.ns -= 1000;
		expect(l, "age", older_ns > 0 ? "S*+" : "*++");
	}
}

/* --- step 7 --- */

static void needed(void **state)
{
	static const struct {
		const char *name;
		struct exact s[MAX];
		int minsources;
		const char *states, *reason;
	} rows[] = {
		{ "as many", { { 0, 4, 0, 0 }, { 0, 5, 0, 0 } }, 2, "*+", NULL },
		{ "one less", { { 0, 4, 0, 0 }, { 0, 5, 0, 0 } }, 3, "WW",
		  "not enough selectable sources" },
		{ "the preferred alone do not count", { { 0, 4, 0, 0 },
		  { 0, 5, SELECT_PREFER, 0 } }, 2, "P*", NULL },
		{ "one not trusted does not count", { { 0, 4, T, 0 },
		  { 0, 5, 0, 0 } }, 2, "WT", "not enough selectable sources" },
		{ "too distant to combine counts", { { 0, 4, 0, 0 },
		  { 0, 40, 0, 0 } }, 2, "*D", NULL },
		{ "required", { { 0, 4, 0, 0 }, { 0, 40, R, 0 } }, 1, "*D",
		  NULL },
		{ "the required is not trusted", { { 0, 4, T, 0 },
		  { 0, 5, R, 0 } }, 1, "WT",
		  "no required source in selectable sources" },
		{ "one of the required is enough", { { 0, 4, R, 0 },
		  { 0, 5, 0, 0 }, { 90, 4, R, 0 } }, 1, "*+x", NULL },
		{ "the required is noselect", { { 0, 4, 0, 0 },
		  { 0, 5, R | N, 0 } }, 1, "WN",
		  "no required source in selectable sources" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab *l = lab_of(rows[i].s, MAX);

		l->config.minsources = rows[i].minsources;
		lab_select(l, 0);
		lab_check(l, rows[i].name, rows[i].states);
		assert_int_equal(l->sel.outcome, rows[i].reason ? SELECT_NONE :
		    SELECT_UPDATE);
		assert_false(l->sel.is_contradicted);
		if (rows[i].reason)
			assert_string_equal(l->sel.reason, rows[i].reason);
		free(l);
	}
	lab_once("no sources", rows[0].s, 0, NULL, "");
}

/* --- orphans --- */

static void orphans(void **state)
{
	static const struct {
		const char *name;
		int strata[3];
		uint32_t own_refid;
		uint8_t reach[3];
		const char *states;
	} rows[] = {
		/* refids: 100, 101, 102 */
		{ "a real source", { 10, 10, 9 }, 200, { 1, 1, 1 }, "OO*" },
		{ "the least refid leads", { 10, 10, 10 }, 200, { 1, 1, 1 },
		  "*OO" },
		{ "we lead", { 10, 10, 10 }, 99, { 1, 1, 1 }, "OOO" },
		{ "we are that one", { 10, 10, 10 }, 100, { 1, 1, 1 }, "OOO" },
		{ "it is before us", { 10, 10, 10 }, 101, { 1, 1, 1 }, "*OO" },
		{ "the leader is gone", { 10, 10, 10 }, 200, { 0, 1, 1 },
		  "O*O" },
		{ "not who follows another", { 11, 10, 10 }, 200, { 1, 1, 1 },
		  "O*O" },
		{ "only who follow", { 11, 11, 12 }, 200, { 1, 1, 1 }, "OOO" },
		{ "the address is not known", { 10, 10, 10 }, 0, { 1, 1, 1 },
		  "OOO" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab *l = lab_new();

		l->config.orphan_stratum = 10;
		for (int k = 0; k < 3; k++) {
			struct candidate *c = lab_add(l,
			    &(struct exact){ 0, 4, 0, rows[i].strata[k] });

			c->reach = rows[i].reach[k];
			c->own_refid = rows[i].own_refid;
		}
		expect(l, rows[i].name, rows[i].states);
	}
}

/* Each link has two ends: what counts is our address on that link. */
static void orphan_on_two_networks(void **state)
{
	static const struct exact two[] = { { 0, 4, 0, 10 }, { 0, 4, 0, 10 } };
	struct lab *l = lab_of(two, 2);

	(void)state;
	l->config.orphan_stratum = 10;
	l->c[0].own_refid = 100;	/* not after 100 */
	l->c[1].own_refid = 300;
	expect(l, "the least refid of all decides", "OO");
	l = lab_of(two, 2);
	l->config.orphan_stratum = 10;
	l->c[0].own_refid = 300;
	l->c[1].own_refid = 99;
	expect(l, "on its network we are after it", "*O");
}

/* --- step 12 --- */

static void combinelimit(void **state)
{
	static const struct {
		const char *name;
		double limit, reselect, half, freq, skew, maxclockerror_ppm;
		const char *states;
	} rows[] = {
		{ "distance", 3, 0, 12, 0, 0x1p-20, 0, "*+" },
		{ "above", 3, 0, 12 + BIT, 0, 0x1p-20, 0, "*D" },
		{ "with reselectdist", 3, 2, 18, 0, 0x1p-20, 0, "*+" },
		{ "above both", 3, 2, 18 + BIT, 0, 0x1p-20, 0, "*D" },
		{ "a lower limit", 1, 0, 4, 0, 0x1p-20, 0, "*+" },
		{ "above it", 1, 0, 4 + BIT, 0, 0x1p-20, 0, "*D" },
		{ "no combining", 0, 0, 4, 0, 0x1p-20, 0, "*D" },
		{ "frequency", 3, 0, 4, 6 * 0x1p-20, 0x1p-20, 0, "*+" },
		{ "above", 3, 0, 4, 6.01 * 0x1p-20, 0x1p-20, 0, "*D" },
		{ "below zero", 3, 0, 4, -6.01 * 0x1p-20, 0x1p-20, 0, "*D" },
		{ "with maxclockerror", 3, 0, 4, 2.9e-6, 0, 1, "*+" },
		{ "above it", 3, 0, 4, 3.1e-6, 0, 1, "*D" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct lab *l = lab_new();

		lab_add(l, &(struct exact){ 0, 4, 0, 0 });
		lab_add(l, &(struct exact){ 0, rows[i].half, 0, 0 });
		l->config.combinelimit = rows[i].limit;
		l->config.reselectdist_s = rows[i].reselect * UNIT;
		l->config.maxclockerror_ppm = rows[i].maxclockerror_ppm;
		for (int k = 0; k < 2; k++)
			l->stats[k].estimate.skew = fmax(rows[i].skew, 1e-12);
		l->stats[1].estimate.freq = rows[i].freq;
		lab_select(l, 0);
		lab_check(l, rows[i].name, rows[i].states);
		assert_int_equal(l->sel.combined, rows[i].states[1] == '+' ?
		    2 : 1);
		free(l);
	}
}

/* Updates with state D after one in which the source was too distant. */
static int penalty(uint8_t reach_size, int between)
{
	struct lab *l = lab_new();
	int count = 0;

	lab_add(l, &(struct exact){ 0, 4, 0, 0 });
	lab_add(l, &(struct exact){ 0, 12 + BIT, 0, 0 });
	l->c[1].reach_size = reach_size;
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	lab_set(l, 1, 0, 12);
	while (l->c[1].state == SEL_TOO_DISTANT) {
		assert_in_range(++count, 0, 100);
		for (int i = 0; i < between; i++) {
			assert_int_equal(lab_select(l, 1), SELECT_KEEP);
			lab_check(l, "no update", "*D");
		}
		assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	}
	assert_int_equal(l->sel.combined, 2);
	free(l);
	return count;
}

static void penalties(void **state)
{
	(void)state;
	assert_int_equal(penalty(8, 0), 32);
	assert_int_equal(penalty(8, 3), 32);
	assert_int_equal(penalty(7, 0), 1);
}

/* Too distant between two updates: shown, but not held against it. */
static void distant_between_updates(void **state)
{
	struct lab *l = lab_new();

	(void)state;
	lab_add(l, &(struct exact){ 0, 4, 0, 0 });
	lab_add(l, &(struct exact){ 0, 12, 0, 0 });
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	lab_check(l, "near", "*+");
	lab_set(l, 1, 0, 13);
	assert_int_equal(lab_select(l, 1), SELECT_KEEP);
	lab_check(l, "distant", "*D");
	lab_set(l, 1, 0, 12);
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	lab_check(l, "near again", "*+");
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(limits),
		cmocka_unit_test(order_of_reasons),
		cmocka_unit_test(silence_widens),
		cmocka_unit_test(maxunreach),
		cmocka_unit_test(stale),
		cmocka_unit_test(needed),
		cmocka_unit_test(orphans),
		cmocka_unit_test(orphan_on_two_networks),
		cmocka_unit_test(combinelimit),
		cmocka_unit_test(penalties),
		cmocka_unit_test(distant_between_updates),
	};

	return cmocka_run_group_tests_name("sync/select borders", tests, NULL,
	    NULL);
}
