/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Symmetric keys by their numbers. They live in one block of bytes, which is
 * also how they travel from horad to those who use them.
 */
#ifndef HORA_NTS_MAC_KEYS_H
#define HORA_NTS_MAC_KEYS_H

#include "nts/mac.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAC_KEYS_MAX 16384	/* keys of a table */
#define MAC_KEY_HEAD 7		/* bytes of a packed key beside its own */
#define MAC_KEYS_PACKED_MAX (4u << 20)	/* bytes of all of them */

/* Zeroed: no keys. */
struct mac_keys {
	uint8_t *packed;	/* owned: number, type, length, bytes of each */
	size_t length, room;
	struct mac_key *index;	/* owned, sorted; its bytes are in `packed` */
	size_t count;
};

/* An empty table whose packed keys may take `room` bytes; false: no memory. */
bool mac_keys_make(struct mac_keys *k, size_t room);

/* Append a key, unsorted; false when the room or MAC_KEYS_MAX is used up. */
bool mac_keys_add(struct mac_keys *k, const struct mac_key *key);

/*
 * Make what was added ready for mac_keys_find. Of keys with one number the last
 * stays; `duplicate` (may be NULL) is told of each that goes. False: no memory,
 * and no keys are left.
 */
bool mac_keys_sort(struct mac_keys *k, void (*duplicate)(void *arg, uint32_t id),
    void *arg);

/*
 * Take packed keys, which are copied. False, and *k is empty, when the bytes are
 * none or memory is short.
 */
bool mac_keys_unpack(struct mac_keys *k, const uint8_t *packed, size_t n);

/* The key of this number, borrowed; NULL: there is none. */
const struct mac_key *mac_keys_find(const struct mac_keys *k, uint32_t id);

/* Wipe and free; the table is empty then. */
void mac_keys_free(struct mac_keys *k);

#endif
