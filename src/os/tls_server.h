/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The server's side of TLS for NTS-KE (RFC 8915 section 3): certificates, and
 * sessions over accepted sockets. TLS 1.3 only, no tickets, no client
 * certificates.
 */
#ifndef HORA_OS_TLS_SERVER_H
#define HORA_OS_TLS_SERVER_H

#include "os/tls_session.h"

#include <stddef.h>

/* PEM text of a certificate chain and its key; borrowed. */
struct tls_pem_pair {
	const char *cert, *key;
	size_t cert_length, key_length;
};

/* A set of certificates, shared by sessions and threads; counted. */
struct tls_credentials;

/*
 * Make a set out of n pairs; of several, each session takes the one whose
 * names fit the server name that the client asks for, else the first that it
 * can use. The caller wipes its own copies of the keys. 0 with one reference
 * in *ret; otherwise -EINVAL, -EKEYREJECTED, -EIO or -ENOMEM and one line in
 * `reason`.
 */
int tls_credentials_new(const struct tls_pem_pair *pairs, size_t n,
    char *reason, size_t reason_size, struct tls_credentials **ret);

/* One reference more; returns c. Any thread. */
struct tls_credentials *tls_credentials_ref(struct tls_credentials *c);

/* One reference less; the last one frees. Any thread; NULL is allowed. */
void tls_credentials_unref(struct tls_credentials *c);

/*
 * A session over the non-blocking socket fd, which stays the caller's, as do
 * the credentials: both must outlive it. 0, or -ENOMEM or -EIO.
 */
int tls_server_session(struct tls_credentials *c, int fd,
    struct tls_session *ret);

#endif
