/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/timeline.h"

#include <math.h>
#include <string.h>

void timeline_init(struct timeline *t, struct wall_time now, double rate_ppm)
{
	*t = (struct timeline){ .count = 1 };
	t->seg[0].from = now;
	t->seg[0].at.ns = now.ns;
	t->seg[0].rate_ppm = rate_ppm;
}

/*
 * The difference to the interval is computed, not the interval: it is small,
 * so that nanoseconds survive in a double over years.
 */
static int64_t to_free_ns(int64_t wall_ns, double rate)
{
	return wall_ns - llrint((double)wall_ns * (rate / (1 + rate)));
}

static int64_t to_wall_ns(int64_t free_ns, double rate)
{
	return free_ns + llrint((double)free_ns * rate);
}

void timeline_rate(struct timeline *t, struct wall_time at, double rate_ppm)
{
	int last = t->count - 1;

	if (at.ns < t->seg[last].from.ns)
		at = t->seg[last].from;
	struct free_time free_at = timeline_free(t, at);

	if (t->count == TIMELINE_SEGMENTS)
		memmove(&t->seg[0], &t->seg[1],
		    (TIMELINE_SEGMENTS - 1) * sizeof(t->seg[0]));
	else
		t->count++;
	last = t->count - 1;
	t->seg[last].from = at;
	t->seg[last].at = free_at;
	t->seg[last].rate_ppm = rate_ppm;
}

void timeline_step(struct timeline *t, double step_s)
{
	int64_t ns = interval_ns(step_s);

	for (int i = 0; i < t->count; i++) {
		t->seg[i].from.ns += ns;
		t->seg[i].at.ns += ns;
	}
}

struct free_time timeline_free(const struct timeline *t, struct wall_time wall)
{
	int i = t->count - 1;

	while (i > 0 && wall.ns < t->seg[i].from.ns)
		i--;
	return (struct free_time){ t->seg[i].at.ns +
	    to_free_ns(wall.ns - t->seg[i].from.ns,
	    t->seg[i].rate_ppm * 1e-6) };
}

struct wall_time timeline_wall(const struct timeline *t, struct free_time f)
{
	int i = t->count - 1;

	while (i > 0 && f.ns < t->seg[i].at.ns)
		i--;
	return (struct wall_time){ t->seg[i].from.ns +
	    to_wall_ns(f.ns - t->seg[i].at.ns, t->seg[i].rate_ppm * 1e-6) };
}

double timeline_rate_ppm(const struct timeline *t)
{
	return t->seg[t->count - 1].rate_ppm;
}
