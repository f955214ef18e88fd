/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When an association asks next (reference: behaviour.md 1.1). Used by assoc.c
 * and assoc_control.c only.
 */
#ifndef HORA_NTP_ASSOC_SCHEDULE_H
#define HORA_NTP_ASSOC_SCHEDULE_H

#include "ntp/assoc.h"

/* The poll in force: below a second only near a server that answers. */
int assoc_poll(const struct assoc *a);

/* Seconds between requests, without bursts. */
double assoc_interval_s(const struct assoc *a);

/* Are requests of a burst left? */
bool assoc_in_burst(const struct assoc *a);

/*
 * A request is about to leave. The first one of a poll may start a burst (option
 * `burst`), and may be an extra one (option `presend`): a->is_presend.
 */
void assoc_begin_request(struct assoc *a);

/* a->wake from send_at and close_at. */
void assoc_set_wake(struct assoc *a);

/* The next request, one interval after `from`. */
void assoc_schedule(struct assoc *a, struct mono_time from);

/*
 * The first request, `interval_s` after the last one at the earliest. The very
 * first one leaves at once, or as soon as NTS keys have come.
 */
void assoc_schedule_first(struct assoc *a, struct mono_time now,
    double interval_s);

/*
 * Forget what ends with the measurements or the connection: reachability, burst,
 * the open request. The caller schedules.
 */
void assoc_clear(struct assoc *a);

#endif
