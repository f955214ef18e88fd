/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of a line do with samples, seen from outside the engine. */
#include "unit/hora-engine/world.h"

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* A world with one server and one line. */
static struct world *with_line(struct source_config **ret_line)
{
	struct world *w = world_new();

	world_server(w, 1);
	*ret_line = world_line(w, SOURCE_SERVER, "192.0.2.1");
	(*ret_line)->minpoll = (*ret_line)->maxpoll = 0;
	return w;
}

static void offset_moves_the_clock(void **state)
{
	struct source_config *line;
	struct world *w = with_line(&line);

	(void)state;
	line->offset_s = 0.125;
	w->config.makestep_threshold_s = 0.01;
	w->config.makestep_limit = 1;
	world_start(w);
	world_run(w, 5);
	/* The server seems slow by as much less, the clock shall be later. */
	assert_true(fabs(world_error(w) - 0.125) < 1e-4);
	world_end(w);
}

/* The first counts at once, then each `filter` polls make one. */
static void filter_combines_polls(void **state)
{
	static const struct {
		int filter, least, most;
	} rows[] = { { 0, 60, 70 }, { 1, 60, 70 }, { 8, 7, 9 }, { 16, 4, 5 } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_config *line;
		struct world *w = with_line(&line);

		line->filter = rows[i].filter;
		world_start(w);
		world_run(w, 0.2);
		assert_int_equal(w->e->sources[0]->stats.count, 1);
		assert_true(w->e->reference.is_synchronised);
		world_run(w, 62);
		if (w->e->sources[0]->stats.count < rows[i].least ||
		    w->e->sources[0]->stats.count > rows[i].most)
			fail_msg("filter %d: %d samples", rows[i].filter,
			    w->e->sources[0]->stats.count);
		assert_in_range(w->servers[0].requests, 60, 68);
		world_end(w);
	}
}

/* Polls without an answer count too, so that the others are not old. */
static void filter_counts_missing(void **state)
{
	struct source_config *line;
	struct world *w = with_line(&line);
	int before;

	(void)state;
	line->filter = 16;
	line->iburst = false;
	world_start(w);
	world_run(w, 8.5);		/* the first, and 8 or so of the 16 */
	before = w->e->sources[0]->stats.count;
	w->servers[0].is_silent = true;
	world_run(w, 20);
	w->servers[0].is_silent = false;
	world_run(w, 2);
	assert_int_equal(w->e->sources[0]->stats.count, before + 1);
	world_end(w);
}

/* What waits in the filter moves with a step of the clock. */
static void filter_follows_steps(void **state)
{
	struct source_config *line;
	struct world *w = with_line(&line);

	(void)state;
	line->filter = 16;
	world_start(w);
	world_run(w, 38);
	assert_in_range(w->e->sources[0]->filter->count, 6, 10);
	w->wall_ns += 5e9;		/* somebody sets it */
	world_run(w, 20);
	assert_int_equal(w->e->sources[0]->stats.count, 4);
	assert_true(fabs(w->e->sources[0]->stats.residual_s[3]) < 1e-3);
	assert_true(fabs(world_served_error(w)) < 1e-3);
	world_end(w);
}

static void quantile_refuses(void **state)
{
	struct source_config *line;
	struct world *w = with_line(&line);
	uint32_t good;

	(void)state;
	line->maxdelayquant = 0.5;
	world_start(w);
	world_run(w, 20);
	good = w->e->sources[0]->assoc.count.good;
	w->servers[0].delay_s = 0.009;
	world_run(w, 8);
	assert_int_equal(w->e->sources[0]->assoc.count.good, good);
	assert_true(w->e->sources[0]->assoc.count.dropped[DROP_DELAY_DEV] >= 6);
	/* For good: then it is what half of them have. */
	world_run(w, 30);
	assert_true(w->e->sources[0]->assoc.count.good > good);
	world_end(w);
}

static void mindelay_is_the_least(void **state)
{
	static const struct {
		double mindelay_s;
		bool is_good;
	} rows[] = { { 0, true }, { 0.0045, false }, { 0.0055, true } };

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_config *line;
		struct world *w = with_line(&line);
		const struct assoc *a;

		line->maxdelayratio = 2;
		line->mindelay_s = rows[i].mindelay_s;
		world_start(w);
		world_run(w, 20);
		a = &w->e->sources[0]->assoc;
		/* 10 ms; the first one is compared with nothing. */
		assert_int_equal(a->count.good > 1, rows[i].is_good);
		world_end(w);
	}
}

static void precision(void **state)
{
	static const struct {
		double clockprecision_s;
		int log2_s;
	} rows[] = {
		{ 0, -24 }, { 3e-6, -18 }, { 1e-9, -30 }, { 1, 0 },
		{ 0.9, 0 }, { 0.6, -1 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct source_config *line;
		struct world *w = with_line(&line);

		w->config.clockprecision_s = rows[i].clockprecision_s;
		world_start(w);
		world_run(w, 1);
		assert_int_equal(w->published.precision_log2_s,
		    rows[i].log2_s);
		if (rows[i].clockprecision_s > 0)
			assert_true(w->e->sources[0]->assoc.report.dispersion_s
			    >= rows[i].clockprecision_s);
		world_end(w);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(offset_moves_the_clock),
		cmocka_unit_test(filter_combines_polls),
		cmocka_unit_test(filter_counts_missing),
		cmocka_unit_test(filter_follows_steps),
		cmocka_unit_test(quantile_refuses),
		cmocka_unit_test(mindelay_is_the_least),
		cmocka_unit_test(precision),
	};

	return cmocka_run_group_tests_name("hora-engine/samples", tests, NULL,
	    NULL);
}
