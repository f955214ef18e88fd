/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/combine.h"

#include <math.h>

#define BETWEEN_FIRST 0.1	/* of the distance: before anything is known */
#define BETWEEN_GAIN 0.05	/* of what the last update showed */
#define BETWEEN_MIN_S2 1e-20

static bool is_in(const struct candidate *c)
{
	return c->state == SEL_SELECTED || c->state == SEL_COMBINED;
}

/*
 * Variance between the sources by the method of moments (DerSimonian and Laird
 * 1986): what their squared differences exceed those that their own variances
 * explain.
 */
static void learn_between(const struct candidate *c, int count,
    struct free_time now, double *between_s2)
{
	double sum = 0, squares = 0, mean = 0, q = 0, nearest = INFINITY, seen;
	int n = 0;

	for (int i = 0; i < count; i++) {
		if (!is_in(&c[i]))
			continue;
		double w = 1 / source_stats_variance(c[i].stats, now);

		sum += w;
		squares += w * w;
		mean += w * source_stats_predict(c[i].stats, now);
		nearest = fmin(nearest, c[i].distance_s);
		n++;
	}
	if (*between_s2 == 0)
		*between_s2 = BETWEEN_FIRST * BETWEEN_FIRST * nearest * nearest;
	if (n < 2)
		return;
	mean /= sum;
	for (int i = 0; i < count; i++)
		if (is_in(&c[i]))
			q += pow(source_stats_predict(c[i].stats, now) - mean,
			    2) / source_stats_variance(c[i].stats, now);
	seen = fmax(0, (q - (n - 1)) / (sum - squares / sum));
	*between_s2 += BETWEEN_GAIN * (seen - *between_s2);
	*between_s2 = fmax(*between_s2, BETWEEN_MIN_S2);
}

/* Weighted means with the variances that belong to them. */
int combine(const struct candidate *candidates, int count, struct free_time now,
    double *between_s2, struct stats_estimate *ret)
{
	double w_offset = 0, w_freq = 0, var_offset = 0, var_freq = 0, jitter = 0;
	struct stats_estimate sum = { .at = now };
	int combined = 0;

	learn_between(candidates, count, now, between_s2);
	for (int i = 0; i < count; i++) {
		const struct candidate *c = &candidates[i];

		if (!is_in(c))
			continue;
		const struct stats_estimate *e = &c->stats->estimate;
		double var = source_stats_variance(c->stats, now);
		double w = 1 / (var + *between_s2);
		double v = 1 / (e->skew * e->skew);

		sum.offset_s += w * source_stats_predict(c->stats, now);
		var_offset += w * w * var;
		w_offset += w;
		sum.freq += v * e->freq;
		var_freq += v * v * e->skew * e->skew;
		w_freq += v;
		jitter += w * e->stddev_s * e->stddev_s;
		combined++;
	}
	sum.offset_s /= w_offset;
	sum.offset_sd_s = sqrt(var_offset) / w_offset;
	sum.freq /= w_freq;
	sum.skew = sqrt(var_freq) / w_freq;
	sum.stddev_s = sqrt(jitter / w_offset);
	*ret = sum;
	return combined;
}
