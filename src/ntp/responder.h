/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's answer to one NTP request (RFC 5905 section 9.2, fast_xmit;
 * RFC 8915 section 5.7; reference: behaviour.md 4.5 and 6.1). Stateless and
 * pure; who may ask, and how often, is decided before.
 *
 * Answered are client requests (by server), symmetric active ones (by passive,
 * never mobilised) and version 1 requests of mode 0 that do not come from port
 * 123. A reply is never longer than its request.
 *
 * Interleaved mode (RFC 9769 section 2): receive timestamps end in a 1 bit and
 * transmit timestamps in a 0 bit, so that a request shows by its form which of
 * them it brings back. What was told before is kept by the caller (ntp/stamps.h).
 *
 * The extension field of wire/mono_ef.h is answered to whoever asks for it.
 */
#ifndef HORA_NTP_RESPONDER_H
#define HORA_NTP_RESPONDER_H

#include "base/drop.h"
#include "base/time.h"
#include "nts/cookie.h"
#include "nts/mac_keys.h"
#include "nts/server.h"
#include "sync/time_ref.h"
#include "wire/ntp.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* What all answers of a moment share; borrowed. */
struct responder {
	const struct time_ref *ref;
	const struct cookie_ring *ring;	/* NULL: NTS is not served */
	const struct mac_keys *keys;	/* symmetric ones; NULL: none */
	int min_poll_log2_s;		/* told to clients: the rate limit's */
	/* For the extension field of wire/mono_ef.h: by how much what is served
	 * was corrected since the epoch. */
	int64_t mono_moved_ns;
	uint32_t mono_epoch;
};

/* Fresh random bits of one answer. */
struct responder_random {
	uint64_t receive_noise, transmit_noise;
	uint32_t reference_noise;
	/* Only looked at for requests longer than the header. */
	uint8_t nts[NTS_SERVER_RANDOM];
};

enum responder_auth {
	RESPONDER_PLAIN,
	RESPONDER_NTS,			/* answer by nts_server_seal */
	RESPONDER_NAK,			/* answer by nts_server_nak */
	RESPONDER_MAC,			/* answer with the same symmetric key */
};

/* A request on its way to an answer; filled by the functions below. */
struct responder_request {
	const uint8_t *packet;		/* borrowed */
	size_t length;
	uint8_t mode;			/* of the reply */
	struct ntp_header header;
	struct ntp_tail tail;
	bool has_nts, has_kod;
	bool asks_mono;			/* for the field of wire/mono_ef.h */
	/* It brings back a receive timestamp of ours: header.origin. */
	bool is_interleaved;
	/* Set by the caller, before the answer: the transmit timestamp of the
	 * response with that receive timestamp; 0 = not known, answer basic. */
	uint64_t transmit_before;
	uint64_t receive, transmit;	/* of the answer; not as told when the
					 * answer is interleaved */
	enum responder_auth auth;
	struct nts_request nts;
	const struct mac_key *key;	/* RESPONDER_MAC; borrowed */
};

/*
 * First step: is it a request that this server answers? `port`: the client's.
 * DROP_OK, then *ret is written (not yet authenticated). Otherwise:
 * DROP_SHORT, DROP_LENGTH, DROP_LONG, DROP_VERSION, DROP_MODE, DROP_TRAILER,
 * DROP_EF_LENGTH	no request
 * DROP_AUTH_BAD	a crypto-NAK
 * DROP_AUTH_UNWANTED	NTS where it is not served, not from a client, or together
 *			with a symmetric key
 */
enum drop responder_read(const struct responder *r, const uint8_t *packet,
    size_t length, uint16_t port, struct responder_request *ret);

/*
 * Second step: open the NTS fields, or check the MAC, if there are any. `kod`:
 * the answer shall be the kiss code RATE. DROP_OK: go on to responder_answer,
 * which wipes the keys of NTS. DROP_NTS_FIELDS and DROP_EF_LENGTH: fields out of
 * order, DROP_KEY_UNKNOWN and DROP_AUTH_BAD: of a MAC; no answer, no crypto-NAK.
 * DROP_RATE: over the limit and not authentic: such a client gets nothing.
 */
enum drop responder_open(const struct responder *r,
    struct responder_request *q, bool kod);

/*
 * Last step, once the clock was read: write the reply into `out`, which must
 * not overlap the request and should hold NTP_PACKET_MAX bytes. `received` and
 * `now` are readings of the system clock. Its length, 0 when there is no
 * answer that fits into the length of the request.
 */
size_t responder_answer(const struct responder *r, struct responder_request *q,
    struct wall_time received, struct wall_time now,
    const struct responder_random *random, uint8_t *out, size_t size);

#endif
