/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/server.h"

#include "base/text.h"
#include "wire/ntp.h"
#include "wire/nts_ef.h"

/* Verify the authenticator. What it decrypts to can only be more placeholders:
 * their number, or -1 when it is no row of fields. */
static enum drop verify(const struct nts_session *s, const uint8_t *packet,
    const struct nts_fields *f, int *ret_placeholders)
{
	const struct nts_authenticator *a = &f->auth;
	struct aead_header h = { a->nonce, a->nonce_length, packet, a->offset };
	uint8_t plain[NTP_EF_MAX];
	struct aead aead;
	bool ok;

	if (a->ciphertext_length > NTP_EF_MAX)
		return DROP_NTS_FIELDS;
	/* Keys of an AEAD that this library lacks are as good as none. */
	if (!aead_init(&aead, s->aead, s->c2s, s->key_length))
		return DROP_NTS_COOKIE;
	ok = aead_open(&aead, &h, a->ciphertext, a->ciphertext_length, plain);
	aead_clear(&aead);
	if (!ok)
		return DROP_NTS_AEAD;
	*ret_placeholders = nts_plain_count(plain,
	    a->ciphertext_length - AEAD_TAG, NTP_EF_PLACEHOLDER,
	    f->cookie_length);
	return DROP_OK;
}

enum drop nts_server_open(const struct cookie_ring *ring, const uint8_t *packet,
    size_t length, struct nts_request *ret)
{
	struct nts_fields f;
	enum drop drop = nts_request_fields(packet, length, &f);
	int hidden;

	*ret = (struct nts_request){ 0 };
	if (drop != DROP_OK)
		return drop;
	ret->uid = f.uid;
	ret->uid_length = f.uid_length;
	ret->length = length;
	if (!cookie_open(ring, f.cookie, f.cookie_length, &ret->session))
		return DROP_NTS_COOKIE;
	drop = verify(&ret->session, packet, &f, &hidden);
	if (drop == DROP_OK && hidden < 0)
		drop = DROP_NTS_FIELDS;
	if (drop != DROP_OK) {
		wipe(&ret->session, sizeof(ret->session));
		return drop;
	}
	ret->cookies = 1 + f.placeholders + (unsigned)hidden;
	if (ret->cookies > NTS_COOKIES)
		ret->cookies = NTS_COOKIES;
	return DROP_OK;
}

/* Fresh cookies as extension fields; false when one can not be made. */
static bool put_cookies(struct writer *w, const struct cookie_ring *ring,
    const struct nts_session *s, size_t count, const uint8_t *random)
{
	uint8_t cookie[COOKIE_SIZE_MAX];

	for (size_t i = 0; i < count; i++) {
		size_t n = cookie_seal(ring, s, random + i * COOKIE_NONCE,
		    cookie, sizeof(cookie));

		if (n == 0)
			return false;
		ef_put(w, NTP_EF_COOKIE, cookie, n, NTP_EF_MIN);
	}
	return !w->bad;
}

/* Cookies that fit into an authenticator field of `room` bytes. */
static size_t fitting(const struct cookie_ring *ring,
    const struct nts_request *q, size_t room)
{
	size_t cookie = cookie_size(ring, q->session.key_length);
	size_t empty = nts_authenticator_size(
	    aead_nonce_length(q->session.aead), AEAD_TAG);
	size_t count;

	if (cookie == 0 || room < empty)
		return 0;
	count = (room - empty) / (NTP_EF_HEADER + cookie);
	return count < q->cookies ? count : q->cookies;
}

size_t nts_server_seal(const struct cookie_ring *ring,
    const struct nts_request *q, uint8_t *packet, size_t head, size_t size,
    const uint8_t random[NTS_SERVER_RANDOM])
{
	uint8_t plain[NTS_COOKIES * (NTP_EF_HEADER + COOKIE_SIZE_MAX)];
	struct writer w = writer_of(packet, size);
	struct writer cookies = writer_of(plain, sizeof(plain));
	struct aead_header h = { .nonce = random,
		.nonce_length = aead_nonce_length(q->session.aead), .ad = packet };
	size_t count, n;
	struct aead aead;
	uint8_t *place;
	bool ok;

	if (size < q->length || q->length < head + NTP_EF_HEADER +
	    q->uid_length)
		return 0;
	w.at += head;
	ef_put(&w, NTP_EF_UNIQUE_ID, q->uid, q->uid_length, NTP_EF_MIN);
	h.ad_length = writer_length(&w);
	count = fitting(ring, q, q->length - h.ad_length);
	if (count == 0 || !put_cookies(&cookies, ring, &q->session, count,
	    random + AEAD_NONCE_MAX))
		return 0;
	n = writer_length(&cookies);
	/* All the rest is this field's: the response ends where the request did. */
	place = nts_authenticator_put(&w, h.nonce, h.nonce_length, n + AEAD_TAG,
	    q->length - h.ad_length);
	if (!place || !aead_init(&aead, q->session.aead, q->session.s2c,
	    q->session.key_length))
		return 0;
	ok = aead_seal(&aead, &h, plain, n, place);
	aead_clear(&aead);
	return ok ? q->length : 0;
}

size_t nts_server_nak(const struct nts_request *q, uint8_t *packet, size_t size)
{
	struct writer w = writer_of(packet, size);
	struct ntp_header h;

	if (!q->uid || size < NTP_HEADER_SIZE ||
	    ntp_header_read(packet, NTP_HEADER_SIZE, &h) != DROP_OK)
		return 0;
	h.leap = NTP_LEAP_UNSYNC;
	h.stratum = 0;
	h.refid = NTP_KOD_NTSN;
	ntp_header_write(&h, packet);
	w.at += NTP_HEADER_SIZE;
	ef_put(&w, NTP_EF_UNIQUE_ID, q->uid, q->uid_length, NTP_EF_LAST_MIN);
	return w.bad ? 0 : writer_length(&w);
}

void nts_server_done(struct nts_request *q)
{
	wipe(q, sizeof(*q));
}
