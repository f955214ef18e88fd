/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/cookie.h"

#include "base/bytes.h"
#include "base/text.h"

#define ID_SIZE 4
#define PLAIN_MAX (2 * NTS_KEY_MAX)

/* A cookie does not say which AEAD its keys are for: their length does. */
static uint16_t aead_of_key_length(size_t length)
{
	if (length == aead_key_length(AEAD_AES_SIV_CMAC_256))
		return AEAD_AES_SIV_CMAC_256;
	if (length == aead_key_length(AEAD_AES_128_GCM_SIV))
		return AEAD_AES_128_GCM_SIV;
	return 0;
}

bool cookie_ring_set(struct cookie_ring *r, const struct nts_keyring *keys)
{
	cookie_ring_clear(r);
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		const struct nts_key *k = &keys->keys[i];

		/* Without an old key its cookies get a NAK, no more. */
		if (k->length > NTS_KEY_MAX ||
		    !aead_init(&r->aead[i], k->aead, k->key, k->length))
			continue;
		r->id[i] = k->id;
	}
	if (!r->aead[KEYRING_CURRENT].handle) {
		cookie_ring_clear(r);
		return false;
	}
	return true;
}

void cookie_ring_clear(struct cookie_ring *r)
{
	for (int i = 0; i < NTS_RING_KEYS; i++)
		aead_clear(&r->aead[i]);
	*r = (struct cookie_ring){ 0 };
}

size_t cookie_size(const struct cookie_ring *r, size_t key_length)
{
	size_t nonce = aead_nonce_length(r->aead[KEYRING_CURRENT].id);

	return nonce ? ID_SIZE + nonce + 2 * key_length + AEAD_TAG : 0;
}

size_t cookie_seal(const struct cookie_ring *r, const struct nts_session *s,
    const uint8_t random[COOKIE_NONCE], uint8_t *out, size_t size)
{
	const struct aead *aead = &r->aead[KEYRING_CURRENT];
	struct aead_header h = { .nonce = random,
		.nonce_length = aead_nonce_length(aead->id) };
	uint8_t plain[PLAIN_MAX];
	struct writer keys = writer_of(plain, sizeof(plain));
	struct writer w = writer_of(out, size);
	size_t n;
	bool ok;

	if (!aead->handle || s->key_length > NTS_KEY_MAX ||
	    aead_of_key_length(s->key_length) != s->aead)
		return 0;
	put_bytes(&keys, s->c2s, s->key_length);
	put_bytes(&keys, s->s2c, s->key_length);
	n = writer_length(&keys);
	put_be(&w, r->id[KEYRING_CURRENT], ID_SIZE);
	put_bytes(&w, h.nonce, h.nonce_length);
	ok = writer_left(&w) >= n + AEAD_TAG &&
	    aead_seal(aead, &h, plain, n, w.at);
	wipe(plain, sizeof(plain));
	return ok ? writer_length(&w) + n + AEAD_TAG : 0;
}

/* The key of a cookie; NULL when the ring does not have it. */
static const struct aead *find(const struct cookie_ring *r, uint32_t id)
{
	for (int i = 0; i < NTS_RING_KEYS; i++)
		if (r->aead[i].handle && r->id[i] == id)
			return &r->aead[i];
	return NULL;
}

/* The sealed keys of n plaintext bytes, or none. */
static bool read_plain(const uint8_t *plain, size_t n, struct nts_session *ret)
{
	struct nts_session s = {
		.aead = aead_of_key_length(n / 2),
		.key_length = (uint16_t)(n / 2),
	};

	if (n % 2 != 0 || s.aead == 0)
		return false;
	memcpy(s.c2s, plain, n / 2);
	memcpy(s.s2c, plain + n / 2, n / 2);
	*ret = s;
	wipe(&s, sizeof(s));
	return true;
}

bool cookie_open(const struct cookie_ring *r, const uint8_t *cookie,
    size_t length, struct nts_session *ret)
{
	struct reader in = reader_of(cookie, length);
	const struct aead *aead = find(r, (uint32_t)take_be(&in, ID_SIZE));
	struct aead_header h = { 0 };
	uint8_t plain[PLAIN_MAX];
	size_t sealed;
	bool ok;

	wipe(ret, sizeof(*ret));
	if (in.bad || !aead)
		return false;
	h.nonce_length = aead_nonce_length(aead->id);
	h.nonce = take_bytes(&in, h.nonce_length);
	sealed = reader_left(&in);
	if (sealed <= AEAD_TAG || sealed > PLAIN_MAX + AEAD_TAG)
		return false;
	ok = aead_open(aead, &h, in.at, sealed, plain) &&
	    read_plain(plain, sealed - AEAD_TAG, ret);
	wipe(plain, sizeof(plain));
	return ok;
}
