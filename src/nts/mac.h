/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Message authentication codes with symmetric keys: a hash of the key and the
 * message (RFC 5905 section 7.3), or AES-CMAC (RFC 8573). The only file that
 * knows which library does them (GnuTLS). What the library lacks, or refuses in
 * FIPS mode, is unsupported: nothing here aborts.
 */
#ifndef HORA_NTS_MAC_H
#define HORA_NTS_MAC_H

#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MAC_DIGEST_MAX 64	/* bytes of the longest digest */
#define MAC_KEY_SHORT 10	/* bytes, 80 bits: shorter keys can be guessed */

/* By the numbers that `authdata` shows (reference: control-protocol.md 9). */
enum mac_type {
	MAC_NONE = 0,
	MAC_MD5 = 1,
	MAC_SHA1 = 2,
	MAC_SHA256 = 3,
	MAC_SHA384 = 4,
	MAC_SHA512 = 5,
	MAC_SHA3_224 = 6,
	MAC_SHA3_256 = 7,
	MAC_SHA3_384 = 8,
	MAC_SHA3_512 = 9,
	MAC_TIGER = 10,		/* known by name, never supported */
	MAC_WHIRLPOOL = 11,	/* the same */
	MAC_AES128 = 13,
	MAC_AES256 = 14,
};

/* A key; its bytes are borrowed from whoever keeps it. */
struct mac_key {
	uint32_t id;		/* 1 and up */
	uint8_t type;		/* enum mac_type */
	uint16_t length;	/* 1..MAC_KEY_MAX bytes */
	const uint8_t *bytes;
};

/* The type with this name of the key file (case counts); MAC_NONE: none. */
enum mac_type mac_type_of(const char *name);

/* Its name, "" for none. */
const char *mac_name(unsigned type);

/* Bytes that a key of a cipher must have; 0: a hash, which takes any. */
size_t mac_key_length(unsigned type);

/* Bytes of the digest; 0 for what is no type. */
size_t mac_digest_length(unsigned type);

/* Does the library do it, here and now (FIPS mode included)? */
bool mac_supported(enum mac_type type);

/* Does it know this type, whether it allows it or not? */
bool mac_known(unsigned type);

/*
 * The digest of n bytes. Returns its length, mac_digest_length of the type; 0
 * when the library refuses the type, or the key's length is not the cipher's.
 */
size_t mac_digest(const struct mac_key *key, const void *text, size_t n,
    uint8_t ret[MAC_DIGEST_MAX]);

/* Are they equal, found in a time that does not depend on where they differ? */
bool mac_equal(const uint8_t *a, const uint8_t *b, size_t n);

#endif
