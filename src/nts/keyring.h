/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The keys under which a server seals its cookies, and the file they are kept in
 * (reference: files-and-logs.md 5.1). Servers that share the file accept each
 * other's cookies.
 */
#ifndef HORA_NTS_KEYRING_H
#define HORA_NTS_KEYRING_H

#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KEYRING_CURRENT 2	/* index of the key that seals */
#define KEYRING_NEXT 3		/* index of the key that seals after it */
#define KEYRING_KEY_RANDOM (4 + NTS_KEY_MAX)	/* random bytes for a new key */
#define KEYRING_TEXT_MAX 512	/* room for the text of a file */

struct nts_key {
	uint32_t id;		/* slot = id modulo 4, the rest random */
	uint16_t aead;
	uint16_t length;	/* bytes of key, as the AEAD asks */
	uint8_t key[NTS_KEY_MAX];
};

/* Oldest first; each slot is one more than the slot before (modulo 4). */
struct nts_keyring {
	struct nts_key keys[NTS_RING_KEYS];
};

/* AEAD for new keys: AES-128-GCM-SIV where supported, else AES-SIV-CMAC-256. */
uint16_t keyring_aead(void);

/* Four new keys out of random bytes; false for an unknown AEAD. */
bool keyring_make(struct nts_keyring *ring, uint16_t aead,
    const uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM]);

/* The next key becomes current; a new one takes the slot of the oldest. */
bool keyring_rotate(struct nts_keyring *ring, uint16_t aead,
    const uint8_t random[KEYRING_KEY_RANDOM]);

/* Index of the key of this id; -1 when it is not in the ring. */
int keyring_find(const struct nts_keyring *ring, uint32_t id);

/*
 * Read the text of a file, NKS1 or NKS0. On success true, *ring and the age of
 * the newest key in seconds. Otherwise false and a one-line reason (a constant)
 * in *ret_reason; *ring is not written.
 */
bool keyring_parse(const char *text, struct nts_keyring *ring,
    double *ret_age_s, const char **ret_reason);

/*
 * Text of the file; the length without NUL. In the form NKS0 where that can say it
 * (AES-SIV-CMAC-256 alone), which every chronyd reads, and else NKS1, which those of
 * 4.4 and later do.
 */
size_t keyring_print(const struct nts_keyring *ring, double age_s,
    char out[KEYRING_TEXT_MAX]);

/* Overwrite the keys. */
void keyring_wipe(struct nts_keyring *ring);

#endif
