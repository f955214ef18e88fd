/* SPDX-License-Identifier: Apache-2.0 */
/* What another list of source lines changes: of a reload, of .sources files. */
#ifndef HORA_ENGINE_LINES_H
#define HORA_ENGINE_LINES_H

#include "hora-engine/engine.h"

/*
 * The lines of this origin are these now (reference: configuration.md 1.4). Those
 * that say the same keep all their state. Where only options differ that can be
 * changed while running, they are, and the rest is kept: selection options,
 * polls, bursts, limits of delays and of samples, polltarget, maxunreach,
 * minstratum, offline. Any other vanished line goes, then new ones come; one
 * that could not be added before is tried again. Each change is a line of the
 * log.
 */
void lines_renew(struct engine *e, const struct engine_now *now,
    enum line_origin origin, const struct source_config *configs,
    size_t count);

/* The sources keep as many samples as e->config and their lines say now. */
void lines_limit_samples(struct engine *e);

#endif
