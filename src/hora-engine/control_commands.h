/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the control protocol, one function each, for the table in
 * control.c (reference: control-protocol.md 10). Each is given a struct
 * control_context, and a request whose length and right to be here were checked.
 */
#ifndef HORA_ENGINE_CONTROL_COMMANDS_H
#define HORA_ENGINE_CONTROL_COMMANDS_H

#include "ctl/dispatch.h"
#include "hora-engine/engine.h"

/* What a command works on. */
struct control_context {
	struct engine *e;
	const struct engine_now *now;
	bool is_unix;			/* asked by the Unix socket */
	struct ipc_request *request;	/* zeroed; for horad, of a command that
					 * returns CTL_LATER */
};

/*
 * The source with this address, or the one with this number while it has no
 * address. NULL when there is none.
 */
struct source *control_find(const struct engine *e,
    const struct control_addr *address);

/* control_reports.c */
ctl_answer_fn answer_count;
ctl_answer_fn answer_source;
ctl_answer_fn answer_stats;
ctl_answer_fn answer_select;
ctl_answer_fn answer_tracking;
ctl_answer_fn answer_activity;
ctl_answer_fn answer_server;
ctl_answer_fn answer_auth;
ctl_answer_fn answer_ntp;
ctl_answer_fn answer_name;
ctl_answer_fn answer_manual_list;

/* control_sources.c */
ctl_answer_fn answer_online;
ctl_answer_fn answer_burst;
ctl_answer_fn answer_refresh;
ctl_answer_fn answer_onoffline;
ctl_answer_fn answer_reselect;
ctl_answer_fn answer_reset_sources;
ctl_answer_fn answer_add;
ctl_answer_fn answer_delete;
ctl_answer_fn answer_value;
ctl_answer_fn answer_real;
ctl_answer_fn answer_offset;
ctl_answer_fn answer_selectopts;

/* control_clock.c */
ctl_answer_fn answer_makestep;
ctl_answer_fn answer_settime;
ctl_answer_fn answer_manual;
ctl_answer_fn answer_manual_delete;
ctl_answer_fn answer_makestep_limit;
ctl_answer_fn answer_maxupdateskew;
ctl_answer_fn answer_reselectdist;
ctl_answer_fn answer_local;
ctl_answer_fn answer_dfreq;
ctl_answer_fn answer_doffset;

/* control_access.c */
ctl_answer_fn answer_access_check;
ctl_answer_fn answer_access_rule;

/* control_clients.c */
ctl_answer_fn answer_clients;

/* control_tasks.c */
ctl_answer_fn answer_task;
ctl_answer_fn answer_dump;
ctl_answer_fn answer_shutdown;

#endif
