/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

const struct scenario scenarios_trouble[] = {
	{
		.name = "stratum-15", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst", .servers =
		{ { WAY(1e-4), .stratum = 15 }, END }, .rms_s = 1.5e-4,
		.max_s = 2e-4, .is_unsynchronised = true, .may_wander = true,
	},
	{
		.name = "minsources", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst",
		.directives = "minsources 2", .servers = { GOOD,
		{ WAY(1e-4), .way.loss = 1 }, END }, .states = "WM", .rms_s = 0.2,
		.max_s = 0.2, .is_unsynchronised = true, .may_wander = true,
	},
	{
		.name = "false-1-of-3", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { WAY(1e-4), .offset_s = 0.1 }, GOOD, GOOD, END },
		.states = "x??",
		.rms_s = 2e-5, .max_s = 1e-4,
	},
	{
		.name = "false-2-of-5", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = {
		{ WAY(1e-4), .offset_s = 0.1 }, { WAY(1e-4), .offset_s = -0.05 },
		GOOD, GOOD, GOOD, END }, .states = "xx???", .rms_s = 1.5e-5, .max_s = 8e-5,
	},
	{
		.name = "steps-1-of-4", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = {
		{ WAY(1e-4), .step_s = 0.05, .step_at_s = 10000 },
		GOOD, GOOD, GOOD, END }, .states = "x???", .rms_s = 1.5e-5, .max_s = 8e-5,
	},
	{
		.name = "no-majority", .run_s = 5000, .settle_s = 4000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.servers = { GOOD, { WAY(1e-4), .offset_s = 1 }, END },
		.rms_s = 0.5, .max_s = 0.5, .is_unsynchronised = true,
		.states = "xx", .is_biased = true, .may_wander = true,
	},
	{
		.name = "trusted-minority", .run_s = 10000, .settle_s = 2000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .first_options = "trust",
		.servers = { GOOD, { WAY(1e-4), .offset_s = 1 },
		{ WAY(1e-4), .offset_s = 1 }, END }, .states = "*xx",
		.rms_s = 3e-5, .max_s = 1e-4, .may_wander = true,
	},
	{
		.name = "unsynchronised-server", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst", .servers = {
		{ WAY(1e-4), .is_unsynchronised = true }, END },
		.rms_s = 0.2, .max_s = 0.2, .is_unsynchronised = true,
		.may_wander = true,
	},
	{
		.name = "loss-50", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { WAY(1e-4), .way.loss = 0.5 }, END },
		.rms_s = 8e-5, .max_s = 4e-4,
	},
	{
		.name = "outage", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-4),
		.way.dead_from_s = 20000, .way.dead_to_s = 30000 }, END },
		.rms_s = 1.5e-4, .max_s = 4e-4,
	},
	{
		.name = "asymmetric-jitter", .run_s = 40000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { .way.up_s = 1e-3, .way.down_s = 1e-5 }, END },
		.rms_s = 1.5e-5, .max_s = 1e-4,
	},
	{
		.name = "unequal", .run_s = 40000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-5) },
		{ WAY(1e-4) }, { WAY(1e-3) }, END }, .rms_s = 3e-5,
		.max_s = 2e-4,
	},
	{
		.name = "large-loss-and-spikes", .run_s = 60000,
		.settle_s = 10000, .offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-4),
		.way.loss = 0.3, .way.spike = 0.3, .way.spike_s = 0.5 }, END },
		.rms_s = 0.003, .max_s = 0.02,
	},
	{
		/* there for 10 minutes of each hour */
		.name = "intermittent", .run_s = 100000, .settle_s = 20000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-4),
		.way.period_s = 3600, .way.alive_s = 600 }, END },
		.rms_s = 2e-4, .max_s = 8e-4, .may_wander = true,
	},
	{
		/* the only server is set right by its operator */
		.name = "server-is-set", .run_s = 40000, .settle_s = 30000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.servers = { { WAY(1e-4), .offset_s = -0.1, .step_s = 0.1,
		.step_at_s = 10000 }, END }, .rms_s = 3e-5, .max_s = 1.5e-4,
		.is_biased = true, .may_wander = true,
	},
	{
		.name = "outage-10-days", .run_s = 1000000, .settle_s = 900000,
		.offset_s = 1, .oscillator = WALK(1e-10), .options = "iburst",
		.servers = { { WAY(1e-4), .way.dead_from_s = 20000,
		.way.dead_to_s = 884000 }, END }, .rms_s = 6e-5, .max_s = 2e-4,
		.may_wander = true,
	},
	{
		/* of 8 servers, 3 are asked; the first of them are dead */
		.name = "replacement", .run_s = 40000, .settle_s = 20000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.directives = "pool pool.sim iburst maxpoll 6 maxsources 3",
		.servers = { { .way.loss = 1 }, { .way.loss = 1 },
		{ .way.loss = 1 }, { WAY(1e-4), .offset_s = 1 }, GOOD, GOOD,
		GOOD, GOOD }, .rms_s = 1.5e-5, .max_s = 6e-5, .may_wander = true,
	},
	{
		.name = "symmetric-route-change", .run_s = 60000,
		.settle_s = 10000, .offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-4),
		.way.moved_s = 20e-3, .way.moved_at_s = 20000 }, END },
		.rms_s = 3e-5, .max_s = 1.5e-4, .may_wander = true,
	},
	{ .name = NULL }
};
