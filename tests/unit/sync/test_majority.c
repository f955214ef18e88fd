/* SPDX-License-Identifier: Apache-2.0 */
/* Who tells the truth: borders of intervals, of numbers and of trust. */
#include "unit/sync/select_lab.h"

#define T SELECT_TRUST
#define N SELECT_NOSELECT
#define MAX 6

static const struct {
	const char *name;
	struct exact s[MAX];
	const char *states;
} rows[] = {
	/* intervals */
	{ "touching", { { 0, 4, 0, 0 }, { 8, 4, 0, 0 } }, "*+" },
	{ "a gap", { { 0, 4, 0, 0 }, { 8 + BIT, 4, 0, 0 } }, "xx" },
	{ "a third touches the overlap of two", { { 0, 4, 0, 0 },
	  { 2, 4, 0, 0 }, { 7, 3, 0, 0 } }, "++*" },
	{ "a third does not reach it", { { 0, 4, 0, 0 }, { 0, 4, 0, 0 },
	  { 2, 4, 0, 0 }, { 7 + BIT, 3, 0, 0 } }, "*++x" },
	/* as chrony 4.3: only the middle one is in both overlaps */
	{ "a chain", { { 0, 4, 0, 0 }, { 2, 4, 0, 0 }, { 7 + BIT, 3, 0, 0 } },
	  "x*x" },
	{ "within the overlap", { { 0, 4, 0, 0 }, { 0, 4, 0, 0 },
	  { 1, 2, 0, 0 } }, "++*" },
	{ "two places as deep, all agree with one", { { 0, 8, 0, 0 },
	  { 0, 8, 0, 0 }, { -5, 3, 0, 0 }, { 5, 3, 0, 0 } }, "++*+" },
	{ "two places as deep, and beyond", { { 0, 8, 0, 0 },
	  { 0, 8, 0, 0 }, { -6, 3, 0, 0 }, { 6, 3, 0, 0 } }, "*+xx" },

	/* numbers: more than half */
	{ "one of one", { { 0, 4, 0, 0 } }, "*" },
	{ "one of two", { { 0, 4, 0, 0 }, { 20, 4, 0, 0 } }, "xx" },
	{ "two of three", { { 0, 4, 0, 0 }, { 20, 4, 0, 0 }, { 1, 4, 0, 0 } },
	  "*x+" },
	{ "two of four", { { 0, 4, 0, 0 }, { 20, 4, 0, 0 }, { 1, 4, 0, 0 },
	  { 40, 4, 0, 0 } }, "xxxx" },
	{ "three of five", { { 0, 4, 0, 0 }, { 20, 4, 0, 0 }, { 1, 4, 0, 0 },
	  { 40, 4, 0, 0 }, { 2, 4, 0, 0 } }, "*x+x+" },
	{ "noselect does not count", { { 0, 4, 0, 0 }, { 20, 4, N, 0 } }, "*N" },
	{ "unsynchronised does not count", { { 0, 4, 0, 0 },
	  { 20, 4, 0, 16 } }, "*s" },

	/* trust: only the trusted ones count */
	{ "one trusted of one", { { 0, 4, T, 0 }, { 20, 4, 0, 0 },
	  { 20, 4, 0, 0 } }, "*xx" },
	{ "one trusted of two", { { 0, 4, T, 0 }, { 20, 4, T, 0 },
	  { 0, 4, 0, 0 } }, "xxx" },
	{ "two trusted of three", { { 0, 4, T, 0 }, { 20, 4, T, 0 },
	  { 0, 4, T, 0 }, { 20, 4, 0, 0 } }, "*x+x" },
	{ "two trusted of four", { { 0, 4, T, 0 }, { 20, 4, T, 0 },
	  { 0, 4, T, 0 }, { 20, 4, T, 0 }, { 0, 4, 0, 0 } }, "xxxxx" },
	{ "noselect is not trusted", { { 0, 4, T | N, 0 }, { 20, 4, 0, 0 } },
	  "N*" },

	/* T: beyond what the trusted ones say */
	{ "as wide as the trusted", { { 0, 4, T, 0 }, { 0, 4, 0, 0 } }, "*+" },
	{ "wider", { { 0, 4, T, 0 }, { 0, 4 + BIT, 0, 0 } }, "*T" },
	{ "lower", { { 0, 4, T, 0 }, { -BIT, 4, 0, 0 } }, "*T" },
	{ "higher", { { 0, 4, T, 0 }, { BIT, 4, 0, 0 } }, "*T" },
	{ "narrower at the low end", { { 0, 4, T, 0 }, { -2, 2, 0, 0 } }, "+*" },
	{ "narrower at the high end", { { 0, 4, T, 0 }, { 2, 2, 0, 0 } }, "+*" },
	{ "within what both trusted say", { { 0, 4, T, 0 }, { 4, 4, T, 0 },
	  { 2, 2, 0, 0 } }, "++*" },
	{ "beyond one of them", { { 0, 4, T, 0 }, { 4, 4, T, 0 },
	  { 2 + BIT, 2, 0, 0 } }, "*+T" },
	{ "others do not narrow it", { { 0, 4, T, 0 }, { 0, 2, 0, 0 },
	  { 0, 3, 0, 0 } }, "+*+" },
	{ "nor a trusted falseticker", { { 0, 4, T, 0 }, { 0, 4, T, 0 },
	  { 20, 4, T, 0 }, { 0, 4, 0, 0 } }, "*+x+" },
	{ "without any trusted nobody is T", { { 0, 4, 0, 0 },
	  { 0, 9, 0, 0 } }, "*+" },
};

static void borders(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		lab_once(rows[i].name, rows[i].s, MAX, NULL, rows[i].states);
}

/* Where nobody agrees, all is unknown; the count is for the log. */
static void contradiction(void **state)
{
	static const struct exact apart[] = { { 0, 4, 0, 0 }, { 20, 4, 0, 0 },
	    { 40, 4, N, 0 } };
	struct lab *l = lab_new();

	(void)state;
	for (int i = 0; i < 3; i++)
		lab_add(l, &apart[i]);
	assert_int_equal(lab_select(l, 0), SELECT_NONE);
	assert_true(l->sel.is_contradicted);
	assert_string_equal(l->sel.reason, "no majority");
	assert_int_equal(l->sel.selectable, 2);
	assert_int_equal(l->sel.selected, -1);
	free(l);
}

/*
 * Every source is judged, however many there are: `lies` of them say another
 * time than the others, and come first in the list.
 */
static void many(int n, int lies)
{
	struct lab *l = lab_new();
	bool is_found = 2 * (n - lies) > n;

	for (int i = 0; i < n; i++)
		lab_add(l, &(struct exact){ i < lies ? 50 : 0, 4, 0, 0 });
	lab_select(l, n - 1);
	assert_int_equal(l->sel.outcome, is_found ? SELECT_UPDATE : SELECT_NONE);
	for (int i = 0; i < n; i++) {
		enum select_state want = i < lies || !is_found ?
		    SEL_FALSETICKER : i == l->sel.selected ? SEL_SELECTED :
		    SEL_COMBINED;

		if (l->c[i].state != want)
			fail_msg("%d of %d: %c", i, n, l->c[i].state);
	}
	assert_int_equal(l->sel.combined, is_found ? n - lies : 0);
	free(l);
}

static void all_are_judged(void **state)
{
	(void)state;
	many(128, 0);
	many(129, 0);
	many(129, 64);
	many(257, 128);		/* the first 128 agree, and are wrong */
	many(256, 128);
	many(1000, 499);
	many(1000, 500);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(borders),
		cmocka_unit_test(contradiction),
		cmocka_unit_test(all_are_judged),
	};

	return cmocka_run_group_tests_name("sync/majority", tests, NULL, NULL);
}
