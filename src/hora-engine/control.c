/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/control.h"

#include "base/text.h"
#include "ctl/reply.h"
#include "hora-engine/askers.h"
#include "hora-engine/control_commands.h"

/* Time is served as it is known, without smoothing. */
static enum control_status do_smoothing(void *arg, const struct request *rq,
    union report *ret)
{
	(void)arg;
	(void)ret;
	if (rq->code == CONTROL_SMOOTHTIME && rq->option != SMOOTHTIME_RESET &&
	    rq->option != SMOOTHTIME_ACTIVATE)
		return CONTROL_INVALID;
	return CONTROL_NOT_ENABLED;
}

/* The real-time clock is the kernel's. */
static enum control_status do_rtc(void *arg, const struct request *rq,
    union report *ret)
{
	(void)arg;
	(void)rq;
	(void)ret;
	return CONTROL_NO_RTC;
}

static const struct ctl_command commands[] = {
	{ CONTROL_SOURCE_COUNT, answer_count },
	{ CONTROL_SOURCE_DATA, answer_source },
	{ CONTROL_SOURCESTATS, answer_stats },
	{ CONTROL_SELECTDATA, answer_select },
	{ CONTROL_TRACKING, answer_tracking },
	{ CONTROL_ACTIVITY, answer_activity },
	{ CONTROL_STATUS, answer_status },
	{ CONTROL_SERVERSTATS, answer_server },
	{ CONTROL_AUTHDATA, answer_auth },
	{ CONTROL_NTPDATA, answer_ntp },
	{ CONTROL_SOURCENAME, answer_name },
	{ CONTROL_ONLINE, answer_online },
	{ CONTROL_OFFLINE, answer_online },
	{ CONTROL_BURST, answer_burst },
	{ CONTROL_MAKESTEP, answer_makestep },
	{ CONTROL_DUMP, answer_dump },
	{ CONTROL_REFRESH, answer_refresh },
	{ CONTROL_ONOFFLINE, answer_onoffline },
	{ CONTROL_RESELECT, answer_reselect },
	{ CONTROL_RESET_SOURCES, answer_reset_sources },
	{ CONTROL_ADD_SOURCE, answer_add },
	{ CONTROL_ADD_SOURCE_2, answer_add },
	{ CONTROL_DELETE, answer_delete },
	{ CONTROL_MINPOLL, answer_value },
	{ CONTROL_MAXPOLL, answer_value },
	{ CONTROL_MINSTRATUM, answer_value },
	{ CONTROL_POLLTARGET, answer_value },
	{ CONTROL_MAXDELAY, answer_real },
	{ CONTROL_MAXDELAYRATIO, answer_real },
	{ CONTROL_MAXDELAYDEVRATIO, answer_real },
	{ CONTROL_OFFSET, answer_offset },
	{ CONTROL_SELECTOPTS, answer_selectopts },
	{ CONTROL_MAKESTEP_LIMIT, answer_makestep_limit },
	{ CONTROL_MAXUPDATESKEW, answer_maxupdateskew },
	{ CONTROL_RESELECTDIST, answer_reselectdist },
	{ CONTROL_LOCAL, answer_local },
	{ CONTROL_LOCAL_OLD, answer_local },
	{ CONTROL_DFREQ, answer_dfreq },
	{ CONTROL_DOFFSET, answer_doffset },
	{ CONTROL_DOFFSET_OLD, answer_doffset },
	{ CONTROL_SMOOTHING, do_smoothing },
	{ CONTROL_SMOOTHTIME, do_smoothing },
	{ CONTROL_RTCDATA, do_rtc },
	{ CONTROL_TRIMRTC, do_rtc },
	{ CONTROL_WRITERTC, do_rtc },
	{ CONTROL_SETTIME, answer_settime },
	{ CONTROL_MANUAL, answer_manual },
	{ CONTROL_MANUAL_DELETE, answer_manual_delete },
	{ CONTROL_MANUAL_LIST, answer_manual_list },
	{ CONTROL_REKEY, answer_task },
	{ CONTROL_CYCLELOGS, answer_task },
	{ CONTROL_RELOAD_SOURCES, answer_task },
	{ CONTROL_RELOAD_CONFIG, answer_task },
	{ CONTROL_SHUTDOWN, answer_shutdown },
	{ CONTROL_ALLOW, answer_access_rule },
	{ CONTROL_ALLOW_ALL, answer_access_rule },
	{ CONTROL_DENY, answer_access_rule },
	{ CONTROL_DENY_ALL, answer_access_rule },
	{ CONTROL_CMDALLOW, answer_access_rule },
	{ CONTROL_CMDALLOW_ALL, answer_access_rule },
	{ CONTROL_CMDDENY, answer_access_rule },
	{ CONTROL_CMDDENY_ALL, answer_access_rule },
	{ CONTROL_ACCHECK, answer_access_check },
	{ CONTROL_CMDACCHECK, answer_access_check },
	{ CONTROL_CLIENTS, answer_clients },
};

size_t engine_control(struct engine *e, const struct engine_now *now,
    const struct control_peer *peer, const uint8_t *request, size_t length,
    uint8_t *reply, size_t size, struct control_later *later)
{
	struct control_context c = { e, now, peer->is_unix, &later->request };
	struct ctl_result result;

	*later = (struct control_later){ 0 };
	if (size < CONTROL_REPLY_MAX)
		return 0;
	if (!peer->is_unix && !askers_let(e, now, &peer->address)) {
		e->command_hits++;
		e->command_drops++;
		return 0;
	}
	result = ctl_dispatch(commands, sizeof(commands) / sizeof(commands[0]),
	    &c, peer->is_unix ? CTL_UNIX : CTL_UDP, e->config->opencommands,
	    request, length, reply);
	e->command_hits += result.is_counted;
	later->is_set = result.is_later;
	later->command = result.command;
	later->sequence = result.sequence;
	return result.length;
}

size_t engine_control_later(const struct control_later *later, bool is_done,
    const char *text, uint8_t *reply, size_t size)
{
	struct reply out = {
		.command = later->command,
		.sequence = later->sequence,
		.code = CONTROL_REPLY_NULL_REPLY,
		.status = is_done ? CONTROL_OK : CONTROL_FAILED,
	};

	if (size < CONTROL_REPLY_MAX)
		return 0;
	if (later->command == CONTROL_RELOAD_CONFIG) {
		out.code = CONTROL_REPLY_MESSAGE;
		text_copy(out.report.message.text,
		    sizeof(out.report.message.text), text);
	}
	return reply_encode(&out, reply);
}
