/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/aead.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>

/* Longest nonce of a peer that is looked at; AES-SIV itself has no limit. */
#define NONCE_TAKEN_MAX 256

static gnutls_cipher_algorithm_t algorithm(uint16_t id)
{
	switch (id) {
	case AEAD_AES_SIV_CMAC_256:	/* named by the size of one of its keys */
		return GNUTLS_CIPHER_AES_128_SIV;
	case AEAD_AES_128_GCM_SIV:
		/* By name: the library that runs decides, not its headers. */
		return gnutls_cipher_get_id("AES-128-SIV-GCM");
	}
	return GNUTLS_CIPHER_UNKNOWN;
}

size_t aead_key_length(uint16_t id)
{
	switch (id) {
	case AEAD_AES_SIV_CMAC_256:
		return 32;
	case AEAD_AES_128_GCM_SIV:
		return 16;
	}
	return 0;
}

size_t aead_nonce_length(uint16_t id)
{
	switch (id) {
	case AEAD_AES_SIV_CMAC_256:
		return 16;
	case AEAD_AES_128_GCM_SIV:
		return 12;
	}
	return 0;
}

bool aead_known(uint16_t id)
{
	return algorithm(id) != GNUTLS_CIPHER_UNKNOWN;
}

bool aead_supported(uint16_t id)
{
	static const uint8_t key[NTS_KEY_MAX];
	struct aead a;
	bool ok = aead_init(&a, id, key, aead_key_length(id));

	aead_clear(&a);
	return ok;
}

bool aead_init(struct aead *a, uint16_t id, const uint8_t *key, size_t length)
{
	gnutls_datum_t datum = { (unsigned char *)key, (unsigned)length };
	gnutls_aead_cipher_hd_t handle;
	gnutls_cipher_algorithm_t cipher = algorithm(id);

	*a = (struct aead){ 0 };
	if (cipher == GNUTLS_CIPHER_UNKNOWN || length != aead_key_length(id))
		return false;
	if (gnutls_cipher_get_tag_size(cipher) != AEAD_TAG)
		return false;
	if (gnutls_aead_cipher_init(&handle, cipher, &datum) < 0)
		return false;
	*a = (struct aead){ id, handle };
	return true;
}

void aead_clear(struct aead *a)
{
	if (a->handle)
		gnutls_aead_cipher_deinit(a->handle);	/* wipes the key */
	*a = (struct aead){ 0 };
}

/* AES-SIV takes any nonce but an empty one, GCM-SIV exactly 12 bytes. */
static bool nonce_fits(const struct aead *a, const struct aead_header *h)
{
	if (!a->handle)
		return false;
	if (a->id == AEAD_AES_SIV_CMAC_256)
		return h->nonce_length >= 1 && h->nonce_length <= NONCE_TAKEN_MAX;
	return h->nonce_length == aead_nonce_length(a->id);
}

bool aead_seal(const struct aead *a, const struct aead_header *h,
    const uint8_t *plain, size_t n, uint8_t *out)
{
	size_t length = n + AEAD_TAG;

	return nonce_fits(a, h) &&
	    gnutls_aead_cipher_encrypt(a->handle, h->nonce, h->nonce_length,
	    h->ad, h->ad_length, AEAD_TAG, plain, n, out, &length) >= 0 &&
	    length == n + AEAD_TAG;
}

bool aead_open(const struct aead *a, const struct aead_header *h,
    const uint8_t *sealed, size_t n, uint8_t *out)
{
	size_t length = n - AEAD_TAG;

	return n >= AEAD_TAG && nonce_fits(a, h) &&
	    gnutls_aead_cipher_decrypt(a->handle, h->nonce, h->nonce_length,
	    h->ad, h->ad_length, AEAD_TAG, sealed, n, out, &length) >= 0 &&
	    length == n - AEAD_TAG;
}
