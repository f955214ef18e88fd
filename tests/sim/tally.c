/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/tally.h"

#include <math.h>
#include <string.h>

/* Bins of 0.5 % from 0.1 ns on: up to 1000 s. */
#define BIN_LOG 0.005
#define BIN_LEAST_S 1e-10

void tally_init(struct tally *y, const struct tally_plan *plan)
{
	memset(y, 0, sizeof(*y));
	y->plan = *plan;
	y->first_s = y->below_since_s = y->held_s = -1;
}

static void add_start(struct tally *y, double t, double abs_s)
{
	if (abs_s >= 3 * y->plan.jitter_s) {
		y->below_since_s = -1;
		return;
	}
	if (y->first_s < 0)
		y->first_s = t;
	if (y->below_since_s < 0)
		y->below_since_s = t;
	if (y->held_s < 0 && t - y->below_since_s >= TALLY_HELD_S)
		y->held_s = y->below_since_s;
}

static void add_after(struct tally *y, double t, double abs_s)
{
	double since_s = t - y->plan.event_at_s;

	/* What the event itself does is seen from the next second on. */
	if (since_s <= 0 || since_s > TALLY_AFTER_S)
		return;
	y->after_samples++;
	y->after_square += abs_s * abs_s;
	y->after_peak_s = fmax(y->after_peak_s, abs_s);
	if (abs_s > y->plan.band_s)
		y->after_last_s = since_s;
}

static int bin_of(double abs_s)
{
	double bin = log(abs_s / BIN_LEAST_S) / BIN_LOG;

	return !(bin > 0) ? 0 : bin >= TALLY_BINS ? TALLY_BINS - 1 : (int)bin;
}

void tally_add(struct tally *y, double t, double error_s, double freq)
{
	double abs_s = fabs(error_s), square = error_s * error_s;
	int half = t >= (y->plan.run_s + y->plan.settle_s) / 2;

	if (y->plan.jitter_s > 0)
		add_start(y, t, abs_s);
	if (y->plan.event_at_s > 0)
		add_after(y, t, abs_s);
	if (t < y->plan.settle_s)
		return;
	y->samples++;
	y->half_samples[half]++;
	y->sum += error_s;
	y->square += square;
	y->halves[half] += square;
	y->freq_square += freq * freq;
	y->max_s = fmax(y->max_s, abs_s);
	y->bins[bin_of(abs_s)]++;
}

static double p95(const struct tally *y)
{
	uint64_t above = 0;

	for (int i = TALLY_BINS - 1; i > 0; i--) {
		above += y->bins[i];
		if (above * 20 > y->samples)
			return BIN_LEAST_S * exp(BIN_LOG * (i + 0.5));
	}
	return BIN_LEAST_S;
}

static double root_mean(double square, uint64_t samples)
{
	return samples > 0 ? sqrt(square / (double)samples) : 0;
}

void tally_finish(const struct tally *y, struct tally_figures *ret)
{
	*ret = (struct tally_figures){
		.rms_s = root_mean(y->square, y->samples),
		.mean_s = y->samples > 0 ? y->sum / (double)y->samples : 0,
		.p95_s = p95(y),
		.max_s = y->max_s,
		.freq_rms_ppm = root_mean(y->freq_square, y->samples) * 1e6,
		.first_half_s = root_mean(y->halves[0], y->half_samples[0]),
		.second_half_s = root_mean(y->halves[1], y->half_samples[1]),
		.first_s = y->first_s,
		.held_s = y->held_s,
		.after_peak_s = y->after_peak_s,
		.after_rms_s = root_mean(y->after_square, y->after_samples),
		.after_last_s = y->after_last_s,
	};
}
