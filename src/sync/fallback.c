/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/fallback.h"

#include "base/time.h"

#include <math.h>

void fallback_init(struct fallback *f, int min_log2_s, int max_log2_s)
{
	*f = (struct fallback){ 0 };
	if (min_log2_s <= 0 || max_log2_s < min_log2_s ||
	    max_log2_s >= FALLBACK_LEVELS)
		return;
	f->min_log2_s = min_log2_s;
	f->max_log2_s = max_log2_s;
}

void fallback_update(struct fallback *f, double freq, double interval_s)
{
	f->level = 0;
	if (f->max_log2_s == 0 || !(interval_s > 0) || !isfinite(freq))
		return;
	f->filled_s += interval_s;
	for (int i = f->min_log2_s; i <= f->max_log2_s; i++) {
		double length_s = s_from_log2(i);
		/* A plain mean until there is enough for its length. */
		double weight = f->filled_s < length_s ?
		    interval_s / f->filled_s :
		    1 - exp(-interval_s / length_s);

		f->freq[i] += weight * (freq - f->freq[i]);
	}
}

/* The longest average not longer than age_s that is filled; 0 = none. */
static int level_at(const struct fallback *f, double age_s)
{
	int i = f->max_log2_s;

	while (i >= f->min_log2_s && i > 0 && (s_from_log2(i) > age_s ||
	    s_from_log2(i) > f->filled_s))
		i--;
	return i >= f->min_log2_s ? i : 0;
}

bool fallback_take(struct fallback *f, double age_s, double *ret_freq)
{
	int level = level_at(f, age_s);

	if (level == 0 || level == f->level)
		return false;
	f->level = level;
	*ret_freq = f->freq[level];
	return true;
}

double fallback_next_s(const struct fallback *f)
{
	int next = f->level == 0 ? f->min_log2_s : f->level + 1;

	if (next == 0 || next > f->max_log2_s ||
	    s_from_log2(next) > f->filled_s)
		return INFINITY;
	return s_from_log2(next);
}
