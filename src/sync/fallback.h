/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fallback drifts (reference: configuration.md 2.6): averages of the clock's
 * frequency over 2^min to 2^max seconds. When updates stop for so long, the
 * average over that time foretells better than the last value did.
 */
#ifndef HORA_SYNC_FALLBACK_H
#define HORA_SYNC_FALLBACK_H

#include <stdbool.h>

#define FALLBACK_LEVELS 31		/* 2^30 s are 34 years */

struct fallback {
	int min_log2_s, max_log2_s;	/* both 0 = off */
	double freq[FALLBACK_LEVELS];	/* average over 2^i s, s/s */
	double filled_s;		/* time that the averages rest on */
	int level;			/* in use; 0 = none */
};

/* Nothing averaged. Off when either is 0, or max < min. */
void fallback_init(struct fallback *f, int min_log2_s, int max_log2_s);

/* The frequency was `freq` (s/s) for interval_s; updates have come again. */
void fallback_update(struct fallback *f, double freq, double interval_s);

/*
 * age_s since the last update: is another average to be used from now on? One
 * is only used once it is filled.
 */
bool fallback_take(struct fallback *f, double age_s, double *ret_freq);

/* The age at which fallback_take has something to say next; INFINITY = never. */
double fallback_next_s(const struct fallback *f);

#endif
