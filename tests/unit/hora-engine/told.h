/* SPDX-License-Identifier: Apache-2.0 */
/* The world of world.h, asked by the control protocol. */
#ifndef TESTS_HORA_ENGINE_TOLD_H
#define TESTS_HORA_ENGINE_TOLD_H

#include "unit/hora-engine/tell.h"
#include "unit/hora-engine/world.h"

/* A running world with servers 192.0.2.1 to .n, which are asked. */
static inline struct world *told_world(int n)
{
	struct world *w = world_new();
	char name[20];

	for (int i = 1; i <= n; i++) {
		snprintf(name, sizeof(name), "192.0.2.%d", i);
		world_server(w, i);
		world_line(w, SOURCE_SERVER, name);
	}
	return w;
}

/* Status of the answer to `rq`, from the Unix socket. */
static inline unsigned told_report(struct world *w, struct request rq,
    union report *ret)
{
	struct engine_now now = world_now(w);
	struct control_later later;

	return tell_engine(w->e, &now, true, &rq, true, &later, ret);
}

static inline unsigned told(struct world *w, struct request rq)
{
	union report r;

	return told_report(w, rq, &r);
}

/* A request that only UDP may not make. */
static inline void told_is_private(struct world *w, struct request rq)
{
	struct engine_now now = world_now(w);
	struct control_later later;
	union report r;

	assert_int_equal(tell_engine(w->e, &now, false, &rq, true, &later, &r),
	    CONTROL_UNAUTHORISED);
}

/* The largest numbers that the wire carries, and some others. */
static const double told_extremes[] = {
	4.6e18, -4.6e18, 1e-20, -1e-20, NAN, INFINITY, -INFINITY,
};
#define TOLD_EXTREMES ((int)(sizeof(told_extremes) / sizeof(told_extremes[0])))

#endif
