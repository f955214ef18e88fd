/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text in a sealed memory file: it travels as a descriptor, and nobody can
 * change it afterwards (memfd_create(2)). Where memory files are missing, an
 * unlinked temporary file that is open for reading only.
 */
#ifndef HORA_OS_SEALED_H
#define HORA_OS_SEALED_H

#include <stddef.h>

/*
 * Put n bytes into a new sealed file; `name` is for /proc only. The descriptor
 * in *ret_fd is close-on-exec and the caller's. 0, or -errno.
 */
int sealed_create(const char *name, const void *text, size_t n, int *ret_fd);

/*
 * Read a whole sealed file of at most `max` bytes, whoever else reads it.
 * *ret_text is allocated, the caller's, and ends in a NUL that is not counted.
 * 0, -EFBIG when it is longer, or -errno. fd stays the caller's.
 */
int sealed_read(int fd, size_t max, char **ret_text, size_t *ret_n);

/*
 * An empty file without a name, for reading and writing (memory file, or a
 * temporary file that is already unlinked). 0, or -errno.
 */
int nameless_file(const char *name, int *ret_fd);

#endif
