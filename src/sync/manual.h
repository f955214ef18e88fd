/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time that a person types in: few samples, days apart, good to a second. A line
 * through them tells offset and frequency of the clock.
 */
#ifndef HORA_SYNC_MANUAL_H
#define HORA_SYNC_MANUAL_H

#include "base/time.h"

#include <stdbool.h>

#define MANUAL_SAMPLES 16
#define MANUAL_APART_S 1.0	/* between two samples, at least */

/* Signs as in struct sample: positive when the clock is slow. */
struct manual_sample {
	struct free_time at;
	double offset_s;	/* on the free scale */
	double typed_s;		/* of the system clock, as it was then */
	double residual_s;	/* of the line; positive: above it */
};

/* Oldest first; zero is empty. */
struct manual {
	struct manual_sample samples[MANUAL_SAMPLES];
	int count;
};

/* The line, at the instant of the newest sample. */
struct manual_fit {
	struct free_time at;
	double offset_s, offset_sd_s;
	double freq, freq_sd;	/* s/s */
};

/*
 * Keep a sample; the oldest one of 16 goes. False: it is not after the newest by
 * MANUAL_APART_S.
 */
bool manual_add(struct manual *m, const struct manual_sample *sample);

/* Forget sample number i, counted from the oldest; false: there is none. */
bool manual_delete(struct manual *m, int i);

/*
 * Fit the line, and write the residuals. The frequency was known as `freq` with
 * a deviation of freq_sd before. Older samples that contradict the newest are
 * left out: who types a time means it. False: no samples.
 */
bool manual_estimate(struct manual *m, double freq, double freq_sd,
    struct manual_fit *ret);

/* The clock was stepped by step_s (positive: forward). */
void manual_step(struct manual *m, double step_s);

#endif
