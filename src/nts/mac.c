/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/mac.h"

#include <gnutls/crypto.h>
#include <gnutls/gnutls.h>
#include <string.h>

struct mac_row {
	const char *name;
	uint8_t digest;			/* bytes */
	uint8_t key;			/* bytes that a cipher wants; 0: a hash */
	int algorithm;			/* the library's; 0 = it has none */
};

static const struct mac_row rows[] = {
	[MAC_MD5] = { "MD5", 16, 0, GNUTLS_DIG_MD5 },
	[MAC_SHA1] = { "SHA1", 20, 0, GNUTLS_DIG_SHA1 },
	[MAC_SHA256] = { "SHA256", 32, 0, GNUTLS_DIG_SHA256 },
	[MAC_SHA384] = { "SHA384", 48, 0, GNUTLS_DIG_SHA384 },
	[MAC_SHA512] = { "SHA512", 64, 0, GNUTLS_DIG_SHA512 },
	[MAC_SHA3_224] = { "SHA3-224", 28, 0, GNUTLS_DIG_SHA3_224 },
	[MAC_SHA3_256] = { "SHA3-256", 32, 0, GNUTLS_DIG_SHA3_256 },
	[MAC_SHA3_384] = { "SHA3-384", 48, 0, GNUTLS_DIG_SHA3_384 },
	[MAC_SHA3_512] = { "SHA3-512", 64, 0, GNUTLS_DIG_SHA3_512 },
	[MAC_TIGER] = { "TIGER", 24, 0, 0 },
	[MAC_WHIRLPOOL] = { "WHIRLPOOL", 64, 0, 0 },
	[MAC_AES128] = { "AES128", 16, 16, GNUTLS_MAC_AES_CMAC_128 },
	[MAC_AES256] = { "AES256", 16, 32, GNUTLS_MAC_AES_CMAC_256 },
};

static const struct mac_row *row_of(unsigned type)
{
	return type < sizeof(rows) / sizeof(*rows) && rows[type].name ?
	    &rows[type] : NULL;
}

enum mac_type mac_type_of(const char *name)
{
	for (unsigned i = 0; i < sizeof(rows) / sizeof(*rows); i++)
		if (rows[i].name && strcmp(rows[i].name, name) == 0)
			return (enum mac_type)i;
	return MAC_NONE;
}

const char *mac_name(unsigned type)
{
	const struct mac_row *row = row_of(type);

	return row ? row->name : "";
}

size_t mac_key_length(unsigned type)
{
	const struct mac_row *row = row_of(type);

	return row ? row->key : 0;
}

size_t mac_digest_length(unsigned type)
{
	const struct mac_row *row = row_of(type);

	return row ? row->digest : 0;
}

bool mac_known(unsigned type)
{
	const struct mac_row *row = row_of(type);

	return row && row->algorithm != 0;
}

bool mac_supported(enum mac_type type)
{
	static const uint8_t bytes[32];
	struct mac_key key = { .type = (uint8_t)type, .bytes = bytes,
		.length = type == MAC_AES128 ? 16 : 32 };
	uint8_t digest[MAC_DIGEST_MAX];

	return mac_digest(&key, "", 0, digest) > 0;
}

static bool hash(const struct mac_row *row, const struct mac_key *key,
    const void *text, size_t n, uint8_t *ret)
{
	gnutls_hash_hd_t h;
	bool ok;

	if (gnutls_hash_init(&h, (gnutls_digest_algorithm_t)row->algorithm) < 0)
		return false;
	ok = gnutls_hash(h, key->bytes, key->length) >= 0 &&
	    gnutls_hash(h, text, n) >= 0;
	gnutls_hash_deinit(h, ret);
	return ok;
}

size_t mac_digest(const struct mac_key *key, const void *text, size_t n,
    uint8_t ret[MAC_DIGEST_MAX])
{
	const struct mac_row *row = row_of(key->type);
	bool ok;

	if (!row || row->algorithm == 0 ||
	    (row->key != 0 && row->key != key->length))
		return 0;
	ok = row->key == 0 ? hash(row, key, text, n, ret) :
	    gnutls_hmac_fast((gnutls_mac_algorithm_t)row->algorithm, key->bytes,
	    key->length, text, n, ret) >= 0;
	return ok ? row->digest : 0;
}

bool mac_equal(const uint8_t *a, const uint8_t *b, size_t n)
{
	return gnutls_memcmp(a, b, n) == 0;
}
