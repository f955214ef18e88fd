/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/accuracy.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

double accuracy_most(const struct cell *c)
{
	return c->most > 0 ? c->most : ACCURACY_CELL_AIM;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

/* "Never" is later than everything. */
static double median(double *values, int count)
{
	for (int i = 0; i < count; i++)
		if (values[i] < 0)
			values[i] = INFINITY;
	qsort(values, (size_t)count, sizeof(*values), compare);
	return isinf(values[count / 2]) ? -1 : values[count / 2];
}

static void add(struct result *r, const struct run *run)
{
	const struct tally_figures *e = &run->figures.error;

	r->rms_s += e->rms_s * e->rms_s;
	r->p95_s += e->p95_s * e->p95_s;
	r->freq_rms_ppm += e->freq_rms_ppm * e->freq_rms_ppm;
	r->after_rms_s += e->after_rms_s * e->after_rms_s;
	r->mean_s += e->mean_s;
	r->interval_s += (double)run->figures.sent;
	r->steps += run->figures.steps;
	r->max_s = fmax(r->max_s, e->max_s);
	r->paired.rms_s += run->figures.limit.rms_s *
	    run->figures.limit.rms_s;
	r->paired.max_s = fmax(r->paired.max_s, run->figures.limit.max_s);
	r->after_peak_s = fmax(r->after_peak_s, e->after_peak_s);
	if (run->figures.synchronised_s < 0 || r->synchronised_s < 0)
		r->synchronised_s = -1;
	else
		r->synchronised_s += run->figures.synchronised_s;
}

static void add_broken(struct result *r, const struct run *run, uint64_t seed)
{
	if (!run->has_died && run->why[0] == '\0')
		return;
	if (r->broken++ == 0) {
		r->broken_seed = seed;
		snprintf(r->why, sizeof(r->why), "%s", run->has_died ?
		    "the program died" : run->why);
	}
}

static void compare_with_others(struct result *r)
{
	const struct cell *c = r->cell;
	double most_s = fmax(ACCURACY_MAX_AIM * r->rms_s,
	    ACCURACY_LIMIT_MAX_AIM * r->paired.max_s);

	if (c->chrony.rms_s > 0)
		r->chrony_ratio = r->rms_s / c->chrony.rms_s;
	if (c->limit_s > 0)
		r->limit_ratio = r->rms_s / c->limit_s;
	if (r->paired.rms_s > 0)
		r->paired_ratio = r->rms_s / r->paired.rms_s;
	r->is_worse = !(r->chrony_ratio <= accuracy_most(c));
	/* chrony's are known in whole seconds. */
	r->is_costlier = !(round(r->interval_s) >= c->chrony.interval_s);
	/* Where something happens, the maximum is of that moment. */
	r->is_peaky = c->scenario.event_at_s == 0 && !(r->max_s <= most_s);
}

/* From the scatter of the squares over the seeds. */
static double uncertainty(const struct run *runs, int seeds, double rms_s)
{
	double scatter = 0;

	if (seeds < 2 || !(rms_s > 0))
		return 0;
	for (int i = 0; i < seeds; i++) {
		double one_s = runs[i].figures.error.rms_s;
		double off = one_s * one_s / (rms_s * rms_s) - 1;

		scatter += off * off;
	}
	return sqrt(scatter / ((double)seeds * (seeds - 1))) / 2;
}

void accuracy_summarise(const struct cell *c, const struct run *runs, int seeds,
    struct result *ret)
{
	double first_s[ACCURACY_SEEDS_MAX], held_s[ACCURACY_SEEDS_MAX];
	double last_s[ACCURACY_SEEDS_MAX];
	int alive = 0;

	*ret = (struct result){ .cell = c, .seeds = seeds };
	for (int i = 0; i < seeds; i++) {
		add_broken(ret, &runs[i], (uint64_t)i + 1);
		if (runs[i].has_died)
			continue;
		add(ret, &runs[i]);
		last_s[alive] = runs[i].figures.error.after_last_s;
		first_s[alive] = runs[i].figures.error.first_s;
		held_s[alive++] = runs[i].figures.error.held_s;
	}
	if (alive > 0) {
		ret->rms_s = sqrt(ret->rms_s / alive);
		ret->paired.rms_s = sqrt(ret->paired.rms_s / alive);
		ret->p95_s = sqrt(ret->p95_s / alive);
		ret->freq_rms_ppm = sqrt(ret->freq_rms_ppm / alive);
		ret->after_rms_s = sqrt(ret->after_rms_s / alive);
		ret->mean_s /= alive;
		ret->steps /= alive;
		if (ret->synchronised_s > 0)
			ret->synchronised_s /= alive;
		ret->interval_s = c->scenario.run_s * c->servers /
		    fmax(ret->interval_s / alive, 1);
		ret->first_s = median(first_s, alive);
		ret->held_s = median(held_s, alive);
		ret->after_last_s = median(last_s, alive);
	} else {
		ret->rms_s = INFINITY;
	}
	if (alive == seeds)
		ret->uncertainty = uncertainty(runs, seeds, ret->rms_s);
	compare_with_others(ret);
}

bool accuracy_is_good(const struct result *r)
{
	return !r->is_worse && !r->is_costlier && r->broken == 0;
}

static double geometric_mean(double logs, int count)
{
	return count > 0 ? exp(logs / count) : 0;
}

void accuracy_judge(const struct cell_table *table,
    const struct result *results, int count, struct summary *ret)
{
	double chrony = 0, limit = 0;
	int chrony_count = 0, limit_count = 0;

	*ret = (struct summary){ .table = table };
	for (int i = 0; i < count; i++) {
		const struct result *r = &results[i];

		if (strcmp(r->cell->table, table->name) != 0)
			continue;
		ret->cells++;
		ret->worse += r->is_worse;
		ret->costlier += r->is_costlier;
		ret->peaky += r->is_peaky;
		ret->broken += r->broken;
		if (r->chrony_ratio > 0) {
			chrony += log(r->chrony_ratio);
			chrony_count++;
		}
		if (r->limit_ratio > 0) {
			limit += log(r->limit_ratio);
			limit_count++;
		}
	}
	ret->chrony_mean = geometric_mean(chrony, chrony_count);
	ret->limit_mean = geometric_mean(limit, limit_count);
	ret->is_near = (table->chrony_aim == 0 ||
	    ret->chrony_mean <= table->chrony_aim) && (table->limit_aim == 0 ||
	    ret->limit_mean <= table->limit_aim);
	ret->is_good = ret->is_near &&
	    ret->worse + ret->costlier + ret->peaky + ret->broken == 0;
}
