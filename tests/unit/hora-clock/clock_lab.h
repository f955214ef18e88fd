/* SPDX-License-Identifier: Apache-2.0 */
/* A clock on a bench: told of events, its calls made to a kernel in memory. */
#ifndef HORA_TESTS_CLOCK_LAB_H
#define HORA_TESTS_CLOCK_LAB_H

#include "hora-clock/clock.h"
#include "hora-clock/orders.h"
#include "hora-clock/rate.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)
#define HZ 100
#define QUANTUM_PPM (1 / 65536.0)

static const struct clock_limits limits = {
	.rtcsync = true, .makestep_threshold_s = 1, .makestep_limit = 3,
	.maxslewrate_ppm = 83333.333, .maxdrift_ppm = 500000, .user_hz = HZ,
};

/* A clock, its kernel's answers, and the last output. */
struct bench {
	struct clock clock;
	struct clock_out out;
	struct mono_time now;
	struct wall_time wall;
	struct timex kernel;
	int error;		/* what the next call gives */
};

static inline void perform(struct bench *b)
{
	struct clock_done done = { .error = b->error };

	if (b->out.op_count == 0)
		return;
	for (int i = 0; i < b->out.op_count && b->error == 0; i++) {
		const struct timex *t = &b->out.op[i];

		if ((t->modes & 0x8000) == 0 && (t->modes & ADJ_FREQUENCY) != 0)
			b->kernel.freq = t->freq;
		if ((t->modes & 0x8000) == 0 && (t->modes & ADJ_TICK) != 0)
			b->kernel.tick = t->tick;
		if ((t->modes & 0x8000) == 0 && (t->modes & ADJ_STATUS) != 0)
			b->kernel.status = t->status;
	}
	done.before = done.after = b->wall;
	done.before.ns -= 1000;
	done.after.ns += 1000;
	done.now = b->now;
	clock_done(&b->clock, &done, &b->out);
}

static inline void feed(struct bench *b, struct clock_in in)
{
	in.now = b->now;
	in.wall = b->wall;
	clock_step(&b->clock, &in, &b->out);
}

static inline void pass(struct bench *b, double s)
{
	b->now = mono_add(b->now, s);
	b->wall = wall_add(b->wall, s);
}

static inline void begin(struct bench *b, const struct clock_limits *l,
    const struct ipc_clock_memory *memory)
{
	*b = (struct bench){ .now = { 5000 * NS_PER_S }, .wall = { START } };
	b->kernel.tick = 10000;
	clock_init(&b->clock, l);
	feed(b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b->kernel, .memory = memory });
	perform(b);
}

static inline void adjust(struct bench *b, double base_ppm, double slew_s,
    double slew_ppm)
{
	struct ipc_clock_adjust a = { 7, base_ppm, slew_s, slew_ppm };

	feed(b, (struct clock_in){ .event = CLOCK_ON_ADJUST, .adjust = &a });
}

/* horad vouches for an operator's order. */
static inline void order(struct bench *b, enum ipc_order_kind kind)
{
	struct ipc_clock_order o = { .kind = kind };

	clock_order(&b->clock, &o, b->now);
}

static inline void step(struct bench *b, enum ipc_step_cause cause,
    double step_s)
{
	struct ipc_clock_step s = { 9, cause, step_s };

	feed(b, (struct clock_in){ .event = CLOCK_ON_STEP, .step = &s });
}

#endif
