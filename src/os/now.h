/* SPDX-License-Identifier: Apache-2.0 */
/* Readings of the clocks. */
#ifndef HORA_OS_NOW_H
#define HORA_OS_NOW_H

#include "base/time.h"

#include <stdbool.h>

/* The system clock: CLOCK_REALTIME. */
struct wall_time wall_now(void);

/* What the system clock counts in, s; 1 ns where nothing is said of it. */
double wall_resolution_s(void);

/* The clock of timers: CLOCK_MONOTONIC. */
struct mono_time mono_now(void);

/*
 * The system clock was stepped by step_s between two readings of mono_now(). In
 * a simulator CLOCK_MONOTONIC may take the step, too: then it is left out of what
 * mono_now() gives from now on. For programs that make all steps themselves and
 * in which nobody else reads CLOCK_MONOTONIC: hora-single. True if so.
 */
bool mono_leave_out(struct mono_time before, struct mono_time after,
    double step_s);

/* The clocks at one instant. */
struct now_pair {
	struct wall_time wall;
	struct mono_time mono;	/* middle of the readings around `wall` */
	struct mono_time boot;	/* CLOCK_BOOTTIME likewise; `mono` without */
	double window_s;	/* time between those: the doubt of the pair */
};

/*
 * Read the clocks, monotonic before and after the wall clock, and
 * CLOCK_BOOTTIME between them if asked for; of a few tries
 * the one with the least window, so that being preempted between the readings
 * does not look like a jump of the clock.
 */
struct now_pair now_pair(bool with_boot);

#endif
