/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/combine.h"

#include <math.h>

/* Weighted means with the variances that belong to them. */
int combine(const struct candidate *candidates, int count, struct free_time now,
    struct stats_estimate *ret)
{
	double w_offset = 0, w_freq = 0, var_offset = 0, var_freq = 0, jitter = 0;
	struct stats_estimate sum = { .at = now };
	int combined = 0;

	for (int i = 0; i < count; i++) {
		const struct candidate *c = &candidates[i];

		if (c->state != SEL_SELECTED && c->state != SEL_COMBINED)
			continue;
		const struct stats_estimate *e = &c->stats->estimate;
		/* skew bounds (two deviations) what grew since the estimate */
		double grown_s = e->skew / 2 * fmax(free_sub(now, e->at), 0);
		double var = e->offset_sd_s * e->offset_sd_s + grown_s * grown_s;
		/* Unequal ways: a tenth of the bound is a usual amount. */
		double w = 1 / (var + c->distance_s * c->distance_s * 0.01);
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
