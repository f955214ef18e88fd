/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The least error that is possible on the very draws of a run: that of a filter
 * which knows all parameters (ubf in reference/accuracy-targets.md). It sees
 * each exchange as a hard window around the offset, from the least delay, which
 * it is told; and it corrects the clock at once and exactly. What it reaches
 * beside the daemon in the same run has the same luck.
 */
#ifndef HORA_SIM_LIMIT_H
#define HORA_SIM_LIMIT_H

#include "sim/scenario.h"

#include <stdbool.h>
#include <stdint.h>

#define LIMIT_FILTERS 13

struct limit_figures {
	double rms_s, max_s;		/* from settle_s on; 0 = unknown */
};

/* Offset and frequency of the oscillator left alone, as one filter sees them. */
struct limit_filter {
	double wander;			/* that it assumes */
	double offset_s, freq;
	double p11, p12, p22;		/* covariance */
	double square, max_s;		/* of its errors */
};

struct limit {
	struct way_row way;
	double settle_s;
	int count;			/* of filters; 0 = not looked at */
	struct limit_filter filters[LIMIT_FILTERS];
	int64_t second_ns, exchange_ns;	/* true time of the last ones */
	double free_s, freq;		/* the oscillator at second_ns */
	uint64_t samples;
};

/*
 * Can it be said of this scenario? One node with one right server, exponential
 * delays alike both ways, nobody else at the clock; and the start does not count,
 * for that is about slewing.
 */
bool limit_is_known(const struct scenario *s);

void limit_init(struct limit *l, const struct scenario *s);

/* A second begins; `freq` is the error of the oscillator from now on, s/s. */
void limit_second(struct limit *l, int64_t now_ns, double freq);

/* True times at which a request left and arrived, and its answer arrived. */
void limit_exchange(struct limit *l, int64_t sent_ns, int64_t served_ns,
    int64_t back_ns);

/*
 * Where frequency is no random walk no wander is the right one: then the filter
 * with the least RMS counts, chosen afterwards as in the reference.
 */
void limit_finish(const struct limit *l, struct limit_figures *ret);

#endif
