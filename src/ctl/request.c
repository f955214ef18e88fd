/* SPDX-License-Identifier: Apache-2.0 */
#include "ctl/request.h"

#include <assert.h>

static void sources_layout(const struct control_io *io, struct source_mask *m)
{
	control_address(io, &m->mask);
	control_address(io, &m->address);
}

/* The body after the header, in either direction; false: no layout. */
static bool body(const struct control_io *io, struct request *rq)
{
	switch (rq->code) {
	case CONTROL_NOTHING:
	case CONTROL_DUMP:
	case CONTROL_SOURCE_COUNT:
	case CONTROL_REKEY:
	case CONTROL_TRACKING:
	case CONTROL_CYCLELOGS:
	case CONTROL_MAKESTEP:
	case CONTROL_ACTIVITY:
	case CONTROL_SERVERSTATS:
	case CONTROL_SHUTDOWN:
	case CONTROL_RELOAD_SOURCES:
	case CONTROL_RELOAD_CONFIG:
	case CONTROL_REFRESH:
	case CONTROL_MANUAL_LIST:
		return true;
	case CONTROL_SETTIME:
		control_time(io, &rq->time);
		return true;
	case CONTROL_MANUAL:
		control_i32(io, &rq->option);
		return true;
	case CONTROL_MANUAL_DELETE:
		control_i32(io, &rq->sample);
		return true;
	case CONTROL_ONLINE:
	case CONTROL_OFFLINE:
		sources_layout(io, &rq->sources);
		return true;
	case CONTROL_BURST:
		sources_layout(io, &rq->burst.sources);
		control_i32(io, &rq->burst.good);
		control_i32(io, &rq->burst.total);
		return true;
	case CONTROL_SOURCE_DATA:
	case CONTROL_SOURCESTATS:
	case CONTROL_SELECTDATA:
		control_u32(io, &rq->index);
		return true;
	case CONTROL_NTPDATA:
	case CONTROL_SOURCENAME:
	case CONTROL_AUTHDATA:
		control_address(io, &rq->address);
		return true;
	}
	return false;
}

bool request_is_known(unsigned code)
{
	uint8_t scratch[CONTROL_REQUEST_MAX];
	struct writer w = writer_of(scratch, sizeof(scratch));
	struct control_io io = { .out = &w };
	struct request rq = { .code = (uint16_t)code };

	return control_rule(code) && body(&io, &rq);
}

size_t request_encode(const struct request *rq, uint8_t out[CONTROL_REQUEST_MAX])
{
	const struct control_rule *rule = control_rule(rq->code);
	struct writer w = writer_of(out, CONTROL_REQUEST_MAX);
	struct control_io io = { .out = &w };
	struct request copy = *rq;
	struct control_request_header header = {
		.version = CONTROL_VERSION,
		.type = CONTROL_REQUEST,
		.command = rq->code,
		.attempt = rq->attempt,
		.sequence = rq->sequence,
	};

	control_request_header(&io, &header);
	body(&io, &copy);
	assert(rule && !w.bad && writer_length(&w) <= rule->full);
	put_zero(&w, rule->full - writer_length(&w));
	return writer_length(&w);
}

bool request_decode(const struct control_request_header *header,
    const uint8_t *packet, size_t length, struct request *ret)
{
	struct reader r = reader_of(packet, length);
	struct control_io io = { .in = &r };

	*ret = (struct request){
		.code = header->command,
		.attempt = header->attempt,
		.sequence = header->sequence,
	};
	take_bytes(&r, CONTROL_REQUEST_HEADER);
	return body(&io, ret) && !r.bad;
}
