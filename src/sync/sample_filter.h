/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The option `filter`: the samples of so many polls become one. Those with the
 * most extreme offsets are left out; of the others the shortest way there and
 * the shortest way back count, as packets only err by being late
 * (docs/discipline.md).
 */
#ifndef HORA_SYNC_SAMPLE_FILTER_H
#define HORA_SYNC_SAMPLE_FILTER_H

#include "sync/sample.h"

#include <stdbool.h>

#define SAMPLE_FILTER_MAX 256	/* polls */

struct sample_filter {
	int size;		/* polls that make a sample */
	int polls;		/* so far, answered or not */
	int count;		/* samples of them */
	bool is_asked;		/* the last request has no sample yet */
	struct sample samples[SAMPLE_FILTER_MAX];
};

/* Empty; `polls` is at least 1, more than SAMPLE_FILTER_MAX is that. */
void sample_filter_init(struct sample_filter *f, int polls);

/* A request is due: the last one, if still open, has no sample. */
void sample_filter_ask(struct sample_filter *f);

/* A good sample of the last request. */
void sample_filter_add(struct sample_filter *f, const struct sample *sample);

/*
 * Is it time: are there samples of the polls, and were these enough? Then *ret
 * is what they say for the instant of the newest one, and the filter is empty.
 * `freq` (s/s, as in struct stats_estimate) tells how offsets change meanwhile;
 * NAN if nobody knows: then the sample with the least delay is taken.
 */
bool sample_filter_take(struct sample_filter *f, double freq,
    struct sample *ret);

/* Instants moved by at_s, offsets changed by offset_s. */
void sample_filter_shift(struct sample_filter *f, double at_s, double offset_s);

#endif
