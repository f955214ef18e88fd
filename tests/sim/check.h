/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What must hold after every step of every run, whatever the conditions: the
 * checks look at the simulated kernel and at what a node publishes, and believe
 * nothing that the node says of itself.
 */
#ifndef HORA_SIM_CHECK_H
#define HORA_SIM_CHECK_H

#include "sim/node.h"
#include "sim/scenario.h"

#include <stddef.h>
#include <stdint.h>

enum check {
	CHECK_BOUND,		/* error of what is served <= bound served */
	CHECK_STEP,		/* steps only as makestep allows */
	CHECK_SLEW,		/* within maxslewrate */
	CHECK_FREQUENCY,	/* within maxdrift and the kernel's range */
	CHECK_REFERENCE,	/* its time never goes back */
	CHECK_STRATUM,		/* at most 15 */
	CHECK_KERNEL,		/* it refused no call */
	CHECK_AWARENESS,	/* who sets the clock is noticed soon */
	CHECK_LOOP,		/* nobody follows himself, or not for long */
	CHECK_COUNT
};

/* A broken invariant; count 0: it held. */
struct broken {
	uint64_t count;
	double first_s, last_s, worst;	/* when, by how much (check_text) */
	int node;			/* at first */
};

struct checks {
	bool is_biased;			/* CHECK_BOUND is not looked at */
	double may_loop_s;		/* a circle may last so long */
	int64_t looped_ns;		/* since there is one; 0 = there is none */
	struct broken broken[CHECK_COUNT];
	double worst_bound;		/* error over bound */
};

/* After every event and at every second of node n, number i. */
void check_node(struct checks *c, struct node *n, int i);

/* Now and then: does each node follow others to a server? */
void check_loops(struct checks *c, const struct network *w, int64_t now_ns);

/* What is broken first, in words; false: nothing is. */
bool check_text(const struct broken broken[CHECK_COUNT], char *ret,
    size_t size);

#endif
