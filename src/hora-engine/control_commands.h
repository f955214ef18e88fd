/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The commands of the control protocol, one function each, for the table in
 * control.c (reference: control-protocol.md 10). Each is given a struct
 * control_context, and a request whose length and right to be here were
 * checked.
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

/* What is asked of sources and clock, and changes nothing: control_reports.c. */
enum control_status answer_count(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_source(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_stats(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_select(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_tracking(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_status(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_activity(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_server(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_auth(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_ntp(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_name(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_manual_list(void *arg, const struct request *rq,
    union report *ret);

/* Sources added, deleted, tuned and put on and off line: control_sources.c. */
enum control_status answer_online(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_burst(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_refresh(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_onoffline(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_reselect(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_reset_sources(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_add(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_delete(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_value(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_real(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_offset(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_selectopts(void *arg, const struct request *rq,
    union report *ret);

/* The clock set, corrected and bounded: control_clock.c. */
enum control_status answer_makestep(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_settime(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_manual(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_manual_delete(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_makestep_limit(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_maxupdateskew(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_reselectdist(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_local(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_dfreq(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_doffset(void *arg, const struct request *rq,
    union report *ret);

/* Who may use the servers, asked and changed: control_access.c. */
enum control_status answer_access_check(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_access_rule(void *arg, const struct request *rq,
    union report *ret);

/* Who used the servers, by their tables: control_clients.c. */
enum control_status answer_clients(void *arg, const struct request *rq,
    union report *ret);

/* What horad does, and the answer that waits for it: control_tasks.c. */
enum control_status answer_task(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_dump(void *arg, const struct request *rq,
    union report *ret);
enum control_status answer_shutdown(void *arg, const struct request *rq,
    union report *ret);

#endif
