/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_session.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

/* Warnings that may come at any time before the step is over. */
#define QUIET_RETRIES 16

/* What a failed call of the library means; *again: call it once more. */
static enum tls_status status_of(struct tls_session *s, int rc, bool *again)
{
	*again = false;
	switch (rc) {
	case GNUTLS_E_AGAIN:
		return gnutls_record_get_direction(s->gnutls) ?
		    TLS_WANT_WRITE : TLS_WANT_READ;
	case GNUTLS_E_INTERRUPTED:
	case GNUTLS_E_WARNING_ALERT_RECEIVED:
		*again = true;
		return TLS_WANT_READ;
	case GNUTLS_E_PREMATURE_TERMINATION:
		s->error = rc;
		return TLS_CLOSED;
	default:
		/*
		 * Some errors are not fatal to the library, such as a request
		 * to renegotiate; none of them belongs into NTS-KE.
		 */
		s->error = rc;
		return TLS_FAILED;
	}
}

enum tls_status tls_handshake(struct tls_session *s)
{
	enum tls_status status = TLS_FAILED;
	bool again = true;

	for (int i = 0; i < QUIET_RETRIES && again; i++) {
		int rc = gnutls_handshake(s->gnutls);

		if (rc == GNUTLS_E_SUCCESS)
			return TLS_DONE;
		status = status_of(s, rc, &again);
	}
	/* A peer that only sends warnings is not worth waiting for. */
	if (again)
		return TLS_FAILED;
	/* The other side shall learn why; if it can not be told, so be it. */
	if (status == TLS_FAILED)
		gnutls_alert_send_appropriate(s->gnutls, s->error);
	return status;
}

bool tls_alpn_is(struct tls_session *s, const char *protocol)
{
	gnutls_datum_t chosen;
	size_t n = strlen(protocol);

	return gnutls_alpn_get_selected_protocol(s->gnutls, &chosen) == 0 &&
	    chosen.size == n && memcmp(chosen.data, protocol, n) == 0;
}

enum tls_status tls_read(struct tls_session *s, void *buf, size_t size,
    size_t *ret_n)
{
	enum tls_status status = TLS_FAILED;
	bool again = true;

	for (int i = 0; i < QUIET_RETRIES && again; i++) {
		ssize_t n = gnutls_record_recv(s->gnutls, buf, size);

		if (n == 0)
			return TLS_CLOSED;
		if (n > 0) {
			*ret_n = (size_t)n;
			return TLS_DONE;
		}
		status = status_of(s, (int)n, &again);
	}
	return again ? TLS_FAILED : status;
}

enum tls_status tls_write(struct tls_session *s, const void *bytes, size_t n,
    size_t *ret_n)
{
	enum tls_status status = TLS_FAILED;
	bool again = true;

	for (int i = 0; i < QUIET_RETRIES && again; i++) {
		ssize_t done = gnutls_record_send(s->gnutls, bytes, n);

		if (done >= 0) {
			*ret_n = (size_t)done;
			return TLS_DONE;
		}
		status = status_of(s, (int)done, &again);
	}
	return again ? TLS_FAILED : status;
}

enum tls_status tls_bye(struct tls_session *s)
{
	bool again;
	int rc = gnutls_bye(s->gnutls, GNUTLS_SHUT_WR);

	return rc == GNUTLS_E_SUCCESS ? TLS_DONE : status_of(s, rc, &again);
}

int tls_export(struct tls_session *s, const char *label, const void *context,
    size_t context_n, void *out, size_t n)
{
	int rc = gnutls_prf_rfc5705(s->gnutls, strlen(label), label, context_n,
	    context, n, out);

	if (rc == GNUTLS_E_SUCCESS)
		return 0;
	s->error = rc;
	return -EIO;
}

const char *tls_error(struct tls_session *s, char *buf, size_t size)
{
	const char *alert = NULL;

	if (s->error == GNUTLS_E_FATAL_ALERT_RECEIVED)
		alert = gnutls_alert_get_name(gnutls_alert_get(s->gnutls));
	if (alert != NULL)
		snprintf(buf, size, "peer sent the alert: %s", alert);
	else if (s->error == GNUTLS_E_NO_CIPHER_SUITES ||
	    s->error == GNUTLS_E_UNSUPPORTED_VERSION_PACKET)
		/* The library's words hide what it nearly always is. */
		snprintf(buf, size, "peer offers no TLS 1.3, or no cipher suite "
		    "of it that we have");
	else
		snprintf(buf, size, "%s", gnutls_strerror(s->error));
	return buf;
}

void tls_session_free(struct tls_session *s)
{
	if (s->gnutls != NULL)
		gnutls_deinit(s->gnutls);
	*s = (struct tls_session){ 0 };
}
