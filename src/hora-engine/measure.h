/* SPDX-License-Identifier: Apache-2.0 */
/* Requests and responses of one source. */
#ifndef HORA_ENGINE_MEASURE_H
#define HORA_ENGINE_MEASURE_H

#include "hora-engine/engine.h"

/* When the source is due, requests of others considered. */
struct mono_time measure_wake(const struct engine *e, const struct source *s);

/* It is due: send a request, or give one up. */
void measure_timer(struct engine *e, const struct engine_now *now,
    struct source *s);

/* See engine_sent and engine_reply. */
void measure_sent(struct engine *e, struct source *s,
    const struct engine_now *now, const struct engine_stamp *sent);
void measure_reply(struct engine *e, const struct engine_now *now,
    struct source *s, const uint8_t *packet, size_t length,
    const struct engine_stamp *received);

#endif
