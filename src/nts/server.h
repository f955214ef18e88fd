/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS for NTP on the server's side (RFC 8915 section 5.7; reference:
 * behaviour.md 4.5): open a request, seal a response. Stateless: everything
 * about the client comes out of its cookie. The 48 header bytes of a response
 * are the responder's.
 */
#ifndef HORA_NTS_SERVER_H
#define HORA_NTS_SERVER_H

#include "base/drop.h"
#include "nts/cookie.h"
#include "nts/limits.h"

#include <stddef.h>
#include <stdint.h>

/* Random bytes of a response: its nonce and one for each cookie. */
#define NTS_SERVER_RANDOM (AEAD_NONCE_MAX + NTS_COOKIES * COOKIE_NONCE)

/* An opened request; wipe it by nts_server_done. */
struct nts_request {
	struct nts_session session;
	const uint8_t *uid;	/* borrowed from the request */
	size_t uid_length;
	unsigned cookies;	/* to be sent: 1..8 */
	size_t length;		/* of the request: the response is as long */
};

/*
 * Check and open a request of version 4 (header read by the caller).
 * DROP_OK: answer it with nts_server_seal.
 * DROP_NTS_COOKIE (cookie can not be opened) and DROP_NTS_AEAD (authenticator
 * does not verify): answer with nts_server_nak; uid and length are set.
 * DROP_NTS_FIELDS and all others: no answer.
 */
enum drop nts_server_open(const struct cookie_ring *ring, const uint8_t *packet,
    size_t length, struct nts_request *ret);

/*
 * Complete a response: after the `head` bytes in `packet`, which are the header
 * and fields of others, all authenticated as well, come the unique identifier
 * and the authenticator with min(8, asked) fresh cookies, fewer when ours are
 * longer than the client's, and padding up to the length of the request. The
 * response must not overlap the request. Returns its length, always that of the
 * request; 0 when not one cookie fits (DROP_REPLY_LONG), there is no room, or
 * the AEAD failed: then there is no answer.
 */
size_t nts_server_seal(const struct cookie_ring *ring,
    const struct nts_request *q, uint8_t *packet, size_t head, size_t size,
    const uint8_t random[NTS_SERVER_RANDOM]);

/*
 * Turn the header in `packet` into a NAK: leap 3, stratum 0, refid NTSN, and the
 * unique identifier as only field. Returns its length, or 0 without room.
 */
size_t nts_server_nak(const struct nts_request *q, uint8_t *packet,
    size_t size);

/* Wipe the keys. */
void nts_server_done(struct nts_request *q);

#endif
