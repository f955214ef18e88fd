/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Conditions as in reference/accuracy-targets.md: the clock starts 1 s and
 * 50 ppm wrong, servers are perfect, 1 ms away. Limits are about twice what
 * was seen; J is 100 us unless the row says otherwise.
 */
#include "sim/scenarios.h"

const struct scenario scenarios_basic[] = {
	{
		.name = "start", .run_s = 2000, .settle_s = 200,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 1.5e-4, .max_s = 6e-4,
		.may_wander = true,
	},
	{
		.name = "steady", .run_s = 200000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 1.5e-4, .max_s = 8e-4,
	},
	{
		.name = "poll-64s", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 3e-5, .max_s = 1.5e-4,
	},
	{
		.name = "quiet-lan", .run_s = 30000, .settle_s = 5000,
		.offset_s = -1, .oscillator = WALK(1e-11),
		.options = "iburst minpoll 4 maxpoll 4",
		.servers = { { WAY(1e-6) }, END }, .rms_s = 1.5e-7, .max_s = 6e-7,
	},
	{
		.name = "restless", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-7), .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 2e-4, .max_s = 0.0015,
	},
	{
		.name = "internet", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-8), .options = "iburst",
		.servers = { { WAY(1e-2), .way.base_s = 1e-2 }, END },
		.rms_s = 0.008, .max_s = 0.03, .may_wander = true,
	},
	{
		.name = "lan-1s", .run_s = 20000, .settle_s = 4000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst minpoll 0 maxpoll 0", .servers =
		{ { WAY(1e-6), .way.base_s = 2e-5 }, END }, .rms_s = 5e-8,
		.max_s = 3e-7,
	},
	{
		.name = "satellite", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-10),
		.options = "iburst maxpoll 6", .servers =
		{ { WAY(1e-1), .way.base_s = 0.3 }, END }, .rms_s = 0.003,
		.max_s = 0.015,
	},
	{
		.name = "nts", .run_s = 60000, .settle_s = 10000,
		.offset_s = -1, .oscillator = WALK(1e-9),
		.options = "iburst nts maxpoll 6", .servers = { GOOD, END },
		.rms_s = 3e-5, .max_s = 1.5e-4,
	},
	{
		.name = "temperature", .run_s = 60000, .settle_s = 10000,
		.oscillator = { .start_ppm = 50, .wander = 1e-10,
		.sine_ppm = 1, .sine_period_s = 3600 }, .options = "iburst",
		.servers = { GOOD, END }, .rms_s = 2e-4, .max_s = 1e-3,
	},
	{
		.name = "frequency-step", .run_s = 80000, .settle_s = 30000,
		.oscillator = { .start_ppm = 50, .wander = 1e-9,
		.step_ppm = 50, .step_at_s = 20000 },
		.options = "iburst maxpoll 6", .servers = { GOOD, END },
		.rms_s = 3e-5, .max_s = 1.5e-4,
		.is_biased = true,	/* nobody can foresee the step */
	},
	{
		/* both directions of the bound: a second each way */
		.name = "large-jitter", .run_s = 100000, .settle_s = 20000,
		.offset_s = 1, .oscillator = WALK(1e-9),
		.options = "iburst maxpoll 6", .servers =
		{ { WAY(1), .way.base_s = 0.5 }, END }, .rms_s = 0.015,
		.max_s = 0.04, .may_wander = true,
	},
	{
		.name = "large-wander", .run_s = 30000, .settle_s = 5000,
		.offset_s = 1, .oscillator = WALK(1e-6),
		.options = "iburst minpoll 4 maxpoll 4", .servers = { GOOD,
		END }, .rms_s = 2e-4, .max_s = 0.0015, .is_biased = true,
	},
	{
		.name = "minpoll-6", .run_s = 600, .settle_s = 100,
		.offset_s = 1e-2, .oscillator = WALK(1e-10),
		.options = "iburst minpoll -6 maxpoll -6", .servers =
		{ { WAY(1e-6), .way.base_s = 2e-5 }, END }, .rms_s = 8e-9,
		.max_s = 3e-8, .may_wander = true,
	},
	{
		.name = "maxpoll-17", .run_s = 3000000, .settle_s = 500000,
		.oscillator = WALK(1e-11), .options = "iburst maxpoll 17",
		.servers = { GOOD, END }, .rms_s = 2e-4, .max_s = 1e-3,
		.may_wander = true,
	},
	{
		.name = "reading-noise", .run_s = 40000, .settle_s = 10000,
		.offset_s = 1, .oscillator = WALK(1e-10), .noise_s = 1e-5,
		.options = "iburst minpoll 4 maxpoll 4", .servers =
		{ { WAY(1e-6) }, END }, .rms_s = 1.5e-5, .max_s = 8e-5,
	},
	{ .name = NULL }
};
