/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions of hora-ke-client: one NTS-KE exchange for the engine, from its
 * order to the answer (RFC 8915 section 4; reference: behaviour.md 3.1 to 3.3).
 * Pure: io_session.c moves the bytes, and tells here what came of it.
 */
#ifndef HORA_KE_CLIENT_KE_CLIENT_H
#define HORA_KE_CLIENT_KE_CLIENT_H

#include "ipc/messages.h"
#include "nts/ke_client.h"
#include "wire/ke.h"

#include <stdbool.h>
#include <stddef.h>

#define KE_TIME_LIMIT_S 16.0	/* connection, TLS and reply together */

/* What can go wrong; each has its stage (back-off) and its words. */
enum ke_failure {
	KE_FAIL_ORDER,		/* the engine's message makes no sense */
	KE_FAIL_BUSY,		/* too many exchanges wait already */
	KE_FAIL_TRUST,		/* trusted certificates do not load */
	KE_FAIL_SOCKET,		/* no socket, no route, no memory */
	KE_FAIL_CONNECT,	/* TCP refused or timed out by the kernel */
	KE_FAIL_CLOSED,		/* closed or broken before TLS was complete */
	KE_FAIL_TLS,		/* TLS or the certificate refused */
	KE_FAIL_PROTOCOL,	/* no NTS-KE there (ALPN) */
	KE_FAIL_TIMEOUT_TLS,	/* time is over, TLS not complete */
	KE_FAIL_TIMEOUT_REPLY,	/* time is over, reply not complete */
	KE_FAIL_MESSAGE,	/* the reply is no NTS-KE message */
	KE_FAIL_RESPONSE,	/* it is one, but it does not give what is needed */
	KE_FAIL_KEYS,		/* keys can not be exported */
	KE_FAIL_NAME,		/* the negotiated server does not resolve */
	KE_FAILURES
};

struct ke_exchange {
	struct ipc_ke_start order;
	uint8_t request[KE_REQUEST_MAX];
	size_t request_length;
	uint8_t reply[KE_MESSAGE_MAX];
	size_t reply_length;
	struct ke_response response;
	struct ipc_ke_done done;	/* complete once the exchange is over */
	bool is_over;
};

/*
 * Take an order and build the request. False when it is over at once
 * (KE_FAIL_ORDER).
 */
bool ke_exchange_init(struct ke_exchange *x, const struct ipc_ke_start *order);

/* It failed: writes x->done. `reason` may be NULL where the failure says all. */
void ke_exchange_fail(struct ke_exchange *x, enum ke_failure failure,
    const char *reason);

/*
 * n more bytes were put behind x->reply + x->reply_length. True when the reply
 * is complete: then x->response is good, or the exchange is over.
 */
bool ke_exchange_received(struct ke_exchange *x, size_t n);

/* The server closed before the reply was complete: it is over. */
void ke_exchange_closed(struct ke_exchange *x);

/* Export `length` bytes of key for this context; false on failure. */
typedef bool ke_export_fn(void *arg, const uint8_t *context,
    size_t context_length, uint8_t *key, size_t length);

/* Take the keys that the response agreed on; false: it is over. */
bool ke_exchange_export(struct ke_exchange *x, ke_export_fn *export, void *arg);

/*
 * The name of the NTP server that has to be looked up, written to `name` with
 * its last dot (always absolute); false when the address is known: then the
 * exchange is over, well.
 */
bool ke_exchange_needs_name(struct ke_exchange *x,
    char name[KE_SERVER_SIZE + 1]);

/* Its addresses, or count 0; of the NTS-KE server's family if possible. It is
 * over. */
void ke_exchange_resolved(struct ke_exchange *x, const struct net_addr *addresses,
    unsigned count);

/* Are the texts of this order ended, the numbers possible? */
bool ke_order_is_valid(const struct ipc_ke_start *order);

#endif
