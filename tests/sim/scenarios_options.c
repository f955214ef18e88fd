/* SPDX-License-Identifier: Apache-2.0 */
/* What the options of a server line say of its samples and of the ways to it. */
#include "sim/scenarios.h"

/* Waits of 1 ms on the way there only. */
#define UPHILL { .way = { .up_s = 1e-3, .down_s = 1e-9 } }

#define LATE { .is_interleaving = true, .late_s = 1e-3, WAY(1e-5) }

const struct scenario scenarios_options[] = {
	{
		.name = "option-offset", .run_s = 40000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 offset -0.01",
		.servers = { { .offset_s = 0.01, WAY(1e-4) }, END },
		.rms_s = 3e-5, .max_s = 1.5e-4,
	},
	{
		.name = "option-asymmetry", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-8),
		.options = "iburst maxpoll 6 asymmetry -0.5",
		.servers = { UPHILL, END }, .rms_s = 2.5e-5, .max_s = 1e-4,
	},
	{
		/* equal waits, says the line, and that is wrong */
		.name = "option-asymmetry-0", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-8),
		.options = "iburst maxpoll 6 asymmetry 0",
		.servers = { UPHILL, END }, .rms_s = 3e-4, .max_s = 1.2e-3,
	},
	{
		.name = "option-mindelay", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 mindelay 0.002",
		.servers = { { WAY(1e-3) }, END },
		.rms_s = 1e-4, .max_s = 4e-4,
	},
	{
		.name = "option-mindelay-short", .run_s = 40000,
		.settle_s = 5000, .offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 mindelay 0.001",
		.servers = { { WAY(1e-3) }, END },
		.rms_s = 8e-4, .max_s = 2e-3,
	},
	{
		.name = "option-mindelay-long", .run_s = 40000,
		.settle_s = 5000, .offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 mindelay 0.003",
		.servers = { { WAY(1e-3) }, END },
		.rms_s = 2e-4, .max_s = 8e-4,
	},
	{
		.name = "option-maxdelayquant", .run_s = 40000,
		.settle_s = 5000, .offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 maxdelayquant 0.5",
		.servers = { { WAY(1e-3) }, END },
		.rms_s = 1.5e-4, .max_s = 6e-4,
	},
	{
		.name = "option-filter", .run_s = 6000, .settle_s = 1000,
		.offset_s = 1e-2, .oscillator = WALK(1e-9),
		.options = "iburst minpoll 0 maxpoll 0 filter 8",
		.servers = { { WAY(1e-4) }, END },
		.rms_s = 2.5e-6, .max_s = 1e-5,
	},
	{
		.name = "option-filter-noise", .run_s = 6000, .settle_s = 1000,
		.offset_s = 1e-2, .oscillator = WALK(1e-9), .noise_s = 1e-5,
		.options = "iburst minpoll -4 maxpoll -4 filter 16",
		.servers = { { WAY(1e-6) }, END },
		.rms_s = 1.2e-5, .max_s = 2e-5,
	},
	{
		/* half of the packets: the others are the sample */
		.name = "option-filter-loss", .run_s = 6000, .settle_s = 1000,
		.offset_s = 1e-2, .oscillator = WALK(1e-9),
		.options = "iburst minpoll 0 maxpoll 0 filter 8",
		.servers = { { WAY(1e-4), .way.loss = 0.3 }, END },
		.rms_s = 4e-6, .max_s = 2e-5,
	},
	{
		/* answers leave 1.1 ms after their timestamp: half of it shows */
		.name = "late-answers", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { LATE, END }, .rms_s = 1e-3, .max_s = 2e-3,
	},
	{
		.name = "option-xleave", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave",
		.servers = { LATE, END }, .rms_s = 8e-6, .max_s = 4e-5,
	},
	{
		.name = "option-xleave-nts", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave nts extfield F323",
		.servers = { LATE, END }, .rms_s = 8e-6, .max_s = 4e-5,
	},
	{
		.name = "option-xleave-presend", .run_s = 40000,
		.settle_s = 5000, .offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave presend 6",
		.servers = { LATE, END }, .rms_s = 6e-6, .max_s = 4e-5,
	},
	{
		.name = "option-xleave-loss", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave",
		.servers = { { .is_interleaving = true, .late_s = 1e-3,
		.way = { .up_s = 1e-5, .down_s = 1e-5, .loss = 0.4 } }, END },
		.rms_s = 2e-4, .max_s = 6e-4,
	},
	{
		/* requests as frequent as the way is long */
		.name = "option-xleave-often", .run_s = 2000, .settle_s = 500,
		.offset_s = 1e-2, .oscillator = WALK(1e-9),
		.options = "iburst minpoll -6 maxpoll -6 xleave",
		.servers = { LATE, END }, .rms_s = 5e-8, .max_s = 2e-7,
	},
	{
		.name = "option-xleave-jumps", .run_s = 40000,
		.settle_s = 31000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave",
		.actions = { { 10000, ACTION_JUMP, 0.5 },
		{ 20000, ACTION_SLEEP, 3000 }, { 25000, ACTION_OFFLINE, 0 },
		{ 26000, ACTION_ONLINE, 0 }, { 30000, ACTION_ENGINE_DIES, 0 } },
		.servers = { LATE, END }, .rms_s = 1e-5, .max_s = 4e-5,
	},
	{
		.name = "option-xleave-leap-system", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 14, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave", .leap = 1,
		.servers = { LATE, LATE, LATE, END }, .rms_s = 8e-6,
		.max_s = 4e-5, .may_wander = true,
	},
	{
		.name = "option-xleave-leap-step", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 14, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave", .leap = 1,
		.directives = "leapsecmode step", .steps = 1,
		.servers = { LATE, LATE, LATE, END }, .rms_s = 8e-6,
		.max_s = 4e-5, .may_wander = true,
	},
	{
		.name = "option-xleave-leap-slew", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 14, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 xleave", .leap = 1,
		.directives = "leapsecmode slew",
		.servers = { LATE, LATE, LATE, END }, .rms_s = 8e-6,
		.max_s = 4e-5, .may_wander = true,
	},
	{
		.name = "option-burst", .run_s = 40000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 10 burst", .servers =
		{ { .way = { .up_s = 1e-4, .down_s = 1e-4, .loss = 0.4 } },
		END }, .rms_s = 4e-4, .max_s = 1.5e-3,
	},
	{ .name = NULL }
};
