/* SPDX-License-Identifier: Apache-2.0 */
/* Who asks over UDP, how often, and whether that is too often (cmdratelimit). */
#ifndef HORA_ENGINE_ASKERS_H
#define HORA_ENGINE_ASKERS_H

#include "hora-engine/engine.h"

/*
 * Count a request from this address in e->askers, which is made when the first
 * one comes. False: it exceeds the limit, or memory for the limit is short; it
 * gets no answer. The loopback addresses have no limit.
 */
bool askers_let(struct engine *e, const struct engine_now *now,
    const struct ip_addr *address);

/* Give the memory back. */
void askers_free(struct engine *e);

#endif
