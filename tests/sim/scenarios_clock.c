/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

static int first_two(const struct scenario *s, int node, int k)
{
	(void)s;
	(void)node;
	return k < 2 ? k : -1;
}

const struct scenario scenarios_clock[] = {
	{
		.name = "makestep", .run_s = 2000, .settle_s = 100,
		.offset_s = 3600, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 1.0 3", .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 8e-4, .steps = 1, .may_wander = true,
	},
	{
		.name = "makestep-century", .run_s = 2000, .settle_s = 100,
		.offset_s = -1e8, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 0.1 1", .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 8e-4, .steps = 1, .may_wander = true,
	},
	{
		/* too late for a step: 20 s are slewed away in 4 minutes */
		.name = "no-step-after-limit", .run_s = 6000, .settle_s = 3000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "makestep 1.0 3", .actions = { { 1000, ACTION_JUMP, 20 } }, .servers = { GOOD, END }, .rms_s = 4e-5,
		.max_s = 8e-5, .may_wander = true,
	},
	{
		.name = "500ppm", .run_s = 5000, .settle_s = 1000,
		.offset_s = 10, .oscillator = { .start_ppm = 450,
		.wander = 1e-9 }, .options = "iburst", .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 3e-4, .may_wander = true,
	},
	{
		.name = "tick-range", .run_s = 5000, .settle_s = 1500,
		.oscillator = { .start_ppm = -2000, .wander = 1e-9 },
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 3e-5, .max_s = 1e-4, .may_wander = true,
	},
	{
		.name = "jump", .run_s = 10000, .settle_s = 5000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 3000, ACTION_JUMP, 0.5 } }, .servers = { GOOD, END },
		.rms_s = 4e-5, .max_s = 1e-4,
		.may_wander = true,
	},
	{
		.name = "leap-insert", .run_s = 60000, .settle_s = 40000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.leap = 1, .servers = { GOOD, GOOD, GOOD, END }, .rms_s = 1.5e-5,
		.max_s = 8e-5,
	},
	{
		.name = "leap-delete", .run_s = 60000, .settle_s = 40000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.leap = -1, .servers = { GOOD, GOOD, GOOD, END },
		.rms_s = 1.5e-5, .max_s = 8e-5,
	},
	{
		/* in the middle of the first slew, 12 s long */
		.name = "clock-dies", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 12, ACTION_CLOCK_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 2e-4,
		.max_s = 3e-4, .may_wander = true,
	},
	{
		/* The slew overshoots for less than a second, because nobody
		 * is there to end it; what is served does not know that. */
		.name = "clock-dies-late", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 16, ACTION_CLOCK_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 2e-4,
		.max_s = 3e-4, .is_biased = true, .may_wander = true,
	},
	{
		.name = "engine-dies", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 12, ACTION_ENGINE_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 2e-4,
		.max_s = 4e-4, .may_wander = true,
	},
	{
		.name = "makestep-future", .run_s = 2000, .settle_s = 100,
		.offset_s = 1e8, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 0.1 1", .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 8e-4, .steps = 1, .may_wander = true,
	},
	{
		.name = "below-threshold", .run_s = 2000, .settle_s = 100,
		.offset_s = 0.9, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 1.0 3", .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 8e-4, .may_wander = true,
	},
	{
		.name = "makestep-always", .run_s = 10000, .settle_s = 8000,
		.offset_s = 5, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .directives = "makestep 0.1 -1",
		.actions = { { 3000, ACTION_JUMP, -20 },
		{ 5000, ACTION_JUMP, 300 } }, .servers = { GOOD, END },
		.rms_s = 3e-5, .max_s = 6e-5, .steps = 3,
		.may_wander = true,
	},
	{
		.name = "makestep-ordered", .run_s = 4000, .settle_s = 2000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.offset_s = 300, .actions = { { 60, ACTION_MAKESTEP, 0 } },
		.servers = { GOOD, END }, .rms_s = 4e-5, .max_s = 8e-5,
		.steps = 1, .may_wander = true,
	},
	{
		.name = "jump-back", .run_s = 10000, .settle_s = 5000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 3000, ACTION_JUMP, -0.5 } },
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 2e-5,
		.max_s = 5e-5, .may_wander = true,
	},
	{
		.name = "slow-slew", .run_s = 10000, .settle_s = 6000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .directives = "maxslewrate 500",
		.servers = { GOOD, END }, .rms_s = 3e-5, .max_s = 8e-5,
		.may_wander = true,
	},
	{
		.name = "era-2036", .run_s = 10000, .settle_s = 200,
		.epoch_s = 2085978496 - 3000, .offset_s = 0.1,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 4e-5,
		.max_s = 8e-4, .may_wander = true,
	},
	{
		/* from one era into the other, and a day back */
		.name = "era-2036-step", .run_s = 4000, .settle_s = 200,
		.epoch_s = 2085978496 - 3000, .offset_s = 86400,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "makestep 1 3", .steps = 1,
		.servers = { GOOD, END }, .rms_s = 8e-5, .max_s = 6e-4,
		.may_wander = true,
	},
	{
		.name = "offline-online", .run_s = 20000, .settle_s = 12000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6 offline", .actions = {
		{ 1000, ACTION_ONLINE, 0 }, { 5000, ACTION_OFFLINE, 0 },
		{ 10000, ACTION_ONLINE, 0 } }, .servers = { GOOD, GOOD, END },
		.rms_s = 3e-5, .max_s = 8e-5, .may_wander = true,
	},
	{
		.name = "stays-offline", .run_s = 3000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst offline",
		.servers = { GOOD, END }, .rms_s = 0.3, .max_s = 0.3,
		.is_unsynchronised = true, .may_wander = true,
	},
	{
		.name = "other-sources", .run_s = 20000, .settle_s = 10000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .asks = first_two,
		.actions = { { 5000, ACTION_ADD, 2 }, { 6000, ACTION_DELETE, 0 },
		{ 7000, ACTION_DELETE, 1 } }, .servers = { GOOD, GOOD, GOOD,
		END }, .states = "*", .rms_s = 3e-5, .max_s = 1.5e-4,
		.may_wander = true,
	},
	{
		.name = "sleep", .run_s = 40000, .settle_s = 30000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.actions = { { 5000, ACTION_SLEEP, 20000 } },
		.servers = { GOOD, GOOD, END }, .rms_s = 2e-5, .max_s = 8e-5,
		.may_wander = true,
	},
	{
		.name = "leap-insert-step", .run_s = 60000, .settle_s = 51000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "leapsecmode step", .leap = 1, .steps = 1,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 1.5e-5,
		.max_s = 8e-5, .may_wander = true,
	},
	{
		/* 12 s of slewing; makestep is for other things */
		.name = "leap-insert-slew", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 14,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "leapsecmode slew\nmakestep 0.1 -1", .leap = 1,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 1.5e-5,
		.max_s = 8e-5, .may_wander = true,
	},
	{
		.name = "leap-delete-slew", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 14,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "leapsecmode slew", .leap = -1,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 1.5e-5,
		.max_s = 8e-5, .may_wander = true,
	},
	{
		/* left alone until the next update, 70 s later at most */
		.name = "leap-insert-ignore", .run_s = 60000,
		.settle_s = SIM_LEAP_S + 90,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "leapsecmode ignore", .leap = 1,
		.servers = { GOOD, GOOD, GOOD, END }, .rms_s = 1.5e-5,
		.max_s = 8e-5, .may_wander = true,
	},
	{
		/* two daemons for one clock */
		.name = "foreign-rate", .run_s = 20000, .settle_s = 5000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.actions = { { 6000, ACTION_RATE, 5 },
		{ 9000, ACTION_RATE, -5 } }, .servers = { GOOD, GOOD, END },
		.rms_s = 3e-5, .max_s = 3e-4, .may_wander = true,
	},
	{
		.name = "jump-10ms", .run_s = 10000, .settle_s = 5000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "makestep 0.1 -1",
		.actions = { { 3000, ACTION_JUMP, 0.01 },
		{ 6000, ACTION_JUMP, -0.01 } }, .servers = { GOOD, END },
		.rms_s = 1e-3, .max_s = 1.1e-2, .may_wander = true,
	},
	{
		.name = "jump-1s", .run_s = 10000, .settle_s = 3040,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 3000, ACTION_JUMP, 1 } },
		.servers = { GOOD, END }, .rms_s = 4e-5, .max_s = 1e-4,
		.may_wander = true,
	},
	{
		/* two steps back, at once: nothing is measured anew */
		.name = "jump-1h", .run_s = 10000, .settle_s = 6020,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "makestep 1 -1",
		.actions = { { 3000, ACTION_JUMP, 3600 },
		{ 6000, ACTION_JUMP, -3600 } }, .servers = { GOOD, END },
		.steps = 2, .rms_s = 3e-5, .max_s = 8e-5, .may_wander = true,
	},
	{
		/* asleep for longer than a poll of 1024 s lasts */
		.name = "sleep-long-poll", .run_s = 70000, .settle_s = 60000,
		.offset_s = 1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 40000, ACTION_SLEEP, 5000 },
		{ 51000, ACTION_JUMP, -0.3 } }, .servers = { GOOD, END },
		.rms_s = 1.5e-4, .max_s = 4e-4, .may_wander = true,
	},
	{
		/* an hour; the real-time clock is 0.4 s wrong after it */
		.name = "sleep-1h", .run_s = 12000, .settle_s = 8700,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 5000, ACTION_SLEEP, 3600 } },
		.servers = { GOOD, END }, .rms_s = 5e-5, .max_s = 1.5e-4,
		.may_wander = true,
	},
	{
		/* 400 ppm for up to 64 s: what was slewed away meanwhile is
		 * put back, and what is served stays within its bound */
		.name = "foreign-rate-fast", .run_s = 12000, .settle_s = 2000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 3003, ACTION_RATE, 100 },
		{ 6050, ACTION_RATE, -100 }, { 9020, ACTION_RATE, 400 } },
		.servers = { GOOD, END }, .rms_s = 0.0015, .max_s = 0.015,
		.may_wander = true,
	},
	{ .name = NULL }
};
