/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/samples.h"

#include <math.h>
#include <stdlib.h>

#define ASYMMETRY_MOST 0.5	/* beyond it is not fixed (configuration.md 2.2) */

/* Samples of a source: its own numbers, else the global ones. */
static int samples_of(int own, int global)
{
	return own >= 0 ? own : global;
}

bool samples_init(const struct engine *e, struct source *s)
{
	const struct source_config *c = &s->config;
	bool is_fixed = fabs(c->asymmetry) <= ASYMMETRY_MOST;
	const struct stats_ways ways = {
		.min_delay_s = fmax(c->mindelay_s, 0),
		.is_fixed = is_fixed,
		.asymmetry = is_fixed ? c->asymmetry : 0,
	};

	source_stats_init(&s->stats,
	    samples_of(c->maxsamples, e->config->maxsamples));
	source_stats_ways(&s->stats, &ways);
	if (c->filter < 1)
		return true;
	s->filter = malloc(sizeof(*s->filter));
	if (!s->filter)
		return false;
	sample_filter_init(s->filter, c->filter);
	return true;
}

void samples_limit(const struct engine *e, struct source *s)
{
	s->stats.max_samples = samples_of(s->config.maxsamples,
	    e->config->maxsamples);
}

void samples_free(struct source *s)
{
	free(s->filter);
	s->filter = NULL;
}

void samples_ask(struct source *s)
{
	if (s->filter)
		sample_filter_ask(s->filter);
}

void samples_delay(struct source *s, double delay_s)
{
	if (s->config.maxdelayquant > 0)
		quantile_add(&s->delays, delay_s);
}

bool samples_take(const struct engine *e, struct source *s,
    const struct sample *sample, struct sample *ret)
{
	const struct reference *r = &e->reference;
	/* Of one sample no frequency is known. */
	double freq = s->stats.count > 1 ? s->stats.estimate.freq :
	    r->has_freq ? r->freq : NAN;

	/* The first one counts as it is: there is to be a time at once. */
	if (!s->filter || !s->stats.has_estimate) {
		*ret = *sample;
		return true;
	}
	sample_filter_add(s->filter, sample);
	return sample_filter_take(s->filter, freq, ret);
}

int samples_polls(const struct source *s)
{
	return s->filter ? s->filter->size : 1;
}

static void empty_filter(struct source *s)
{
	if (s->filter)
		sample_filter_init(s->filter, s->filter->size);
}

static void shift_filter(struct source *s, double at_s, double offset_s)
{
	if (s->filter)
		sample_filter_shift(s->filter, at_s, offset_s);
}

void samples_forget(struct source *s)
{
	source_stats_reset(&s->stats);
	empty_filter(s);
	s->delays = (struct quantile){ 0 };
}

void samples_step(struct source *s, double step_s)
{
	source_stats_step(&s->stats, step_s);
	shift_filter(s, step_s, -step_s);
}

void samples_leap(struct source *s, double step_s)
{
	source_stats_leap(&s->stats, step_s);
	shift_filter(s, step_s, 0);
}

void samples_slept(struct source *s, double uncertainty_s)
{
	source_stats_slept(&s->stats, uncertainty_s);
	empty_filter(s);
}

void samples_offset(struct source *s, double by_s)
{
	/* There and back again: the instants stay, the offsets have moved. */
	source_stats_leap(&s->stats, by_s);
	source_stats_step(&s->stats, -by_s);
	shift_filter(s, 0, by_s);
}
