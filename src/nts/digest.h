/* SPDX-License-Identifier: Apache-2.0 */
/* Digests that are no secret: reference identifiers, check lines of files. */
#ifndef HORA_NTS_DIGEST_H
#define HORA_NTS_DIGEST_H

#include "base/addr.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Reference identifier of an address (RFC 5905 section 7.3).
 *
 * IPv4: the address. IPv6: the first four bytes of the MD5 digest of the
 * address; where the library refuses MD5 (FIPS mode), of its SHA-256 digest,
 * which keeps loop detection among such machines. 0 for no address, or when
 * both are refused.
 */
uint32_t refid_of_addr(const struct ip_addr *a);

/* SHA-1, against mistakes only; false where the library refuses it. */
bool digest_sha1(const void *bytes, size_t n, uint8_t ret[20]);

#endif
