/* SPDX-License-Identifier: Apache-2.0 */
/* Control requests that are answered with a report. */
#include "hora-engine/control_commands.h"

#include "base/text.h"
#include "hora-engine/byhand.h"
#include "hora-engine/reports.h"

enum control_status answer_count(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	ret->count.count = (uint32_t)c->e->count;
	return CONTROL_OK;
}

enum control_status answer_source(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_source(c->e, c->now, (int)rq->index, &ret->source);
	return CONTROL_OK;
}

enum control_status answer_stats(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_stats(c->e, c->now, (int)rq->index, &ret->stats);
	return CONTROL_OK;
}

enum control_status answer_select(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	if (rq->index >= (uint32_t)c->e->count)
		return CONTROL_NO_SOURCE;
	report_select(c->e, c->now, (int)rq->index, &ret->select);
	return CONTROL_OK;
}

enum control_status answer_tracking(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	report_tracking(c->e, c->now, &ret->tracking);
	return CONTROL_OK;
}

enum control_status answer_activity(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	report_activity(c->e, &ret->activity);
	return CONTROL_OK;
}

enum control_status answer_status(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	report_state(c->e, &ret->state);
	return CONTROL_OK;
}

enum control_status answer_server(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;

	(void)rq;
	report_server(c->e, &ret->server);
	/* A request counts before it is answered. */
	ret->server.counter[SERVERSTAT_COMMAND_HITS]++;
	return CONTROL_OK;
}

enum control_status answer_auth(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct source *s = control_find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	report_auth(c->now, s, &ret->auth);
	return CONTROL_OK;
}

enum control_status answer_ntp(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct source *s = control_find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	report_ntp(s, &ret->ntp);
	return CONTROL_OK;
}

enum control_status answer_name(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
	const struct source *s = control_find(c->e, &rq->address);

	if (!s)
		return CONTROL_NO_SOURCE;
	text_copy(ret->name.name, sizeof(ret->name.name), s->config.name);
	return CONTROL_OK;
}

enum control_status answer_manual_list(void *arg, const struct request *rq,
    union report *ret)
{
	const struct control_context *c = arg;
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
