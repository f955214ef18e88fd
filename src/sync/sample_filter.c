/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/sample_filter.h"

#include <math.h>
#include <stdlib.h>

#define DISCARDED 0.2		/* of the samples, at each end */

void sample_filter_init(struct sample_filter *f, int polls)
{
	f->size = polls < SAMPLE_FILTER_MAX ? polls : SAMPLE_FILTER_MAX;
	f->polls = f->count = 0;
	f->is_asked = false;
}

void sample_filter_ask(struct sample_filter *f)
{
	if (f->is_asked && f->polls < SAMPLE_FILTER_MAX)
		f->polls++;
	f->is_asked = true;
}

void sample_filter_add(struct sample_filter *f, const struct sample *sample)
{
	/* Full without a take in time: the oldest polls do not matter. */
	if (f->count == SAMPLE_FILTER_MAX)
		f->count = 0;
	f->samples[f->count++] = *sample;
	if (f->polls < SAMPLE_FILTER_MAX)
		f->polls++;
	f->is_asked = false;
}

static int by_offset(const void *pa, const void *pb)
{
	const struct sample *a = pa, *b = pb;

	return (a->offset_s > b->offset_s) - (a->offset_s < b->offset_s);
}

static int shortest(const struct sample_filter *f)
{
	int best = 0;

	for (int i = 1; i < f->count; i++)
		if (f->samples[i].delay_s < f->samples[best].delay_s)
			best = i;
	return best;
}

static void combine(struct sample_filter *f, double freq, struct sample *ret)
{
	const struct sample newest = f->samples[f->count - 1];
	int cut = (int)(DISCARDED * f->count);
	double there_s = INFINITY, back_s = INFINITY;

	for (int i = 0; i < f->count; i++)
		f->samples[i].offset_s +=
		    freq * free_sub(newest.at, f->samples[i].at);
	qsort(f->samples, (size_t)f->count, sizeof(f->samples[0]), by_offset);
	*ret = newest;
	for (int i = cut; i < f->count - cut; i++) {
		const struct sample *x = &f->samples[i];

		there_s = fmin(there_s, x->delay_s / 2 + x->offset_s);
		back_s = fmin(back_s, x->delay_s / 2 - x->offset_s);
		ret->dispersion_s = fmin(ret->dispersion_s, x->dispersion_s);
	}
	ret->offset_s = (there_s - back_s) / 2;
	ret->delay_s = fmax(there_s + back_s, 0);
}

bool sample_filter_take(struct sample_filter *f, double freq,
    struct sample *ret)
{
	if (f->polls < f->size)
		return false;
	f->polls = 0;
	if (f->count == 0)
		return false;
	if (isfinite(freq))
		combine(f, freq, ret);
	else
		*ret = f->samples[shortest(f)];
	f->count = 0;
	return true;
}

void sample_filter_shift(struct sample_filter *f, double at_s, double offset_s)
{
	for (int i = 0; i < f->count; i++) {
		f->samples[i].at = free_add(f->samples[i].at, at_s);
		f->samples[i].offset_s += offset_s;
	}
}
