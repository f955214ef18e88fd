/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS for NTP on the client's side (RFC 8915 section 5): keys and cookies of
 * one source, the extension fields of its requests, the check of responses.
 */
#ifndef HORA_NTS_CLIENT_H
#define HORA_NTS_CLIENT_H

#include "base/drop.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct nts_cookie {
	uint16_t length;
	uint8_t bytes[NTS_COOKIE_MAX];
};

/* Keys ready for use; wiped by nts_client_wipe. */
struct nts_client {
	uint16_t aead;			/* 0 = no keys yet */
	uint16_t key_length;
	uint8_t c2s[NTS_KEY_MAX], s2c[NTS_KEY_MAX];
	/* Conforming keys to try once after a NAK (behaviour.md 3.2). */
	bool has_alternative;
	uint8_t alt_c2s[NTS_KEY_MAX], alt_s2c[NTS_KEY_MAX];
	struct nts_cookie cookies[NTS_COOKIES];	/* oldest first */
	int cookie_count;
	/* the open request */
	bool is_open;
	uint8_t uid[32];
	/* A NAK came for the last request and no valid answer since. */
	bool has_nak;
	bool had_answer;		/* since these keys came */
};

/* New keys and cookies of an NTS-KE exchange; replaces everything. */
void nts_client_set(struct nts_client *n, uint16_t aead, uint16_t key_length,
    const uint8_t *c2s, const uint8_t *s2c);

/*
 * Keys of the conforming exporter context, to be tried once if the first answer
 * is a NAK (nts/exporter.h: exporter_has_alternative). After nts_client_set.
 */
void nts_client_set_alternative(struct nts_client *n, const uint8_t *c2s,
    const uint8_t *s2c);

/* One more cookie; false when it is too long, badly sized, or 8 are held. */
bool nts_client_add_cookie(struct nts_client *n, const uint8_t *bytes,
    size_t length);

/*
 * Can a request be made? False without keys or cookie, and after a NAK that no
 * valid answer followed: then NTS-KE is due (reference: behaviour.md 3.4). With
 * alternative keys still to be tried a NAK changes nothing here: the next
 * request switches to them.
 */
bool nts_client_ready(const struct nts_client *n);

/*
 * Append the NTS fields (unique identifier, cookie, placeholders,
 * authenticator) to the header and other fields in `packet`, `length` bytes,
 * spending one cookie. `random`: 48 bytes. Returns the new length, or 0 when
 * nts_client_ready is false, there is no room, or the AEAD failed. Closes the
 * request before it.
 */
size_t nts_client_request(struct nts_client *n, uint8_t *packet, size_t length,
    size_t size, const uint8_t random[48]);

/*
 * Check a response of `length` bytes (header checked by the caller) and take
 * its cookies. DROP_OK; DROP_NTS_NAK for a NAK to the open request (the flag is
 * set, the request stays open); DROP_NTS_UID, DROP_NTS_FIELDS, DROP_NTS_AEAD,
 * DROP_NTS_NO_COOKIE, DROP_AUTH_MISSING otherwise, and nothing has changed.
 */
enum drop nts_client_response(struct nts_client *n, const uint8_t *packet,
    size_t length);

/* Does this packet carry any NTS field? (An answer that was not asked for.) */
bool nts_has_fields(const uint8_t *packet, size_t length);

/* Forget keys and cookies. */
void nts_client_wipe(struct nts_client *n);

#endif
