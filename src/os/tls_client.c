/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_client.h"

#include "base/addr.h"
#include "base/text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/uio.h>

#define SNI_SIZE 256

struct tls_client {
	struct tls_session session;
	gnutls_certificate_credentials_t cred;
	struct tls_trust *trust;
	struct tls_check check;
	int fd;
	int socket_error;	/* errno of the last failed call on fd */
	bool lacks_protocol;
	char reason[TLS_REASON_SIZE];
};

/* --- the socket: the library forgets errno on the way --------------------- */

static ssize_t note(struct tls_client *c, ssize_t n)
{
	if (n < 0) {
		c->socket_error = errno;
		gnutls_transport_set_errno(c->session.gnutls, errno);
	}
	return n;
}

static ssize_t pull(gnutls_transport_ptr_t p, void *bytes, size_t n)
{
	struct tls_client *c = p;

	return note(c, recv(c->fd, bytes, n, 0));
}

static ssize_t push(gnutls_transport_ptr_t p, const giovec_t *iov, int count)
{
	struct tls_client *c = p;
	struct msghdr msg = { .msg_iov = (struct iovec *)(uintptr_t)iov,
		.msg_iovlen = (size_t)count };

	return note(c, sendmsg(c->fd, &msg, MSG_NOSIGNAL));
}

/* --- errors --------------------------------------------------------------- */

static void set_reason(struct tls_client *c, const char *text)
{
	/* What was wrong first is why: others follow from it. */
	if (c->reason[0] == '\0')
		text_copy(c->reason, sizeof(c->reason), text);
}

static void on_alert(struct tls_client *c)
{
	gnutls_alert_description_t alert = gnutls_alert_get(c->session.gnutls);
	const char *name = gnutls_alert_get_name(alert);
	char text[TLS_REASON_SIZE];

	switch (alert) {
	case GNUTLS_A_NO_APPLICATION_PROTOCOL:
		c->lacks_protocol = true;
		return;
	case GNUTLS_A_PROTOCOL_VERSION:
		set_reason(c, "the server does not support TLS 1.3");
		return;
	case GNUTLS_A_HANDSHAKE_FAILURE:
		/* What a GnuTLS server without TLS 1.3 says. */
		set_reason(c, "the server refused: Handshake failed; "
		    "perhaps it does not support TLS 1.3");
		return;
	default:
		snprintf(text, sizeof(text), "the server refused: %s",
		    name ? name : "unknown alert");
		set_reason(c, text);
	}
}

static enum tls_status on_broken(struct tls_client *c)
{
	int error = c->socket_error;

	set_reason(c, error == ECONNRESET || error == EPIPE ?
	    "connection reset by the server" : strerror(error));
	return TLS_CLOSED;
}

/* Put into words what ended the session; the status as the caller sees it. */
static enum tls_status explain(struct tls_client *c, enum tls_status status)
{
	if (status == TLS_CLOSED) {
		set_reason(c, "connection closed by the server");
		return status;
	}
	if (status != TLS_FAILED)
		return status;
	switch (c->session.error) {
	case GNUTLS_E_PULL_ERROR:
	case GNUTLS_E_PUSH_ERROR:
		return on_broken(c);
	case GNUTLS_E_FATAL_ALERT_RECEIVED:
		on_alert(c);
		break;
	case GNUTLS_E_UNSUPPORTED_VERSION_PACKET:
		set_reason(c, "the server does not support TLS 1.3");
		break;
	case GNUTLS_E_UNEXPECTED_PACKET:
	case GNUTLS_E_UNEXPECTED_PACKET_LENGTH:
	case GNUTLS_E_RECORD_OVERFLOW:
		set_reason(c, "the server does not speak TLS");
		break;
	default:
		set_reason(c, gnutls_strerror(c->session.error));
	}
	if (c->lacks_protocol)
		set_reason(c, "the server does not offer ALPN " TLS_ALPN_NTSKE);
	return status;
}

/* --- life ----------------------------------------------------------------- */

/* In the handshake, once the server has shown its certificate. */
static int on_certificate(gnutls_session_t session)
{
	struct tls_client *c = gnutls_session_get_ptr(session);
	unsigned count = 0;
	const gnutls_datum_t *chain =
	    gnutls_certificate_get_peers(session, &count);

	if (chain && count > 0)
		tls_trust_verify(c->trust, chain, count, &c->check, c->reason,
		    sizeof(c->reason));
	else
		set_reason(c, "the server has no certificate");
	return c->reason[0] ? GNUTLS_E_CERTIFICATE_ERROR : 0;
}

static int set_name(struct tls_client *c)
{
	char host[SNI_SIZE];
	struct ip_addr ip;
	size_t n;

	if (ip_parse(c->check.name, &ip))
		return 0;		/* RFC 6066 section 3: no addresses */
	if (!text_copy(host, sizeof(host), c->check.name))
		return GNUTLS_E_INVALID_REQUEST;
	n = strlen(host);
	if (n > 0 && host[n - 1] == '.')
		n--;
	return gnutls_server_name_set(c->session.gnutls, GNUTLS_NAME_DNS, host,
	    n);
}

static int configure(struct tls_client *c, gnutls_session_t s)
{
	const gnutls_datum_t alpn = {
		(unsigned char *)(uintptr_t)TLS_ALPN_NTSKE,
		sizeof(TLS_ALPN_NTSKE) - 1
	};
	int rc;

	/* The system's crypto policy, and of its versions only this one. */
	rc = gnutls_set_default_priority_append(s, "-VERS-ALL:+VERS-TLS1.3",
	    NULL, 0);
	if (rc >= 0)
		rc = gnutls_credentials_set(s, GNUTLS_CRD_CERTIFICATE, c->cred);
	if (rc >= 0)
		rc = gnutls_alpn_set_protocols(s, &alpn, 1, 0);
	if (rc >= 0)
		rc = set_name(c);
	if (rc < 0)
		return rc;
	gnutls_session_set_ptr(s, c);
	gnutls_session_set_verify_function(s, on_certificate);
	/* The caller has the time limit, for everything together. */
	gnutls_handshake_set_timeout(s, GNUTLS_INDEFINITE_TIMEOUT);
	gnutls_transport_set_ptr(s, c);
	gnutls_transport_set_pull_function(s, pull);
	gnutls_transport_set_vec_push_function(s, push);
	return 0;
}

int tls_client_new(int fd, struct tls_trust *trust,
    const struct tls_check *check, struct tls_client **ret)
{
	struct tls_client *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	c->trust = tls_trust_ref(trust);
	c->check = *check;
	c->fd = fd;
	rc = gnutls_certificate_allocate_credentials(&c->cred);
	if (rc >= 0)
		rc = gnutls_init(&c->session.gnutls, GNUTLS_CLIENT |
		    GNUTLS_NONBLOCK | GNUTLS_NO_SIGNAL | GNUTLS_NO_TICKETS);
	if (rc >= 0)
		rc = configure(c, c->session.gnutls);
	if (rc < 0) {
		tls_client_free(c);
		return rc == GNUTLS_E_MEMORY_ERROR ? -ENOMEM : -EIO;
	}
	*ret = c;
	return 0;
}

void tls_client_free(struct tls_client *c)
{
	if (!c)
		return;
	tls_session_free(&c->session);
	if (c->cred)
		gnutls_certificate_free_credentials(c->cred);
	tls_trust_unref(c->trust);
	free(c);
}

/* --- use ------------------------------------------------------------------ */

enum tls_status tls_client_handshake(struct tls_client *c)
{
	enum tls_status status = explain(c, tls_handshake(&c->session));

	if (status != TLS_DONE || tls_alpn_is(&c->session, TLS_ALPN_NTSKE))
		return status;
	c->lacks_protocol = true;
	set_reason(c, "the server does not offer ALPN " TLS_ALPN_NTSKE);
	return TLS_FAILED;
}

enum tls_status tls_client_write(struct tls_client *c, const void *bytes,
    size_t n, size_t *ret_n)
{
	return explain(c, tls_write(&c->session, bytes, n, ret_n));
}

enum tls_status tls_client_read(struct tls_client *c, void *bytes, size_t size,
    size_t *ret_n)
{
	return explain(c, tls_read(&c->session, bytes, size, ret_n));
}

int tls_client_export(struct tls_client *c, const char *label,
    const void *context, size_t context_n, void *out, size_t n)
{
	return tls_export(&c->session, label, context, context_n, out, n);
}

void tls_client_bye(struct tls_client *c)
{
	tls_bye(&c->session);
}

bool tls_client_lacks_protocol(const struct tls_client *c)
{
	return c->lacks_protocol;
}

const char *tls_client_reason(const struct tls_client *c)
{
	return c->reason;
}
