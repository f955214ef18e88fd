/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS-KE on the client's side, records in and out, no TLS (RFC 8915 section 4;
 * reference: behaviour.md 3.1).
 */
#ifndef HORA_NTS_KE_CLIENT_H
#define HORA_NTS_KE_CLIENT_H

#include "nts/client.h"
#include "nts/limits.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define KE_REQUEST_MAX 64	/* bytes of a request */
#define KE_AEADS_MAX 4		/* AEADs that one request offers */
#define KE_SERVER_SIZE 257	/* name of a negotiated server with its NUL */

/*
 * Build the request that offers these AEADs, best first; those that the library
 * does not support and those after the fourth are left out. Returns its length,
 * 0 when none is left.
 */
size_t ke_client_request(const uint16_t *aeads, size_t count,
    uint8_t out[KE_REQUEST_MAX]);

struct ke_response {
	uint16_t aead;
	bool compliant_export;		/* record 1024 came back */
	int cookie_count;		/* 1..8 */
	struct nts_cookie cookies[NTS_COOKIES];
	char server[KE_SERVER_SIZE];	/* "" = the server of the exchange */
	uint16_t port;			/* 0 = not negotiated */
};

/*
 * Judge a complete message (ke_message_state) that answers a request with these
 * AEADs. True and *ret; otherwise false and a one-line reason (a constant) in
 * *ret_reason, and *ret holds nothing of use.
 */
bool ke_client_response(const uint8_t *message, size_t length,
    const uint16_t *aeads, size_t count, struct ke_response *ret,
    const char **ret_reason);

#endif
