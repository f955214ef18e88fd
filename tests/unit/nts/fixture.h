/* SPDX-License-Identifier: Apache-2.0 */
/* What the tests of this room share: bytes, a ring of keys, a client's keys. */
#ifndef HORA_TESTS_UNIT_NTS_FIXTURE_H
#define HORA_TESTS_UNIT_NTS_FIXTURE_H

#include "base/text.h"
#include "nts/cookie.h"
#include "nts/keyring.h"

#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))

/* Bytes of a hex text; fails the test when it is none. */
static inline size_t unhex(const char *text, uint8_t *out, size_t size)
{
	int n = hex_decode(text, out, size);

	if (n < 0)
		fail_msg("bad hex: %s", text);
	return (size_t)n;
}

/* Bytes without structure, the same ones for the same seed. */
static inline void scatter(uint8_t *out, size_t n, uint32_t seed)
{
	for (size_t i = 0; i < n; i++) {
		seed = seed * 1664525u + 1013904223u;
		out[i] = (uint8_t)(seed >> 24);
	}
}

static inline struct nts_keyring fixture_keyring(uint16_t aead, uint32_t seed)
{
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	struct nts_keyring keys;

	scatter(random, sizeof(random), seed);
	assert_true(keyring_make(&keys, aead, random));
	return keys;
}

/* A ring in use; release it by cookie_ring_clear. */
static inline struct cookie_ring fixture_ring(uint16_t aead, uint32_t seed)
{
	struct nts_keyring keys = fixture_keyring(aead, seed);
	struct cookie_ring ring = { { 0 }, { { 0, NULL } } };

	assert_true(cookie_ring_set(&ring, &keys));
	return ring;
}

static inline struct nts_session fixture_session(uint16_t aead)
{
	struct nts_session s = { .aead = aead,
		.key_length = (uint16_t)aead_key_length(aead) };

	scatter(s.c2s, s.key_length, 101);
	scatter(s.s2c, s.key_length, 102);
	return s;
}

#endif
