/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Was the clock moved by others between two events? The system clock and
 * CLOCK_BOOTTIME differ by a constant until somebody sets the clock; so do
 * CLOCK_BOOTTIME and CLOCK_MONOTONIC until the machine sleeps (clock_gettime(2)).
 */
#ifndef HORA_ENGINE_MOVED_H
#define HORA_ENGINE_MOVED_H

#include "base/time.h"

#include <stdbool.h>

struct engine_now;

/*
 * The differences may move by so much between two events without anybody having
 * done anything: the clocks are read in less (io.c), and a smaller jump does
 * less harm than a false one.
 */
#define MOVED_NOISE_NS INT64_C(1000000)

struct moved {
	bool is_begun;			/* the differences are known */
	int64_t wall_minus_boot_ns;
	int64_t boot_minus_mono_ns;
};

/* What happened since the last look; 0 = nothing. */
struct moved_by {
	int64_t set_ns;			/* the clock was set, positive: forward */
	int64_t slept_ns;
};

/* Look, and expect the present differences from now on. */
struct moved_by moved_look(struct moved *m, const struct engine_now *now);

/* By how much the clock was set since the last look, noise included; ns. */
int64_t moved_set_ns(const struct moved *m, const struct engine_now *now);

/* The clock was stepped by ourselves: to be expected. */
void moved_expect(struct moved *m, double step_s);

#endif
