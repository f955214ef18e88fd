/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A leap second from its announcement to its end (reference: behaviour.md 7),
 * as leapsecmode says: the kernel makes it, hora-clock steps at its instant, a
 * slew starts then, or the clock is left to be corrected by the next update.
 * Whoever moves the clock, what was measured before is kept.
 */
#ifndef HORA_ENGINE_LEAPS_H
#define HORA_ENGINE_LEAPS_H

#include "hora-engine/engine.h"

/* The sources have voted; where they say nothing, the table does. */
void leaps_vote(struct engine *e, const struct engine_now *now,
    enum leap vote);

/*
 * The clock was set by set_ns and not by us: is that the pending leap second?
 * Then it is taken as what it is.
 */
bool leaps_take_jump(struct engine *e, const struct engine_now *now,
    int64_t set_ns);

/* hora-clock reports the step that leaps_tick asked for. */
void leaps_stepped(struct engine *e, double step_s);

/* Do what has become due. True when the leap is over: status is normal again. */
bool leaps_tick(struct engine *e, const struct engine_now *now);

/* When leaps_tick is due next; MONO_NEVER without a pending leap. */
struct mono_time leaps_wake(const struct engine *e);

#endif
