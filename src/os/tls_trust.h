/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Whom we trust, and whether a server's certificate chain holds: issuer, dates
 * at a given time, name (RFC 5280, RFC 6125). The library could only check dates
 * against the system clock, which is what NTS is there to set; so it is told to
 * leave them out, and is shown a chain of which each member was found in date.
 */
#ifndef HORA_OS_TLS_TRUST_H
#define HORA_OS_TLS_TRUST_H

#include "base/time.h"

#include <gnutls/gnutls.h>
#include <stdbool.h>
#include <stddef.h>

/* Trusted certificates, as read from files; counted references. */
struct tls_trust;

/*
 * Read the system's trusted certificates (if `use_system`) and those of PEM
 * files and directories. 0, or -errno and one line in `reason`: a path gave no
 * certificate, or there is none at all. A system without its own set is no
 * error when a path gives one.
 */
int tls_trust_load(bool use_system, const char *const *paths, size_t count,
    struct tls_trust **ret, char *reason, size_t size);

/* One more owner; returns t. */
struct tls_trust *tls_trust_ref(struct tls_trust *t);
/* One owner less; NULL is allowed. */
void tls_trust_unref(struct tls_trust *t);

/* What a chain has to prove. */
struct tls_check {
	const char *name;	/* host name (a last dot does not count) or address */
	bool check_times;	/* validity times count... */
	struct wall_time now;	/* ...at this time */
};

/*
 * Does this chain (DER, the server's own certificate first) hold? False, with
 * all that is wrong in one printable line.
 */
bool tls_trust_verify(const struct tls_trust *t, const gnutls_datum_t *chain,
    unsigned count, const struct tls_check *check, char *reason, size_t size);

#endif
