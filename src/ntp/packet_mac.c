/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/packet_mac.h"

#include "base/bytes.h"

#define KEY_ID_SIZE 4
#define DIGEST_V4_MAX (NTP_MAC_MAX - KEY_ID_SIZE)

/* Digest of a packet's first n bytes as its version has it; its length, or 0. */
static size_t digest_of(const struct mac_key *key, const uint8_t *packet,
    size_t n, uint8_t ret[MAC_DIGEST_MAX])
{
	size_t length = mac_digest(key, packet, n, ret);
	bool is_v4 = (packet[0] >> 3 & 7) == 4;

	return is_v4 && length > DIGEST_V4_MAX ? DIGEST_V4_MAX : length;
}

size_t packet_mac_put(const struct mac_key *key, uint8_t *packet, size_t n,
    size_t size)
{
	uint8_t digest[MAC_DIGEST_MAX];
	size_t length = n < NTP_HEADER_SIZE || n > size ? 0 :
	    digest_of(key, packet, n, digest);
	struct writer w;

	if (length == 0)
		return 0;
	w = writer_of(packet + n, size - n);
	put_be(&w, key->id, KEY_ID_SIZE);
	put_bytes(&w, digest, length);
	return w.bad ? 0 : n + writer_length(&w);
}

enum drop packet_mac_check(const struct mac_key *key, const uint8_t *packet,
    size_t length, const struct ntp_tail *tail)
{
	uint8_t digest[MAC_DIGEST_MAX];

	switch (tail->trailer) {
	case NTP_TRAILER_NONE:
		return DROP_AUTH_MISSING;
	case NTP_TRAILER_CRYPTO_NAK:
		return DROP_AUTH_BAD;
	case NTP_TRAILER_MAC:
		break;
	}
	if (tail->key_id != key->id)
		return DROP_KEY_UNKNOWN;
	if (digest_of(key, packet, length - KEY_ID_SIZE - tail->digest_length,
	    digest) != tail->digest_length ||
	    !mac_equal(digest, tail->digest, tail->digest_length))
		return DROP_AUTH_BAD;
	return DROP_OK;
}

uint8_t packet_mac_version(const struct mac_key *key)
{
	return mac_digest_length(key->type) > DIGEST_V4_MAX ? 3 : 4;
}
