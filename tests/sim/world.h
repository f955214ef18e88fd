/* SPDX-License-Identifier: Apache-2.0 */
/* One run of a scenario: the loop of true time, its figures, the judgement. */
#ifndef HORA_SIM_WORLD_H
#define HORA_SIM_WORLD_H

#include "sim/check.h"
#include "sim/limit.h"
#include "sim/scenario.h"
#include "sim/tally.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WORLD_STATES 16

struct figures {
	struct tally_figures error;	/* of all nodes */
	struct limit_figures limit;
	double synchronised_s;		/* true time when all first were; < 0 never */
	double apart_s;			/* most between two nodes, after settle_s */
	uint64_t sent;			/* requests of all nodes */
	int steps;			/* of node 0 */
	uint64_t hash, error_hash;	/* of all nodes, as in struct node */
	struct broken broken[CHECK_COUNT];
	double worst_bound;		/* error over bound */
	bool queue_full;
	bool leap_armed;		/* in a kernel, at the end */
	uint64_t refused;		/* by hora-clock */
	int unsynchronised;		/* nodes, at the end */
	int stratum;			/* the deepest one, at the end */
	char states[WORLD_STATES + 1];	/* of the sources of node 0 */
};

/* How to run it. */
struct world_options {
	uint64_t seed;
	bool is_traced;			/* say on stdout what happens */
	bool has_limit;			/* find figures.limit where it is known */
	float *errors_s;		/* run_s of node 0's; or NULL */
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
