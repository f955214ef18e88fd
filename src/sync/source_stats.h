/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the samples of one source say: offset and frequency of the source
 * against the free-running clock, with their errors.
 */
#ifndef HORA_SYNC_SOURCE_STATS_H
#define HORA_SYNC_SOURCE_STATS_H

#include "base/time.h"
#include "sync/bank.h"
#include "sync/sample.h"

#include <stdbool.h>

#define STATS_SAMPLES 64	/* most samples kept, for reports and tests */

/* The estimate, as of the newest sample. Signs as in struct sample. */
struct stats_estimate {
	struct free_time at;	/* offset_s is valid for this instant */
	double offset_s;
	double offset_sd_s;
	double freq;		/* s/s; positive: the source gains on the clock */
	double skew;		/* bound of its error until the next, s/s */
	double stddev_s;	/* of the samples about the estimates */
	/* By how much the newest sample contradicts the estimate: more than its
	 * round trip explains. */
	double misfit_s;
};

/* What the configuration knows of the ways to a source; zero: nothing. */
struct stats_ways {
	double min_delay_s;	/* the least round trip; 0: as observed */
	/*
	 * Of the waits 0.5 - asymmetry are on the way there, when that is fixed;
	 * else the bank learns what each way has.
	 */
	bool is_fixed;
	double asymmetry;	/* -0.5..0.5 */
};

struct source_stats {
	struct sample samples[STATS_SAMPLES];	/* oldest first */
	double residual_s[STATS_SAMPLES];	/* sample minus estimate then */
	int count;		/* kept */
	int runs;		/* of residuals with the same sign */
	bool has_estimate;	/* from the first sample on */
	struct stats_estimate estimate;
	bool has_bank;		/* it knows something, of the frequency at least */
	struct bank bank;
	struct bank_prior prior;
	struct free_time bank_at;	/* of the last sample given to it */
	struct free_time since;	/* the first sample of all */
	double stress;		/* change of frequency over its old error */
	int max_samples;	/* of the configuration; 0 = no limit */
	struct stats_ways ways;
};

/*
 * No samples. max_samples: the memory of the estimate is that of so many (1:
 * the newest sample is all that counts, and no frequency); 0 = no limit.
 */
void source_stats_init(struct source_stats *s, int max_samples);

/* What is configured of the ways; kept until source_stats_init. */
void source_stats_ways(struct source_stats *s, const struct stats_ways *ways);

/*
 * What is known of the frequency of the clock before the first sample: s/s as
 * in the estimate, and its deviation. Kept until source_stats_init.
 */
void source_stats_prior(struct source_stats *s, double freq, double freq_sd);

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
 * The machine slept and its clock was set by a worse one, wrong by a deviation
 * of uncertainty_s: there is no estimate until the next sample, and what was
 * known of frequency and delay helps with that.
 */
void source_stats_slept(struct source_stats *s, double uncertainty_s);

/* Offset predicted for `at`, free scale; has_estimate must be true. */
double source_stats_predict(const struct source_stats *s, struct free_time at);

/* Variance of that, s^2: it grows with the age of the newest sample. */
double source_stats_variance(const struct source_stats *s, struct free_time at);

/* Is the newest sample not understood, so that another should be had at once? */
bool source_stats_in_doubt(const struct source_stats *s);

/*
 * Seconds until another sample is worth its packet, while `target` samples
 * (polltarget) are in what is known: short for an oscillator that wanders, long
 * for waits in queues that hide the wander. 0: at once, as the newest sample
 * is not understood.
 */
double source_stats_interval(const struct source_stats *s, int target);

/*
 * Sample with the least root distance at the time of the newest, age counted
 * with the skew, and its distance from the estimate; NULL without any.
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
