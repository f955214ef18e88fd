/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's answer to one NTP request (RFC 5905 section 9.2, fast_xmit;
 * RFC 8915 section 5.7; reference: behaviour.md 4.5 and 6.1). Stateless and
 * pure; who may ask, and how often, is decided before.
 *
 * Answered are client requests (by server), symmetric active ones (by passive,
 * never mobilised) and version 1 requests of mode 0 that do not come from port
 * 123. A reply is never longer than its request.
 */
#ifndef HORA_NTP_RESPONDER_H
#define HORA_NTP_RESPONDER_H

#include "base/drop.h"
#include "base/time.h"
#include "nts/cookie.h"
#include "nts/server.h"
#include "sync/time_ref.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all answers of a moment share; borrowed. */
struct responder {
	const struct time_ref *ref;
	const struct cookie_ring *ring;	/* NULL: NTS is not served */
	int min_poll_log2_s;		/* told to clients: the rate limit's */
};

/* Fresh random bits of one answer. */
struct responder_random {
	uint64_t receive_noise, transmit_noise;
	uint32_t reference_noise;
	/* Only looked at for requests longer than the header. */
	uint8_t nts[NTS_SERVER_RANDOM];
};

struct responder_request {
	const uint8_t *packet;
	size_t length;
	uint16_t port;			/* of the client */
	struct wall_time received;	/* system clock at arrival */
	struct wall_time now;		/* system clock, read just before */
	bool kod;			/* answer by the kiss code RATE */
	const struct responder_random *random;
};

struct responder_reply {
	size_t length;			/* bytes written */
	bool is_authenticated;		/* an NTS request that was in order */
};

/*
 * Write the reply into `out`, which must not overlap the request and should
 * hold NTP_PACKET_MAX bytes. DROP_OK: send it, *ret is written. Otherwise there
 * is no answer, and why:
 * DROP_SHORT, DROP_LENGTH, DROP_LONG, DROP_VERSION, DROP_MODE, DROP_TRAILER,
 * DROP_EF_LENGTH	no request
 * DROP_KEY_UNKNOWN	symmetric key, of which this server has none
 * DROP_AUTH_BAD	a crypto-NAK
 * DROP_AUTH_UNWANTED	NTS where it is not served, or not from a client
 * DROP_NTS_FIELDS	NTS fields out of order
 * DROP_RATE		over the limit, and a NAK would have been due
 * DROP_REPLY_LONG	the answer does not fit in the length of the request
 */
enum drop responder_answer(const struct responder *r,
    const struct responder_request *q, uint8_t *out, size_t size,
    struct responder_reply *ret);

#endif
