/* SPDX-License-Identifier: Apache-2.0 */
/* Certificates made for a test: names, dates and issuers as it needs them. */
#ifndef HORA_TESTS_CERT_RECIPES_H
#define HORA_TESTS_CERT_RECIPES_H

#include <gnutls/abstract.h>
#include <gnutls/gnutls.h>
#include <gnutls/x509.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#define DAY 86400
#define CERTS_NOW 1800000000	/* the day of all tests, in Unix seconds */

struct cert {
	gnutls_x509_crt_t crt;
	gnutls_x509_privkey_t key;
};

/* What a certificate says; times in days from CERTS_NOW. */
struct recipe {
	const char *cn, *dns, *dns2;
	uint8_t ip[4];
	int from, to;		/* both 0: -10 to 10 */
	bool is_ca;
	const char *purpose;	/* NULL: TLS server */
};

static inline void check(int rc)
{
	if (rc < 0)
		fail_msg("gnutls: %s", gnutls_strerror(rc));
}

static inline void put_names(gnutls_x509_crt_t crt, const struct recipe *r)
{
	static const uint8_t none[4];

	check(gnutls_x509_crt_set_dn_by_oid(crt, GNUTLS_OID_X520_COMMON_NAME, 0,
	    r->cn, (unsigned)strlen(r->cn)));
	if (r->dns)
		check(gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_DNSNAME, r->dns, (unsigned)strlen(r->dns),
		    GNUTLS_FSAN_SET));
	if (r->dns2)
		check(gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_DNSNAME, r->dns2, (unsigned)strlen(r->dns2),
		    GNUTLS_FSAN_APPEND));
	if (memcmp(r->ip, none, 4) != 0)
		check(gnutls_x509_crt_set_subject_alt_name(crt,
		    GNUTLS_SAN_IPADDRESS, r->ip, 4, GNUTLS_FSAN_APPEND));
}

static inline void put_usage(gnutls_x509_crt_t crt, const struct recipe *r)
{
	check(gnutls_x509_crt_set_basic_constraints(crt, r->is_ca, -1));
	check(gnutls_x509_crt_set_key_usage(crt, r->is_ca ?
	    GNUTLS_KEY_KEY_CERT_SIGN : GNUTLS_KEY_DIGITAL_SIGNATURE));
	if (!r->is_ca)
		check(gnutls_x509_crt_set_key_purpose_oid(crt, r->purpose ?
		    r->purpose : GNUTLS_KP_TLS_WWW_SERVER, 0));
}

/* A new key and its certificate, signed by `issuer` or, when NULL, itself. */
static inline struct cert cert_new(const struct recipe *r,
    const struct cert *issuer)
{
	static uint32_t serial;
	struct cert c;
	bool usual = r->from == 0 && r->to == 0;
	uint8_t number[4];

	serial++;
	memcpy(number, &serial, sizeof(number));
	number[3] = 1;
	check(gnutls_x509_privkey_init(&c.key));
	check(gnutls_x509_privkey_generate(c.key, GNUTLS_PK_ECDSA,
	    GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1), 0));
	check(gnutls_x509_crt_init(&c.crt));
	check(gnutls_x509_crt_set_version(c.crt, 3));
	check(gnutls_x509_crt_set_serial(c.crt, number, sizeof(number)));
	check(gnutls_x509_crt_set_activation_time(c.crt,
	    CERTS_NOW + DAY * (usual ? -10 : r->from)));
	check(gnutls_x509_crt_set_expiration_time(c.crt,
	    CERTS_NOW + DAY * (usual ? 10 : r->to)));
	put_names(c.crt, r);
	put_usage(c.crt, r);
	check(gnutls_x509_crt_set_key(c.crt, c.key));
	if (!issuer)
		issuer = &c;
	check(gnutls_x509_crt_sign2(c.crt, issuer->crt, issuer->key,
	    GNUTLS_DIG_SHA256, 0));
	return c;
}

static inline void cert_free(struct cert *c)
{
	gnutls_x509_crt_deinit(c->crt);
	gnutls_x509_privkey_deinit(c->key);
}

/* Append the certificate to a PEM file. */
static inline void cert_append(const struct cert *c, const char *path)
{
	gnutls_datum_t pem;
	FILE *f = fopen(path, "a");

	assert_non_null(f);
	check(gnutls_x509_crt_export2(c->crt, GNUTLS_X509_FMT_PEM, &pem));
	assert_int_equal(fwrite(pem.data, 1, pem.size, f), pem.size);
	fclose(f);
	gnutls_free(pem.data);
}

#endif
