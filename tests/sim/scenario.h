/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions of a run and what is expected of it: a row of a table. */
#ifndef HORA_SIM_SCENARIO_H
#define HORA_SIM_SCENARIO_H

#include "sim/kernel.h"
#include "sim/server.h"
#include "sim/way.h"

#include <stdbool.h>

#define SCENARIO_SERVERS 8
#define SCENARIO_ACTIONS 6

enum action_kind {
	ACTION_NONE,		/* end of the list */
	ACTION_JUMP,		/* somebody else moves the clock by `value` s */
	ACTION_RATE,		/* somebody else adds `value` ppm to its rate */
	ACTION_CLOCK_DIES,	/* hora-clock; back 1 s later */
	ACTION_ENGINE_DIES,
	ACTION_OFFLINE,		/* commands: all sources */
	ACTION_ONLINE,
	ACTION_MAKESTEP,
	ACTION_ADD,		/* a source: host number `value` */
	ACTION_DELETE,
	ACTION_SLEEP,		/* the machine, for `value` s (whole seconds) */
};

/* What somebody does with node 0 at a whole second. */
struct action {
	double at_s;
	enum action_kind kind;
	double value;
};

struct scenario {
	const char *name;
	double run_s, settle_s;		/* figures are taken from settle_s on */
	double jitter_s;		/* J of the first times below 3 J, or 0 */
	double event_at_s, band_s;	/* of the figures after an event, or 0 */
	double offset_s;		/* of the clocks at the start */
	double noise_s;			/* of reading them (struct machine) */
	struct oscillator oscillator;
	struct action actions[SCENARIO_ACTIONS];
	int64_t epoch_s;		/* of the calendar; 0 = SIM_EPOCH_S */
	int leap;			/* at SIM_LEAP_S: +1 inserted, -1 left out */
	const char *directives;		/* beyond the server lines, or NULL */
	const char *options;		/* of every server line; NULL: no lines */
	const char *first_options;	/* of the first one besides, or NULL */
	bool has_fast_keys;		/* NTS-KE takes no time */
	struct server_row servers[SCENARIO_SERVERS];	/* base_s < 0: no more */

	/* More than one node: all have the same conditions. */
	int nodes;			/* 0 = 1 */
	struct way_row node_way;	/* to each of them */
	double spread_s;		/* node i starts with offset_s + a part */
	/*
	 * The host (network.h) that a node asks as its source number k; < 0:
	 * it has no more. NULL: all servers.
	 */
	int (*asks)(const struct scenario *s, int node, int k);
	bool are_peers;			/* the nodes that it asks are its peers */

	double rms_s, max_s;		/* of all nodes after settle_s */
	double apart_s;			/* two nodes from each other; 0 = any */
	double soon_s;			/* synchronised after so long; 0 = any */
	unsigned long long sent;	/* requests, of all; 0 = any */
	int steps;			/* of node 0, exactly so many */
	bool is_unsynchronised;		/* at the end; else all nodes are
					 * synchronised */
	int stratum;			/* the deepest one at the end; 0 = any */
	const char *states;		/* of the sources of node 0 at the end,
					 * '?' any; or NULL */
	bool is_biased;			/* servers lie: the bound may be missed */
	double may_loop_s;		/* nodes may follow each other so long */
	int unsynchronised;		/* nodes, at the end, of many */
	bool may_wander;		/* the second half may be worse */
};

/* Number of rows in s->servers. */
int scenario_server_count(const struct scenario *s);

#endif
