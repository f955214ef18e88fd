/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symmetric keys of the sources (option `key`): asked of horad by their number,
 * so that only those are here that a source names.
 */
#ifndef HORA_ENGINE_SYMMETRIC_H
#define HORA_ENGINE_SYMMETRIC_H

#include "hora-engine/engine.h"

/* The key of one source; allocated with its bytes. */
struct source_mac {
	struct mac_key key;
	uint8_t bytes[];
};

/* Wiped; NULL is allowed. */
void symmetric_free(struct source_mac *m);

/* Ask for the key of a line, if it names one. */
void symmetric_want(struct engine *e, struct source_line *line);

/* The keys may be others now: ask again for all lines. */
void symmetric_renew(struct engine *e);

/*
 * horad's answer, which is not trusted: all sources that name this key have it,
 * or have none any more.
 */
void symmetric_answer(struct engine *e, const struct engine_now *now,
    const struct ipc_mac_key *message);

#endif
