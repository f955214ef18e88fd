/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Unless a row says otherwise: default polling, one server, 1 ms away with
 * J = 0.1 ms, W = 1e-9.
 */
#include "sim/cells.h"

#define WALK(w) .oscillator = { .start_ppm = 50, .wander = (w) }
#define SINE(a_ppm, p_s) .oscillator = { .start_ppm = 50, .wander = 1e-10, \
	.sine_ppm = (a_ppm), .sine_period_s = (p_s) }
#define STEP(ppm) .oscillator = { .start_ppm = 50, .wander = 1e-9, \
	.step_ppm = (ppm), .step_at_s = 100000 }
#define J(s) .way.up_s = (s), .way.down_s = (s)
#define GOOD { J(1e-4) }
#define AT_START 1e-3			/* an event */
/* Their errors hang on a few moments, so few seeds say little. */
#define SCATTERED .seeds = 20, .most = 1

const struct cell special_cells[] = {
	{
		.name = "base-0.0001", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.base_s = 1e-4 } } },
		.chrony = { 96.1e-6, 629, 536e-6, 0, 0, 0 },
		.limit_s = 37.8e-6, .short_limit_s = 9.85e-6,
	},
	{
		.name = "base-0.01", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.base_s = 1e-2 } } },
		.chrony = { 101e-6, 841, 487e-6, 0, 0, 0 },
		.limit_s = 48.8e-6, .short_limit_s = 10.1e-6,
	},
	{
		.name = "freqstep-5ppm", .servers = 1, .scenario = {
		STEP(5), .servers = { GOOD }, .event_at_s = 100000,
		.band_s = 300e-6, .is_biased = true },
		.chrony = { 296e-6, 776, 7.23e-3, 7.23e-3, 795e-6, 1743 },
		.limit_s = 183e-6, .short_limit_s = 27.6e-6,
	},
	{
		.name = "freqstep-50ppm-J1ms", .servers = 1, .scenario = {
		STEP(50), .servers = { { J(1e-3) } }, .jitter_s = 1e-3,
		.event_at_s = 100000, .band_s = 3e-3, .is_biased = true },
		.chrony = { 1.45e-3, 809, 42.9e-3, 42.9e-3, 3.83e-3, 892 },
		.limit_s = 1.6e-3, .short_limit_s = 271e-6,
		SCATTERED, .why = "most of the error is how far the clock runs "
		"until the first exchange after the step, by chance",
	},
	{
		.name = "sine-1ppm-1h-J0.0001", .servers = 1, .scenario = {
		SINE(1, 3600), .servers = { GOOD } },
		.chrony = { 141e-6, 102, 1.19e-3, 0, 0, 0 },
		.limit_s = 48.3e-6, .short_limit_s = 35.8e-6,
	},
	{
		.name = "sine-0.1ppm-1h-J0.0001", .servers = 1, .scenario = {
		SINE(0.1, 3600), .servers = { GOOD } },
		.chrony = { 74.8e-6, 910, 334e-6, 0, 0, 0 },
		.limit_s = 55.3e-6, .short_limit_s = 16.1e-6,
	},
	{
		.name = "sine-1ppm-24h-J0.0001", .servers = 1, .scenario = {
		SINE(1, 86400), .servers = { GOOD } },
		.chrony = { 172e-6, 511, 695e-6, 0, 0, 0 },
		.limit_s = 49.8e-6, .short_limit_s = 13.2e-6,
	},
	{
		.name = "sine-1ppm-2h-J0.001", .servers = 1, .scenario = {
		SINE(1, 7200), .servers = { { J(1e-3) } }, .jitter_s = 1e-3 },
		.chrony = { 1.03e-3, 383, 3.51e-3, 0, 0, 0 },
		.limit_s = 456e-6, .short_limit_s = 133e-6,
	},
	{
		.name = "drift-1e-9", .servers = 1, .scenario = {
		.oscillator = { .start_ppm = -100, .wander = 1e-10,
		.drift = 1e-9 }, .servers = { GOOD } },
		.chrony = { 99.8e-6, 87, 579e-6, 0, 0, 0 },
		.limit_s = 33.5e-6, .short_limit_s = 33.5e-6,
	},
	{
		.name = "extstep-10ms", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { GOOD }, .actions = { { 100000, ACTION_JUMP, 1e-2 } }, .event_at_s = 100000,
		.band_s = 300e-6 },
		.chrony = { 672e-6, 770, 10.1e-3, 10.1e-3, 1.88e-3, 1124 },
	},
	{
		.name = "extstep-1s", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { GOOD }, .actions = { { 100000, ACTION_JUMP, 1 } }, .event_at_s = 100000,
		.band_s = 300e-6 },
		.chrony = { 64.2e-3, 771, 1, 1, 182e-3, 8085 },
	},
	{
		.name = "start-10s-500ppm", .servers = 1, .scenario = {
		.oscillator = { .start_ppm = 450, .wander = 1e-9 },
		.offset_s = 10, .run_s = 20000, .servers = { { J(1e-3) } },
		.jitter_s = 1e-3, .event_at_s = AT_START, .band_s = 3e-3 },
		.chrony = { 474e-3, 427, 10, 10, 474e-3, 125 },
		.seeds = 2, .most = 1, .why = "10 s at maxslewrate take 120 s, "
		"which alone makes 0.447 s of RMS; chrony is at 0.474 s",
	},
	{
		.name = "start-1ms-1ppm", .servers = 1, .scenario = {
		.oscillator = { .start_ppm = 1, .wander = 1e-10 },
		.offset_s = 1e-3, .run_s = 20000, .servers = { GOOD },
		.event_at_s = AT_START, .band_s = 300e-6 },
		.chrony = { 49.7e-6, 426, 2.32e-3, 2.32e-3, 49.7e-6, 71 },
	},
	{
		.name = "asym-up1ms-down10us", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { .way.up_s = 1e-3,
		.way.down_s = 1e-5 } } },
		.chrony = { 43e-6, 233, 416e-6, 0, 0, 0 },
		.limit_s = 9.4e-6, .short_limit_s = 5.7e-6,
		SCATTERED, .why = "the quiet direction must be learned; of twenty "
		"seeds one or two have several times the error of the others",
	},
	{
		.name = "asym-up10us-down1ms", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { .way.up_s = 1e-5,
		.way.down_s = 1e-3 } } },
		.chrony = { 42.3e-6, 241, 237e-6, 0, 0, 0 },
		.limit_s = 9.4e-6, .short_limit_s = 5.7e-6,
		SCATTERED, .why = "the quiet direction must be learned; of twenty "
		"seeds one or two have several times the error of the others",
	},
	{
		.name = "loss-50", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.loss = 0.5 } } },
		.chrony = { 872e-6, 815, 4.13e-3, 0, 0, 0 },
		.limit_s = 257e-6, .short_limit_s = 26.4e-6,
	},
	{
		.name = "spikes-100ms-5pct", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.spike = 0.05,
		.way.spike_s = 0.1 } } },
		.chrony = { 122e-6, 840, 713e-6, 0, 0, 0 },
		.limit_s = 54.2e-6, .short_limit_s = 10.4e-6,
	},
	{
		.name = "heavytail-exp3", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.is_heavy = true } } },
		.chrony = { 112e-6, 842, 606e-6, 0, 0, 0 },
		.limit_s = 40.6e-6, .short_limit_s = 4.54e-6,
	},
	{
		.name = "diurnal-load", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(2e-3), .way.is_daily = true } } },
		.chrony = { 484e-6, 915, 1.92e-3, 0, 0, 0 },
		.limit_s = 176e-6, .short_limit_s = 41.8e-6,
	},
	{
		.name = "outage-6h", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.dead_from_s = 100000,
		.way.dead_to_s = 121600 } }, .event_at_s = 121600,
		.band_s = 300e-6 },
		.chrony = { 547e-6, 842, 6.87e-3, 6.87e-3, 661e-6, 6138 },
		.limit_s = 142e-6, .short_limit_s = 90.1e-6,
		SCATTERED, .why = "most of the error is what the oscillator does "
		"in 6 h unseen; the filter that knows all has it too",
	},
	{
		.name = "route-plus20ms-sym", .servers = 1, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .way.moved_s = 20e-3,
		.way.moved_at_s = 100000 } }, .event_at_s = 100000,
		.band_s = 300e-6 },
		.chrony = { 9.03e-3, 857, 36.2e-3, 5.74e-3, 1.17e-3, 20000 },
		.limit_s = 50e-6,
	},
	{
		.name = "lan-p0", .servers = 1, .scenario = {
		WALK(1e-10), .servers = { { J(1e-6), .way.base_s = 20e-6 } },
		.options = "iburst minpoll 0 maxpoll 0", .offset_s = 1,
		.run_s = 40000, .settle_s = 8000, .jitter_s = 1e-6 },
		.chrony = { 105e-9, 1, 1.59e-6, 0, 0, 0 },
		.limit_s = 20.7e-9, .short_limit_s = 20.7e-9,
	},
	{
		.name = "servers5-good", .servers = 5, .scenario = {
		WALK(1e-9), .servers = { GOOD, GOOD, GOOD, GOOD, GOOD } },
		.chrony = { 126e-6, 846, 489e-6, 0, 0, 0 },
		.limit_s = 18e-6,
	},
	{
		.name = "servers3-1false-100ms", .servers = 3, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .offset_s = 0.1 }, GOOD,
		GOOD } },
		.chrony = { 119e-6, 836, 550e-6, 0, 0, 0 },
		.limit_s = 31e-6,
	},
	{
		.name = "servers5-2false", .servers = 5, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .offset_s = 0.1 },
		{ J(1e-4), .offset_s = -0.05 }, GOOD, GOOD, GOOD } },
		.chrony = { 125e-6, 844, 588e-6, 0, 0, 0 },
		.limit_s = 24e-6,
	},
	{
		.name = "servers4-1steps-50ms", .servers = 4, .scenario = {
		WALK(1e-9), .servers = { { J(1e-4), .step_s = 0.05,
		.step_at_s = 100000 }, GOOD, GOOD, GOOD },
		.event_at_s = 100000, .band_s = 300e-6 },
		.chrony = { 125e-6, 818, 468e-6, 404e-6, 135e-6, 0 },
		.limit_s = 24e-6,
	},
	{
		.name = "servers3-unequal", .servers = 3, .scenario = {
		WALK(1e-9), .servers = { { J(1e-5) }, { J(1e-4) },
		{ J(1e-3) } } },
		.chrony = { 157e-6, 509, 717e-6, 0, 0, 0 },
		.limit_s = 10e-6,
	},
	{
		.name = "servers5-internet", .servers = 5, .scenario = {
		WALK(1e-9), .servers = { { J(5e-4), .way.base_s = 5e-3 },
		{ J(10e-4), .way.base_s = 10e-3 },
		{ J(15e-4), .way.base_s = 15e-3 },
		{ J(20e-4), .way.base_s = 20e-3 },
		{ J(25e-4), .way.base_s = 25e-3 } }, .jitter_s = 5e-4 },
		.chrony = { 402e-6, 916, 2.39e-3, 0, 0, 0 },
		.limit_s = 130e-6,
	},
};

const int special_cell_count =
    (int)(sizeof(special_cells) / sizeof(special_cells[0]));
