/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A bank of filters for the offset and frequency of one source and the least
 * way to it. Each assumes another wander of the oscillator and another noise of
 * the timestamps; what they say is weighted by how well they foresaw the samples
 * (docs/discipline.md).
 */
#ifndef HORA_SYNC_BANK_H
#define HORA_SYNC_BANK_H

#include "sync/queueing.h"

#include <stdbool.h>

#define BANK_WANDERS 15		/* assumed wanders of the oscillator */
#define BANK_EDGES 3		/* assumed noises of reading the clocks */
#define BANK_MEMBERS (BANK_WANDERS * BANK_EDGES)

enum { BANK_OFFSET, BANK_FREQ, BANK_BASE, BANK_SIZE };

/* Mean (s; s/s; s) and covariance. */
struct bank_state {
	double mean[BANK_SIZE];
	double cov[BANK_SIZE][BANK_SIZE];
};

struct bank {
	struct bank_state member[BANK_MEMBERS];
	double log_weight[BANK_MEMBERS];	/* the best has 0 */
	struct waits up, down;		/* of the way there, of the way back */
	double up_s, down_s;		/* mean waits */
	double detour_s;		/* by which the last route is longer */
	bool is_base_known, has_share;	/* of the prior, as up_share */
	double up_share;
	/* the mixture */
	struct bank_state state;
	double wander;			/* s/s for each square root of a second */
	double wander_rms;		/* the same, for bounds: more if unsure */
	double doubt;			/* 0..1: that the last sample was wrong */
	int doubtful;			/* samples in a row */
};

/* What is known before the first sample. */
struct bank_prior {
	double freq, freq_sd;		/* s/s, and its deviation */
	double base_s;			/* the least way, well known; 0: not */
	bool has_share;			/* it is known, and need not be learnt, */
	double up_share;		/* how much of the waits is there, 0..1 */
};

/* The first sample; later ones go to bank_add. */
void bank_start(struct bank *b, const struct bank_prior *prior,
    double offset_s, double delay_s);

/*
 * A sample, interval_s after the one before. offset_s is source minus clock,
 * delay_s the round trip, noise_s the deviation of reading the clocks. Finite.
 */
void bank_add(struct bank *b, double interval_s, double offset_s,
    double delay_s, double noise_s);

/* The clock, or what the source says, was moved: offsets change by move_s. */
void bank_move(struct bank *b, double move_s);

/* The offset may have changed by a deviation of sd_s; the frequency has not. */
void bank_doubt_offset(struct bank *b, double sd_s);

/* What is known counts less: all covariances are divided by `keep` (0..1). */
void bank_fade(struct bank *b, double keep);

/* Mean wait of a packet in queues, s; of the quieter way if they differ. */
double bank_wait(const struct bank *b);

/* Variance of the offset that is predicted for interval_s ahead, s^2. */
double bank_variance(const struct bank *b, double interval_s);

#endif
