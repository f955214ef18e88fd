/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/way.h"

#include <math.h>

#define DAY_S 86400

void way_init(struct way *w, const struct way_row *row, struct rng rng)
{
	*w = (struct way){ .row = *row, .rng = rng };
}

double way_least(const struct way_row *row, double t)
{
	double least_s = row->base_s != 0 ? row->base_s : WAY_BASE_S;

	if (row->moved_at_s > 0 && t >= row->moved_at_s)
		least_s += row->moved_s;
	return least_s;
}

static bool is_dead(const struct way_row *row, double t)
{
	if (t >= row->dead_from_s && t < row->dead_to_s)
		return true;
	return row->period_s > 0 && fmod(t, row->period_s) >= row->alive_s;
}

/*
 * What a row does not use is drawn nevertheless: each packet takes as many
 * random numbers, and runs that differ in one condition stay comparable.
 */
static double delay(struct way *w, double t, double mean_s)
{
	const struct way_row *row = &w->row;
	double shape = rng_exp(&w->rng);
	double heavy = rng_exp(&w->rng) * rng_exp(&w->rng);
	double loss = rng_uniform(&w->rng), spike = rng_uniform(&w->rng);
	double d = way_least(row, t);

	if (loss < row->loss || is_dead(row, t))
		return -1;
	if (row->is_heavy)
		shape *= heavy;
	if (row->is_daily)
		mean_s *= fabs(fmod(t, DAY_S) / (DAY_S / 2) - 1);
	d += mean_s * shape;
	if (spike < row->spike)
		d += row->spike_s;
	return d;
}

double way_up(struct way *w, double t)
{
	return delay(w, t, w->row.up_s);
}

double way_down(struct way *w, double t)
{
	return delay(w, t, w->row.down_s);
}
