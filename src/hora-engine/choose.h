/* SPDX-License-Identifier: Apache-2.0 */
/* Selection of the reference, and what follows from it (behaviour.md 5). */
#ifndef HORA_ENGINE_CHOOSE_H
#define HORA_ENGINE_CHOOSE_H

#include "hora-engine/engine.h"

/* What the configuration says to selection. */
struct select_config choose_config(const struct config *config);

/* Settings from the configuration. */
void choose_init(struct engine *e);

/*
 * Select anew: after each good sample, on changes of reachability, and when
 * sources come or go. `fresh` has just given a good sample; NULL: none has.
 */
void choose(struct engine *e, const struct engine_now *now,
    const struct source *fresh);

/* Less may be awaited now (a lookup or an exchange is over): select anew. */
void choose_if_waiting(struct engine *e, const struct engine_now *now);

/* Other sources were awaited long enough: when that is, and select without. */
struct mono_time choose_wake(const struct engine *e);
void choose_tick(struct engine *e, const struct engine_now *now);

/* What is known of a source for the tests of a response at `at`. */
void choose_view(const struct engine *e, const struct source *s,
    struct free_time at, struct assoc_view *ret);

#endif
