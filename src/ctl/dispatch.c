/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/dispatch.h"

#include "base/open_command.h"
#include "ctl/reply.h"

#include <string.h>

/* A newer client is told of our version; an older one would not understand. */
#define VERSION_ANSWERED 5

/* One request on its way. */
struct call {
	const struct ctl_command *commands;
	size_t count;
	void *arg;
	enum ctl_origin origin;
	uint32_t open;
	struct control_request_header header;
	const uint8_t *packet;
	size_t length;
};

static ctl_answer_fn *find(const struct call *c)
{
	for (size_t i = 0; i < c->count; i++)
		if (c->commands[i].code == c->header.command)
			return c->commands[i].answer;
	return NULL;
}

/* Whoever may see one of several reports may ask how many sources there are. */
static bool is_open(unsigned code, uint32_t open)
{
	static const struct { uint8_t code; uint32_t by; } rows[] = {
		{ CONTROL_SOURCE_COUNT, OPEN_BIT(AUTHDATA) | OPEN_BIT(NTPDATA) |
		  OPEN_BIT(SELECTDATA) | OPEN_BIT(SOURCES) |
		  OPEN_BIT(SOURCESTATS) },
		{ CONTROL_SOURCE_DATA, OPEN_BIT(SOURCES) },
		{ CONTROL_TRACKING, OPEN_BIT(TRACKING) },
		{ CONTROL_SOURCESTATS, OPEN_BIT(SOURCESTATS) },
		{ CONTROL_RTCDATA, OPEN_BIT(RTCDATA) },
		{ CONTROL_MANUAL_LIST, OPEN_BIT(MANUAL) },
		{ CONTROL_ACTIVITY, OPEN_BIT(ACTIVITY) },
		{ CONTROL_SMOOTHING, OPEN_BIT(SMOOTHING) },
		{ CONTROL_SERVERSTATS, OPEN_BIT(SERVERSTATS) },
		{ CONTROL_NTPDATA, OPEN_BIT(NTPDATA) },
		{ CONTROL_SOURCENAME, OPEN_BIT(SOURCENAME) },
		{ CONTROL_AUTHDATA, OPEN_BIT(AUTHDATA) },
		{ CONTROL_CLIENTS, OPEN_BIT(CLIENTS) },
		{ CONTROL_SELECTDATA, OPEN_BIT(SELECTDATA) },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (rows[i].code == code)
			return (rows[i].by & open) != 0;
	return code == CONTROL_NOTHING;
}

/* The judgement of section 4 from the version on, in its order. */
static enum control_status run(const struct call *c, struct reply *reply)
{
	const struct control_rule *rule = control_rule(c->header.command);
	ctl_answer_fn *answer;
	struct request rq;
	unsigned code;

	if (c->header.version != CONTROL_VERSION)
		return CONTROL_BAD_VERSION;
	if (!rule)
		return CONTROL_INVALID;
	code = control_reply_for(rule, c->length);
	if (code == 0)
		return CONTROL_BAD_LENGTH;
	if (c->origin != CTL_UNIX && !is_open(rule->code, c->open))
		return CONTROL_UNAUTHORISED;
	if (rule->code == CONTROL_NOTHING)
		return CONTROL_OK;
	answer = find(c);
	if (!answer || !request_decode(&c->header, c->packet, c->length, &rq))
		return CONTROL_INVALID;
	reply->code = (uint16_t)code;
	return answer(c->arg, &rq, &reply->report);
}

struct ctl_result ctl_dispatch(const struct ctl_command *commands, size_t count,
    void *arg, enum ctl_origin origin, uint32_t open, const uint8_t *request,
    size_t length, uint8_t reply[CONTROL_REPLY_MAX])
{
	struct reader r = reader_of(request, length);
	struct control_io io = { .in = &r };
	struct call c = {
		.commands = commands, .count = count, .arg = arg,
		.origin = origin, .open = open, .packet = request, .length = length,
	};
	struct ctl_result result = { 0 };
	struct reply out;

	if (origin == CTL_FOREIGN)
		return result;
	/* Shorter than any reply: an answer would amplify. */
	if (length < CONTROL_REPLY_HEADER || length > CONTROL_REQUEST_MAX)
		return result;
	control_request_header(&io, &c.header);
	if (c.header.type != CONTROL_REQUEST || c.header.reserved[0] ||
	    c.header.reserved[1])
		return result;
	result.is_counted = true;
	if (c.header.version < VERSION_ANSWERED)
		return result;
	memset(&out, 0, sizeof(out));
	out.command = c.header.command;
	out.sequence = c.header.sequence;
	out.code = CONTROL_REPLY_NULL_REPLY;
	out.status = (uint16_t)run(&c, &out);
	if (out.status == CTL_LATER) {
		result.is_later = true;
		result.command = out.command;
		result.sequence = out.sequence;
		return result;
	}
	if (out.status != CONTROL_OK)
		out.code = CONTROL_REPLY_NULL_REPLY;
	result.length = reply_encode(&out, reply);
	if (result.length > length)
		result.length = 0;
	return result;
}
