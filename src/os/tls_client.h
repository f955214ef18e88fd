/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The client's side of a TLS 1.3 connection for NTS-KE, without blocking
 * (RFC 8915 section 3): one protocol (ALPN), no tickets, the certificate
 * checked as os/tls_trust.h says.
 */
#ifndef HORA_OS_TLS_CLIENT_H
#define HORA_OS_TLS_CLIENT_H

#include "os/tls_session.h"
#include "os/tls_trust.h"

#include <stdbool.h>
#include <stddef.h>

#define TLS_REASON_SIZE 320

struct tls_client;

/*
 * A session on the connected, non-blocking socket fd, which stays the caller's
 * and must outlive the session. One more reference of `trust` is held. The name
 * in `check` is borrowed; it is sent as server name unless it is an address.
 * 0, or -errno (-EIO: the library refuses, for instance in FIPS mode).
 */
int tls_client_new(int fd, struct tls_trust *trust,
    const struct tls_check *check, struct tls_client **ret);

/* End without a word to the other side; wipes keys. NULL is allowed. */
void tls_client_free(struct tls_client *c);

/*
 * As the functions of os/tls_session.h, but a connection that breaks is
 * TLS_CLOSED, and TLS_FAILED means that TLS, the certificate or the protocol was
 * refused by one side.
 */
enum tls_status tls_client_handshake(struct tls_client *c);
enum tls_status tls_client_write(struct tls_client *c, const void *bytes,
    size_t n, size_t *ret_n);
enum tls_status tls_client_read(struct tls_client *c, void *bytes, size_t size,
    size_t *ret_n);
int tls_client_export(struct tls_client *c, const char *label,
    const void *context, size_t context_n, void *out, size_t n);

/* Tell the server that this is our end (RFC 8446 section 6.1), if it can be told at
 * once. Keys can still be exported. */
void tls_client_bye(struct tls_client *c);

/* Did it fail because the server does not speak NTS-KE (ALPN)? */
bool tls_client_lacks_protocol(const struct tls_client *c);

/* Why it failed or was closed: one line; empty while nothing has. */
const char *tls_client_reason(const struct tls_client *c);

#endif
