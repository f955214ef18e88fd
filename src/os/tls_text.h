/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a certificate says and what is wrong with it, in words for the log: one
 * line of printable ASCII, whatever the certificate holds.
 */
#ifndef HORA_OS_TLS_TEXT_H
#define HORA_OS_TLS_TEXT_H

#include <gnutls/x509.h>
#include <stdbool.h>
#include <stddef.h>
#include <time.h>

/* A line under construction; what does not fit is cut. */
struct tls_text {
	char *text;		/* borrowed; ends in a NUL always */
	size_t size;
	bool is_empty;
};

/* An empty line in `text` of `size` bytes (at least 1). */
struct tls_text tls_text_of(char *text, size_t size);

/* Append a remark; remarks are separated by "; ". */
void tls_text_add(struct tls_text *t, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Append the words and the date: "... 2026-03-01 12:00:00 UTC". */
void tls_text_date(struct tls_text *t, const char *words, time_t date);

/* Append what the status bits of a verification say of this certificate. */
void tls_text_status(struct tls_text *t, unsigned status,
    gnutls_x509_crt_t crt);

/* Append that the certificate names others than `name`, and which. */
void tls_text_names(struct tls_text *t, gnutls_x509_crt_t crt,
    const char *name);

/* Is the certificate for this host name (a last dot does not count) or address? */
bool tls_names_match(gnutls_x509_crt_t crt, const char *name);

#endif
