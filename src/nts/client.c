/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/client.h"

#include "base/text.h"
#include "nts/aead.h"
#include "wire/ntp.h"
#include "wire/nts_ef.h"

#include <string.h>

/* Cookie and placeholders of a request, headers included (reference:
 * behaviour.md 3.5). */
#define COOKIE_FIELDS_MAX (8 * 108)

void nts_client_set(struct nts_client *n, uint16_t aead, uint16_t key_length,
    const uint8_t *c2s, const uint8_t *s2c)
{
	nts_client_wipe(n);
	if (key_length == 0 || key_length != aead_key_length(aead))
		return;
	n->aead = aead;
	n->key_length = key_length;
	memcpy(n->c2s, c2s, key_length);
	memcpy(n->s2c, s2c, key_length);
}

void nts_client_set_alternative(struct nts_client *n, const uint8_t *c2s,
    const uint8_t *s2c)
{
	memcpy(n->alt_c2s, c2s, n->key_length);
	memcpy(n->alt_s2c, s2c, n->key_length);
	n->has_alternative = n->aead != 0;
}

bool nts_client_add_cookie(struct nts_client *n, const uint8_t *bytes,
    size_t length)
{
	struct nts_cookie *c;

	if (length == 0 || length > NTS_COOKIE_MAX || length % 4 != 0 ||
	    n->cookie_count >= NTS_COOKIES)
		return false;
	c = &n->cookies[n->cookie_count++];
	c->length = (uint16_t)length;
	memcpy(c->bytes, bytes, length);
	return true;
}

bool nts_client_ready(const struct nts_client *n)
{
	/* Alternatives are there only until an answer proves the first keys. */
	return n->aead != 0 && n->cookie_count > 0 &&
	    (!n->has_nak || n->has_alternative);
}

static void drop_alternative(struct nts_client *n)
{
	n->has_alternative = false;
	wipe(n->alt_c2s, sizeof(n->alt_c2s));
	wipe(n->alt_s2c, sizeof(n->alt_s2c));
}

static void switch_keys(struct nts_client *n)
{
	memcpy(n->c2s, n->alt_c2s, sizeof(n->c2s));
	memcpy(n->s2c, n->alt_s2c, sizeof(n->s2c));
	drop_alternative(n);
	n->has_nak = false;
}

/* The oldest cookie; it is gone from then on, whatever becomes of the request:
 * no cookie is ever sent twice (RFC 8915 section 5.7). */
static struct nts_cookie spend_cookie(struct nts_client *n)
{
	struct nts_cookie c = n->cookies[0];

	n->cookie_count--;
	memmove(&n->cookies[0], &n->cookies[1],
	    (size_t)n->cookie_count * sizeof(n->cookies[0]));
	wipe(&n->cookies[n->cookie_count], sizeof(n->cookies[0]));
	return c;
}

/* Cookie and so many placeholders that eight cookies will be held again. */
static void put_cookie(struct writer *w, const struct nts_cookie *c, int held)
{
	size_t before = writer_length(w), field;

	ef_put(w, NTP_EF_COOKIE, c->bytes, c->length, NTP_EF_MIN);
	field = writer_length(w) - before;
	for (int i = 1; i < NTS_COOKIES - held; i++) {
		if (writer_length(w) - before + field > COOKIE_FIELDS_MAX)
			break;
		ef_put(w, NTP_EF_PLACEHOLDER, NULL, 0, field);
	}
}

/* Append the authenticator of everything before it; nothing is encrypted. */
static bool put_authenticator(struct writer *w, const struct nts_client *n,
    const uint8_t *nonce)
{
	struct aead_header h = { nonce, aead_nonce_length(n->aead),
		w->start, writer_length(w) };
	size_t field = nts_authenticator_size(h.nonce_length, AEAD_TAG);
	struct aead aead;
	uint8_t *place;
	bool ok;

	if (field < NTP_EF_LAST_MIN)
		field = NTP_EF_LAST_MIN;
	place = nts_authenticator_put(w, nonce, h.nonce_length, AEAD_TAG, field);
	if (!place || !aead_init(&aead, n->aead, n->c2s, n->key_length))
		return false;
	ok = aead_seal(&aead, &h, NULL, 0, place);
	aead_clear(&aead);
	return ok;
}

size_t nts_client_request(struct nts_client *n, uint8_t *packet, size_t length,
    size_t size, const uint8_t random[48])
{
	struct writer w = writer_of(packet, size);
	struct nts_cookie cookie;

	n->is_open = false;
	if (!nts_client_ready(n) || size < length)
		return 0;
	if (n->has_nak)
		switch_keys(n);
	w.at += length;
	memcpy(n->uid, random, sizeof(n->uid));
	ef_put(&w, NTP_EF_UNIQUE_ID, n->uid, sizeof(n->uid), NTP_EF_MIN);
	cookie = spend_cookie(n);
	put_cookie(&w, &cookie, n->cookie_count);
	wipe(&cookie, sizeof(cookie));
	if (!put_authenticator(&w, n, random + sizeof(n->uid)))
		return 0;
	n->is_open = true;
	return writer_length(&w);
}

/* RFC 8915 section 5.7. Not authenticated: it only sets the flag. */
static enum drop nak(struct nts_client *n, const uint8_t *packet, size_t length)
{
	struct ntp_header h;

	if (ntp_header_read(packet, length, &h) != DROP_OK || h.stratum != 0 ||
	    h.refid != NTP_KOD_NTSN)
		return DROP_NTS_FIELDS;
	n->has_nak = true;
	return DROP_NTS_NAK;
}

/* Decrypted fields: count the cookies that could be kept, or -1. */
static int count_cookies(const uint8_t *plain, size_t length)
{
	struct reader r = reader_of(plain, length);
	struct ef ef;
	int count = 0;

	while (reader_left(&r) > 0) {
		if (ef_next(&r, &ef) != DROP_OK)
			return -1;
		count += ef.type == NTP_EF_COOKIE && ef.length <= NTS_COOKIE_MAX;
	}
	return count;
}

static void take_cookies(struct nts_client *n, const uint8_t *plain,
    size_t length)
{
	struct reader r = reader_of(plain, length);
	struct ef ef;

	while (reader_left(&r) > 0 && ef_next(&r, &ef) == DROP_OK)
		if (ef.type == NTP_EF_COOKIE)
			nts_client_add_cookie(n, ef.body, ef.length);
}

/* Verify and decrypt; `plain` has room for the longest ciphertext. */
static bool open_response(const struct nts_client *n, const uint8_t *packet,
    const struct nts_authenticator *a, uint8_t plain[NTP_EF_MAX])
{
	struct aead_header h = { a->nonce, a->nonce_length, packet, a->offset };
	struct aead aead;
	bool ok;

	if (a->ciphertext_length > NTP_EF_MAX ||
	    !aead_init(&aead, n->aead, n->s2c, n->key_length))
		return false;
	ok = aead_open(&aead, &h, a->ciphertext, a->ciphertext_length, plain);
	aead_clear(&aead);
	return ok;
}

enum drop nts_client_response(struct nts_client *n, const uint8_t *packet,
    size_t length)
{
	uint8_t plain[NTP_EF_MAX];
	struct nts_fields f;
	size_t plain_length;
	int cookies;
	enum drop drop = nts_response_fields(packet, length, &f);

	if (drop != DROP_OK)
		return drop;
	if (!n->is_open || f.uid_length != sizeof(n->uid) ||
	    memcmp(f.uid, n->uid, sizeof(n->uid)) != 0)
		return DROP_NTS_UID;
	if (!f.auth.nonce)
		return nak(n, packet, length);
	if (!open_response(n, packet, &f.auth, plain))
		return DROP_NTS_AEAD;
	plain_length = f.auth.ciphertext_length - AEAD_TAG;
	cookies = count_cookies(plain, plain_length);
	if (cookies > 0) {
		n->is_open = false;	/* a second copy is a replay */
		n->has_nak = false;
		n->had_answer = true;
		drop_alternative(n);
		take_cookies(n, plain, plain_length);
	}
	wipe(plain, plain_length);
	return cookies > 0 ? DROP_OK :
	    cookies == 0 ? DROP_NTS_NO_COOKIE : DROP_NTS_FIELDS;
}

bool nts_has_fields(const uint8_t *packet, size_t length)
{
	struct ntp_tail tail;

	return ntp_tail_read(packet, length, &tail) == DROP_OK && tail.has_nts;
}

void nts_client_wipe(struct nts_client *n)
{
	wipe(n, sizeof(*n));
}
