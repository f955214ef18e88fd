/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/nts_ef.h"

#include "wire/ntp.h"

#define COOKIE_BODY_MAX 256	/* reference: behaviour.md 4.5 */
#define AEAD_TAG_MIN 16		/* of both AEADs: the shortest ciphertext */

/* RFC 8915 section 5.6: nonce and ciphertext are each padded to 4 bytes. */
static size_t padded(size_t n)
{
	return (n + 3) / 4 * 4;
}

/* What is behind the ciphertext is additional padding and ignored. */
static bool authenticator_read(const struct ef *ef, size_t offset,
    struct nts_authenticator *ret)
{
	struct reader r = reader_of(ef->body, ef->length);
	struct nts_authenticator a = { .offset = offset };

	a.nonce_length = take_be(&r, 2);
	a.ciphertext_length = take_be(&r, 2);
	a.nonce = take_bytes(&r, a.nonce_length);
	take_bytes(&r, padded(a.nonce_length) - a.nonce_length);
	a.ciphertext = take_bytes(&r, a.ciphertext_length);
	take_bytes(&r, padded(a.ciphertext_length) - a.ciphertext_length);
	if (r.bad || a.nonce_length == 0 || a.ciphertext_length < AEAD_TAG_MIN)
		return false;
	*ret = a;
	return true;
}

/* How often each field occurs, and its first occurrence. */
struct tally {
	unsigned uids, cookies, placeholders, authenticators;
	struct ef uid, cookie, placeholder, authenticator;
	size_t offset;			/* of the authenticator */
	bool is_last;			/* nothing follows the authenticator */
	bool is_uneven;			/* placeholders of different lengths */
};

static void count_field(struct tally *t, const struct ef *ef, size_t offset)
{
	t->is_last = false;
	switch (ef->type) {
	case NTP_EF_UNIQUE_ID:
		if (t->uids++ == 0)
			t->uid = *ef;
		break;
	case NTP_EF_COOKIE:
		if (t->cookies++ == 0)
			t->cookie = *ef;
		break;
	case NTP_EF_PLACEHOLDER:
		if (t->placeholders++ == 0)
			t->placeholder = *ef;
		else if (ef->length != t->placeholder.length)
			t->is_uneven = true;
		break;
	case NTP_EF_AUTHENTICATOR:
		if (t->authenticators++ == 0) {
			t->authenticator = *ef;
			t->offset = offset;
		}
		t->is_last = true;
		break;
	}
}

static enum drop tally_read(const uint8_t *packet, size_t length,
    struct tally *t)
{
	struct ntp_tail tail;
	struct reader r;
	struct ef ef;
	enum drop drop = ntp_tail_read(packet, length, &tail);

	if (drop != DROP_OK)
		return drop;
	if (!tail.has_nts)
		return DROP_AUTH_MISSING;
	/* A MAC after the fields: the authenticator is not the last. */
	if (tail.trailer != NTP_TRAILER_NONE)
		return DROP_NTS_FIELDS;
	*t = (struct tally){ 0 };
	r = ntp_tail_fields(packet, &tail);
	while (reader_left(&r) > 0) {
		size_t offset = (size_t)(r.at - packet);

		drop = ef_next(&r, &ef);
		if (drop != DROP_OK)
			return drop;
		count_field(t, &ef, offset);
	}
	return DROP_OK;
}

enum drop nts_request_fields(const uint8_t *packet, size_t length,
    struct nts_fields *ret)
{
	struct nts_fields f = { 0 };
	struct tally t;
	enum drop drop = tally_read(packet, length, &t);

	if (drop != DROP_OK)
		return drop == DROP_AUTH_MISSING ? DROP_NTS_FIELDS : drop;
	if (t.uids != 1 || t.cookies != 1 || t.authenticators != 1 ||
	    !t.is_last)
		return DROP_NTS_FIELDS;
	if (t.uid.length < NTS_UID_MIN || t.cookie.length > COOKIE_BODY_MAX)
		return DROP_NTS_FIELDS;
	if (t.placeholders > 0 &&
	    (t.is_uneven || t.placeholder.length != t.cookie.length))
		return DROP_NTS_FIELDS;
	if (!authenticator_read(&t.authenticator, t.offset, &f.auth))
		return DROP_NTS_FIELDS;
	f.uid = t.uid.body;
	f.uid_length = t.uid.length;
	f.cookie = t.cookie.body;
	f.cookie_length = t.cookie.length;
	f.placeholders = t.placeholders;
	*ret = f;
	return DROP_OK;
}

enum drop nts_response_fields(const uint8_t *packet, size_t length,
    struct nts_fields *ret)
{
	struct nts_fields f = { 0 };
	struct tally t;
	enum drop drop = tally_read(packet, length, &t);

	if (drop != DROP_OK)
		return drop;
	if (t.uids != 1 || t.authenticators > 1)
		return DROP_NTS_FIELDS;
	if (t.authenticators == 1 &&
	    (!t.is_last || !authenticator_read(&t.authenticator, t.offset,
	    &f.auth)))
		return DROP_NTS_FIELDS;
	f.uid = t.uid.body;
	f.uid_length = t.uid.length;
	*ret = f;
	return DROP_OK;
}

int nts_plain_count(const uint8_t *plain, size_t length, uint16_t type,
    size_t body_length)
{
	struct reader r = reader_of(plain, length);
	struct ef ef;
	int n = 0;

	while (reader_left(&r) > 0) {
		if (ef_next(&r, &ef) != DROP_OK)
			return -1;
		n += ef.type == type && ef.length == body_length;
	}
	return n;
}

size_t nts_authenticator_size(size_t nonce_length, size_t ciphertext_length)
{
	return NTP_EF_HEADER + 4 + padded(nonce_length) +
	    padded(ciphertext_length);
}

uint8_t *nts_authenticator_put(struct writer *w, const uint8_t *nonce,
    size_t nonce_length, size_t ciphertext_length, size_t field_length)
{
	size_t least;
	uint8_t *place;

	if (nonce_length > UINT16_MAX || ciphertext_length > UINT16_MAX ||
	    field_length > UINT16_MAX || field_length % 4 != 0)
		w->bad = true;
	least = nts_authenticator_size(nonce_length, ciphertext_length);
	if (w->bad || field_length < least) {
		w->bad = true;
		return NULL;
	}
	put_be(w, NTP_EF_AUTHENTICATOR, 2);
	put_be(w, field_length, 2);
	put_be(w, nonce_length, 2);
	put_be(w, ciphertext_length, 2);
	put_bytes(w, nonce, nonce_length);
	put_zero(w, padded(nonce_length) - nonce_length);
	place = w->at;
	put_zero(w, padded(ciphertext_length) + field_length - least);
	return w->bad ? NULL : place;
}
