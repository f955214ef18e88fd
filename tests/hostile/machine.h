/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of a machine that does not exist: what hora-clock's calls do to it lies
 * in memory that it shares with the test. Loaded before the C library (shim.c).
 */
#ifndef HORA_HOSTILE_MACHINE_H
#define HORA_HOSTILE_MACHINE_H

#include <stdint.h>

#define MACHINE_FD "HOSTILE_MACHINE"	/* variable: descriptor of the memory */

struct machine {
	int64_t real_ns;	/* of the real CLOCK_MONOTONIC, when these were set: */
	int64_t wall_ns, mono_ns;
	double rate;		/* of both, s/s, on top of the real one's */
	int32_t status;
	int64_t freq, tick;	/* as struct timex has them */
	/* What happened, for the test to judge. */
	uint64_t calls, steps, refused;
	double stepped_s;	/* sum of the sizes */
	double last_step_s;
	double fastest;		/* greatest size of rate */
};

#endif
