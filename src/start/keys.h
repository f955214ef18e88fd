/* SPDX-License-Identifier: Apache-2.0 */
/* The cookie keys between their message and their room. */
#ifndef HORA_START_KEYS_H
#define HORA_START_KEYS_H

#include "ipc/messages.h"
#include "nts/keyring.h"

#include <stdbool.h>
#include <string.h>

/* Take the keys out of a message. False, *ret unwritten, for a bad length. */
static inline bool keyring_from_message(const struct ipc_keyring *m,
    struct nts_keyring *ret)
{
	struct nts_keyring ring = { 0 };

	for (int i = 0; i < NTS_RING_KEYS; i++) {
		struct nts_key *k = &ring.keys[i];

		if (m->keys[i].length > NTS_KEY_MAX)
			return false;
		k->id = m->keys[i].id;
		k->aead = m->keys[i].aead;
		k->length = m->keys[i].length;
		memcpy(k->key, m->keys[i].key, sizeof(k->key));
	}
	*ret = ring;
	keyring_wipe(&ring);
	return true;
}

/* Put the keys into a message, which is the caller's to wipe. */
static inline void keyring_to_message(const struct nts_keyring *ring,
    struct ipc_keyring *ret)
{
	memset(ret, 0, sizeof(*ret));
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		const struct nts_key *k = &ring->keys[i];

		ret->keys[i].id = k->id;
		ret->keys[i].aead = k->aead;
		ret->keys[i].length = k->length;
		memcpy(ret->keys[i].key, k->key, sizeof(k->key));
	}
}

#endif
