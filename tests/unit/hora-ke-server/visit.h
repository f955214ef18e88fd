/* SPDX-License-Identifier: Apache-2.0 */
/* A client of the NTS-KE server of io_lab.h: the calls of its thread. */
#ifndef HORA_TESTS_KE_SERVER_VISIT_H
#define HORA_TESTS_KE_SERVER_VISIT_H

#include "unit/hora-ke-server/io_lab.h"

struct visit {
	const char *priority;		/* NULL: as the server wants it */
	const char *alpn, *name;
	/* found out */
	int handshake;			/* GnuTLS result */
	gnutls_datum_t cert;		/* DER, of the server */
	gnutls_session_t tls;
	int fd;
};

static inline int dial(const struct lab *lab)
{
	struct sockaddr_in to = {
		.sin_family = AF_INET, .sin_port = htons(lab->port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK),
	};
	struct timeval limit = { 5, 0 };
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof(limit));
	CHECK(connect(fd, (struct sockaddr *)&to, sizeof(to)) == 0);
	return fd;
}

static inline void shake(const struct lab *lab, struct visit *v,
    gnutls_certificate_credentials_t cred)
{
	gnutls_datum_t alpn = { (unsigned char *)(uintptr_t)v->alpn, 0 };
	const gnutls_datum_t *peer;
	unsigned n;

	v->fd = dial(lab);
	CHECK(gnutls_init(&v->tls, GNUTLS_CLIENT) == 0);
	CHECK(gnutls_priority_set_direct(v->tls,
	    v->priority ? v->priority : TLS_PRIORITY, NULL) == 0);
	gnutls_credentials_set(v->tls, GNUTLS_CRD_CERTIFICATE, cred);
	if (v->alpn != NULL) {
		alpn.size = (unsigned)strlen(v->alpn);
		gnutls_alpn_set_protocols(v->tls, &alpn, 1, 0);
	}
	if (v->name != NULL)
		gnutls_server_name_set(v->tls, GNUTLS_NAME_DNS, v->name,
		    strlen(v->name));
	gnutls_transport_set_int(v->tls, v->fd);
	do
		v->handshake = gnutls_handshake(v->tls);
	while (v->handshake < 0 && !gnutls_error_is_fatal(v->handshake));
	peer = gnutls_certificate_get_peers(v->tls, &n);
	if (peer != NULL)
		v->cert = peer[0];
}

static inline void hang_up(struct visit *v)
{
	gnutls_deinit(v->tls);
	close(v->fd);
}

/* All bytes of the reply; their number, or a GnuTLS error. */
static inline ssize_t read_reply(struct visit *v, uint8_t *out, size_t size)
{
	size_t have = 0;

	for (;;) {
		ssize_t n = gnutls_record_recv(v->tls, out + have, size - have);

		if (n == GNUTLS_E_PREMATURE_TERMINATION || n == 0)
			return (ssize_t)have;
		if (n < 0)
			return n;
		have += (size_t)n;
	}
}

static const uint8_t good_request[] = {
	0x80, 1, 0, 2, 0, 0,  0x80, 4, 0, 2, 0, 15,  0x80, 0, 0, 0,
};

static inline int count_cookies(const uint8_t *bytes, size_t n)
{
	struct reader r = reader_of(bytes, n);
	struct ke_record record;
	int cookies = 0;

	while (ke_next(&r, &record))
		cookies += record.type == KE_COOKIE;
	return cookies;
}

/* Shake hands, ask, and count the cookies; -1 when there is no whole reply. */
static inline int visit_for_cookies(struct lab *lab, struct visit *v,
    gnutls_certificate_credentials_t cred)
{
	uint8_t reply[4096];
	ssize_t n;

	v->alpn = "ntske/1";
	shake(lab, v, cred);
	if (v->handshake != 0)
		return -1;
	gnutls_record_send(v->tls, good_request, sizeof(good_request));
	n = read_reply(v, reply, sizeof(reply));
	if (n <= 0 || ke_message_state(reply, (size_t)n) != KE_COMPLETE)
		return -1;
	return count_cookies(reply, (size_t)n);
}

/* What the server's kernel answered, up to now: 0, or ECONNRESET after a reset. */
static inline int socket_error(int fd)
{
	socklen_t n = sizeof(int);
	int error = -1;

	getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &n);
	return error;
}

static inline gnutls_certificate_credentials_t anybody(void)
{
	gnutls_certificate_credentials_t cred;

	CHECK(gnutls_certificate_allocate_credentials(&cred) == 0);
	return cred;
}

#endif
