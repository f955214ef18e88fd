/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the samples of one source say: offset and frequency of the source
 * against the free-running clock, with their errors.
 */
#ifndef HORA_SYNC_SOURCE_STATS_H
#define HORA_SYNC_SOURCE_STATS_H

#include "base/time.h"
#include "sync/sample.h"

#include <stdbool.h>

#define STATS_SAMPLES 64	/* most samples kept */

/* The estimate: line through the samples. Signs as in struct sample. */
struct stats_estimate {
	struct free_time at;	/* offset_s is valid for this instant */
	double offset_s;
	double offset_sd_s;
	double freq;		/* s/s; positive: the source gains on the clock */
	double skew;		/* bound of its error, s/s */
	double stddev_s;	/* of the samples about the line */
	/* By how much the newest sample contradicts the line: more than its
	 * round trip explains. */
	double misfit_s;
};

struct source_stats {
	struct sample samples[STATS_SAMPLES];	/* oldest first */
	int count;		/* kept */
	int runs;		/* of residuals with the same sign */
	int first;		/* index of the first sample in use */
	bool has_estimate;	/* from 3 samples on (1 with maxsamples 1) */
	struct stats_estimate estimate;
	/* By how much predictions failed lately, more than round trips explain,
	 * over the time they were for: part of the skew. s/s */
	double unrest;
	double stress;		/* change of frequency over its old error */
	int min_samples, max_samples;	/* 0 = no limit but STATS_SAMPLES */
};

/* No samples; the limits of their number as minsamples and maxsamples. */
void source_stats_init(struct source_stats *s, int min_samples, int max_samples);

/* Add one good sample and estimate anew. Samples out of order are refused. */
bool source_stats_add(struct source_stats *s, const struct sample *sample);

/* Forget all samples. */
void source_stats_reset(struct source_stats *s);

/* The clock was stepped by step_s (positive: forward). */
void source_stats_step(struct source_stats *s, double step_s);

/*
 * A leap second moved the clock by step_s, and the servers with it: instants
 * move, offsets stay.
 */
void source_stats_leap(struct source_stats *s, double step_s);

/*
 * The machine slept: offsets may be wrong by uncertainty_s from here on, the
 * frequency is what it was.
 */
void source_stats_slept(struct source_stats *s, double uncertainty_s);

/* Offset predicted for `at`, free scale; has_estimate must be true. */
double source_stats_predict(const struct source_stats *s, struct free_time at);

/*
 * Sample with the least root distance at the time of the newest, age counted
 * with the skew; NULL without any.
 */
const struct sample *source_stats_best(const struct source_stats *s);

/*
 * Root distance of a sample at `at` (RFC 5905 appendix A.5.5.2): what server,
 * network and the age of the sample, growing with `skew` (s/s), may hide.
 */
double sample_root_delay(const struct sample *sample);
double sample_root_dispersion(const struct sample *sample, struct free_time at,
    double skew);
double sample_root_distance(const struct sample *sample, struct free_time at,
    double skew);

#endif
