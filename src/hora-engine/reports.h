/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reports of the control protocol (ctl/reports.h) from the state of the
 * engine. Offsets and frequencies are turned from the free-running scale to the
 * system clock, which is what people ask about, and to chrony's signs.
 */
#ifndef HORA_ENGINE_REPORTS_H
#define HORA_ENGINE_REPORTS_H

#include "ctl/reports.h"
#include "hora-engine/engine.h"

/* `ret` is zeroed before; `i` is an index of e->sources. */
void report_tracking(const struct engine *e, const struct engine_now *now,
    struct tracking_report *ret);
void report_source(const struct engine *e, const struct engine_now *now, int i,
    struct source_report *ret);
void report_stats(const struct engine *e, const struct engine_now *now, int i,
    struct stats_report *ret);
void report_select(const struct engine *e, const struct engine_now *now, int i,
    struct select_report *ret);
void report_auth(const struct engine_now *now, const struct source *s,
    struct auth_report *ret);
void report_ntp(const struct source *s, struct ntp_report *ret);
void report_activity(const struct engine *e, struct activity_report *ret);
void report_state(const struct engine *e, struct state_report *ret);
void report_server(const struct engine *e, struct server_report *ret);

/* Address of a source, or its number before it is resolved. */
struct control_addr report_address(const struct source *s);

#endif
