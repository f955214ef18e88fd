/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/source_stats.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define FREQ_UNKNOWN_SD 1000e-6	/* of a frequency never measured, s/s */
#define SKEW_MIN 1e-12
#define SKEW_MAX 2000e-6

/*
 * Poll policy. How much the wander adds to the error between two samples,
 * against what the waits in queues do, is told by wander * T^1.5 / wait: as
 * much of it as this is accepted (docs/discipline.md).
 */
#define WANDER_SHARE 0.54
/* Less where waits make up much of the way, and so of the root distance. */
#define QUEUE_WEIGHT 1.0
#define TARGET_SPAN 0.75	/* of target intervals must have passed */
#define DOUBTFUL 0.5

#define DEVIATIONS 3.0		/* of the frequency, for a bound */
#define DEVIATIONS_FEW 10.0	/* more for one sample, less for many */
#define SOURCE_NOISE 0.1	/* of what a source doubts of itself */

void source_stats_init(struct source_stats *s, int max_samples)
{
	*s = (struct source_stats){
		.max_samples = max_samples,
		.prior = { .freq_sd = FREQ_UNKNOWN_SD },
	};
}

void source_stats_prior(struct source_stats *s, double freq, double freq_sd)
{
	s->prior.freq = freq;
	s->prior.freq_sd = fmax(SKEW_MIN, fmin(freq_sd, FREQ_UNKNOWN_SD));
}

void source_stats_ways(struct source_stats *s, const struct stats_ways *ways)
{
	s->ways = *ways;
	s->prior.base_s = ways->min_delay_s / 2;
	s->prior.has_share = ways->is_fixed;
	s->prior.up_share = 0.5 - ways->asymmetry;
}

void source_stats_reset(struct source_stats *s)
{
	struct bank_prior prior = s->prior;
	struct stats_ways ways = s->ways;

	source_stats_init(s, s->max_samples);
	s->prior = prior;
	s->ways = ways;
}

static int capacity(const struct source_stats *s)
{
	return s->max_samples > 0 && s->max_samples < STATS_SAMPLES ?
	    s->max_samples : STATS_SAMPLES;
}

static void describe_residuals(struct source_stats *s)
{
	double sum = 0;
	int sign = 0;

	s->runs = 0;
	for (int i = 0; i < s->count; i++) {
		int new_sign = s->residual_s[i] >= 0 ? 1 : -1;

		sum += s->residual_s[i] * s->residual_s[i];
		s->runs += new_sign != sign;
		sign = new_sign;
	}
	s->estimate.stddev_s = sqrt(sum / s->count);
}

static double least_root_dispersion(const struct source_stats *s)
{
	double least = INFINITY;

	for (int i = 0; i < s->count; i++)
		least = fmin(least, s->samples[i].root_dispersion_s);
	return least;
}

/*
 * By how much the frequency may be wrong because the source's time moved: by
 * what it came to doubt itself over the span of the samples.
 */
static double source_drift(const struct source_stats *s)
{
	double span_s = free_sub(s->samples[s->count - 1].at, s->samples[0].at);
	double most = 0;

	for (int i = 0; i < s->count; i++)
		most = fmax(most, s->samples[i].root_dispersion_s);
	return span_s > 0 ? (most - least_root_dispersion(s)) / span_s : 0;
}

/* Of few samples not even the variances are well known. */
static double deviations(const struct source_stats *s)
{
	return DEVIATIONS + DEVIATIONS_FEW / s->count;
}

static void estimate(struct source_stats *s, double interval_s)
{
	struct stats_estimate *e = &s->estimate;
	const struct sample *newest = &s->samples[s->count - 1];
	const double *mean = s->bank.state.mean;
	double var_freq = s->bank.state.cov[BANK_FREQ][BANK_FREQ];
	double wander = s->bank.wander_rms;
	double contradiction_s;

	if (s->max_samples == 1)
		var_freq = FREQ_UNKNOWN_SD * FREQ_UNKNOWN_SD;
	if (s->has_estimate && e->skew > 0)
		s->stress = fabs(mean[BANK_FREQ] - e->freq) / e->skew;
	e->at = newest->at;
	e->offset_s = mean[BANK_OFFSET];
	e->offset_sd_s = sqrt(bank_variance(&s->bank, 0));
	e->freq = mean[BANK_FREQ];
	e->skew = fmax(SKEW_MIN, fmin(SKEW_MAX, source_drift(s) +
	    deviations(s) * sqrt(var_freq +
	    wander * wander * fmax(interval_s, 1) / 3)));
	s->residual_s[s->count - 1] = newest->offset_s - e->offset_s;
	contradiction_s = fabs(s->residual_s[s->count - 1]) -
	    newest->delay_s / 2 - newest->dispersion_s;
	e->misfit_s = fmax(0, contradiction_s);
	s->has_estimate = true;
	describe_residuals(s);
}

static bool is_finite(const struct sample *sample)
{
	return isfinite(sample->offset_s) && isfinite(sample->delay_s) &&
	    isfinite(sample->dispersion_s);
}

static void keep(struct source_stats *s, const struct sample *sample)
{
	if (s->count == capacity(s)) {
		s->count--;
		memmove(&s->samples[0], &s->samples[1],
		    (size_t)s->count * sizeof(s->samples[0]));
		memmove(&s->residual_s[0], &s->residual_s[1],
		    (size_t)s->count * sizeof(s->residual_s[0]));
	}
	s->samples[s->count++] = *sample;
}

/*
 * A source that has lost its own source drifts, and tells so by its growing
 * dispersion. Who would follow it as if it knew the time would drift with it:
 * in a circle of such sources, without end.
 */
static double source_noise(const struct source_stats *s)
{
	return SOURCE_NOISE * (s->samples[s->count - 1].root_dispersion_s -
	    least_root_dispersion(s));
}

bool source_stats_add(struct source_stats *s, const struct sample *sample)
{
	double interval_s = 0;

	if (!is_finite(sample))
		return false;
	if (s->has_bank) {
		interval_s = free_sub(sample->at, s->bank_at);
		if (!(interval_s > 0))
			return false;
	}
	keep(s, sample);
	if (s->max_samples == 1 || !s->has_bank) {
		bank_start(&s->bank, &s->prior, sample->offset_s,
		    sample->delay_s);
	} else {
		if (s->max_samples > 1)
			bank_fade(&s->bank, 1 - 1.0 / s->max_samples);
		bank_add(&s->bank, interval_s, sample->offset_s,
		    sample->delay_s, source_noise(s));
	}
	if (!s->has_estimate)
		s->since = sample->at;
	s->has_bank = true;
	s->bank_at = sample->at;
	estimate(s, interval_s);
	return true;
}

static void shift(struct source_stats *s, double at_s, double offset_s)
{
	int64_t ns = interval_ns(at_s);

	for (int i = 0; i < s->count; i++) {
		s->samples[i].at.ns += ns;
		s->samples[i].offset_s += offset_s;
	}
	s->since.ns += ns;
	s->bank_at.ns += ns;
	s->estimate.at.ns += ns;
	s->estimate.offset_s += offset_s;
	bank_move(&s->bank, offset_s);
}

void source_stats_step(struct source_stats *s, double step_s)
{
	shift(s, step_s, -step_s);
}

void source_stats_leap(struct source_stats *s, double step_s)
{
	shift(s, step_s, 0);
}

void source_stats_slept(struct source_stats *s, double uncertainty_s)
{
	if (!s->has_bank)
		return;
	bank_doubt_offset(&s->bank, uncertainty_s);
	s->count = 0;
	s->runs = 0;
	s->has_estimate = false;
}

double source_stats_variance(const struct source_stats *s, struct free_time at)
{
	return bank_variance(&s->bank, fmax(free_sub(at, s->estimate.at), 0));
}

bool source_stats_in_doubt(const struct source_stats *s)
{
	return s->has_estimate && s->bank.doubtful > 0;
}

double source_stats_interval(const struct source_stats *s, int target)
{
	double wait_s, share, ratio, worth_s, span_s;

	if (!s->has_estimate || s->bank.doubt > DOUBTFUL)
		return 0;
	wait_s = bank_wait(&s->bank);
	ratio = wait_s / fmax(s->bank.state.mean[BANK_BASE], wait_s / 10);
	share = WANDER_SHARE / (1 + QUEUE_WEIGHT * ratio * ratio);
	worth_s = pow(share * wait_s / s->bank.wander, 2.0 / 3);
	span_s = free_sub(s->estimate.at, s->since);
	return fmin(worth_s, span_s / (TARGET_SPAN * target));
}

double source_stats_predict(const struct source_stats *s, struct free_time at)
{
	return s->estimate.offset_s +
	    s->estimate.freq * free_sub(at, s->estimate.at);
}

double sample_root_delay(const struct sample *sample)
{
	return sample->root_delay_s + fmax(sample->delay_s, 0);
}

double sample_root_dispersion(const struct sample *sample, struct free_time at,
    double skew)
{
	return sample->root_dispersion_s + sample->dispersion_s +
	    skew * fmax(free_sub(at, sample->at), 0);
}

double sample_root_distance(const struct sample *sample, struct free_time at,
    double skew)
{
	return sample_root_delay(sample) / 2 +
	    sample_root_dispersion(sample, at, skew);
}

const struct sample *source_stats_best(const struct source_stats *s)
{
	const struct sample *best = s->count > 0 ? &s->samples[s->count - 1] :
	    NULL;
	double skew = s->has_estimate ? s->estimate.skew : SKEW_MAX;
	double least = INFINITY;

	for (int i = 0; i < s->count; i++) {
		const struct sample *x = &s->samples[i];
		double d = sample_root_distance(x,
		    s->samples[s->count - 1].at, skew);

		/* It vouches for what is near to it, not for a clock that
		 * was moved since. */
		if (s->has_estimate)
			d += fabs(source_stats_predict(s, x->at) - x->offset_s);

		/* The newer of equals. */
		if (d <= least) {
			best = &s->samples[i];
			least = d;
		}
	}
	return best;
}
