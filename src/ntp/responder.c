/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/responder.h"

#include "wire/ntp.h"

#define NTP_PORT 123
/* Told until the engine has measured the clock's. */
#define PRECISION_UNKNOWN_LOG2_S (-20)

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

/* May this request be answered at all? */
static enum drop judge(const struct responder *r,
    const struct responder_request *q, struct ntp_header *ret_header,
    struct ntp_tail *ret_tail)
{
	enum drop d;

	if (q->length > NTP_PACKET_MAX)
		return DROP_LONG;
	d = ntp_header_read(q->packet, q->length, ret_header);
	if (d != DROP_OK)
		return d;
	if (reply_mode(ret_header, q->port) == 0)
		return DROP_MODE;
	d = ntp_tail_read(q->packet, q->length, ret_tail);
	if (d != DROP_OK)
		return d;
	if (ret_tail->trailer == NTP_TRAILER_MAC)
		return DROP_KEY_UNKNOWN;
	if (ret_tail->trailer == NTP_TRAILER_CRYPTO_NAK)
		return DROP_AUTH_BAD;
	if (ret_tail->has_nts &&
	    (r->ring == NULL || ret_header->mode != NTP_MODE_CLIENT))
		return DROP_AUTH_UNWANTED;
	return DROP_OK;
}

/* The bits below the clock's precision mean nothing: they become random. */
static uint64_t blur(uint64_t ntp, int precision_log2_s, uint64_t noise)
{
	int bits = 32 + precision_log2_s;
	uint64_t mask = bits <= 0 ? 0 : bits >= 32 ? UINT32_MAX :
	    (UINT64_C(1) << bits) - 1;

	return (ntp & ~mask) | (noise & mask);
}

/* The part of the header that tells of our clock. */
static void put_reference(const struct time_ref *ref,
    const struct responder_request *q, struct ntp_header *h)
{
	double fuzz_s = q->random->reference_noise * 0x1p-32;

	if (!ref->is_valid || ref->stratum < 1 || ref->stratum > 15) {
		h->leap = LEAP_UNSYNC;
		h->root_delay = ntp_short_from_s(1);
		h->root_dispersion = ntp_short_from_s(1);
		return;
	}
	/* While a leap second is handled the leap alone says unsynchronised. */
	h->leap = ref->leap;
	h->root_delay = ntp_short_from_s(ref->root_delay_s);
	h->root_dispersion = ntp_short_from_s(time_ref_dispersion(ref, q->now));
	h->stratum = ref->stratum;
	h->refid = ref->refid;
	/* Up to a second earlier: the exact instant would tell our polling. */
	h->reference = ntp_from_wall(wall_add(ref->ref_time, -fuzz_s));
}

static void put_header(const struct responder *r,
    const struct responder_request *q, const struct ntp_header *request,
    struct ntp_header *h)
{
	const struct time_ref *ref = r->ref;

	*h = (struct ntp_header){
		.version = request->version,
		.mode = reply_mode(request, q->port),
		.poll = request->poll,
		.precision = ref->is_valid ? ref->precision_log2_s :
		    PRECISION_UNKNOWN_LOG2_S,
		.origin = request->transmit,
	};
	if (h->poll < r->min_poll_log2_s)
		h->poll = (int8_t)r->min_poll_log2_s;
	put_reference(ref, q, h);
	if (q->kod) {
		h->leap = LEAP_UNSYNC;
		h->stratum = 0;
		h->refid = NTP_KOD_RATE;
	}
	h->receive = blur(ntp_from_wall(time_ref_correct(ref, q->received)),
	    h->precision, q->random->receive_noise);
	h->transmit = blur(ntp_from_wall(time_ref_correct(ref, q->now)),
	    h->precision, q->random->transmit_noise);
}

/* Complete the header in `out` by the NTS fields, or turn it into a NAK. */
static enum drop answer_nts(const struct responder *r,
    const struct responder_request *q, uint8_t *out, size_t size,
    struct responder_reply *ret)
{
	struct nts_request nts;
	enum drop d = nts_server_open(r->ring, q->packet, q->length, &nts);

	switch (d) {
	case DROP_OK:
		ret->is_authenticated = true;
		ret->length = nts_server_seal(r->ring, &nts, out, size,
		    q->random->nts);
		break;
	case DROP_NTS_COOKIE:
	case DROP_NTS_AEAD:
		if (q->kod)
			return DROP_RATE;
		ret->is_authenticated = false;
		ret->length = nts_server_nak(&nts, out, size);
		break;
	default:
		return d;
	}
	nts_server_done(&nts);
	return ret->length == 0 || ret->length > q->length ?
	    DROP_REPLY_LONG : DROP_OK;
}

enum drop responder_answer(const struct responder *r,
    const struct responder_request *q, uint8_t *out, size_t size,
    struct responder_reply *ret)
{
	struct responder_reply reply = { .length = NTP_HEADER_SIZE };
	struct ntp_header request, h;
	struct ntp_tail tail;
	enum drop d = judge(r, q, &request, &tail);

	if (d == DROP_OK && size < NTP_HEADER_SIZE)
		d = DROP_REPLY_LONG;
	if (d != DROP_OK)
		return d;
	put_header(r, q, &request, &h);
	ntp_header_write(&h, out);
	if (tail.has_nts)
		d = answer_nts(r, q, out, size, &reply);
	if (d == DROP_OK)
		*ret = reply;
	return d;
}
