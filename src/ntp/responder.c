/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/responder.h"

#include "ntp/own_time.h"
#include "ntp/packet_mac.h"
#include "wire/mono_ef.h"

#define NTP_PORT 123

/* Mode of the answer, or 0 when there is none. */
static uint8_t reply_mode(const struct ntp_header *h, uint16_t port)
{
	switch (h->mode) {
	case NTP_MODE_CLIENT:
		return NTP_MODE_SERVER;
	case NTP_MODE_ACTIVE:
		return NTP_MODE_PASSIVE;
	case NTP_MODE_RESERVED:
		/*
		 * RFC 1059 had no modes: the port told clients and servers
		 * apart (RFC 5905 appendix A.5.1, "old version").
		 */
		return h->version == 1 && port != NTP_PORT ?
		    NTP_MODE_SERVER : 0;
	default:
		return 0;
	}
}

/*
 * A request in interleaved mode tells our receive timestamp back, a basic one
 * our transmit timestamp or nothing; equal timestamps could not show which mode
 * the answer is in (RFC 9769 section 2).
 */
static bool has_interleaved_form(const struct ntp_header *h)
{
	return h->version == 4 && (h->origin & 1) != 0 &&
	    h->receive != h->transmit;
}

static bool asks_mono(const struct responder_request *q)
{
	struct mono_ef asked;

	return q->header.version == 4 && q->tail.ef_length > 0 &&
	    mono_ef_read(q->packet, q->length, &asked);
}

enum drop responder_read(const struct responder *r, const uint8_t *packet,
    size_t length, uint16_t port, struct responder_request *ret)
{
	struct responder_request q = { .packet = packet, .length = length };
	enum drop d;

	if (length > NTP_PACKET_MAX)
		return DROP_LONG;
	d = ntp_header_read(packet, length, &q.header);
	if (d != DROP_OK)
		return d;
	q.mode = reply_mode(&q.header, port);
	if (q.mode == 0)
		return DROP_MODE;
	d = ntp_tail_read(packet, length, &q.tail);
	if (d != DROP_OK)
		return d;
	if (q.tail.trailer == NTP_TRAILER_CRYPTO_NAK)
		return DROP_AUTH_BAD;
	q.has_nts = q.tail.has_nts;
	if (q.has_nts && (r->ring == NULL || q.mode != NTP_MODE_SERVER ||
	    q.tail.trailer == NTP_TRAILER_MAC))
		return DROP_AUTH_UNWANTED;
	q.asks_mono = asks_mono(&q);
	q.is_interleaved = has_interleaved_form(&q.header);
	*ret = q;
	return DROP_OK;
}

/* The MAC of a request: with a key that we have, and right. */
static enum drop open_mac(const struct responder *r,
    struct responder_request *q)
{
	q->key = r->keys ? mac_keys_find(r->keys, q->tail.key_id) : NULL;
	if (!q->key)
		return DROP_KEY_UNKNOWN;
	q->auth = RESPONDER_MAC;
	return packet_mac_check(q->key, q->packet, q->length, &q->tail);
}

enum drop responder_open(const struct responder *r,
    struct responder_request *q, bool kod)
{
	enum drop d;

	q->has_kod = kod;
	if (q->tail.trailer == NTP_TRAILER_MAC)
		return open_mac(r, q);
	if (!q->has_nts)
		return DROP_OK;
	d = nts_server_open(r->ring, q->packet, q->length, &q->nts);
	switch (d) {
	case DROP_OK:
		q->auth = RESPONDER_NTS;
		return DROP_OK;
	case DROP_NTS_COOKIE:
	case DROP_NTS_AEAD:
		q->auth = RESPONDER_NAK;
		return kod ? DROP_RATE : DROP_OK;
	default:
		return d;
	}
}

/* The answer's own timestamps; their lowest bits tell them apart. */
static void stamp(const struct responder *r, struct responder_request *q,
    struct wall_time received, struct wall_time now,
    const struct responder_random *random)
{
	const struct time_ref *ref = r->ref;

	q->receive = own_time_stamp(ref, received, random->receive_noise) | 1;
	q->transmit = own_time_stamp(ref, now, random->transmit_noise) &
	    ~UINT64_C(1);
}

static void put_header(const struct responder *r,
    struct responder_request *q, struct wall_time received,
    struct wall_time now, const struct responder_random *random, uint8_t *out)
{
	const struct time_ref *ref = r->ref;
	bool is_interleaved = q->transmit_before != 0;
	struct ntp_header h = {
		.version = q->header.version,
		.mode = q->mode,
		.poll = q->header.poll,
		.origin = is_interleaved ? q->header.receive :
		    q->header.transmit,
	};

	if (h.poll < r->min_poll_log2_s)
		h.poll = (int8_t)r->min_poll_log2_s;
	own_time_put(ref, now, random->reference_noise, &h);
	if (q->has_kod) {
		h.leap = LEAP_UNSYNC;
		h.stratum = 0;
		h.refid = NTP_KOD_RATE;
	}
	stamp(r, q, received, now, random);
	h.receive = q->receive;
	h.transmit = is_interleaved ? q->transmit_before : q->transmit;
	ntp_header_write(&h, out);
}

/*
 * The receive timestamp as it would be without corrections of the offset, and
 * what the header says in coarser steps.
 */
static void put_mono(const struct responder *r,
    const struct responder_request *q, struct wall_time received,
    struct wall_time now, uint8_t out[MONO_EF_SIZE])
{
	const struct time_ref *ref = r->ref;
	bool is_synchronised = ref->is_valid && ref->stratum >= 1 &&
	    ref->stratum <= 15;
	struct wall_time told = time_ref_correct(ref, received);
	struct wall_time mono = { ns_sub(told.ns, r->mono_moved_ns) };
	struct mono_ef m = {
		.root_delay_s = is_synchronised ? ref->root_delay_s : 1,
		.root_dispersion_s = is_synchronised ?
		    time_ref_dispersion(ref, now) : 1,
		.receive = q->receive - (ntp_from_wall(told) -
		    ntp_from_wall(mono)),
		.epoch = r->mono_epoch,
	};

	mono_ef_write(&m, out);
}

size_t responder_answer(const struct responder *r, struct responder_request *q,
    struct wall_time received, struct wall_time now,
    const struct responder_random *random, uint8_t *out, size_t size)
{
	size_t head = NTP_HEADER_SIZE + (q->asks_mono ? MONO_EF_SIZE : 0);
	size_t length = 0;

	if (size < head)
		return 0;
	put_header(r, q, received, now, random, out);
	if (q->asks_mono)
		put_mono(r, q, received, now, out + NTP_HEADER_SIZE);
	switch (q->auth) {
	case RESPONDER_PLAIN:
		return head;
	case RESPONDER_NTS:
		length = nts_server_seal(r->ring, &q->nts, out, head, size,
		    random->nts);
		break;
	case RESPONDER_NAK:
		length = nts_server_nak(&q->nts, out, size);
		break;
	case RESPONDER_MAC:
		length = packet_mac_put(q->key, out, head, size);
		break;
	}
	nts_server_done(&q->nts);
	return length <= q->length ? length : 0;
}
