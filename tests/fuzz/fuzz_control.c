/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Fuzz target: a datagram before the daemon, as a request from either socket,
 * and before the tool, as the reply that it waits for. No reply is longer than
 * its request; what was understood is said again by the same bytes.
 */
#include "base/open_command.h"
#include "ctl/dispatch.h"
#include "ctl/reply.h"

#include <stdlib.h>
#include <string.h>

#define CODES 80		/* more than there are */

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool holds)
{
	if (!holds)
		abort();
}

/* Whatever the daemon might answer: bytes of the input. */
struct answers {
	const uint8_t *data;
	size_t size;
};

static enum control_status answer(void *arg, const struct request *rq,
    union report *ret)
{
	const struct answers *a = arg;
	const struct control_rule *rule = control_rule(rq->code);
	uint8_t packet[CONTROL_REPLY_MAX] = { CONTROL_VERSION, CONTROL_REPLY };
	size_t room = sizeof(packet) - CONTROL_REPLY_HEADER;
	struct reply reply;

	memcpy(packet + CONTROL_REPLY_HEADER, a->data,
	    a->size < room ? a->size : room);
	packet[7] = rule->reply;
	must(reply_decode(packet, sizeof(packet), 0, 0, &reply));
	*ret = reply.report;
	return rq->code % 2 == 0 ? CONTROL_OK : CONTROL_ALLOWED;
}

static size_t all_codes(struct ctl_command commands[CODES])
{
	size_t n = 0;

#define ROW(code, name, least, full, reply) \
	must(n < CODES); \
	commands[n++] = (struct ctl_command){ code, answer };
	CONTROL_REQUESTS(ROW)
#undef ROW
	return n;
}

static void as_request(const uint8_t *data, size_t size)
{
	static const enum ctl_origin origins[] = { CTL_UNIX, CTL_UDP,
		CTL_FOREIGN };
	struct ctl_command commands[CODES];
	size_t count = all_codes(commands);
	struct answers arg = { data, size };

	for (size_t i = 0; i < sizeof(origins) / sizeof(origins[0]); i++) {
		uint8_t reply[CONTROL_REPLY_MAX];
		struct ctl_result result = ctl_dispatch(commands, count, &arg,
		    origins[i], OPEN_BY_DEFAULT, data, size, reply);

		must(result.length <= size && !result.is_later);
		must(origins[i] != CTL_FOREIGN || result.length == 0);
	}
}

static void requests_agree(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(data, size);
	struct control_io io = { .in = &r };
	struct control_request_header h = { 0 };
	uint8_t first[CONTROL_REQUEST_MAX], again[CONTROL_REQUEST_MAX];
	struct request rq;
	size_t n;

	control_request_header(&io, &h);
	if (r.bad || !request_decode(&h, data, size, &rq))
		return;
	n = request_encode(&rq, first);
	must(n == control_rule(h.command)->full);
	must(request_decode(&h, first, n, &rq));
	must(request_encode(&rq, again) == n && !memcmp(first, again, n));
}

static void as_reply(const uint8_t *data, size_t size)
{
	struct reader r = reader_of(data, size);
	struct control_io io = { .in = &r };
	struct control_reply_header h = { 0 };
	uint8_t first[CONTROL_REPLY_MAX], again[CONTROL_REPLY_MAX];
	struct reply reply;
	size_t n;

	control_reply_header(&io, &h);
	if (!reply_decode(data, size, h.command, h.sequence, &reply) ||
	    reply.code == 0)
		return;
	must(!r.bad);
	n = reply_encode(&reply, first);
	must(n == control_reply_length(reply.code));
	must(reply_decode(first, n, h.command, h.sequence, &reply));
	must(reply_encode(&reply, again) == n && !memcmp(first, again, n));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	as_request(data, size);
	requests_agree(data, size);
	as_reply(data, size);
	return 0;
}
