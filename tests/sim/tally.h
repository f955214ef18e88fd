/* SPDX-License-Identifier: Apache-2.0 */
/* Figures of the time error of one run, sampled once a second. */
#ifndef HORA_SIM_TALLY_H
#define HORA_SIM_TALLY_H

#include <stdint.h>

#define TALLY_BINS 6000
#define TALLY_HELD_S 600	/* "held": below 3 J for so long */
#define TALLY_AFTER_S 20000	/* of an event */

/* What to look at; 0 = there is none of it. */
struct tally_plan {
	double run_s, settle_s;		/* figures are taken from settle_s on */
	double jitter_s;		/* J of the first times below 3 J */
	double event_at_s, band_s;	/* something happens; error that is fine */
};

struct tally_figures {
	double rms_s, mean_s, p95_s, max_s, freq_rms_ppm;
	double first_half_s, second_half_s;	/* RMS of both halves */
	double first_s;			/* first second below 3 J; < 0 never */
	double held_s;			/* start of TALLY_HELD_S below it; < 0 */
	/* Within TALLY_AFTER_S after the event: */
	double after_peak_s, after_rms_s;
	double after_last_s;		/* since then no error beyond band_s */
};

struct tally {
	struct tally_plan plan;
	double sum, square, freq_square, halves[2], max_s;
	uint64_t samples, half_samples[2];
	uint32_t bins[TALLY_BINS];	/* of log(abs error), for p95 */
	double first_s, below_since_s, held_s;
	double after_square, after_peak_s, after_last_s;
	uint64_t after_samples;
};

void tally_init(struct tally *y, const struct tally_plan *plan);

/* True time t (a whole second), clock minus UTC, steered frequency error. */
void tally_add(struct tally *y, double t, double error_s, double freq);

void tally_finish(const struct tally *y, struct tally_figures *ret);

#endif
