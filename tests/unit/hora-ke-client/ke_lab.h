/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A server for hora-ke-client to meet: a thread that takes one connection at a
 * time on a port of the loopback and behaves as it is told.
 */
#ifndef HORA_TESTS_KE_LAB_H
#define HORA_TESTS_KE_LAB_H

#include "unit/os/cert_recipes.h"

#include "base/bytes.h"
#include "nts/exporter.h"
#include "wire/ke.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <unistd.h>

#define REPLY_MAX 20000

enum behaviour {
	BE_GOOD,		/* TLS, request, reply, close */
	BE_PATIENT,		/* and wait for the client's own end */
	BE_CLOSE,		/* close at once */
	BE_RESET,		/* reset once the client has spoken */
	BE_SSH,			/* speak something else */
	BE_CLOSE_HELLO,		/* close after the client's first bytes */
	BE_SILENT,		/* TLS and nothing more, for 1 s */
};

struct ke_server {
	/* told */
	enum behaviour behaviour;
	const char *priority, *alpn;
	struct cert chain[2];
	unsigned chain_length;
	uint8_t reply[REPLY_MAX];
	size_t reply_length;
	uint16_t key_aead;		/* to be exported, in both contexts */
	/* what came of it */
	uint8_t request[256];
	size_t request_length;
	char sni[64];
	uint8_t c2s[32], s2c[32];
	uint8_t old_c2s[32], old_s2c[32];	/* as without record 1024 */
	int end;			/* BE_PATIENT: what came, 1 = nothing yet */
	/* its own */
	uint16_t port;
	int listener;
	pthread_t thread;
};

static inline void server_key(const struct ke_server *s,
    gnutls_session_t session, bool compliant, enum nts_direction d,
    uint8_t out[32])
{
	uint8_t context[EXPORTER_CONTEXT_SIZE];

	exporter_context(s->key_aead, compliant, d, context);
	check(gnutls_prf_rfc5705(session, strlen(EXPORTER_LABEL),
	    EXPORTER_LABEL, sizeof(context), (char *)context,
	    s->key_aead == 15 ? 32 : 16, (char *)out));
}

static inline void server_records(struct ke_server *s, gnutls_session_t session)
{
	size_t length = sizeof(s->sni) - 1;
	unsigned type;
	ssize_t n;

	gnutls_server_name_get(session, s->sni, &length, &type, 0);
	n = gnutls_record_recv(session, s->request, sizeof(s->request));
	s->request_length = n > 0 ? (size_t)n : 0;
	server_key(s, session, true, NTS_C2S, s->c2s);
	server_key(s, session, true, NTS_S2C, s->s2c);
	server_key(s, session, false, NTS_C2S, s->old_c2s);
	server_key(s, session, false, NTS_S2C, s->old_s2c);
	for (size_t sent = 0; sent < s->reply_length; sent += (size_t)n) {
		n = gnutls_record_send(session, s->reply + sent,
		    s->reply_length - sent);
		if (n <= 0)
			break;
	}
	if (s->behaviour == BE_SILENT)
		poll(NULL, 0, 1000);
	gnutls_bye(session, GNUTLS_SHUT_WR);
	if (s->behaviour == BE_PATIENT)
		__atomic_store_n(&s->end, (int)gnutls_record_recv(session,
		    s->reply, sizeof(s->reply)), __ATOMIC_RELEASE);
}

static inline void server_tls(struct ke_server *s, int fd)
{
	gnutls_certificate_credentials_t cred;
	gnutls_session_t session;
	gnutls_x509_crt_t chain[2] = { s->chain[0].crt, s->chain[1].crt };
	gnutls_datum_t alpn = { (unsigned char *)(uintptr_t)s->alpn,
		s->alpn ? (unsigned)strlen(s->alpn) : 0 };
	int rc;

	check(gnutls_certificate_allocate_credentials(&cred));
	check(gnutls_certificate_set_x509_key(cred, chain,
	    (int)s->chain_length, s->chain[0].key));
	check(gnutls_init(&session, GNUTLS_SERVER));
	check(gnutls_priority_set_direct(session, s->priority, NULL));
	check(gnutls_credentials_set(session, GNUTLS_CRD_CERTIFICATE, cred));
	if (s->alpn)
		check(gnutls_alpn_set_protocols(session, &alpn, 1,
		    GNUTLS_ALPN_MANDATORY));
	gnutls_handshake_set_timeout(session, 5000);
	gnutls_transport_set_int(session, fd);
	do
		rc = gnutls_handshake(session);
	while (rc < 0 && !gnutls_error_is_fatal(rc));
	if (rc == 0)
		server_records(s, session);
	else
		gnutls_alert_send_appropriate(session, rc);
	gnutls_deinit(session);
	gnutls_certificate_free_credentials(cred);
}

static inline void server_behave(struct ke_server *s, int fd)
{
	static const char ssh[] = "SSH-2.0-OpenSSH_9.2p1 Debian-2\r\n";
	struct linger reset = { 1, 0 };
	char bytes[2048];

	switch (s->behaviour) {
	case BE_GOOD:
	case BE_PATIENT:
	case BE_SILENT:
		server_tls(s, fd);
		break;
	case BE_CLOSE:
		/* What is unread would turn the close into a reset. */
		shutdown(fd, SHUT_WR);
		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
		break;
	case BE_RESET:
		if (read(fd, bytes, 1) < 0)
			break;
		setsockopt(fd, SOL_SOCKET, SO_LINGER, &reset, sizeof(reset));
		break;
	case BE_SSH:
		if (write(fd, ssh, sizeof(ssh) - 1) < 0)
			break;
		shutdown(fd, SHUT_WR);
		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
		break;
	case BE_CLOSE_HELLO:
		if (read(fd, bytes, sizeof(bytes)) < 0)
			break;
		shutdown(fd, SHUT_WR);
		while (read(fd, bytes, sizeof(bytes)) > 0)
			;
		break;
	}
}

static inline void *server_main(void *arg)
{
	struct ke_server *s = arg;

	for (;;) {
		int fd = accept(s->listener, NULL, NULL);

		if (fd < 0)
			return NULL;
		server_behave(s, fd);
		close(fd);
	}
}

static inline void server_start(struct ke_server *s)
{
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(sin);

	s->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	assert_true(s->listener >= 0);
	assert_int_equal(bind(s->listener, (struct sockaddr *)&sin, length), 0);
	assert_int_equal(listen(s->listener, 64), 0);
	getsockname(s->listener, (struct sockaddr *)&sin, &length);
	s->port = ntohs(sin.sin_port);
	assert_int_equal(pthread_create(&s->thread, NULL, server_main, s), 0);
}

static inline void server_stop(struct ke_server *s)
{
	shutdown(s->listener, SHUT_RDWR);	/* wakes accept */
	pthread_join(s->thread, NULL);
	close(s->listener);
}

/* A good reply: protocol, this AEAD, 8 cookies of 100 bytes; End unless asked. */
static inline struct writer reply_begin(struct ke_server *s, uint16_t aead)
{
	struct writer w = writer_of(s->reply, sizeof(s->reply));
	uint8_t cookie[100];

	ke_put_u16(&w, KE_NEXT_PROTOCOL, true, KE_PROTOCOL_NTPV4);
	ke_put_u16(&w, KE_AEAD, true, aead);
	for (int i = 0; i < 8; i++) {
		memset(cookie, i + 1, sizeof(cookie));
		ke_put(&w, KE_COOKIE, false, cookie, sizeof(cookie));
	}
	s->key_aead = aead;
	return w;
}

static inline void reply_end(struct ke_server *s, struct writer *w)
{
	ke_put(w, KE_END, true, NULL, 0);
	assert_false(w->bad);
	s->reply_length = writer_length(w);
}

#endif
