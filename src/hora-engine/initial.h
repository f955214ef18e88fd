/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done to the clock once, at the start: option -s, and initstepslew with
 * its temporary sources (reference: configuration.md 2.1, 3).
 */
#ifndef HORA_ENGINE_INITIAL_H
#define HORA_ENGINE_INITIAL_H

#include "hora-engine/engine.h"

#define INITIAL_MOST_S 10	/* then the temporary sources are gone */

/* Will there be an initial correction to wait for (engine_is_settled)? */
void initial_init(struct engine *e);

/*
 * The engine begins: a clock that is behind the time of the driftfile is set to
 * that, temporary sources are added. The first update of the clock is by the
 * threshold of initstepslew then. With -q and -Q, which look at all sources before
 * they act, the hosts are sources like others.
 */
void initial_begin(struct engine *e, const struct engine_now *now);

/* Is the first update made, or time up? Asked after every event. */
void initial_judge(struct engine *e, const struct engine_now *now);

/* When it is asked again without an event. */
struct mono_time initial_wake(const struct engine *e);

#endif
