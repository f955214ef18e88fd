/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a scenario: the loop of true time, figures and invariants. */
#ifndef HORA_SIM_WORLD_H
#define HORA_SIM_WORLD_H

#include "sim/kernel.h"
#include "sim/server.h"
#include "sim/tally.h"

#include <stdbool.h>
#include <stdint.h>

#define SCENARIO_SERVERS 5

/* Conditions and what is expected, a row of the table in scenarios.c. */
struct scenario {
	const char *name;
	double run_s, settle_s;		/* figures are taken from settle_s on */
	double jitter_s;		/* J of the first times below 3 J, or 0 */
	double event_at_s, band_s;	/* of the figures after an event, or 0 */
	double offset_s;		/* of the clock at the start */
	struct oscillator oscillator;
	double jump_s, jump_at_s;	/* somebody else moves the clock */
	int leap;			/* at SIM_LEAP_S: +1 inserted, -1 left out */
	double clock_dies_s, engine_dies_s;	/* 0 = never; back 1 s later */
	const char *directives;		/* beyond the server lines, or NULL */
	const char *options;		/* of every server line */
	const char *first_options;	/* of the first one besides, or NULL */
	struct server_row servers[SCENARIO_SERVERS];	/* way.base_s < 0: no more */

	double rms_s, max_s;		/* of the error after settle_s */
	int steps;			/* exactly so many */
	bool is_unsynchronised;		/* at the end; else it is synchronised */
	const char *states;		/* of the sources at the end, '?' any;
					 * or NULL */
	bool is_biased;			/* servers lie: the bound may be missed */
	bool may_wander;		/* the second half may be worse */
};

struct figures {
	struct tally_figures error;
	double synchronised_s;		/* true time of the first sync; < 0 never */
	uint64_t sent;
	int steps;
	uint64_t hash;
	/* broken invariants */
	uint64_t bound_missed;		/* seconds */
	double worst_bound;		/* error over bound */
	bool leap_armed;		/* in the kernel, at the end */
	bool slew_too_fast, frequency_out, reference_back, queue_full;
	uint64_t refused, failed;
	char states[SCENARIO_SERVERS + 1];
	bool is_synchronised;
};

/* How to run it. */
struct world_options {
	uint64_t seed;
	bool is_traced;			/* say on stdout what happens */
	float *errors_s;		/* run_s of them, each second; or NULL */
};

/* Run it. False when the configuration is wrong. */
bool world_run(const struct scenario *s, const struct world_options *options,
    struct figures *ret);

/*
 * What is wrong with the figures, as one line in `why`; false when nothing is.
 */
bool world_judge(const struct scenario *s, const struct figures *f, char *why,
    size_t size);

#endif
