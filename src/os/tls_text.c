/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tls_text.h"

#include "base/addr.h"
#include "base/text.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#define NAME_SIZE 256
#define NAMES_MAX 4		/* names of a certificate that are listed */

struct tls_text tls_text_of(char *text, size_t size)
{
	text[0] = '\0';
	return (struct tls_text){ text, size, true };
}

void tls_text_add(struct tls_text *t, const char *format, ...)
{
	size_t n = strlen(t->text);
	va_list ap;

	if (!t->is_empty)
		n += (size_t)snprintf(t->text + n, t->size - n, "; ");
	t->is_empty = false;
	if (n >= t->size)
		return;
	va_start(ap, format);
	vsnprintf(t->text + n, t->size - n, format, ap);
	va_end(ap);
	for (char *p = t->text + n; *p; p++)
		if (*p < ' ' || *p > '~')
			*p = '?';
}

void tls_text_date(struct tls_text *t, const char *words, time_t date)
{
	struct tm tm;
	char text[32];

	if (!gmtime_r(&date, &tm) ||
	    strftime(text, sizeof(text), "%Y-%m-%d %H:%M:%S UTC", &tm) == 0)
		snprintf(text, sizeof(text), "an unreadable date");
	tls_text_add(t, "%s %s", words, text);
}

/* Rows with the plainest reason first: only the first that holds is told. */
static const struct {
	unsigned bit;
	const char *text;
} status_words[] = {
	{ GNUTLS_CERT_SIGNATURE_FAILURE, "a signature in its chain is wrong" },
	{ GNUTLS_CERT_REVOKED, "certificate has been revoked" },
	{ GNUTLS_CERT_SIGNER_NOT_CA,
	    "certificate was signed by one that is no CA" },
	{ GNUTLS_CERT_SIGNER_CONSTRAINTS_FAILURE,
	    "its CA may not sign such a certificate" },
	{ GNUTLS_CERT_INSECURE_ALGORITHM,
	    "certificate or its CA uses an insecure algorithm or key" },
	{ GNUTLS_CERT_PURPOSE_MISMATCH, "certificate is not for TLS servers" },
	{ GNUTLS_CERT_UNKNOWN_CRIT_EXTENSIONS,
	    "certificate has an unknown critical extension" },
};

void tls_text_status(struct tls_text *t, unsigned status, gnutls_x509_crt_t crt)
{
	char issuer[NAME_SIZE] = "?";
	size_t size = sizeof(issuer);

	if (status & GNUTLS_CERT_SIGNER_NOT_FOUND) {
		if (gnutls_x509_crt_check_issuer(crt, crt)) {
			tls_text_add(t,
			    "certificate is self-signed and not trusted");
			return;
		}
		gnutls_x509_crt_get_issuer_dn(crt, issuer, &size);
		tls_text_add(t, "issuer of the certificate is not trusted (%s)",
		    issuer);
		return;
	}
	for (size_t i = 0; i < sizeof(status_words) / sizeof(*status_words); i++)
		if (status & status_words[i].bit) {
			tls_text_add(t, "%s", status_words[i].text);
			return;
		}
	tls_text_add(t, "certificate is not trusted (status %#x)", status);
}

/* Name number i of the certificate as text; false after the last one. */
static bool name_at(gnutls_x509_crt_t crt, unsigned i, char out[NAME_SIZE])
{
	char bytes[NAME_SIZE];
	size_t n = sizeof(bytes) - 1;
	struct ip_addr ip = { 0 };
	int type = gnutls_x509_crt_get_subject_alt_name(crt, i, bytes, &n, NULL);

	if (type == GNUTLS_E_REQUESTED_DATA_NOT_AVAILABLE)
		return false;
	snprintf(out, NAME_SIZE, "(other name)");
	if (type == GNUTLS_SAN_DNSNAME) {
		bytes[n] = '\0';
		text_copy(out, NAME_SIZE, bytes);
	} else if (type == GNUTLS_SAN_IPADDRESS && (n == 4 || n == 16)) {
		ip.family = n == 4 ? IP_V4 : IP_V6;
		memcpy(ip.bytes, bytes, n);
		ip_text(&ip, out);
	}
	return true;
}

void tls_text_names(struct tls_text *t, gnutls_x509_crt_t crt, const char *name)
{
	char list[NAMES_MAX * (NAME_SIZE + 2)] = "", one[NAME_SIZE];
	size_t used = 0, size = sizeof(one);
	unsigned i;

	for (i = 0; i < NAMES_MAX && name_at(crt, i, one); i++)
		used += (size_t)snprintf(list + used, sizeof(list) - used,
		    "%s%s", i ? ", " : "", one);
	if (i == 0 && gnutls_x509_crt_get_dn(crt, one, &size) >= 0)
		snprintf(list, sizeof(list), "%s", one);
	tls_text_add(t, "certificate is for %s%s and not for %s", list,
	    i == NAMES_MAX && name_at(crt, i, one) ? ", ..." : "", name);
}

bool tls_names_match(gnutls_x509_crt_t crt, const char *name)
{
	char host[NAME_SIZE];
	struct ip_addr ip;
	size_t n;

	if (ip_parse(name, &ip))
		return gnutls_x509_crt_check_ip(crt, ip.bytes,
		    ip.family == IP_V4 ? 4 : 16, 0) != 0;
	if (!text_copy(host, sizeof(host), name))
		return false;
	n = strlen(host);
	if (n > 0 && host[n - 1] == '.')
		host[n - 1] = '\0';
	return gnutls_x509_crt_check_hostname2(crt, host, 0) != 0;
}
