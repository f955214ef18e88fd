/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that print a report (reference: control-protocol.md 14.4 to 14.15). */
#ifndef HORA_HORAC_REPORTS_H
#define HORA_HORAC_REPORTS_H

#include "horac/session.h"

/* All of them are a command_fn (horac/session.h). report_tracking.c: */
bool report_tracking(struct session *s, const struct command *c, char *args);
bool wait_for_sync(struct session *s, const struct command *c, char *args);

/* A row for each source: report_sources.c, report_selection.c */
bool report_sources(struct session *s, const struct command *c, char *args);
bool report_sourcestats(struct session *s, const struct command *c, char *args);
bool report_selectdata(struct session *s, const struct command *c, char *args);
bool report_authdata(struct session *s, const struct command *c, char *args);

/* A page for each source: report_ntpdata.c */
bool report_ntpdata(struct session *s, const struct command *c, char *args);

/* A row for each client: report_clients.c */
bool report_clients(struct session *s, const struct command *c, char *args);

/* What the daemon counts and knows by name: report_daemon.c */
bool report_serverstats(struct session *s, const struct command *c, char *args);
bool report_state(struct session *s, const struct command *c, char *args);
bool report_activity(struct session *s, const struct command *c, char *args);
bool report_sourcename(struct session *s, const struct command *c, char *args);
bool report_smoothing(struct session *s, const struct command *c, char *args);
bool report_rtc(struct session *s, const struct command *c, char *args);

#endif
