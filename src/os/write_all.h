/* SPDX-License-Identifier: Apache-2.0 */
/* Writing to a file to the last byte. */
#ifndef HORA_OS_WRITE_ALL_H
#define HORA_OS_WRITE_ALL_H

#include <stddef.h>

/* Write n bytes to a descriptor that waits. 0, or -errno; -EIO: no progress. */
int write_all(int fd, const void *bytes, size_t n);

#endif
