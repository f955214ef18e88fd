/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/keyring.h"

#include "base/bytes.h"
#include "base/text.h"
#include "nts/aead.h"
#include "nts/words.h"

#include <stdio.h>

#define SLOT(id) ((id) % NTS_RING_KEYS)

uint16_t keyring_aead(void)
{
	return aead_supported(AEAD_AES_128_GCM_SIV) ? AEAD_AES_128_GCM_SIV :
	    AEAD_AES_SIV_CMAC_256;
}

static void make_key(struct nts_key *k, uint16_t aead, uint32_t slot,
    const uint8_t random[KEYRING_KEY_RANDOM])
{
	struct reader r = reader_of(random, KEYRING_KEY_RANDOM);
	uint32_t number = (uint32_t)take_be(&r, 4);

	*k = (struct nts_key){
		.id = number - SLOT(number) + slot,
		.aead = aead,
		.length = (uint16_t)aead_key_length(aead),
	};
	memcpy(k->key, r.at, k->length);
}

bool keyring_make(struct nts_keyring *ring, uint16_t aead,
    const uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM])
{
	if (aead_key_length(aead) == 0)
		return false;
	for (uint32_t i = 0; i < NTS_RING_KEYS; i++)
		make_key(&ring->keys[i], aead, i,
		    random + i * KEYRING_KEY_RANDOM);
	return true;
}

bool keyring_rotate(struct nts_keyring *ring, uint16_t aead,
    const uint8_t random[KEYRING_KEY_RANDOM])
{
	uint32_t slot = SLOT(ring->keys[0].id);

	if (aead_key_length(aead) == 0)
		return false;
	for (int i = 0; i + 1 < NTS_RING_KEYS; i++)
		ring->keys[i] = ring->keys[i + 1];
	make_key(&ring->keys[KEYRING_NEXT], aead, slot, random);
	return true;
}

int keyring_find(const struct nts_keyring *ring, uint32_t id)
{
	for (int i = 0; i < NTS_RING_KEYS; i++)
		if (ring->keys[i].length != 0 && ring->keys[i].id == id)
			return i;
	return -1;
}

/* A number of an AEAD that can be used. */
static bool parse_aead(const char *word, uint16_t *ret, const char **reason)
{
	long long v;

	if (!parse_long(word, 1, UINT16_MAX, &v)) {
		*reason = "AEAD is not a number";
		return false;
	}
	if (!aead_supported((uint16_t)v)) {
		*reason = "AEAD of a key is not supported by the crypto library";
		return false;
	}
	*ret = (uint16_t)v;
	return true;
}

static bool parse_key(const struct words *w, struct nts_key *k,
    const char **reason)
{
	uint8_t id[4];
	struct reader r = reader_of(id, sizeof(id));
	int length;

	if (hex_decode(w->word[0], id, sizeof(id)) != sizeof(id)) {
		*reason = "key number is not eight hexadecimal digits";
		return false;
	}
	k->id = (uint32_t)take_be(&r, 4);
	length = hex_decode(w->word[1], k->key, sizeof(k->key));
	if (length < 0 || (size_t)length != aead_key_length(k->aead)) {
		*reason = "key is not hexadecimal of the length of its AEAD";
		return false;
	}
	k->length = (uint16_t)length;
	return true;
}

/* The four lines of keys; all of them use `aead` unless that is 0. */
static bool parse_keys(const char *at, uint16_t aead, struct words *w,
    struct nts_keyring *ring, const char **reason)
{
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		struct nts_key *k = &ring->keys[i];

		if (words_next(&at, w) != (aead ? 2 : 3)) {
			*reason = "not four lines of keys";
			return false;
		}
		k->aead = aead;
		if (!aead && !parse_aead(w->word[2], &k->aead, reason))
			return false;
		if (!parse_key(w, k, reason))
			return false;
		if (i > 0 && SLOT(k->id) != SLOT(ring->keys[i - 1].id + 1)) {
			*reason = "key numbers are out of order";
			return false;
		}
	}
	if (*at != '\0') {
		*reason = "more than four lines of keys";
		return false;
	}
	return true;
}

/* Line 1 and 2: format, age, and for NKS0 the AEAD of all keys. */
static bool parse_head(const char **at, struct words *w, uint16_t *ret_aead,
    double *ret_age_s, const char **reason)
{
	bool is_old;
	int count;

	if (words_next(at, w) != 1 || (strcmp(w->word[0], "NKS0") != 0 &&
	    strcmp(w->word[0], "NKS1") != 0)) {
		*reason = "first line is neither NKS0 nor NKS1";
		return false;
	}
	is_old = w->word[0][3] == '0';
	*ret_aead = 0;
	count = words_next(at, w);
	if (count != (is_old ? 2 : 1)) {
		*reason = "second line is not the age of the keys";
		return false;
	}
	if (is_old && !parse_aead(w->word[0], ret_aead, reason))
		return false;
	if (!parse_double(w->word[count - 1], ret_age_s) || *ret_age_s < 0) {
		*reason = "age is not a number of seconds";
		return false;
	}
	return true;
}

bool keyring_parse(const char *text, struct nts_keyring *ring,
    double *ret_age_s, const char **ret_reason)
{
	struct nts_keyring read = { 0 };
	struct words w;
	uint16_t aead;
	double age_s;
	bool ok = parse_head(&text, &w, &aead, &age_s, ret_reason) &&
	    parse_keys(text, aead, &w, &read, ret_reason);

	if (ok) {
		*ring = read;
		*ret_age_s = age_s;
	}
	wipe(&read, sizeof(read));
	wipe(&w, sizeof(w));
	return ok;
}

static bool has_only_siv(const struct nts_keyring *ring)
{
	for (int i = 0; i < NTS_RING_KEYS; i++)
		if (ring->keys[i].aead != AEAD_AES_SIV_CMAC_256)
			return false;
	return true;
}

size_t keyring_print(const struct nts_keyring *ring, double age_s,
    char out[KEYRING_TEXT_MAX])
{
	bool is_old = has_only_siv(ring);
	char hex[2 * NTS_KEY_MAX + 1];
	size_t at;

	/* Four lines of at most 80 bytes: the age is what could grow. */
	if (!(age_s >= 0))
		age_s = 0;
	if (age_s > 1e10)
		age_s = 1e10;
	at = (size_t)snprintf(out, KEYRING_TEXT_MAX, is_old ?
	    "NKS0\n15 %.1f\n" : "NKS1\n%.1f\n", age_s);
	for (int i = 0; i < NTS_RING_KEYS; i++) {
		const struct nts_key *k = &ring->keys[i];

		hex_encode(k->key, k->length <= NTS_KEY_MAX ? k->length : 0, hex);
		at += (size_t)snprintf(out + at, KEYRING_TEXT_MAX - at,
		    is_old ? "%08X %s\n" : "%08X %s %u\n", (unsigned)k->id,
		    hex, k->aead);
	}
	wipe(hex, sizeof(hex));
	return at;
}

void keyring_wipe(struct nts_keyring *ring)
{
	wipe(ring, sizeof(*ring));
}
