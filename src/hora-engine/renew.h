/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Another configuration: what was copied out of the old one and may have been
 * changed by commands since. Only what the two say differently is taken over.
 */
#ifndef HORA_ENGINE_RENEW_H
#define HORA_ENGINE_RENEW_H

#include "hora-engine/engine.h"

/* Precision of the clock from e->config, or as it was measured. */
void renew_precision(struct engine *e);

/* Settings of selection; it is the caller's to select anew. */
void renew_selection(struct engine *e, const struct config *old);

/*
 * Limits of the clock, local, leap seconds, fallback frequencies, `manual` and
 * `refresh`. A running correction is asked for anew within the limits.
 */
void renew_clock(struct engine *e, const struct engine_now *now,
    const struct config *old);

#endif
