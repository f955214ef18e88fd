/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/combine.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>

#include <cmocka.h>

#define NOW ((struct free_time){ INT64_C(1763840000000000000) })

struct pool {
	struct source_stats stats[3];
	struct candidate c[3];
	double between_s2;
};

/* A source whose estimate is offset_s with a deviation of sd_s. */
static void put(struct pool *p, int i, double offset_s, double sd_s)
{
	struct source_stats *s = &p->stats[i];
	struct sample x = { .at = NOW, .offset_s = offset_s, .delay_s = 2e-3 };

	source_stats_init(s, 0);
	assert_true(source_stats_add(s, &x));
	s->estimate.offset_s = offset_s;
	s->estimate.skew = sd_s;
	s->bank.state.cov[BANK_OFFSET][BANK_OFFSET] = sd_s * sd_s;
	p->c[i] = (struct candidate){ .stats = s, .state = SEL_COMBINED,
		.distance_s = 1e-3 };
}

static struct stats_estimate run(struct pool *p, int want)
{
	struct stats_estimate e;

	assert_int_equal(combine(p->c, 3, NOW, &p->between_s2, &e), want);
	return e;
}

/* Nothing is known of unequal ways: a tenth of the distance weighs with. */
static void at_first_the_distance_counts(void **state)
{
	struct pool p = { .between_s2 = 0 };

	(void)state;
	put(&p, 0, 0, 1e-5);
	put(&p, 1, 3e-5, 1e-4);
	p.c[0].state = SEL_SELECTED;
	put(&p, 2, 1, 1e-6);
	p.c[2].state = SEL_TOO_DISTANT;	/* not in it */
	struct stats_estimate e = run(&p, 2);
	/* weights about 1/(1e-10 + 0.95e-8) and 1/(1e-8 + 0.95e-8) */
	assert_float_equal(e.offset_s, 3e-5 * 0.33, 1e-6);
}

/* Sources that agree count by what each knows. */
static void agreement_is_learnt(void **state)
{
	struct pool p = { .between_s2 = 0 };
	struct stats_estimate e;

	(void)state;
	put(&p, 0, 1e-6, 1e-5);
	put(&p, 1, -1e-5, 1e-4);
	put(&p, 2, 2e-6, 1e-5);
	for (int i = 0; i < 400; i++)
		e = run(&p, 3);
	assert_true(p.between_s2 < 1e-14);
	assert_float_equal(e.offset_s, (1e-6 + 2e-6 - 1e-7) / 2.01, 1e-8);
	assert_float_equal(e.offset_sd_s, 1e-5 / sqrt(2.01), 1e-7);
}

/* Sources that differ by more than they know of count alike. */
static void difference_is_learnt(void **state)
{
	struct pool p = { .between_s2 = 0 };
	struct stats_estimate e;

	(void)state;
	put(&p, 0, 1e-3, 1e-6);
	put(&p, 1, -1e-3, 1e-5);
	put(&p, 2, 0, 2e-6);
	for (int i = 0; i < 400; i++)
		e = run(&p, 3);
	/* variance of -1, 0 and 1 ms, by the method of moments */
	assert_in_range((long)(p.between_s2 * 1e9), 500, 2000);
	assert_true(fabs(e.offset_s) < 1e-5);
}

/* One alone is taken as it is, and teaches nothing. */
static void one_alone(void **state)
{
	struct pool p = { .between_s2 = 5e-9 };
	struct stats_estimate e;

	(void)state;
	put(&p, 0, 1e-3, 1e-6);
	assert_int_equal(combine(p.c, 1, NOW, &p.between_s2, &e), 1);
	assert_true(e.offset_s == 1e-3);
	assert_true(p.between_s2 == 5e-9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(at_first_the_distance_counts),
		cmocka_unit_test(agreement_is_learnt),
		cmocka_unit_test(difference_is_learnt),
		cmocka_unit_test(one_alone),
	};

	return cmocka_run_group_tests_name("sync/combine", tests, NULL, NULL);
}
