/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names of sources: when they are looked up, and which of the addresses are
 * used (reference: behaviour.md 1.9, 1.10).
 */
#ifndef HORA_ENGINE_NAMES_H
#define HORA_ENGINE_NAMES_H

#include "hora-engine/engine.h"

/* Resolve everything that is unresolved at once (`online`, new line). */
void names_hurry(struct engine *e, const struct engine_now *now);

/* Check the addresses of all names again (`refresh`). */
void names_refresh(struct engine *e, const struct engine_now *now);

/*
 * The source is bad (unreachable, falseticker, ...): look for another address
 * of its name, when the time for replacements has come.
 */
void names_replace(struct engine *e, const struct engine_now *now,
    struct source *s);

/* The source gave a good sample: now and then, addresses are checked again. */
void names_good(struct engine *e, const struct engine_now *now);

/* hora-ke-client's answer; values are not trusted. */
void names_answer(struct engine *e, const struct engine_now *now,
    const struct ipc_addresses *answer);

/* hora-ke-client is gone: what it was asked is to be asked again. */
void names_lost(struct engine *e, const struct engine_now *now);
/* It is there (again): ask at once what could not be asked. */
void names_ask_again(struct engine *e, const struct engine_now *now);

/* Start what is due; and when the next is. */
void names_tick(struct engine *e, const struct engine_now *now);
struct mono_time names_wake(const struct engine *e);

#endif
