/* SPDX-License-Identifier: Apache-2.0 */
/* The reference: preference, distance, scores, and when its sample counts. */
#include "unit/sync/select_lab.h"

#define P SELECT_PREFER
#define T SELECT_TRUST
#define MAX 5

static const struct {
	const char *name;
	struct exact s[MAX];
	double weight, reselect;	/* units */
	const char *states;
} rows[] = {
	/* the first reference is the nearest */
	{ "nearest", { { 0, 4, 0, 0 }, { 0, 4 - BIT, 0, 0 }, { 0, 4, 0, 0 } },
	  0, 0, "+*+" },
	{ "the first of equals", { { 0, 4, 0, 0 }, { 0, 4, 0, 0 } }, 0, 0,
	  "*+" },
	{ "a stratum costs just less", { { 0, 4, 0, 3 }, { 0, 6, 0, 1 } },
	  1 - BIT, 0, "*+" },
	{ "a stratum costs just more", { { 0, 4, 0, 3 }, { 0, 6, 0, 1 } },
	  1 + BIT, 0, "+*" },
	{ "only differences of strata count", { { 0, 4, 0, 9 },
	  { 0, 6, 0, 8 } }, 1, 0, "*+" },
	{ "reselectdist does not choose the first", { { 0, 4, 0, 0 },
	  { 0, 3, 0, 0 } }, 0, 100, "+*" },

	/* prefer */
	{ "preferred and far", { { 0, 1, 0, 0 }, { 0, 9, P, 0 } }, 0, 0, "P*" },
	{ "two preferred", { { 0, 1, 0, 0 }, { 0, 9, P, 0 }, { 0, 8, P, 0 } },
	  0, 0, "P+*" },
	{ "a falseticker is not preferred", { { 0, 1, 0, 0 }, { 0, 1, 0, 0 },
	  { 90, 1, P, 0 } }, 0, 0, "*+x" },
	{ "nor one that is not trusted", { { 0, 1, T, 0 }, { 0, 2, P, 0 } },
	  0, 0, "*T" },
	{ "its stratum is the least then", { { 0, 1, 0, 1 }, { 0, 9, P, 5 },
	  { 0, 8, P, 6 } }, 1 - BIT, 0, "P+*" },
};

static void first_reference(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct select_config config = select_defaults();

		config.maxclockerror_ppm = 0;
		config.combinelimit = 1000;
		config.stratumweight_s = rows[i].weight * UNIT;
		config.reselectdist_s = rows[i].reselect * UNIT;
		lab_once(rows[i].name, rows[i].s, MAX, &config,
		    rows[i].states);
	}
}

/* Two sources, the first is the reference; then the other becomes `half`. */
static struct lab *challenged(double mine, double half)
{
	struct lab *l = lab_new();

	lab_add(l, &(struct exact){ 0, mine, 0, 0 });
	lab_add(l, &(struct exact){ 0, mine + 1, 0, 0 });
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	assert_int_equal(l->sel.selected, 0);
	lab_set(l, 1, 0, half);
	return l;
}

/* A score of 10 takes over, one just below does not. */
static void score_of_ten(void **state)
{
	struct lab *l = challenged(10, 1);

	(void)state;
	lab_select(l, 1);
	assert_int_equal(l->sel.selected, 1);
	assert_true(l->c[0].score == 1 && l->c[1].score == 1);
	free(l);

	l = challenged(10, 1 + BIT);
	lab_select(l, 1);
	assert_int_equal(l->sel.selected, 0);
	assert_true(l->c[1].score > 9.99 && l->c[1].score < 10);
	lab_select(l, 1);
	assert_int_equal(l->sel.selected, 1);
	free(l);

	/* reselectdist is added to the other one only */
	l = challenged(10, 1);
	l->config.reselectdist_s = BIT * UNIT;
	lab_select(l, 1);
	assert_int_equal(l->sel.selected, 0);
	free(l);
}

/* Only a fresh sample of the source or of the reference moves the score. */
static void score_of_fresh_samples(void **state)
{
	struct lab *l = challenged(4, 2);

	(void)state;
	lab_add(l, &(struct exact){ 0, 4, 0, 0 });
	lab_select(l, 1);
	assert_true(l->c[1].score == 2);
	assert_true(l->c[2].score == 1);
	lab_select(l, 2);
	lab_select(l, 2);
	lab_select(l, -1);
	assert_true(l->c[1].score == 2);
	lab_select(l, 0);
	assert_true(l->c[1].score == 4);
	/* worse again: back to 1, not below */
	lab_set(l, 1, 0, 16);
	lab_select(l, 0);
	assert_true(l->c[1].score == 1);
	lab_select(l, 0);
	assert_true(l->c[1].score == 1);
	/* what is not selectable starts anew */
	lab_set(l, 1, 0, 2);
	lab_select(l, 0);
	assert_true(l->c[1].score == 2);
	l->c[1].options = SELECT_NOSELECT;
	lab_select(l, 0);
	l->c[1].options = 0;
	lab_select(l, -1);
	assert_true(l->c[1].score == 1);
	free(l);
}

/* The strata enter the score: both of them, and who is selectable. */
static void score_by_stratum(void **state)
{
	struct lab *l = challenged(4, 4);

	(void)state;
	l->config.stratumweight_s = 4 * UNIT;
	l->c[0].stratum = 2;
	lab_select(l, 1);
	assert_true(l->c[1].score == 2);	/* (4 + 4) / 4 */
	l->c[1].stratum = 3;
	lab_select(l, 1);
	assert_true(l->c[1].score == 1);	/* times 4 / (4 + 4) */
	lab_add(l, &(struct exact){ 90, 4, 0, 1 });
	l->c[1].stratum = 2;
	lab_set(l, 1, 0, 2);
	lab_select(l, 1);
	lab_check(l, "a falseticker has the least stratum", "*+x");
	assert_true(l->c[1].score == 2);
	free(l);
}

/* A new reference that has said nothing new waits for its sample. */
static void waits_for_update(void **state)
{
	struct lab *l = challenged(10, 10);

	(void)state;
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	l->c[0].options = SELECT_NOSELECT;
	assert_int_equal(lab_select(l, -1), SELECT_KEEP);
	assert_int_equal(l->sel.selected, 1);
	lab_check(l, "selected anew", "NU");
	assert_true(l->sel.is_pending);
	assert_int_equal(lab_select(l, -1), SELECT_KEEP);
	lab_check(l, "nothing new still", "NU");
	assert_int_equal(lab_select(l, 1), SELECT_UPDATE);
	lab_check(l, "its sample", "N*");
	assert_int_equal(lab_select(l, -1), SELECT_KEEP);
	lab_check(l, "the reference as before", "N*");
	free(l);
}

/* What was used for an update is not used for another, selected anew or not. */
static void no_sample_counts_twice(void **state)
{
	struct lab *l = challenged(10, 10);

	(void)state;
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	l->sel.selected = -1;		/* as by the command reselect */
	assert_int_equal(lab_select(l, -1), SELECT_KEEP);
	lab_check(l, "reselected", "UU");
	assert_int_equal(lab_select(l, 1), SELECT_KEEP);
	lab_check(l, "the other's sample", "UU");
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	lab_check(l, "its sample", "*+");
	free(l);
}

/* Only the reference's samples lead to updates; combined ones refine. */
static void others_do_not_update(void **state)
{
	struct lab *l = challenged(10, 10);

	(void)state;
	assert_int_equal(lab_select(l, 1), SELECT_REFINE);
	lab_check(l, "the other's", "*+");
	assert_int_equal(l->sel.combined, 2);
	assert_int_equal(lab_select(l, -1), SELECT_KEEP);
	assert_int_equal(lab_select(l, 0), SELECT_UPDATE);
	assert_int_equal(l->sel.combined, 2);
	/* one that is not combined has no say */
	lab_set(l, 1, 0, 1000);
	assert_int_equal(lab_select(l, 1), SELECT_KEEP);
	lab_check(l, "too distant", "*D");
	lab_set(l, 1, 90, 1);
	l->c[0].options = SELECT_TRUST;
	assert_int_equal(lab_select(l, 1), SELECT_KEEP);
	lab_check(l, "a falseticker", "*x");
	free(l);
}

/* A reference that has become bad is replaced at once, by the nearest. */
static void lost_reference(void **state)
{
	struct lab *l = challenged(4, 5);

	(void)state;
	lab_add(l, &(struct exact){ 0, 4.5, 0, 0 });
	lab_set(l, 0, 90, 4);
	lab_select(l, 2);
	assert_int_equal(l->sel.selected, 2);
	lab_check(l, "a falseticker", "x+*");
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(first_reference),
		cmocka_unit_test(score_of_ten),
		cmocka_unit_test(score_of_fresh_samples),
		cmocka_unit_test(score_by_stratum),
		cmocka_unit_test(waits_for_update),
		cmocka_unit_test(no_sample_counts_twice),
		cmocka_unit_test(others_do_not_update),
		cmocka_unit_test(lost_reference),
	};

	return cmocka_run_group_tests_name("sync/elect", tests, NULL, NULL);
}
