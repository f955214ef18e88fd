/* SPDX-License-Identifier: Apache-2.0 */
/* Symmetric associations between whole horas. */
#include "sim/scenarios.h"

/* The first has all servers; each is a peer of its neighbours. */
static int line(const struct scenario *s, int node, int k)
{
	int servers = scenario_server_count(s);
	int others = node == 0 ? servers : 0;

	if (k < others)
		return k;
	k -= others;
	if (node > 0 && k-- == 0)
		return servers + node - 1;
	return k == 0 && node + 1 < s->nodes ? servers + node + 1 : -1;
}

/* Each has a server of its own, and all others as peers. */
static int each(const struct scenario *s, int node, int k)
{
	int servers = scenario_server_count(s);

	if (k == 0 && node < servers)
		return node;
	k -= node < servers;
	if (k >= node)
		k++;			/* not itself */
	return k < s->nodes ? servers + k : -1;
}

#define NEAR_BY { .base_s = 2e-4, .up_s = 2e-5, .down_s = 2e-5 }
#define LOSSY { .base_s = 2e-4, .up_s = 2e-5, .down_s = 2e-5, .loss = 0.3 }
#define PEERS .spread_s = 0.05, .oscillator = WALK(1e-9), .are_peers = true, \
	.may_wander = true

const struct scenario scenarios_peers[] = {
	{
		/* the second one has nobody but its peer */
		.name = "peers-two", .run_s = 40000, .settle_s = 5000, PEERS,
		.options = "maxpoll 6", .nodes = 2, .node_way = NEAR_BY,
		.asks = line, .servers = { GOOD, END }, .stratum = 3,
		.rms_s = 3e-5, .max_s = 1.5e-4,
	},
	{
		.name = "peers-two-xleave", .run_s = 40000, .settle_s = 5000,
		PEERS, .options = "maxpoll 6 xleave", .nodes = 2,
		.node_way = NEAR_BY, .asks = line, .servers = { GOOD, END },
		.stratum = 3, .rms_s = 3e-5, .max_s = 1.5e-4,
	},
	{
		.name = "peers-two-loss-30", .run_s = 40000, .settle_s = 5000,
		PEERS, .options = "maxpoll 6", .nodes = 2, .node_way = LOSSY,
		.asks = line, .servers = { GOOD, END }, .stratum = 3,
		.rms_s = 3e-5, .max_s = 3e-4,
	},
	{
		.name = "peers-xleave-loss-30", .run_s = 40000,
		.settle_s = 5000, PEERS, .options = "maxpoll 6 xleave",
		.nodes = 2, .node_way = LOSSY, .asks = line,
		.servers = { GOOD, END }, .stratum = 3, .rms_s = 3e-5,
		.max_s = 3e-4,
	},
	{
		/* default polling, and strata that differ by one each */
		.name = "peers-line-6", .run_s = 60000, .settle_s = 20000,
		PEERS, .options = "", .nodes = 6, .node_way = NEAR_BY,
		.asks = line, .servers = { GOOD, GOOD, END }, .stratum = 7,
		.rms_s = 3e-4, .max_s = 1.2e-3,
	},
	{
		/* equal strata, servers of their own */
		.name = "peers-four", .run_s = 40000, .settle_s = 5000, PEERS,
		.options = "maxpoll 6", .nodes = 4, .node_way = NEAR_BY,
		.asks = each, .servers = { GOOD, GOOD, GOOD, GOOD, END },
		.rms_s = 3e-5, .max_s = 1e-4,
	},
	{
		/* one of the three servers is wrong: its client sees it */
		.name = "peers-liar", .run_s = 40000, .settle_s = 5000, PEERS,
		.options = "maxpoll 6", .nodes = 3, .node_way = NEAR_BY,
		.asks = each, .servers = { GOOD, GOOD, { WAY(1e-4),
		.offset_s = 0.3 }, END }, .rms_s = 3e-5, .max_s = 1e-4,
		.is_biased = true,
	},
	{
		/* the only server dies: the two must not follow each other */
		.name = "peers-alone", .run_s = 30000, .settle_s = 2000, PEERS,
		.options = "maxpoll 6", .nodes = 2, .node_way = NEAR_BY,
		.asks = line, .servers = { { WAY(1e-4),
		.way.dead_from_s = 5000, .way.dead_to_s = 1e9 }, END },
		.rms_s = 0.004, .max_s = 0.01,
	},
	{
		/* nobody knows the time, but they agree on it */
		.name = "peers-orphans", .run_s = 20000, .settle_s = 4000,
		.spread_s = 0.05, .oscillator = { .wander = 1e-9 },
		.options = "maxpoll 6", .nodes = 4, .are_peers = true,
		.directives = "local stratum 10 orphan", .node_way = NEAR_BY,
		.asks = each, .servers = { END }, .apart_s = 1e-4,
		.stratum = 11, .rms_s = 0.06, .max_s = 0.06, .is_biased = true,
		.may_wander = true,
	},
	{ .name = NULL }
};
