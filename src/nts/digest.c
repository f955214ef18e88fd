/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/digest.h"

#include "base/bytes.h"

#include <gnutls/crypto.h>

uint32_t refid_of_addr(const struct ip_addr *a)
{
	uint8_t digest[32];
	struct reader r = reader_of(a->bytes, 4);

	if (a->family == IP_V6) {
		/* A refusal in FIPS mode is an error code, nothing worse. */
		if (gnutls_hash_fast(GNUTLS_DIG_MD5, a->bytes,
		    sizeof(a->bytes), digest) < 0 &&
		    gnutls_hash_fast(GNUTLS_DIG_SHA256, a->bytes,
		    sizeof(a->bytes), digest) < 0)
			return 0;
		r = reader_of(digest, 4);
	} else if (a->family != IP_V4) {
		return 0;
	}
	return (uint32_t)take_be(&r, 4);
}

bool digest_sha1(const void *bytes, size_t n, uint8_t ret[20])
{
	return gnutls_hash_fast(GNUTLS_DIG_SHA1, bytes, n, ret) >= 0;
}
