/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Authenticated encryption with associated data (RFC 5116) for NTS:
 * AES-SIV-CMAC-256 (15, RFC 5297) and AES-128-GCM-SIV (30, RFC 8452). The only
 * file that knows which library does it (GnuTLS). What the library lacks, or
 * refuses in FIPS mode, is unsupported: nothing here aborts.
 *
 * AES-SIV: the associated data is the first header string, the nonce the
 * second; the output is the synthetic IV, then the ciphertext. GCM-SIV: the
 * ciphertext, then the tag. Both are 16 bytes longer than the plaintext.
 */
#ifndef HORA_NTS_AEAD_H
#define HORA_NTS_AEAD_H

#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define AEAD_TAG 16		/* bytes that sealing adds */
#define AEAD_NONCE_MAX 16	/* longest nonce that we send */

/* A key ready for use. Not to be shared between threads. */
struct aead {
	uint16_t id;		/* 0 = not set */
	void *handle;		/* the library's; owned */
};

/* What is authenticated beside the text; borrowed. */
struct aead_header {
	const uint8_t *nonce;
	size_t nonce_length;
	const uint8_t *ad;	/* associated data; NULL when ad_length is 0 */
	size_t ad_length;
};

/* Does the library do this AEAD, here and now (FIPS mode included)? */
bool aead_supported(uint16_t id);

/* Does it know this AEAD, whether it allows it or not? */
bool aead_known(uint16_t id);

/* Bytes of key, and of the nonce that we send; 0 for an unknown AEAD. */
size_t aead_key_length(uint16_t id);
size_t aead_nonce_length(uint16_t id);

/* Set up a key. False, and `a` cleared, when the library refuses the AEAD or
 * the length is not the AEAD's. Release it by aead_clear. */
bool aead_init(struct aead *a, uint16_t id, const uint8_t *key, size_t length);

/* Forget the key; `a` may be cleared already, or zero. */
void aead_clear(struct aead *a);

/*
 * Encrypt n bytes into out, which takes n + AEAD_TAG bytes and does not overlap
 * the text. False when `a` is not set or the library fails.
 */
bool aead_seal(const struct aead *a, const struct aead_header *h,
    const uint8_t *plain, size_t n, uint8_t *out);

/*
 * Check and decrypt n bytes (tag included) into out, which takes n - AEAD_TAG
 * bytes. False when n is below AEAD_TAG, the nonce is empty, or it does not
 * verify: then `out` holds nothing of use.
 */
bool aead_open(const struct aead *a, const struct aead_header *h,
    const uint8_t *sealed, size_t n, uint8_t *out);

#endif
