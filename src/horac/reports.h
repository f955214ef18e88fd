/* SPDX-License-Identifier: Apache-2.0 */
/* Commands that print a report (reference: control-protocol.md 14.4 to 14.15). */
#ifndef HORA_HORAC_REPORTS_H
#define HORA_HORAC_REPORTS_H

#include "horac/session.h"

/* report_tracking.c */
command_fn report_tracking, wait_for_sync;

/* A row for each source: report_sources.c, report_selection.c */
command_fn report_sources, report_sourcestats;
command_fn report_selectdata, report_authdata;

/* report_ntpdata.c */
command_fn report_ntpdata;

/* report_daemon.c */
command_fn report_serverstats, report_activity, report_sourcename;

#endif
