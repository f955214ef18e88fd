/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Cookies of an NTS server, in chrony's format (reference: files-and-logs.md
 * 5.2): key number, nonce, and the session keys sealed under a key of the ring.
 */
#ifndef HORA_NTS_COOKIE_H
#define HORA_NTS_COOKIE_H

#include "nts/aead.h"
#include "nts/keyring.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define COOKIE_NONCE 16		/* random bytes for one cookie */
/* Longest cookie of ours: number, nonce, two keys, tag. */
#define COOKIE_SIZE_MAX (4 + COOKIE_NONCE + 2 * NTS_KEY_MAX + AEAD_TAG)

/* The keys of one client: what an NTS-KE session agrees and a cookie carries. */
struct nts_session {
	uint16_t aead;
	uint16_t key_length;
	uint8_t c2s[NTS_KEY_MAX], s2c[NTS_KEY_MAX];
};

/* A ring with its keys set up for use; one a thread. Zero means no keys. */
struct cookie_ring {
	uint32_t id[NTS_RING_KEYS];
	struct aead aead[NTS_RING_KEYS];
};

/* Use these keys from now on; replaces the ones held. False when the current key
 * can not be used with this library: then the ring is empty. */
bool cookie_ring_set(struct cookie_ring *r, const struct nts_keyring *keys);

/* Forget the keys. */
void cookie_ring_clear(struct cookie_ring *r);

/* Bytes of a new cookie for keys of `key_length`; 0 without a current key. */
size_t cookie_size(const struct cookie_ring *r, size_t key_length);

/*
 * Make a cookie with the current key into `out` of `size` bytes; `random` is its
 * nonce. Returns its length, or 0 when there is no key, no room or the AEAD
 * failed.
 */
size_t cookie_seal(const struct cookie_ring *r, const struct nts_session *s,
    const uint8_t random[COOKIE_NONCE], uint8_t *out, size_t size);

/*
 * Open a cookie; trailing bytes are not allowed. False when its key is not in
 * the ring, a length is wrong, or it does not verify; *ret is then wiped.
 */
bool cookie_open(const struct cookie_ring *r, const uint8_t *cookie,
    size_t length, struct nts_session *ret);

#endif
