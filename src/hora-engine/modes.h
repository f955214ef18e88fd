/* SPDX-License-Identifier: Apache-2.0 */
/* Runs that end by themselves: options -q, -Q and -t of horad. */
#ifndef HORA_ENGINE_MODES_H
#define HORA_ENGINE_MODES_H

#include "hora-engine/engine.h"

/* Is it time to go? Asked after every event. */
void modes_judge(struct engine *e, const struct engine_now *now);

/* When it is asked again without an event. */
struct mono_time modes_wake(const struct engine *e);

#endif
