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

struct moved {
	bool is_begun;			/* the differences are known */
	double doubt_s;			/* of the readings that they rest on */
	double look_doubt_s;		/* of what moved_look found last */
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

/* Is a move of the clock by set_ns one by step_s, as far as doubt_s lets see? */
bool moved_fits(int64_t set_ns, double step_s, double doubt_s);

/* By how much the clock was set since the last look, noise included; ns. */
int64_t moved_set_ns(const struct moved *m, const struct engine_now *now);

/* The clock was stepped by ourselves: to be expected. */
void moved_expect(struct moved *m, double step_s);

#endif
