/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_server.h"

#include "os/tls_pair.h"

#include <errno.h>
#include <limits.h>
#include <stdatomic.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/* No handshake message of a client is nearly as long; bounds its memory. */
#define HANDSHAKE_MAX 32768

struct tls_credentials {
	atomic_uint references;
	gnutls_certificate_credentials_t gnutls;
	gnutls_priority_t priority;
};

static int add_pair(struct tls_credentials *c, const struct tls_pem_pair *p)
{
	gnutls_datum_t cert = {
		(void *)(uintptr_t)p->cert, (unsigned)p->cert_length
	};
	gnutls_datum_t key = {
		(void *)(uintptr_t)p->key, (unsigned)p->key_length
	};

	if (p->cert_length > UINT_MAX || p->key_length > UINT_MAX)
		return GNUTLS_E_INVALID_REQUEST;
	return gnutls_certificate_set_x509_key_mem2(c->gnutls, &cert, &key,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
}

/* Fill a new set; an error of the library. */
static int fill(struct tls_credentials *c, const struct tls_pem_pair *pairs,
    size_t n)
{
	int rc = gnutls_priority_init(&c->priority, TLS_PRIORITY, NULL);

	if (rc < 0)
		return rc;
	rc = gnutls_certificate_allocate_credentials(&c->gnutls);
	for (size_t i = 0; i < n && rc >= 0; i++)
		rc = add_pair(c, &pairs[i]);
	return rc;
}

int tls_credentials_new(const struct tls_pem_pair *pairs, size_t n,
    char *reason, size_t reason_size, struct tls_credentials **ret)
{
	struct tls_credentials *c = calloc(1, sizeof(*c));
	int rc;

	if (c == NULL) {
		snprintf(reason, reason_size, "out of memory");
		return -ENOMEM;
	}
	atomic_init(&c->references, 1);
	rc = fill(c, pairs, n);
	if (rc < 0) {
		snprintf(reason, reason_size, "%s", gnutls_strerror(rc));
		tls_credentials_unref(c);
		return tls_pair_error(rc);
	}
	*ret = c;
	return 0;
}

struct tls_credentials *tls_credentials_ref(struct tls_credentials *c)
{
	atomic_fetch_add(&c->references, 1);
	return c;
}

void tls_credentials_unref(struct tls_credentials *c)
{
	if (c == NULL || atomic_fetch_sub(&c->references, 1) != 1)
		return;
	/* The library wipes the keys that it frees. */
	if (c->gnutls != NULL)
		gnutls_certificate_free_credentials(c->gnutls);
	if (c->priority != NULL)
		gnutls_priority_deinit(c->priority);
	free(c);
}

/* Everything but the transport; an error of the library. */
static int prepare(gnutls_session_t g, struct tls_credentials *c)
{
	/*
	 * A client that offers no or another protocol may shake hands and is
	 * then disconnected (reference: behaviour.md 4.2), so no flag here.
	 */
	static const gnutls_datum_t alpn = {
		(unsigned char *)(uintptr_t)TLS_ALPN_NTSKE,
		sizeof(TLS_ALPN_NTSKE) - 1
	};
	int rc = gnutls_priority_set(g, c->priority);

	if (rc >= 0)
		rc = gnutls_credentials_set(g, GNUTLS_CRD_CERTIFICATE,
		    c->gnutls);
	if (rc >= 0)
		rc = gnutls_alpn_set_protocols(g, &alpn, 1, 0);
	if (rc < 0)
		return rc;
	gnutls_certificate_server_set_request(g, GNUTLS_CERT_IGNORE);
	gnutls_handshake_set_max_packet_length(g, HANDSHAKE_MAX);
	return 0;
}

int tls_server_session(struct tls_credentials *c, int fd,
    struct tls_session *ret)
{
	struct tls_session s = { 0 };
	int rc = gnutls_init(&s.gnutls, GNUTLS_SERVER | GNUTLS_NONBLOCK |
	    GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);

	if (rc >= 0)
		rc = prepare(s.gnutls, c);
	if (rc < 0) {
		tls_session_free(&s);
		return rc == GNUTLS_E_MEMORY_ERROR ? -ENOMEM : -EIO;
	}
	gnutls_transport_set_int(s.gnutls, fd);
	*ret = s;
	return 0;
}
