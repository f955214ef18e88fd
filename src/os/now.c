/* SPDX-License-Identifier: Apache-2.0 */
#include "os/now.h"

#include <stdlib.h>
#include <time.h>

#define LEAST_STEP_NS 1000000	/* more than a call takes */

/* clock_gettime(2) with these clocks fails on no Linux; the C library calls
 * are used so that simulators can put their own clocks underneath. */
static int64_t read_ns(clockid_t clock)
{
	struct timespec ts = { 0 };

	clock_gettime(clock, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

struct wall_time wall_now(void)
{
	return (struct wall_time){ read_ns(CLOCK_REALTIME) };
}

double wall_resolution_s(void)
{
	struct timespec ts = { 0, 1 };

	clock_getres(CLOCK_REALTIME, &ts);
	return (double)ts.tv_sec + (double)ts.tv_nsec * 1e-9;
}

/*
 * The one exception from "no mutable globals": a clock belongs to the process as
 * the kernel's do, and everybody who reads it must read the same.
 */
static int64_t left_out_ns;

struct mono_time mono_now(void)
{
	return (struct mono_time){ read_ns(CLOCK_MONOTONIC) - left_out_ns };
}

bool mono_leave_out(struct mono_time before, struct mono_time after,
    double step_s)
{
	int64_t step_ns = interval_ns(step_s), late_ns = after.ns - before.ns -
	    step_ns;

	/* A clock that does not take steps is behind by all of it. */
	if (step_ns == 0 || late_ns < 0 || late_ns > LEAST_STEP_NS ||
	    llabs(step_ns) < 2 * LEAST_STEP_NS)
		return false;
	left_out_ns += step_ns;
	return true;
}

struct now_pair now_pair(bool with_boot)
{
	enum { TRIES = 3 };
	struct now_pair best = { .window_s = -1 };

	for (int i = 0; i < TRIES; i++) {
		struct mono_time before = mono_now();
		int64_t boot = with_boot ? read_ns(CLOCK_BOOTTIME) : 0;
		struct wall_time wall = wall_now();
		int64_t again = with_boot ? read_ns(CLOCK_BOOTTIME) : 0;
		struct mono_time after = mono_now();
		double window_s = mono_sub(after, before);

		if (best.window_s >= 0 && window_s >= best.window_s)
			continue;
		best.wall = wall;
		best.mono.ns = before.ns + (after.ns - before.ns) / 2;
		best.boot = best.mono;
		if (with_boot)
			best.boot.ns = boot + (again - boot) / 2;
		best.window_s = window_s;
	}
	return best;
}
