/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ntp.h"

enum drop ntp_header_read(const uint8_t *packet, size_t length,
    struct ntp_header *ret)
{
	struct reader r = reader_of(packet, length);
	struct ntp_header h;
	uint8_t first;

	if (length < NTP_HEADER_SIZE)
		return DROP_SHORT;
	if (length % 4 != 0)
		return DROP_LENGTH;
	first = (uint8_t)take_be(&r, 1);
	h.leap = first >> 6;
	h.version = first >> 3 & 7;
	h.mode = first & 7;
	if (h.version < 1 || h.version > 4)
		return DROP_VERSION;
	h.stratum = (uint8_t)take_be(&r, 1);
	h.poll = (int8_t)take_be(&r, 1);
	h.precision = (int8_t)take_be(&r, 1);
	h.root_delay = (uint32_t)take_be(&r, 4);
	h.root_dispersion = (uint32_t)take_be(&r, 4);
	h.refid = (uint32_t)take_be(&r, 4);
	h.reference = take_be(&r, 8);
	h.origin = take_be(&r, 8);
	h.receive = take_be(&r, 8);
	h.transmit = take_be(&r, 8);
	*ret = h;
	return DROP_OK;
}

void ntp_header_write(const struct ntp_header *h, uint8_t out[NTP_HEADER_SIZE])
{
	struct writer w = writer_of(out, NTP_HEADER_SIZE);

	put_be(&w, (h->leap & 3u) << 6 | (h->version & 7u) << 3 | (h->mode & 7u),
	    1);
	put_be(&w, h->stratum, 1);
	put_be(&w, (uint8_t)h->poll, 1);
	put_be(&w, (uint8_t)h->precision, 1);
	put_be(&w, h->root_delay, 4);
	put_be(&w, h->root_dispersion, 4);
	put_be(&w, h->refid, 4);
	put_be(&w, h->reference, 8);
	put_be(&w, h->origin, 8);
	put_be(&w, h->receive, 8);
	put_be(&w, h->transmit, 8);
}

enum drop ef_next(struct reader *r, struct ef *ret)
{
	uint16_t type = (uint16_t)take_be(r, 2);
	size_t length = take_be(r, 2);
	const uint8_t *body;

	if (!r->bad && (length < NTP_EF_MIN || length % 4 != 0))
		return DROP_EF_LENGTH;
	length -= NTP_EF_HEADER;	/* unused when the reader is bad */
	body = r->bad ? NULL : take_bytes(r, length);
	if (!body)
		return DROP_SHORT;
	*ret = (struct ef){ type, body, length };
	return DROP_OK;
}

void ef_put(struct writer *w, uint16_t type, const void *body, size_t length,
    size_t min)
{
	size_t field, least = min > NTP_EF_MIN ? min : NTP_EF_MIN;

	if (length > UINT16_MAX - 8 || least > UINT16_MAX - 8) {
		w->bad = true;
		return;
	}
	field = NTP_EF_HEADER + length;
	if (field < least)
		field = least;
	field = (field + 3) / 4 * 4;
	put_be(w, type, 2);
	put_be(w, field, 2);
	put_bytes(w, body, length);
	put_zero(w, field - NTP_EF_HEADER - length);
}

static bool is_nts(uint16_t type)
{
	return type == NTP_EF_UNIQUE_ID || type == NTP_EF_COOKIE ||
	    type == NTP_EF_PLACEHOLDER || type == NTP_EF_AUTHENTICATOR;
}

/* The bytes that are left are a MAC: key number, then digest. */
static void read_mac(struct reader *r, struct ntp_tail *t)
{
	t->trailer = NTP_TRAILER_MAC;
	t->key_id = (uint32_t)take_be(r, 4);
	t->digest_length = reader_left(r);
	t->digest = take_bytes(r, t->digest_length);
}

/* Four bytes are left, too few for a digest. */
static enum drop read_crypto_nak(struct reader *r, struct ntp_tail *t)
{
	if (take_be(r, 4) != 0)
		return DROP_TRAILER;
	t->trailer = NTP_TRAILER_CRYPTO_NAK;
	return DROP_OK;
}

static enum drop read_tail_v4(struct reader *r, struct ntp_tail *t)
{
	struct ef ef;
	enum drop drop;

	for (;;) {
		size_t left = reader_left(r);

		if (left == 0)
			return DROP_OK;
		if (left == 4)
			return read_crypto_nak(r, t);
		if (left < NTP_EF_MIN)
			return DROP_TRAILER;
		/* RFC 7822 section 3: a last field is never this short. */
		if (left >= 20 && left <= NTP_MAC_MAX) {
			read_mac(r, t);
			return DROP_OK;
		}
		drop = ef_next(r, &ef);
		if (drop != DROP_OK)
			return drop;
		t->ef_length += NTP_EF_HEADER + ef.length;
		if (t->ef_length > NTP_EF_MAX)
			return DROP_LONG;
		t->has_nts |= is_nts(ef.type);
	}
}

static enum drop read_tail_v3(struct reader *r, struct ntp_tail *t)
{
	size_t left = reader_left(r);

	if (left == 0)
		return DROP_OK;
	if (left == 4)
		return read_crypto_nak(r, t);
	if (left < 4 + 8 || left > 4 + 64)
		return DROP_TRAILER;
	read_mac(r, t);
	return DROP_OK;
}

enum drop ntp_tail_read(const uint8_t *packet, size_t length,
    struct ntp_tail *ret)
{
	struct ntp_tail t = { 0 };
	struct reader r;
	enum drop drop;

	if (length < NTP_HEADER_SIZE)
		return DROP_SHORT;
	if (length % 4 != 0)
		return DROP_LENGTH;
	r = reader_of(packet + NTP_HEADER_SIZE, length - NTP_HEADER_SIZE);
	drop = (packet[0] >> 3 & 7) == 4 ? read_tail_v4(&r, &t) :
	    read_tail_v3(&r, &t);
	if (drop == DROP_OK)
		*ret = t;
	return drop;
}
