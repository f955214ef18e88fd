/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

const struct scenario scenarios_clock[] = {
	{
		.name = "makestep", .run_s = 2000, .settle_s = 100,
		.offset_s = 3600, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 1.0 3", .servers = { GOOD, END },
		.rms_s = 1e-3, .max_s = 3e-3, .steps = 1, .may_wander = true,
	},
	{
		.name = "makestep-century", .run_s = 2000, .settle_s = 100,
		.offset_s = -1e8, .oscillator = WALK(1e-9), .options = "iburst",
		.directives = "makestep 0.1 1", .servers = { GOOD, END },
		.rms_s = 1e-3, .max_s = 3e-3, .steps = 1, .may_wander = true,
	},
	{
		/* too late for a step: 20 s are slewed away in 4 minutes */
		.name = "no-step-after-limit", .run_s = 6000, .settle_s = 3000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.directives = "makestep 1.0 3", .actions = { { 1000, ACTION_JUMP, 20 } }, .servers = { GOOD, END }, .rms_s = 1e-3,
		.max_s = 5e-3, .is_biased = true, .may_wander = true,
	},
	{
		.name = "500ppm", .run_s = 5000, .settle_s = 1000,
		.offset_s = 10, .oscillator = { .start_ppm = 450,
		.wander = 1e-9 }, .options = "iburst", .servers = { GOOD, END },
		.rms_s = 1e-3, .max_s = 5e-3, .may_wander = true,
	},
	{
		.name = "tick-range", .run_s = 5000, .settle_s = 1500,
		.oscillator = { .start_ppm = -2000, .wander = 1e-9 },
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 1e-3, .max_s = 5e-3, .may_wander = true,
	},
	{
		.name = "jump", .run_s = 10000, .settle_s = 5000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.actions = { { 3000, ACTION_JUMP, 0.5 } }, .servers = { GOOD, END },
		.rms_s = 2e-4, .max_s = 1e-3, .is_biased = true,
		.may_wander = true,
	},
	{
		.name = "leap-insert", .run_s = 60000, .settle_s = 40000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.leap = 1, .servers = { GOOD, GOOD, GOOD, END }, .rms_s = 2e-4,
		.max_s = 1e-3,
	},
	{
		.name = "leap-delete", .run_s = 60000, .settle_s = 40000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.leap = -1, .servers = { GOOD, GOOD, GOOD, END },
		.rms_s = 2e-4, .max_s = 1e-3,
	},
	{
		/* in the middle of the first slew, 12 s long */
		.name = "clock-dies", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 12, ACTION_CLOCK_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 1e-3,
		.max_s = 3e-3, .may_wander = true,
	},
	{
		/* The slew overshoots for less than a second, because nobody
		 * is there to end it; what is served does not know that. */
		.name = "clock-dies-late", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 16, ACTION_CLOCK_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 1e-3,
		.max_s = 3e-3, .is_biased = true, .may_wander = true,
	},
	{
		.name = "engine-dies", .run_s = 3000, .settle_s = 500,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.actions = { { 12, ACTION_ENGINE_DIES, 0 } }, .servers = { GOOD, END }, .rms_s = 1e-3,
		.max_s = 3e-3, .may_wander = true,
	},
	{ .name = NULL }
};
