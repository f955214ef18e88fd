/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/cells.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct cell_table cell_tables[CELL_TABLES] = {
	{ "default", "default polling (minpoll 6, maxpoll 10)", 0.5, 1.5 },
	{ "64", "fixed poll 64 s", 0.35, 1.4 },
	{ "16", "fixed poll 16 s", 0.35, 1.4 },
	{ "special", "special scenarios", 0.7, 0 },
};

/* One server with mean queueing J each way, oscillator with wander W. */
struct matrix_row {
	double jitter_s, wander;
	double rms_s, interval_s, max_s;	/* chrony's */
	double limit_s, short_limit_s;		/* ubf; at 64 s, if shorter */
};

static const struct matrix_row poll_default[] = {
	{ 1e-6, 1e-11, 1.04e-6, 858, 5.33e-6, 504e-9, 105e-9 },
	{ 1e-6, 1e-10, 2.49e-6, 274, 21.8e-6, 663e-9, 260e-9 },
	{ 1e-6, 1e-8, 11e-6, 65, 62.7e-6, 2.51e-6, 2.49e-6 },
	{ 1e-6, 1e-7, 110e-6, 65, 617e-6, 22e-6, 21.7e-6 },
	{ 10e-6, 1e-11, 5.01e-6, 917, 28.3e-6, 1.99e-6, 414e-9 },
	{ 10e-6, 1e-9, 27.8e-6, 288, 224e-6, 6.91e-6, 2.6e-6 },
	{ 10e-6, 1e-8, 23.2e-6, 70, 391e-6, 7.21e-6, 6.84e-6 },
	{ 100e-6, 1e-10, 50.6e-6, 917, 283e-6, 19.9e-6, 4.14e-6 },
	{ 100e-6, 1e-9, 101e-6, 841, 542e-6, 50.2e-6, 10.5e-6 },
	{ 100e-6, 1e-7, 186e-6, 69, 2.24e-3, 71.2e-6, 68.4e-6 },
	{ 1e-3, 1e-11, 101e-6, 917, 561e-6, 28.6e-6, 7.3e-6 },
	{ 1e-3, 1e-10, 187e-6, 917, 740e-6, 78e-6, 17.3e-6 },
	{ 1e-3, 1e-8, 946e-6, 631, 5.2e-3, 424e-6, 105e-6 },
	{ 1e-3, 1e-7, 1.15e-3, 151, 8.83e-3, 442e-6, 260e-6 },
	{ 10e-3, 1e-11, 1.02e-3, 917, 5.37e-3, 168e-6, 25.6e-6 },
	{ 10e-3, 1e-9, 1.87e-3, 917, 7.41e-3, 780e-6, 173e-6 },
	{ 10e-3, 1e-8, 5.14e-3, 912, 26.5e-3, 1.98e-3, 414e-6 },
	{ 100e-3, 1e-10, 10.2e-3, 917, 53.7e-3, 1.68e-3, 255e-6 },
	{ 100e-3, 1e-9, 10.1e-3, 917, 56.2e-3, 2.86e-3, 730e-6 },
	{ 100e-3, 1e-7, 51.4e-3, 912, 265e-3, 19.8e-3, 4.14e-3 },
};

static const struct matrix_row poll_64[] = {
	{ 1e-6, 1e-11, 234e-9, 64, 1.9e-6, 105e-9, 0 },
	{ 1e-6, 1e-10, 570e-9, 64, 2.96e-6, 260e-9, 0 },
	{ 1e-6, 1e-8, 11.1e-6, 64, 62.7e-6, 2.49e-6, 0 },
	{ 1e-6, 1e-7, 110e-6, 64, 617e-6, 21.7e-6, 0 },
	{ 10e-6, 1e-11, 1.14e-6, 64, 19.2e-6, 414e-9, 0 },
	{ 10e-6, 1e-9, 5.52e-6, 64, 27.4e-6, 2.6e-6, 0 },
	{ 10e-6, 1e-8, 13.9e-6, 64, 86.9e-6, 6.84e-6, 0 },
	{ 100e-6, 1e-10, 11.3e-6, 64, 192e-6, 4.14e-6, 0 },
	{ 100e-6, 1e-9, 23.5e-6, 64, 191e-6, 10.5e-6, 0 },
	{ 100e-6, 1e-7, 139e-6, 64, 869e-6, 68.4e-6, 0 },
	{ 1e-3, 1e-11, 107e-6, 64, 1.92e-3, 7.3e-6, 0 },
	{ 1e-3, 1e-10, 107e-6, 64, 1.92e-3, 17.3e-6, 0 },
	{ 1e-3, 1e-8, 234e-6, 64, 1.91e-3, 105e-6, 0 },
	{ 1e-3, 1e-7, 553e-6, 64, 2.73e-3, 260e-6, 0 },
	{ 10e-3, 1e-11, 1.07e-3, 64, 19.2e-3, 25.6e-6, 0 },
	{ 10e-3, 1e-9, 1.07e-3, 64, 19.2e-3, 173e-6, 0 },
	{ 10e-3, 1e-8, 1.12e-3, 64, 19.2e-3, 414e-6, 0 },
	{ 100e-3, 1e-10, 10.7e-3, 64, 192e-3, 255e-6, 0 },
	{ 100e-3, 1e-9, 10.7e-3, 64, 192e-3, 730e-6, 0 },
	{ 100e-3, 1e-7, 11.2e-3, 64, 192e-3, 4.14e-3, 0 },
};

static const struct matrix_row poll_16[] = {
	{ 1e-6, 1e-11, 112e-9, 16, 1.13e-6, 45.1e-9, 0 },
	{ 1e-6, 1e-10, 262e-9, 16, 1.64e-6, 112e-9, 0 },
	{ 1e-6, 1e-8, 1.64e-6, 16, 11.8e-6, 749e-9, 0 },
	{ 1e-6, 1e-7, 13.7e-6, 16, 108e-6, 3e-6, 0 },
	{ 10e-6, 1e-11, 1.03e-6, 16, 9.86e-6, 182e-9, 0 },
	{ 10e-6, 1e-9, 2.62e-6, 16, 18.6e-6, 1.12e-6, 0 },
	{ 10e-6, 1e-8, 6.06e-6, 16, 53.3e-6, 2.82e-6, 0 },
	{ 100e-6, 1e-10, 10.3e-6, 16, 98.6e-6, 1.82e-6, 0 },
	{ 100e-6, 1e-9, 11.2e-6, 16, 112e-6, 4.51e-6, 0 },
	{ 100e-6, 1e-7, 60.5e-6, 16, 464e-6, 28.2e-6, 0 },
	{ 1e-3, 1e-11, 101e-6, 16, 965e-6, 2.65e-6, 0 },
	{ 1e-3, 1e-10, 101e-6, 16, 965e-6, 7.03e-6, 0 },
	{ 1e-3, 1e-8, 111e-6, 16, 1.1e-3, 45.1e-6, 0 },
	{ 1e-3, 1e-7, 261e-6, 16, 1.82e-3, 112e-6, 0 },
	{ 10e-3, 1e-11, 1.01e-3, 16, 9.66e-3, 11.4e-6, 0 },
	{ 10e-3, 1e-9, 1.01e-3, 16, 9.66e-3, 70.3e-6, 0 },
	{ 10e-3, 1e-8, 1.01e-3, 16, 9.65e-3, 182e-6, 0 },
	{ 100e-3, 1e-10, 10e-3, 16, 96.4e-3, 111e-6, 0 },
	{ 100e-3, 1e-9, 10e-3, 16, 96.4e-3, 265e-6, 0 },
	{ 100e-3, 1e-7, 10.1e-3, 16, 96.3e-3, 1.82e-3, 0 },
};

static const struct {
	const char *options;
	const struct matrix_row *rows;
	int count;
} matrices[] = {
#define ROWS(a) (a), (int)(sizeof(a) / sizeof((a)[0]))
	{ "iburst minpoll 6 maxpoll 10", ROWS(poll_default) },
	{ "iburst minpoll 6 maxpoll 6", ROWS(poll_64) },
	{ "iburst minpoll 4 maxpoll 4", ROWS(poll_16) },
#undef ROWS
};

/* What all cells have alike: only RMS and invariants are looked at. */
static void fill(struct cell *c)
{
	struct scenario *s = &c->scenario;

	s->name = c->name;
	if (s->run_s == 0) {
		s->run_s = 220000;
		s->settle_s = 60000;
		s->offset_s = 1;
	}
	if (s->options == NULL)
		s->options = matrices[0].options;
	if (s->jitter_s == 0)
		s->jitter_s = 1e-4;
	s->rms_s = s->max_s = INFINITY;
	s->may_wander = true;
	for (int i = 0; i < SCENARIO_SERVERS; i++) {
		if (c->servers == i)
			s->servers[i].way.base_s = -1;
	}
}

static void fill_matrix(struct cell *c, int table, const struct matrix_row *row)
{
	struct scenario *s = &c->scenario;
	struct way_row *way = &s->servers[0].way;

	c->table = cell_tables[table].name;
	snprintf(c->name, sizeof(c->name), "%s-J%.0fus-W%.0e", c->table,
	    row->jitter_s * 1e6, row->wander);
	c->servers = 1;
	c->chrony = (struct cell_chrony){ .rms_s = row->rms_s,
	    .interval_s = row->interval_s, .max_s = row->max_s };
	c->limit_s = row->limit_s;
	c->short_limit_s = row->short_limit_s;
	s->jitter_s = row->jitter_s;
	s->oscillator.start_ppm = 50;
	s->oscillator.wander = row->wander;
	s->options = matrices[table].options;
	way->base_s = fmax(WAY_BASE_S, row->jitter_s);
	way->up_s = way->down_s = row->jitter_s;
	fill(c);
}

struct cell *cells_make(int *ret_count)
{
	int count = special_cell_count, n = 0;
	struct cell *cells;

	for (int t = 0; t < CELL_TABLES - 1; t++)
		count += matrices[t].count;
	cells = calloc((size_t)count, sizeof(*cells));
	if (cells == NULL)
		return NULL;
	for (int t = 0; t < CELL_TABLES - 1; t++)
		for (int i = 0; i < matrices[t].count; i++)
			fill_matrix(&cells[n++], t, &matrices[t].rows[i]);
	for (int i = 0; i < special_cell_count; i++) {
		cells[n] = special_cells[i];
		cells[n].table = cell_tables[CELL_TABLES - 1].name;
		fill(&cells[n++]);
	}
	*ret_count = n;
	return cells;
}
