/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The samples of one source on their way from the association to its
 * statistics: what the options of its line say of them, and how all that is
 * kept of them moves with the clock.
 */
#ifndef HORA_ENGINE_SAMPLES_H
#define HORA_ENGINE_SAMPLES_H

#include "hora-engine/engine.h"

/* Of a new source; its line is set. False: no memory. */
bool samples_init(const struct engine *e, struct source *s);
void samples_free(struct source *s);

/* As many are kept as the line and the configuration say now. */
void samples_limit(const struct engine *e, struct source *s);

/* A request is due. */
void samples_ask(struct source *s);

/* A synchronised response had this delay. */
void samples_delay(struct source *s, double delay_s);

/*
 * A good sample. True: *ret is one for the statistics, the same or, with the
 * option `filter`, what several of them say.
 */
bool samples_take(const struct engine *e, struct source *s,
    const struct sample *sample, struct sample *ret);

/* Polls that make one sample for the statistics. */
int samples_polls(const struct source *s);

/* As source_stats_reset, _step, _leap, _slept, for all that is kept. */
void samples_forget(struct source *s);
void samples_step(struct source *s, double step_s);
void samples_leap(struct source *s, double step_s);
void samples_slept(struct source *s, double uncertainty_s);

/* The option `offset` has grown by so much: what was measured moves along. */
void samples_offset(struct source *s, double by_s);

#endif
