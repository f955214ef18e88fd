/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/sample_filter.h"

#include "unit/sync/stats_lab.h"

static struct sample of(double t_s, double offset_s, double delay_s)
{
	struct sample x = sample_of(t_s, offset_s, delay_s);

	x.dispersion_s = delay_s / 100;
	x.root_delay_s = t_s;
	return x;
}

/* Polls that are answered, and such that are not. */
static void counts_polls(void **state)
{
	struct sample x = of(0, 0, 1), out;
	struct sample_filter f;

	(void)state;
	sample_filter_init(&f, 4);
	for (int round = 0; round < 3; round++) {
		sample_filter_ask(&f);
		sample_filter_add(&f, &x);
		assert_false(sample_filter_take(&f, 0, &out));
		sample_filter_ask(&f);
		sample_filter_ask(&f);	/* the one before was lost */
		assert_false(sample_filter_take(&f, 0, &out));
		sample_filter_add(&f, &x);
		assert_false(sample_filter_take(&f, 0, &out));
		sample_filter_ask(&f);
		sample_filter_add(&f, &x);
		assert_true(sample_filter_take(&f, 0, &out));
		assert_int_equal(f.count, 0);
	}
}

/* Lost ones do not delay the next sample, and there is none of nothing. */
static void all_lost(void **state)
{
	struct sample x = of(0, 0, 1), out;
	struct sample_filter f;

	(void)state;
	sample_filter_init(&f, 3);
	for (int i = 0; i < 10000; i++)
		sample_filter_ask(&f);
	assert_int_equal(f.polls, SAMPLE_FILTER_MAX);
	assert_false(sample_filter_take(&f, 0, &out));
	assert_int_equal(f.polls, 0);
	sample_filter_ask(&f);
	sample_filter_ask(&f);
	sample_filter_add(&f, &x);
	assert_true(sample_filter_take(&f, 0, &out));
}

static void size_is_bounded(void **state)
{
	struct sample x = of(0, 0, 1), out;
	struct sample_filter f;

	(void)state;
	sample_filter_init(&f, 100000);
	for (int i = 0; i < SAMPLE_FILTER_MAX; i++) {
		assert_false(sample_filter_take(&f, 0, &out));
		sample_filter_ask(&f);
		sample_filter_add(&f, &x);
	}
	assert_true(sample_filter_take(&f, 0, &out));
	/* without ever taking */
	for (int i = 0; i < 3 * SAMPLE_FILTER_MAX + 1; i++)
		sample_filter_add(&f, &x);
	assert_int_equal(f.count, 1);
}

/* Both ways count by their shortest; the frequency is taken out. */
static void shortest_ways(void **state)
{
	static const double wait[5][2] = {
		{ 1, 7 }, { 2, 0.5 }, { 0, 3 }, { 4, 4 }, { 9, 1 },
	};
	struct sample_filter f;
	struct sample x, out;

	(void)state;
	sample_filter_init(&f, 5);
	for (int i = 0; i < 5; i++) {
		/* The ways take 10 s each, the offset is 100 + i / 4. */
		x = of(i, 100 + i / 4.0 + (wait[i][0] - wait[i][1]) / 2,
		    20 + wait[i][0] + wait[i][1]);
		sample_filter_add(&f, &x);
	}
	assert_true(sample_filter_take(&f, 0.25, &out));
	/* The first, -3, and the last, +4, are left out. */
	assert_true(fabs(out.offset_s - 101 - (0 - 0.5) / 2) < 1e-12);
	assert_true(fabs(out.delay_s - 20.5) < 1e-12);
	assert_true(out.at.ns == at(4).ns);
	assert_true(out.root_delay_s == 4);
	assert_true(fabs(out.dispersion_s - 0.225) < 1e-9);
}

/* One of five may be anything at all, and at each end. */
static void extremes_are_left_out(void **state)
{
	(void)state;
	for (int bad = 0; bad < 5; bad++)
		for (int sign = -1; sign <= 1; sign += 2) {
			struct sample_filter f;
			struct sample out;

			sample_filter_init(&f, 5);
			for (int i = 0; i < 5; i++) {
				struct sample x = of(i, i == bad ? sign * 1e6 :
				    7, 1);

				sample_filter_add(&f, &x);
			}
			assert_true(sample_filter_take(&f, 0, &out));
			assert_true(out.offset_s == 7 && out.delay_s == 1);
		}
}

static void unknown_frequency(void **state)
{
	struct sample_filter f;
	struct sample x, out;

	(void)state;
	sample_filter_init(&f, 3);
	for (int i = 0; i < 3; i++) {
		x = of(i, i * 1e-3, i == 1 ? 1 : 2);
		sample_filter_add(&f, &x);
	}
	assert_true(sample_filter_take(&f, NAN, &out));
	assert_true(out.at.ns == at(1).ns && out.offset_s == 1e-3);
}

static void moves(void **state)
{
	struct sample x = of(5, 1, 2), out;
	struct sample_filter f;

	(void)state;
	sample_filter_init(&f, 2);
	sample_filter_add(&f, &x);
	sample_filter_shift(&f, 3, -3);
	x = of(9, -2, 2);
	sample_filter_add(&f, &x);
	assert_true(f.samples[0].at.ns == at(8).ns);
	assert_true(sample_filter_take(&f, 0, &out));
	assert_true(out.offset_s == -2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(counts_polls),
		cmocka_unit_test(all_lost),
		cmocka_unit_test(size_is_bounded),
		cmocka_unit_test(shortest_ways),
		cmocka_unit_test(extremes_are_left_out),
		cmocka_unit_test(unknown_frequency),
		cmocka_unit_test(moves),
	};

	return cmocka_run_group_tests_name("sync/sample_filter", tests, NULL,
	    NULL);
}
