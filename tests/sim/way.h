/* SPDX-License-Identifier: Apache-2.0 */
/* The way to a server and back: delay, loss and what else happens to packets. */
#ifndef HORA_SIM_WAY_H
#define HORA_SIM_WAY_H

#include "sim/random.h"

#include <stdbool.h>

#define WAY_BASE_S 1e-3			/* where a row says nothing */

/* Conditions of a way. Zero is 1 ms each way and nothing else. */
struct way_row {
	double base_s;			/* one way; 0 = WAY_BASE_S */
	double up_s, down_s;		/* mean of the random delay on top */
	bool is_heavy;			/* its shape: product of 3 exponentials */
	bool is_daily;			/* its mean: a triangle over the day */
	double loss;			/* probability, of each packet */
	double spike, spike_s;		/* probability and size of extra delay */
	double moved_s, moved_at_s;	/* added to base_s from then on */
	double dead_from_s, dead_to_s;	/* nothing arrives */
	double period_s, alive_s;	/* of each period, arrives so long */
};

struct way {
	struct way_row row;
	struct rng rng;
};

void way_init(struct way *w, const struct way_row *row, struct rng rng);

/* Delay of a packet that leaves at true time t, s; negative: it is lost. */
double way_up(struct way *w, double t);
double way_down(struct way *w, double t);

/* The least delay, of either direction, of a packet that leaves then, s. */
double way_least(const struct way_row *row, double t);

#endif
