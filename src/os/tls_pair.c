/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_pair.h"

#include <errno.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <limits.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

/* Dates for people: "2026-03-01 12:00:00 UTC". */
static const char *date_text(time_t t, char buf[32])
{
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL ||
	    strftime(buf, 32, "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(buf, 32, "an unreadable date");
	return buf;
}

static int check_dates(gnutls_x509_crt_t crt, struct wall_time now,
    char *reason, size_t size)
{
	time_t from = gnutls_x509_crt_get_activation_time(crt);
	time_t to = gnutls_x509_crt_get_expiration_time(crt);
	int64_t s = now.ns / NS_PER_S;
	char text[32];

	if (from == (time_t)-1 || to == (time_t)-1) {
		snprintf(reason, size, "certificate has unreadable dates");
		return -EINVAL;
	}
	if (s < from) {
		snprintf(reason, size, "certificate is not valid before %s",
		    date_text(from, text));
		return -EKEYEXPIRED;
	}
	if (s > to) {
		snprintf(reason, size, "certificate expired on %s",
		    date_text(to, text));
		return -EKEYEXPIRED;
	}
	return 0;
}

int tls_pair_error(int rc)
{
	switch (rc) {
	case GNUTLS_E_MEMORY_ERROR:
		return -ENOMEM;
	case GNUTLS_E_CERTIFICATE_KEY_MISMATCH:
		return -EKEYREJECTED;
	case GNUTLS_E_LIB_IN_ERROR_STATE:
	case GNUTLS_E_SELF_TEST_ERROR:
	case GNUTLS_E_INTERNAL_ERROR:
		return -EIO;
	default:
		return -EINVAL;
	}
}

/* First certificate of the chain; the caller deinits *ret on success. */
static int load_leaf(const gnutls_datum_t *pem, gnutls_x509_crt_t *ret,
    char *reason, size_t size)
{
	gnutls_x509_crt_t *chain = NULL;
	unsigned count = 0;
	int rc = gnutls_x509_crt_list_import2(&chain, &count, pem,
	    GNUTLS_X509_FMT_PEM, 0);

	if (rc < 0) {
		snprintf(reason, size, "certificate can not be read: %s",
		    gnutls_strerror(rc));
		return tls_pair_error(rc);
	}
	if (count == 0) {
		gnutls_free(chain);
		snprintf(reason, size, "certificate file holds none");
		return -EINVAL;
	}
	*ret = chain[0];
	while (count-- > 1)
		gnutls_x509_crt_deinit(chain[count]);
	gnutls_free(chain);
	return 0;
}

static int load_key(const gnutls_datum_t *pem, char *reason, size_t size)
{
	gnutls_x509_privkey_t key;
	int rc = gnutls_x509_privkey_init(&key);

	if (rc < 0)
		return tls_pair_error(rc);
	rc = gnutls_x509_privkey_import2(key, pem, GNUTLS_X509_FMT_PEM, NULL,
	    GNUTLS_PKCS_PLAIN);
	gnutls_x509_privkey_deinit(key);
	if (rc < 0) {
		snprintf(reason, size, "private key can not be read: %s",
		    gnutls_strerror(rc));
		return tls_pair_error(rc);
	}
	return 0;
}

/* The very call that the server makes decides whether the two belong. */
static int check_match(const gnutls_datum_t *cert, const gnutls_datum_t *key,
    char *reason, size_t size)
{
	gnutls_certificate_credentials_t cred;
	int rc = gnutls_certificate_allocate_credentials(&cred);

	if (rc < 0)
		return tls_pair_error(rc);
	rc = gnutls_certificate_set_x509_key_mem2(cred, cert, key,
	    GNUTLS_X509_FMT_PEM, NULL, 0);
	gnutls_certificate_free_credentials(cred);
	if (rc == GNUTLS_E_CERTIFICATE_KEY_MISMATCH) {
		snprintf(reason, size,
		    "private key does not belong to the certificate");
		return -EKEYREJECTED;
	}
	if (rc < 0) {
		snprintf(reason, size, "certificate and key can not be used: %s",
		    gnutls_strerror(rc));
		return tls_pair_error(rc);
	}
	return 0;
}

int tls_pair_check(const void *cert_pem, size_t cert_len, const void *key_pem,
    size_t key_len, struct wall_time now, char *reason, size_t reason_size)
{
	gnutls_datum_t cert = { (void *)(uintptr_t)cert_pem, (unsigned)cert_len };
	gnutls_datum_t key = { (void *)(uintptr_t)key_pem, (unsigned)key_len };
	gnutls_x509_crt_t leaf;
	int rc;

	if (reason_size == 0 || cert_len > UINT_MAX || key_len > UINT_MAX)
		return -EINVAL;
	/* Stands when the library fails without a better one. */
	snprintf(reason, reason_size, "out of memory or TLS library unusable");
	rc = load_leaf(&cert, &leaf, reason, reason_size);
	if (rc < 0)
		return rc;
	rc = load_key(&key, reason, reason_size);
	if (rc == 0)
		rc = check_match(&cert, &key, reason, reason_size);
	if (rc == 0)
		rc = check_dates(leaf, now, reason, reason_size);
	gnutls_x509_crt_deinit(leaf);
	if (rc == 0)
		reason[0] = '\0';
	return rc;
}
