/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Is a server certificate fit for use? Asked by horad before a pair is handed
 * to the NTS-KE server, so that a broken renewal never replaces a good pair.
 */
#ifndef HORA_OS_TLS_PAIR_H
#define HORA_OS_TLS_PAIR_H

#include "base/time.h"

#include <stddef.h>

/*
 * Check a certificate chain and its private key, both PEM text (lengths
 * without a NUL). The chain begins with the server's own certificate; only the
 * dates of that one count, since chains commonly end in an old cross-signed
 * certificate that no client looks at. Nothing is kept; copies are wiped.
 *
 * 0			usable at `now`
 * -EINVAL		certificate or key can not be read as PEM
 * -EKEYREJECTED	the key does not belong to the certificate
 * -EKEYEXPIRED		loads and matches, but is not valid at `now`
 * -ENOMEM, -EIO	the library failed (-EIO: for instance in FIPS mode)
 *
 * `reason` holds one clear line without newline when the result is not 0, and
 * is empty otherwise.
 */
int tls_pair_check(const void *cert_pem, size_t cert_len, const void *key_pem,
    size_t key_len, struct wall_time now, char *reason, size_t reason_size);

/*
 * What an error of GnuTLS in loading a pair means: -ENOMEM, -EKEYREJECTED, -EIO
 * or -EINVAL, as above.
 */
int tls_pair_error(int rc);

#endif
