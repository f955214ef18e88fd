/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The cryptographic module, GnuTLS, as it is here and now: its version, whether
 * it is in FIPS 140-3 mode, and what of that which we could use it refuses. What
 * it does not know at all is not refused.
 */
#ifndef HORA_NTS_MODULE_H
#define HORA_NTS_MODULE_H

#include <stdbool.h>
#include <stdint.h>

/* The bit of a symmetric key's type is its number (nts/mac.h). */
#define MODULE_BIT_AEAD 24	/* the first AEAD */
#define MODULE_BITS 26

/* The version of the library that runs, like "3.7.9"; static. */
const char *module_version(void);

/* Does it allow nothing but what is approved? */
bool module_is_fips(void);

/* Set of what it refuses: bits of MODULE_BITS. */
uint32_t module_refused(void);

/* Name of a bit; NULL when it stands for nothing. */
const char *module_bit_name(unsigned bit);

#endif
