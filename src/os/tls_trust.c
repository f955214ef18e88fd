/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_trust.h"

#include "os/tls_text.h"

#include <errno.h>
#include <gnutls/x509.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#define CHAIN_MAX 16		/* certificates of a chain that are looked at */

/* Dates are ours to check; keys as the public web asks for (2048 bits RSA). */
#define VERIFY_FLAGS (GNUTLS_VERIFY_DISABLE_TIME_CHECKS | \
	GNUTLS_VERIFY_DISABLE_TRUSTED_TIME_CHECKS | \
	GNUTLS_PROFILE_TO_VFLAGS(GNUTLS_PROFILE_MEDIUM))

struct tls_trust {
	gnutls_x509_trust_list_t list;
	unsigned owners;
};

/* --- loading -------------------------------------------------------------- */

static int add_path(struct tls_trust *t, const char *path, char *reason,
    size_t size)
{
	struct stat st;
	int n;

	if (stat(path, &st) < 0) {
		n = -errno;
		snprintf(reason, size, "%s: %s", path, strerror(-n));
		return n;
	}
	n = S_ISDIR(st.st_mode) ?
	    gnutls_x509_trust_list_add_trust_dir(t->list, path, NULL,
	    GNUTLS_X509_FMT_PEM, 0, 0) :
	    gnutls_x509_trust_list_add_trust_file(t->list, path, NULL,
	    GNUTLS_X509_FMT_PEM, 0, 0);
	if (n > 0)
		return n;
	snprintf(reason, size, "%s: %s", path, n < 0 ? gnutls_strerror(n) :
	    "holds no certificate");
	return -EINVAL;
}

static int add_all(struct tls_trust *t, bool use_system,
    const char *const *paths, size_t count, char *reason, size_t size)
{
	int n, total = 0;

	if (use_system) {
		n = gnutls_x509_trust_list_add_system_trust(t->list, 0, 0);
		total = n > 0 ? n : 0;
	}
	for (size_t i = 0; i < count; i++) {
		n = add_path(t, paths[i], reason, size);
		if (n < 0)
			return n;
		total += n;
	}
	if (total > 0)
		return 0;
	snprintf(reason, size, use_system ?
	    "the system has no trusted certificates" :
	    "no trusted certificates are configured");
	return -ENOENT;
}

int tls_trust_load(bool use_system, const char *const *paths, size_t count,
    struct tls_trust **ret, char *reason, size_t size)
{
	struct tls_trust *t = calloc(1, sizeof(*t));
	int rc;

	if (!t || gnutls_x509_trust_list_init(&t->list, 0) < 0) {
		snprintf(reason, size, "out of memory");
		free(t);
		return -ENOMEM;
	}
	t->owners = 1;
	rc = add_all(t, use_system, paths, count, reason, size);
	if (rc)
		tls_trust_unref(t);
	else
		*ret = t;
	return rc;
}

struct tls_trust *tls_trust_ref(struct tls_trust *t)
{
	t->owners++;
	return t;
}

void tls_trust_unref(struct tls_trust *t)
{
	if (!t || --t->owners > 0)
		return;
	gnutls_x509_trust_list_deinit(t->list, 1);
	free(t);
}

/* --- verifying ------------------------------------------------------------ */

struct chain {
	gnutls_x509_crt_t certs[CHAIN_MAX];
	unsigned count;
};

static void chain_free(struct chain *c)
{
	while (c->count > 0)
		gnutls_x509_crt_deinit(c->certs[--c->count]);
}

static bool chain_read(struct chain *c, const gnutls_datum_t *der, unsigned n)
{
	for (c->count = 0; c->count < n && c->count < CHAIN_MAX; c->count++) {
		gnutls_x509_crt_t *crt = &c->certs[c->count];

		if (gnutls_x509_crt_init(crt) < 0)
			return false;
		if (gnutls_x509_crt_import(*crt, &der[c->count],
		    GNUTLS_X509_FMT_DER) < 0) {
			gnutls_x509_crt_deinit(*crt);
			return false;
		}
	}
	return c->count > 0;
}

static bool in_date(gnutls_x509_crt_t crt, const struct tls_check *check)
{
	int64_t s = check->now.ns / NS_PER_S;

	return !check->check_times ||
	    (s >= gnutls_x509_crt_get_activation_time(crt) &&
	    s <= gnutls_x509_crt_get_expiration_time(crt));
}

/* Is crt issued by a trusted certificate that is in date? */
static bool has_anchor(const struct tls_trust *t, gnutls_x509_crt_t crt,
    const struct tls_check *check)
{
	gnutls_x509_crt_t anchor;
	bool good;

	if (gnutls_x509_trust_list_get_issuer(t->list, crt, &anchor,
	    GNUTLS_TL_GET_COPY) < 0)
		return false;
	good = in_date(anchor, check);
	gnutls_x509_crt_deinit(anchor);
	return good;
}

/*
 * Put in front those certificates that lead, each in date, from the server's to
 * a trusted one. Returns their number, or 0 when there is no such path.
 */
static unsigned find_path(const struct tls_trust *t, struct chain *c,
    const struct tls_check *check)
{
	for (unsigned n = 1; n <= c->count; n++) {
		gnutls_x509_crt_t last = c->certs[n - 1], next;
		unsigned i = n;

		if (has_anchor(t, last, check))
			return n;
		while (i < c->count && !(in_date(c->certs[i], check) &&
		    gnutls_x509_crt_check_issuer(last, c->certs[i])))
			i++;
		if (i == c->count)
			return 0;
		next = c->certs[i];
		c->certs[i] = c->certs[n];
		c->certs[n] = next;
	}
	return 0;
}

/* The library's verdict on signatures and constraints: 0 = all is well. */
static unsigned verify(const struct tls_trust *t, struct chain *c, unsigned n)
{
	static const char purpose[] = GNUTLS_KP_TLS_WWW_SERVER;
	gnutls_typed_vdata_st usage = {
		.type = GNUTLS_DT_KEY_PURPOSE_OID,
		.data = (unsigned char *)(uintptr_t)purpose,
	};
	unsigned status = 0;

	if (gnutls_x509_trust_list_verify_crt2(t->list, c->certs, n, &usage, 1,
	    VERIFY_FLAGS, &status, NULL) < 0)
		return GNUTLS_CERT_INVALID;
	return status;
}

/* Is the server's certificate itself among the trusted ones? */
static bool is_trusted(const struct tls_trust *t, struct chain *c)
{
	const struct tls_check any_time = { .check_times = false };

	return !has_anchor(t, c->certs[0], &any_time) && verify(t, c, 1) == 0;
}

static void check_issuer(const struct tls_trust *t, struct chain *c,
    const struct tls_check *check, struct tls_text *text)
{
	unsigned n = find_path(t, c, check);
	unsigned status;

	if (n == 0 && is_trusted(t, c))
		return;
	status = verify(t, c, n > 0 ? n : c->count);
	if (status != 0)
		tls_text_status(text, status, c->certs[0]);
	else if (n == 0)
		tls_text_add(text,
		    "a certificate above it is out of its dates");
}

static void check_dates(gnutls_x509_crt_t leaf, const struct tls_check *check,
    struct tls_text *text)
{
	time_t from = gnutls_x509_crt_get_activation_time(leaf);
	time_t to = gnutls_x509_crt_get_expiration_time(leaf);

	if (in_date(leaf, check))
		return;
	if (check->now.ns / NS_PER_S < from)
		tls_text_date(text, "certificate is not yet valid, not before",
		    from);
	else
		tls_text_date(text, "certificate has expired on", to);
}

static void check_name(gnutls_x509_crt_t leaf, const char *name,
    struct tls_text *text)
{
	if (!tls_names_match(leaf, name))
		tls_text_names(text, leaf, name);
}

bool tls_trust_verify(const struct tls_trust *t, const gnutls_datum_t *chain,
    unsigned count, const struct tls_check *check, char *reason, size_t size)
{
	struct tls_text text = tls_text_of(reason, size);
	struct chain c;

	if (!chain_read(&c, chain, count)) {
		tls_text_add(&text, "certificate can not be read");
	} else {
		gnutls_x509_crt_t leaf = c.certs[0];

		check_issuer(t, &c, check, &text);
		check_dates(leaf, check, &text);
		check_name(leaf, check->name, &text);
	}
	chain_free(&c);
	return text.is_empty;
}
