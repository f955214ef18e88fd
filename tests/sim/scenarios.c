/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

#include <stddef.h>
#include <string.h>

/* A way with `j` seconds of mean queueing in both directions. */
#define WAY(j) .way.up_s = (j), .way.down_s = (j)
#define GOOD { WAY(1e-4) }
#define END { .way.base_s = -1 }
#define WALK(w) { .start_ppm = 50, .wander = (w) }

/*
 * Conditions as in reference/accuracy-targets.md: the clock starts 1 s and
 * 50 ppm wrong, servers are perfect, 1 ms away. Limits are about twice what
 * was seen; J is 100 us unless the row says otherwise.
 */
const struct scenario scenarios[] = {
	{
		.name = "start", .run_s = 2000, .settle_s = 200,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 1e-3, .max_s = 3e-3,
		.may_wander = true,
	},
	{
		.name = "steady", .run_s = 200000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 6e-4, .max_s = 3e-3,
	},
	{
		.name = "poll-64s", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 6e-5, .max_s = 4e-4,
	},
	{
		.name = "quiet-lan", .run_s = 30000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-11),
		.options = "iburst minpoll 4 maxpoll 4",
		.servers = { { WAY(1e-6) }, END }, .rms_s = 1e-6, .max_s = 1e-5,
	},
	{
		.name = "restless", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-7), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 1e-3, .max_s = 1e-2,
	},
	{
		.name = "internet", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-8), .options = "iburst",
		.servers = { { WAY(1e-2), .way.base_s = 1e-2 }, END },
		.rms_s = 2e-2, .max_s = 1e-1, .may_wander = true,
	},
	{
		.name = "lan-1s", .run_s = 20000, .settle_s = 4000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst minpoll 0 maxpoll 0", .servers =
		{ { WAY(1e-6), .way.base_s = 2e-5 }, END }, .rms_s = 1e-6,
		.max_s = 5e-6,
	},
	{
		.name = "satellite", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst maxpoll 6", .servers =
		{ { WAY(1e-1), .way.base_s = 0.3 }, END }, .rms_s = 5e-2,
		.max_s = 3e-1,
	},
	{
		.name = "stratum-15", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst", .servers =
		{ { WAY(1e-4), .stratum = 15 }, END }, .rms_s = 1e-3,
		.max_s = 3e-3, .is_unsynchronised = true, .may_wander = true,
	},
	{
		.name = "minsources", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst",
		.directives = "minsources 2", .servers = { GOOD,
		{ WAY(1e-4), .way.loss = 1 }, END }, .states = "WM", .rms_s = 1,
		.max_s = 1, .is_unsynchronised = true, .may_wander = true,
	},
	{
		.name = "nts", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst nts maxpoll 6", .servers = { GOOD, END },
		.rms_s = 6e-5, .max_s = 4e-4,
	},
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
		.name = "temperature", .run_s = 60000, .settle_s = 10000,
		.oscillator = { .start_ppm = 50, .wander = 1e-10,
		.sine_ppm = 1, .sine_period_s = 3600 }, .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 1e-3, .max_s = 5e-3,
	},
	{
		.name = "frequency-step", .run_s = 80000, .settle_s = 30000,
		.oscillator = { .start_ppm = 50, .wander = 1e-9,
		.step_ppm = 50, .step_at_s = 20000 },
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 1e-4, .max_s = 5e-4,
		.is_biased = true,	/* nobody can foresee the step */
	},
	{
		.name = "false-1-of-3", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { WAY(1e-4), .offset_s = 0.1 }, GOOD, GOOD, END },
		.states = "x??",
		.rms_s = 2e-4, .max_s = 1e-3,
	},
	{
		.name = "false-2-of-5", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = {
		{ WAY(1e-4), .offset_s = 0.1 }, { WAY(1e-4), .offset_s = -0.05 },
		GOOD, GOOD, GOOD, END }, .states = "xx???", .rms_s = 2e-4, .max_s = 1e-3,
	},
	{
		.name = "steps-1-of-4", .run_s = 60000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = {
		{ WAY(1e-4), .step_s = 0.05, .step_at_s = 10000 },
		GOOD, GOOD, GOOD, END }, .states = "x???", .rms_s = 2e-4, .max_s = 1e-3,
	},
	{
		.name = "no-majority", .run_s = 5000, .settle_s = 4000,
		.oscillator = WALK(1e-9), .options = "iburst maxpoll 6",
		.servers = { GOOD, { WAY(1e-4), .offset_s = 1 }, END },
		.rms_s = 1, .max_s = 1, .is_unsynchronised = true,
		.states = "xx", .is_biased = true, .may_wander = true,
	},
	{
		.name = "trusted-minority", .run_s = 10000, .settle_s = 2000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .first_options = "trust",
		.servers = { GOOD, { WAY(1e-4), .offset_s = 1 },
		{ WAY(1e-4), .offset_s = 1 }, END }, .states = "*xx",
		.rms_s = 2e-4, .max_s = 1e-3, .may_wander = true,
	},
	{
		.name = "unsynchronised-server", .run_s = 2000, .settle_s = 1000,
		.oscillator = WALK(1e-9), .options = "iburst", .servers = {
		{ WAY(1e-4), .is_unsynchronised = true }, END },
		.rms_s = 1, .max_s = 1, .is_unsynchronised = true,
		.may_wander = true,
	},
	{
		.name = "loss-50", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { WAY(1e-4), .way.loss = 0.5 }, END },
		.rms_s = 3e-4, .max_s = 2e-3,
	},
	{
		.name = "outage", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-4),
		.way.dead_from_s = 20000, .way.dead_to_s = 30000 }, END },
		.rms_s = 5e-3, .max_s = 2e-2,
	},
	{
		.name = "asymmetric-jitter", .run_s = 40000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6",
		.servers = { { .way.up_s = 1e-3, .way.down_s = 1e-5 }, END },
		.rms_s = 1e-3, .max_s = 3e-3,
	},
	{
		.name = "unequal", .run_s = 40000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { { WAY(1e-5) },
		{ WAY(1e-4) }, { WAY(1e-3) }, END }, .rms_s = 1e-4,
		.max_s = 5e-4,
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
};

const int scenario_count = (int)(sizeof(scenarios) / sizeof(scenarios[0]));

const struct scenario *scenario_find(const char *name)
{
	for (int i = 0; i < scenario_count; i++)
		if (strcmp(scenarios[i].name, name) == 0)
			return &scenarios[i];
	return NULL;
}
