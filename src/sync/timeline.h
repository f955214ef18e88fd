/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The free-running scale. The clock program reports each change of frequency
 * that it made; from these the timeline maps system time to the time that the
 * clock would show had it never been corrected in frequency. A step moves both
 * scales: instants and offsets of kept samples are shifted by it
 * (source_stats_step).
 */
#ifndef HORA_SYNC_TIMELINE_H
#define HORA_SYNC_TIMELINE_H

#include "base/time.h"

#define TIMELINE_SEGMENTS 16	/* changes remembered, for late timestamps */

struct timeline {
	struct {
		struct wall_time from;	/* system time at the change */
		struct free_time at;	/* the same instant, free-running */
		double rate_ppm;	/* correction in force since */
	} seg[TIMELINE_SEGMENTS];
	int count;
};

/* Start with free == wall at `now`, with rate_ppm already in force. */
void timeline_init(struct timeline *t, struct wall_time now, double rate_ppm);

/* From `at` on the kernel runs the clock at 1 + rate_ppm * 1e-6. */
void timeline_rate(struct timeline *t, struct wall_time at, double rate_ppm);

/*
 * The system clock was stepped by step_s (positive: forward): the recorded
 * segments are moved so that timestamps taken before the step are converted
 * only by whoever converted them already.
 */
void timeline_step(struct timeline *t, double step_s);

/* Free-running time of a system timestamp, also one before the last change. */
struct free_time timeline_free(const struct timeline *t, struct wall_time wall);

/* System time of a free-running instant. */
struct wall_time timeline_wall(const struct timeline *t, struct free_time f);

/* Correction in force now, ppm. */
double timeline_rate_ppm(const struct timeline *t);

#endif
