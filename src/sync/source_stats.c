/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/source_stats.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

#define SAMPLES_MIN 3		/* a line and one to check it */
#define SKEW_UNKNOWN 2000e-6	/* bound of a frequency never measured */
#define SKEW_MIN 1e-12
#define SIGMA_MIN_S 1e-9	/* reading resolution of any clock here */
#define UNREST_DECAY 0.9	/* of what is remembered, each sample */
#define UNREST_FACTOR 2.0	/* the next failure may be larger */
#define RUNS_ALPHA 0.2		/* so rare are too few runs by chance; a false
				 * alarm costs memory until the next sample */

void source_stats_init(struct source_stats *s, int min_samples, int max_samples)
{
	*s = (struct source_stats){
		.min_samples = min_samples,
		.max_samples = max_samples,
	};
}

void source_stats_reset(struct source_stats *s)
{
	source_stats_init(s, s->min_samples, s->max_samples);
}

static int capacity(const struct source_stats *s)
{
	if (s->max_samples <= 0 || s->max_samples > STATS_SAMPLES)
		return STATS_SAMPLES;
	/* Two are too few for a line, one is the mode without. */
	return s->max_samples == 2 ? SAMPLES_MIN : s->max_samples;
}

/*
 * Standard error of the offset of each sample, s, and as result the bound of
 * the newest: more than this its round trip does not explain.
 *
 * With equal base delays the truth is anywhere within half of the excess over
 * the least round trip; the least one seen is itself too long by about
 * J/sqrt(n), where J, the mean of the queueing in one direction, is half of the
 * mean excess. Of few samples mean and least are near to each other by chance:
 * hence the 4 / (n - 1).
 */
static double sigmas(const struct source_stats *s, double *sigma_s)
{
	double half = 0, least = INFINITY, mean = 0;

	for (int i = 0; i < s->count; i++) {
		least = fmin(least, s->samples[i].delay_s);
		mean += s->samples[i].delay_s / s->count;
	}
	double slack = 0.625 * (mean - least) / 2 / sqrt(s->count) *
	    (1 + 4.0 / (s->count - 1));

	for (int i = 0; i < s->count; i++) {
		half = (s->samples[i].delay_s - least) / 2 + slack;
		/* Uniform within +-half: half/sqrt(3). */
		sigma_s[i] = sqrt(half * half / 3 + SIGMA_MIN_S * SIGMA_MIN_S +
		    s->samples[i].dispersion_s * s->samples[i].dispersion_s);
	}
	return half + s->samples[s->count - 1].dispersion_s;
}

/* A weighted line through the samples from `first` on; t = 0: the newest. */
struct line {
	double a, b;		/* offset, s; frequency, s/s */
	double var_a, var_b;	/* by the sigmas alone */
	double chi2;		/* of the residuals */
	double mean_square;	/* weighted, of the residuals */
	int runs;
};

static double age(const struct source_stats *s, int i)
{
	return free_sub(s->samples[i].at, s->samples[s->count - 1].at);
}

static void residuals(const struct source_stats *s, const double *sigma_s,
    int first, struct line *line)
{
	double sum = 0;
	int sign = 0;

	line->chi2 = 0;
	line->runs = 0;
	for (int i = first; i < s->count; i++) {
		double w = 1 / (sigma_s[i] * sigma_s[i]);
		double r = s->samples[i].offset_s - line->a -
		    line->b * age(s, i);
		int new_sign = r >= 0 ? 1 : -1;

		line->chi2 += w * r * r;
		sum += w;
		line->runs += new_sign != sign;
		sign = new_sign;
	}
	line->mean_square = line->chi2 / sum;
}

static void fit(const struct source_stats *s, const double *sigma_s, int first,
    struct line *line)
{
	double w_sum = 0, t_mean = 0, y_mean = 0, s_tt = 0, s_ty = 0;

	for (int i = first; i < s->count; i++) {
		double w = 1 / (sigma_s[i] * sigma_s[i]);

		w_sum += w;
		t_mean += w * age(s, i);
		y_mean += w * s->samples[i].offset_s;
	}
	t_mean /= w_sum;
	y_mean /= w_sum;
	for (int i = first; i < s->count; i++) {
		double w = 1 / (sigma_s[i] * sigma_s[i]);
		double t = age(s, i) - t_mean;

		s_tt += w * t * t;
		s_ty += w * t * (s->samples[i].offset_s - y_mean);
	}
	line->b = s_ty / s_tt;
	line->a = y_mean - line->b * t_mean;
	line->var_b = 1 / s_tt;
	line->var_a = 1 / w_sum + t_mean * t_mean / s_tt;
	residuals(s, sigma_s, first, line);
}

/*
 * Could n residuals about the right line show so few runs? Their signs are
 * then like coins: runs - 1 is binomial. Too few runs mean that the frequency
 * has changed within the samples.
 */
static bool runs_plausible(int runs, int n)
{
	double p = ldexp(1, 1 - n), sum = 0;

	for (int k = 0; k < runs; k++) {
		sum += p;
		p *= (double)(n - 1 - k) / (k + 1);
	}
	return sum >= RUNS_ALPHA;
}

/* 97.5 % quantile of Student's t (Abramowitz, Stegun 26.7.5 from 3 on). */
static double student_t(int dof)
{
	double z = 1.959964, z3 = z * z * z, z5 = z3 * z * z, n = dof;

	if (dof <= 1)
		return 12.706;
	if (dof == 2)
		return 4.303;
	return z + (z3 + z) / (4 * n) +
	    (5 * z5 + 16 * z3 + 3 * z) / (96 * n * n) +
	    (3 * z5 * z * z + 19 * z5 + 17 * z3 - 15 * z) /
	    (384 * n * n * n);
}

/*
 * The clock may change its frequency more than the line knows: what predictions
 * missed lately, they may miss again.
 */
static void watch_unrest(struct source_stats *s, double half_s)
{
	const struct sample *newest = &s->samples[s->count - 1];
	double interval_s = free_sub(newest->at, s->estimate.at);
	double missed_s = fabs(newest->offset_s -
	    source_stats_predict(s, newest->at)) - half_s -
	    2 * s->estimate.offset_sd_s;

	s->unrest *= UNREST_DECAY;
	if (interval_s > 0)
		s->unrest = fmax(s->unrest, UNREST_FACTOR * missed_s / interval_s);
}

static void estimate_line(struct source_stats *s, const struct line *line,
    double half_s)
{
	struct stats_estimate *e = &s->estimate;
	int n = s->count - s->first;
	/*
	 * The residuals say how good the sigmas are. With few samples they
	 * may be small by chance: the sigmas count like two more residuals.
	 */
	double scale = (line->chi2 + 2) / n;
	double freq = line->b;
	double skew = student_t(n) * sqrt(scale * line->var_b);
	double newest_s = s->samples[s->count - 1].offset_s;

	if (s->has_estimate)
		watch_unrest(s, half_s);
	skew = fmax(hypot(skew, s->unrest), SKEW_MIN);

	if (s->has_estimate && e->skew > 0)
		s->stress = fabs(freq - e->freq) / e->skew;
	e->at = s->samples[s->count - 1].at;
	e->offset_s = line->a;
	e->offset_sd_s = sqrt(scale * line->var_a);
	e->freq = freq;
	e->skew = fmin(skew, SKEW_UNKNOWN);
	e->stddev_s = sqrt(line->mean_square * n / (n - 2));
	e->misfit_s = fmax(0, fabs(newest_s - line->a) - half_s);
	s->runs = line->runs;
	s->has_estimate = true;
}

/* maxsamples 1: the newest sample is all there is, and no frequency. */
static void estimate_single(struct source_stats *s)
{
	const struct sample *sample = &s->samples[s->count - 1];

	s->first = s->count - 1;
	s->runs = 1;
	s->has_estimate = true;
	s->estimate = (struct stats_estimate){
		.at = sample->at,
		.offset_s = sample->offset_s,
		.offset_sd_s = sample->dispersion_s + sample->delay_s / 2,
		.skew = SKEW_UNKNOWN,
		.stddev_s = sample->dispersion_s + sample->delay_s / 2,
	};
}

static void estimate(struct source_stats *s)
{
	double sigma_s[STATS_SAMPLES];
	int keep = s->min_samples > SAMPLES_MIN ? s->min_samples : SAMPLES_MIN;
	struct line line;
	double half_s;

	s->first = 0;
	if (s->max_samples == 1) {
		estimate_single(s);
		return;
	}
	if (s->count < SAMPLES_MIN)
		return;
	half_s = sigmas(s, sigma_s);
	for (;;) {
		fit(s, sigma_s, s->first, &line);
		if (s->count - s->first <= keep ||
		    runs_plausible(line.runs, s->count - s->first))
			break;
		s->first++;
	}
	estimate_line(s, &line, half_s);
}

static bool is_finite(const struct sample *sample)
{
	return isfinite(sample->offset_s) && isfinite(sample->delay_s) &&
	    isfinite(sample->dispersion_s);
}

bool source_stats_add(struct source_stats *s, const struct sample *sample)
{
	int limit = capacity(s);

	if (!is_finite(sample) || (s->count > 0 &&
	    sample->at.ns <= s->samples[s->count - 1].at.ns))
		return false;
	if (s->count >= limit) {
		int excess = s->count - limit + 1;

		s->count -= excess;
		memmove(&s->samples[0], &s->samples[excess],
		    (size_t)s->count * sizeof(s->samples[0]));
	}
	s->samples[s->count++] = *sample;
	estimate(s);
	return true;
}

static void shift(struct source_stats *s, double at_s, double offset_s)
{
	int64_t ns = interval_ns(at_s);

	for (int i = 0; i < s->count; i++) {
		s->samples[i].at.ns += ns;
		s->samples[i].offset_s += offset_s;
	}
	s->estimate.at.ns += ns;
	s->estimate.offset_s += offset_s;
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
	/* A line through offsets that are seconds wrong tells nothing. */
	(void)uncertainty_s;
	source_stats_reset(s);
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
	const struct sample *best = NULL;
	double skew = s->has_estimate ? s->estimate.skew : SKEW_UNKNOWN;
	double least = INFINITY;

	for (int i = s->first; i < s->count; i++) {
		double d = sample_root_distance(&s->samples[i],
		    s->samples[s->count - 1].at, skew);

		/* The newer of equals. */
		if (d <= least) {
			best = &s->samples[i];
			least = d;
		}
	}
	return best;
}
