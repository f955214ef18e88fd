/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Options of one source that commands change (reference: control-protocol.md 10).
 * They hold until its line in the configuration says something else. Each change
 * is a line of the log.
 */
#ifndef HORA_ENGINE_TUNE_H
#define HORA_ENGINE_TUNE_H

#include "hora-engine/engine.h"

/*
 * Polling range, log2 s: one end, the other one moves along if it has to. Values
 * that no poll can have are left alone.
 */
void tune_minpoll(struct engine *e, struct source *s, int minpoll);
void tune_maxpoll(struct engine *e, struct source *s, int maxpoll);

/* Limits of delays; clamped as the options are. What is no number is 0. */
void tune_maxdelay(struct engine *e, struct source *s, double maxdelay_s);
void tune_maxdelayratio(struct engine *e, struct source *s, double ratio);
void tune_maxdelaydevratio(struct engine *e, struct source *s, double ratio);

/* Clamped to 0..15, and to at least 1. */
void tune_minstratum(struct engine *e, const struct engine_now *now,
    struct source *s, int stratum);
void tune_polltarget(struct engine *e, struct source *s, int target);

/*
 * Correction of what is measured, s. What was measured before moves along. False,
 * and nothing happened: it is beyond the times that NTP can tell, or no number.
 */
bool tune_offset(struct engine *e, const struct engine_now *now,
    struct source *s, double offset_s);

/* Of the selection options in `mask` these (enum select_option). */
void tune_select(struct engine *e, const struct engine_now *now,
    struct source *s, unsigned mask, unsigned options);

#endif
