/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One TLS 1.3 connection over a non-blocking socket, either side. It never
 * waits: each step says what it waits for, and the caller polls. Servers make
 * one by os/tls_server.h, clients by os/tls_client.h.
 */
#ifndef HORA_OS_TLS_SESSION_H
#define HORA_OS_TLS_SESSION_H

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

/*
 * Only TLS 1.3 (RFC 8915 section 3), otherwise what the system's policy gives.
 * For gnutls_priority_init and gnutls_priority_set_direct.
 */
#define TLS_PRIORITY "NORMAL:-VERS-ALL:+VERS-TLS1.3"

#define TLS_ALPN_NTSKE "ntske/1"

enum tls_status {
	TLS_DONE,		/* the step is complete */
	TLS_WANT_READ,		/* call again when the socket is readable */
	TLS_WANT_WRITE,		/* call again when it is writable */
	TLS_CLOSED,		/* the peer has closed */
	TLS_FAILED,		/* broken; tls_error says why */
};

struct tls_session {
	gnutls_session_t gnutls;
	int error;		/* last error of the library */
};

/* Shake hands. TLS_DONE: data may flow. */
enum tls_status tls_handshake(struct tls_session *s);

/* Did both sides agree on this protocol by ALPN? After the handshake. */
bool tls_alpn_is(struct tls_session *s, const char *protocol);

/*
 * Read at most `size` bytes. TLS_DONE: *ret_n of them (at least one) have come.
 * TLS_CLOSED: the peer has ended its side in order.
 */
enum tls_status tls_read(struct tls_session *s, void *buf, size_t size,
    size_t *ret_n);

/*
 * Write bytes. TLS_DONE: *ret_n of them are on their way. When it wants to be
 * called again, it must be with the same bytes.
 */
enum tls_status tls_write(struct tls_session *s, const void *bytes, size_t n,
    size_t *ret_n);

/* End our side (close_notify). TLS_DONE, TLS_WANT_WRITE or TLS_FAILED. */
enum tls_status tls_bye(struct tls_session *s);

/*
 * Export n bytes of keys (RFC 5705, RFC 8446 section 7.5); after the handshake.
 * 0, or -EIO.
 */
int tls_export(struct tls_session *s, const char *label, const void *context,
    size_t context_n, void *out, size_t n);

/*
 * The last failure in words, for a log line; an alert of the peer is named.
 * Writes into and returns buf.
 */
const char *tls_error(struct tls_session *s, char *buf, size_t size);

/* Release; the socket stays open. A zeroed session is allowed. */
void tls_session_free(struct tls_session *s);

#endif
