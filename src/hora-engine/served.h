/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What others are told of the clock: the servers (time reference), the kernel
 * (status), horad (memory for the next run), and tracking.log.
 */
#ifndef HORA_ENGINE_SERVED_H
#define HORA_ENGINE_SERVED_H

#include "hora-engine/engine.h"

/* Publish what is served from now on, the local reference included. */
void served_publish(struct engine *e, const struct engine_now *now);

/* Judge the local reference again; publishes when it comes or goes. */
void served_judge_local(struct engine *e, const struct engine_now *now);

/* Tell the kernel how good its time is. */
void served_status(struct engine *e, const struct engine_now *now);

/* Report frequency and count of updates; `interval_s` since the last report. */
void served_memory(struct engine *e, double interval_s);

/*
 * One line of tracking.log; remaining_s: what was left of the correction before
 * the update, offset_sd_s: of the new estimate.
 */
void served_tracking(struct engine *e, const struct engine_now *now,
    double remaining_s, double offset_sd_s);

/* When served_publish is due again without a new reason. */
struct mono_time served_wake(const struct engine *e);

#endif
