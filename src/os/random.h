/* SPDX-License-Identifier: Apache-2.0 */
/* Random bytes of the kernel. */
#ifndef HORA_OS_RANDOM_H
#define HORA_OS_RANDOM_H

#include <stddef.h>
#include <stdint.h>

/*
 * Fill n bytes with random bytes fit for keys (getrandom(2); waits for the
 * kernel's first seeding after boot). Ends the process when there are none:
 * nothing that needs them may go on without.
 */
void random_bytes(void *bytes, size_t n);

/* One random number. */
uint32_t random_u32(void);

#endif
