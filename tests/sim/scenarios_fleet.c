/* SPDX-License-Identifier: Apache-2.0 */
/* Whole horas against each other. */
#include "sim/scenarios.h"

#define TREE_NODES 1000
#define TREE_LAYERS 14			/* strata 2 to 15 below the servers */
#define TREE_WIDTH ((TREE_NODES + TREE_LAYERS - 1) / TREE_LAYERS)
#define TREE_PARENTS 3

/* A node asks three of the layer above. */
static int tree(const struct scenario *s, int node, int k)
{
	int servers = scenario_server_count(s), layer = node / TREE_WIDTH;
	int parent = (node + k) % TREE_WIDTH;

	if (layer == 0)
		return k < servers ? k : -1;
	return k < TREE_PARENTS ?
	    servers + (layer - 1) * TREE_WIDTH + parent : -1;
}

/* Each asks the one before it. */
static int chain(const struct scenario *s, int node, int k)
{
	return k > 0 ? -1 : scenario_server_count(s) + node - 1;
}

/* Everybody asks everybody; the first two ask the servers besides. */
static int mesh(const struct scenario *s, int node, int k)
{
	int servers = scenario_server_count(s);
	int others = node < 2 ? servers : 0;

	if (k < others)
		return k;
	k -= others;
	if (k >= node)
		k++;			/* not itself */
	return k < s->nodes ? servers + k : -1;
}

/* Each asks the one before it, the first one the last; the servers besides. */
static int ring(const struct scenario *s, int node, int k)
{
	int servers = scenario_server_count(s);
	int others = node == 0 ? servers : 0;

	if (k < others)
		return k;
	return k > others ? -1 :
	    servers + (node + s->nodes - 1) % s->nodes;
}

#define NEAR_BY { .base_s = 2e-4, .up_s = 2e-5, .down_s = 2e-5 }

const struct scenario scenarios_fleet[] = {
	{
		.name = "tree-1000", .run_s = 4000, .settle_s = 3000,
		.spread_s = 0.05, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = TREE_NODES,
		.node_way = NEAR_BY, .asks = tree, .stratum = 15,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 5e-5,
		.max_s = 6e-4, .may_wander = true,
	},
	{
		/* as deep as NTP goes */
		.name = "chain-14", .run_s = 20000, .settle_s = 10000,
		.spread_s = 0.5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 14,
		.node_way = NEAR_BY, .asks = chain, .stratum = 15,
		.servers = { GOOD, END }, .rms_s = 2e-4, .max_s = 0.004,
		.may_wander = true,
	},
	{
		.name = "clients-20", .run_s = 20000, .settle_s = 10000,
		.spread_s = 0.5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 20, .stratum = 2,
		.servers = { GOOD, GOOD, { WAY(1e-4), .offset_s = 0.2 }, END },
		.rms_s = 2e-5, .max_s = 1.5e-4, .may_wander = true,
	},
	{
		.name = "mesh-8", .run_s = 20000, .settle_s = 10000,
		.spread_s = 0.5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 8,
		.node_way = NEAR_BY, .asks = mesh,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 5e-5,
		.max_s = 1.5e-4, .may_wander = true,
	},
	{
		/* the only server dies: the two must not follow each other */
		.name = "pair-alone", .run_s = 30000, .settle_s = 2000,
		.spread_s = 0.5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 2,
		.node_way = NEAR_BY, .asks = ring, .servers = { { WAY(1e-4),
		.way.dead_from_s = 5000, .way.dead_to_s = 1e9 }, END },
		.rms_s = 0.004, .max_s = 0.01, .may_wander = true,
	},
	{
		/* NTP sees no larger circle: they count up to stratum 16 */
		.name = "ring-alone", .may_loop_s = 600, .unsynchronised = 1,
		.stratum = 15, .run_s = 30000, .settle_s = 2000,
		.spread_s = 0.5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 5,
		.node_way = NEAR_BY, .asks = ring, .servers = { { WAY(1e-4),
		.way.dead_from_s = 5000, .way.dead_to_s = 1e9 }, END },
		.rms_s = 0.005, .max_s = 0.01, .may_wander = true,
	},
	{
		/* nobody knows the time, but they agree on it */
		.name = "orphans", .run_s = 20000, .settle_s = 4000,
		.spread_s = 0.05, .oscillator = { .wander = 1e-9 },
		.options = "iburst maxpoll 6", .nodes = 6,
		.directives = "local stratum 10 orphan", .node_way = NEAR_BY,
		.asks = mesh, .servers = { END }, .apart_s = 8e-5,
		.stratum = 11, .rms_s = 0.06, .max_s = 0.06, .is_biased = true,
		.may_wander = true,
	},
	{
		/* the server is there again, and all are right; two may begin
		 * to follow each other at once, and see it at the next poll */
		.name = "orphans-saved", .may_loop_s = 300, .run_s = 40000, .settle_s = 30000,
		.spread_s = 0.05, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .nodes = 4,
		.directives = "local stratum 10 orphan", .node_way = NEAR_BY,
		.asks = mesh, .servers = { { WAY(1e-4), .way.dead_from_s = 0,
		.way.dead_to_s = 20000 }, END }, .apart_s = 5e-5,
		.rms_s = 4e-5, .max_s = 1e-4, .is_biased = true,
		.may_wander = true,
	},
	{ .name = NULL }
};
