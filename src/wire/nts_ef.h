/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS extension fields of NTP packets (RFC 8915 section 5): where they are,
 * whether they may be there, and how they are built. No cryptography.
 */
#ifndef HORA_WIRE_NTS_EF_H
#define HORA_WIRE_NTS_EF_H

#include "base/bytes.h"
#include "base/drop.h"

#include <stddef.h>
#include <stdint.h>

#define NTS_UID_MIN 32		/* bytes (RFC 8915 section 5.3) */
#define NTS_UID_SIZE 32		/* that we send */

/* Body of an authenticator field (RFC 8915 section 5.6); borrowed. */
struct nts_authenticator {
	size_t offset;			/* of the field in the packet: the bytes
					 * before it are the associated data */
	const uint8_t *nonce;
	size_t nonce_length;
	const uint8_t *ciphertext;
	size_t ciphertext_length;
};

/* NTS fields of one packet; everything is borrowed from it. */
struct nts_fields {
	const uint8_t *uid;		/* NULL = none */
	size_t uid_length;
	const uint8_t *cookie;		/* request only */
	size_t cookie_length;		/* padding included */
	unsigned placeholders;		/* request only; each as long as the cookie */
	struct nts_authenticator auth;	/* auth.nonce NULL = none */
};

/*
 * Find and check the NTS fields of a request: one unique identifier of at least
 * 32 bytes, one cookie of at most 256, placeholders of the same length, one
 * authenticator, and that last; other fields are passed over. The packet must
 * be of version 4 and at least 48 bytes. DROP_NTS_FIELDS when one is missing,
 * repeated, misplaced or of a wrong length; else what ntp_tail_read says.
 */
enum drop nts_request_fields(const uint8_t *packet, size_t length,
    struct nts_fields *ret);

/*
 * The same of a response: one unique identifier, and an authenticator as the
 * last field. Without any NTS field DROP_AUTH_MISSING. A NAK has the unique
 * identifier alone: then auth.nonce is NULL, and DROP_OK.
 */
enum drop nts_response_fields(const uint8_t *packet, size_t length,
    struct nts_fields *ret);

/*
 * Count the fields of one type and body length among the decrypted fields of a
 * request; -1 when they do not parse. Cookie placeholders may be there, too.
 */
int nts_plain_count(const uint8_t *plain, size_t length, uint16_t type,
    size_t body_length);

/* Bytes of an authenticator field without additional padding. */
size_t nts_authenticator_size(size_t nonce_length, size_t ciphertext_length);

/*
 * Append an authenticator field of exactly `field_length` bytes (the rest is
 * zero padding) with the nonce; the ciphertext's place is left zero. Returns
 * that place, or NULL (and w bad) when `field_length` is too small or no
 * multiple of 4, or the room ends.
 */
uint8_t *nts_authenticator_put(struct writer *w, const uint8_t *nonce,
    size_t nonce_length, size_t ciphertext_length, size_t field_length);

#endif
