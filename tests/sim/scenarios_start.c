/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The first minute: NTS-KE takes 20 ms, the second request of a burst leaves
 * after 2 s. Errors count from 1 s on, so they are those of the first sample of
 * each server, and soon after of four.
 */
#include "sim/scenarios.h"

#define MINUTE .run_s = 60, .settle_s = 1, .may_wander = true, \
	.oscillator = WALK(1e-9)

const struct scenario scenarios_start[] = {
	{
		/* an hour wrong: one sample, one step */
		.name = "soon", MINUTE, .offset_s = 3600, .options = "iburst",
		.directives = "makestep 1.0 3", .servers = { GOOD, END },
		.soon_s = 0.02, .sent = 4, .steps = 1, .rms_s = 1.5e-3,
		.max_s = 4e-3,
	},
	{
		.name = "soon-nts", MINUTE, .offset_s = -3600,
		.options = "iburst nts", .directives = "makestep 1.0 3",
		.servers = { GOOD, END }, .soon_s = 0.05, .sent = 4,
		.steps = 1, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		.name = "soon-nts-three", MINUTE, .offset_s = 10,
		.options = "iburst nts", .directives = "makestep 1.0 3",
		.servers = { GOOD, GOOD, GOOD, END }, .soon_s = 0.05,
		.sent = 12, .steps = 1, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		/* eight are asked side by side: five make a majority */
		.name = "soon-nts-eight", MINUTE, .options = "iburst nts",
		.servers = { GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD, GOOD },
		.soon_s = 0.06, .sent = 32, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		.name = "soon-one-dead", MINUTE, .offset_s = 10,
		.options = "iburst nts", .directives = "makestep 1.0 3",
		.servers = { { .way.loss = 1 }, GOOD, GOOD, END },
		.soon_s = 0.05, .sent = 16, .steps = 1, .rms_s = 1.5e-3,
		.max_s = 4e-3,
	},
	{
		/* nobody answers: eight requests, then one at the next poll */
		.name = "soon-silent", MINUTE, .options = "iburst",
		.servers = { { .way.loss = 1 }, END }, .sent = 8,
		.is_unsynchronised = true, .rms_s = 1, .max_s = 1,
	},
	{
		/* the first to answer lies: it must not step the clock */
		.name = "soon-liar", MINUTE, .options = "iburst",
		.directives = "makestep 1.0 3", .servers = {
		{ .offset_s = 100, .way.base_s = 1e-4 },
		{ WAY(1e-4), .way.base_s = 2e-2 },
		{ WAY(1e-4), .way.base_s = 2e-2 }, END },
		.soon_s = 0.06, .sent = 12, .states = "x??", .rms_s = 3e-3,
		.max_s = 6e-3,
	},
	{
		/* two that could both be wrong: the other one is waited for */
		.name = "soon-patient", MINUTE, .offset_s = 10,
		.options = "iburst", .directives = "makestep 1.0 3",
		.servers = { { .way.loss = 1 }, GOOD, END }, .soon_s = 1.6,
		.sent = 12, .steps = 1, .rms_s = 10, .max_s = 11,
	},
	{
		/* initstepslew steps once, from its threshold on */
		.name = "initstepslew-step", MINUTE, .offset_s = 20,
		.options = "iburst", .directives = "initstepslew 10 10.1.0.1",
		.servers = { GOOD, END }, .soon_s = 0.02, .sent = 4,
		.steps = 1, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		/* a temporary source is all there is: one packet, one step */
		.name = "initstepslew-alone", .run_s = 8, .settle_s = 1,
		.may_wander = true, .oscillator = WALK(1e-9), .offset_s = -20,
		.directives = "initstepslew 10 10.1.0.1",
		.servers = { GOOD, END }, .soon_s = 0.02, .sent = 1,
		.steps = 1, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		/* below it the first update slews, though makestep would step;
		 * by the second, makestep does */
		.name = "initstepslew-makestep", .run_s = 60, .settle_s = 10,
		.may_wander = true, .oscillator = WALK(1e-9), .offset_s = 5,
		.options = "iburst", .servers = { GOOD, END },
		.directives = "initstepslew 10 10.1.0.1\nmakestep 1 2",
		.sent = 4, .steps = 1, .rms_s = 1.5e-3, .max_s = 4e-3,
	},
	{
		/* below it and without makestep: slewed to the end */
		.name = "initstepslew-slew", .run_s = 300, .settle_s = 200,
		.may_wander = true, .oscillator = WALK(1e-9), .offset_s = 5,
		.options = "iburst", .servers = { GOOD, END },
		.directives = "initstepslew 10 10.1.0.1", .rms_s = 1.5e-3,
		.max_s = 4e-3,
	},
	{ .name = NULL }
};
