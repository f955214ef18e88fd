/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/control.h"

#include "base/text.h"
#include "ctl/dispatch.h"
#include "ctl/reply.h"
#include "hora-engine/askers.h"
#include "hora-engine/byhand.h"
#include "hora-engine/commands.h"
#include "hora-engine/reports.h"

/* What a command works on. */
struct context {
	struct engine *e;
	const struct engine_now *now;
};

static const struct source *find(const struct engine *e,
    const struct control_addr *address)
{
	const struct source *s;

	if (address->is_id) {
		/* The number names a source only while it has no address. */
		s = engine_find_id(e, address->id);
		return s && !s->is_resolved ? s : NULL;
	}
	return address->ip.family == IP_NONE ? NULL :
	    engine_find(e, &address->ip);
}

/* --- reports --------------------------------------------------------------- */

static enum control_status do_count(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	ret->count.count = (uint32_t)c->e->count;
	return CONTROL_OK;
}

static enum control_status do_source(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_source(c->e, c->now, (int)rq->index, &ret->source);
	return CONTROL_OK;
}

static enum control_status do_stats(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_stats(c->e, c->now, (int)rq->index, &ret->stats);
	return CONTROL_OK;
}

static enum control_status do_select(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_select(c->e, c->now, (int)rq->index, &ret->select);
	return CONTROL_OK;
}

static enum control_status do_tracking(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	report_tracking(c->e, c->now, &ret->tracking);
	return CONTROL_OK;
}

static enum control_status do_activity(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	report_activity(c->e, &ret->activity);
	return CONTROL_OK;
}

static enum control_status do_server(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	report_server(c->e, &ret->server);
	/* A request counts before it is answered. */
	ret->server.counter[SERVERSTAT_COMMAND_HITS]++;
	return CONTROL_OK;
}

static enum control_status do_auth(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	const struct source *s = find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	report_auth(c->now, s, &ret->auth);
	return CONTROL_OK;
}

static enum control_status do_ntp(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	const struct source *s = find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	report_ntp(s, &ret->ntp);
	return CONTROL_OK;
}

static enum control_status do_name(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	const struct source *s = find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	text_copy(ret->name.name, sizeof(ret->name.name), s->line->config.name);
	return CONTROL_OK;
}

/* --- actions --------------------------------------------------------------- */

static struct source_match match_of(const struct source_mask *m)
{
	return (struct source_match){
		.id = m->address.is_id ? m->address.id : 0,
		.mask = m->mask.ip,
		.address = m->address.ip,
	};
}

static enum control_status do_online(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	const struct source_match match = match_of(&rq->sources);

	(void)ret;
	if (rq->sources.address.is_id && match.id == 0)
		return CONTROL_NO_SOURCE;	/* not "all" */
	return engine_online(c->e, c->now, &match,
	    rq->code == CONTROL_ONLINE) > 0 ? CONTROL_OK : CONTROL_NO_SOURCE;
}

static enum control_status do_burst(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	const struct source_match match = match_of(&rq->burst.sources);

	(void)ret;
	if (rq->burst.sources.address.is_id && match.id == 0)
		return CONTROL_NO_SOURCE;
	return engine_burst(c->e, c->now, &match, rq->burst.good,
	    rq->burst.total) > 0 ? CONTROL_OK : CONTROL_NO_SOURCE;
}

static enum control_status do_makestep(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	(void)ret;
	return engine_makestep(c->e, c->now) ? CONTROL_OK : CONTROL_FAILED;
}

static enum control_status do_dump(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	(void)ret;
	engine_dump(c->e, c->now);
	return CONTROL_OK;
}

static enum control_status do_refresh(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)rq;
	(void)ret;
	engine_refresh(c->e, c->now);
	return CONTROL_OK;
}

static enum control_status do_settime(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	struct byhand_answer answer;

	switch (byhand_settime(c->e, c->now, rq->time, &answer)) {
	case BYHAND_OFF:
		return CONTROL_NOT_ENABLED;
	case BYHAND_REFUSED:
		return CONTROL_FAILED;
	case BYHAND_OK:
		break;
	}
	ret->manual_time = (struct manual_time_report){ answer.offset_s,
		answer.freq_change_ppm, answer.freq_ppm };
	return CONTROL_OK;
}

static enum control_status do_manual(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)ret;
	switch (rq->option) {
	case MANUAL_OFF:
	case MANUAL_ON:
		c->e->is_manual = rq->option == MANUAL_ON;
		return CONTROL_OK;
	case MANUAL_RESET:
		byhand_reset(c->e);
		return CONTROL_OK;
	}
	return CONTROL_INVALID;
}

static enum control_status do_manual_delete(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;

	(void)ret;
	return byhand_delete(c->e, c->now, rq->sample) ? CONTROL_OK :
	    CONTROL_BAD_SAMPLE;
}

static enum control_status do_manual_list(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	struct manual_samples_report *r = &ret->manual_samples;

	(void)rq;
	r->count = (uint32_t)c->e->manual.count;
	for (int i = 0; i < c->e->manual.count; i++) {
		struct byhand_sample s;

		byhand_sample(c->e, i, &s);
		r->samples[i] = (struct manual_record){ s.at, s.slewed_s,
			s.original_s, s.residual_s };
	}
	return CONTROL_OK;
}

/* What horad does. */
static enum control_status do_task(void *arg, const struct request *rq,
    union report *ret)
{
	const struct context *c = arg;
	enum ipc_task task;

	(void)ret;
	switch (rq->code) {
	case CONTROL_REKEY:
		task = IPC_TASK_REKEY;
		break;
	case CONTROL_CYCLELOGS:
		task = IPC_TASK_CYCLELOGS;
		break;
	case CONTROL_RELOAD_SOURCES:
		task = IPC_TASK_RELOAD_SOURCES;
		break;
	case CONTROL_SHUTDOWN:
		task = IPC_TASK_SHUTDOWN;
		break;
	default:
		return CONTROL_INVALID;
	}
	engine_task(c->e, task);
	return CONTROL_OK;
}

/* Horad says how it went. */
static enum control_status do_reload_config(void *arg, const struct request *rq,
    union report *ret)
{
	(void)arg;
	(void)rq;
	(void)ret;
	return CTL_LATER;
}

static const struct ctl_command commands[] = {
	{ CONTROL_SOURCE_COUNT, do_count },
	{ CONTROL_SOURCE_DATA, do_source },
	{ CONTROL_SOURCESTATS, do_stats },
	{ CONTROL_SELECTDATA, do_select },
	{ CONTROL_TRACKING, do_tracking },
	{ CONTROL_ACTIVITY, do_activity },
	{ CONTROL_SERVERSTATS, do_server },
	{ CONTROL_AUTHDATA, do_auth },
	{ CONTROL_NTPDATA, do_ntp },
	{ CONTROL_SOURCENAME, do_name },
	{ CONTROL_ONLINE, do_online },
	{ CONTROL_OFFLINE, do_online },
	{ CONTROL_BURST, do_burst },
	{ CONTROL_MAKESTEP, do_makestep },
	{ CONTROL_DUMP, do_dump },
	{ CONTROL_REFRESH, do_refresh },
	{ CONTROL_SETTIME, do_settime },
	{ CONTROL_MANUAL, do_manual },
	{ CONTROL_MANUAL_DELETE, do_manual_delete },
	{ CONTROL_MANUAL_LIST, do_manual_list },
	{ CONTROL_REKEY, do_task },
	{ CONTROL_CYCLELOGS, do_task },
	{ CONTROL_RELOAD_SOURCES, do_task },
	{ CONTROL_RELOAD_CONFIG, do_reload_config },
	{ CONTROL_SHUTDOWN, do_task },
};

size_t engine_control(struct engine *e, const struct engine_now *now,
    const struct control_peer *peer, const uint8_t *request, size_t length,
    uint8_t *reply, size_t size, struct control_later *later)
{
	struct context c = { e, now };
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
	*later = (struct control_later){ result.is_later, result.command,
		result.sequence };
	return result.length;
}

size_t engine_control_later(const struct control_later *later, bool is_done,
    const char *text, uint8_t *reply, size_t size)
{
	struct reply out = {
		.command = later->command,
		.sequence = later->sequence,
		.code = CONTROL_REPLY_MESSAGE,
		.status = is_done ? CONTROL_OK : CONTROL_FAILED,
	};

	if (size < CONTROL_REPLY_MAX)
		return 0;
	text_copy(out.report.message.text, sizeof(out.report.message.text),
	    text);
	return reply_encode(&out, reply);
}
