/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Small files that outlive the process: read whole, replaced whole (reference:
 * files-and-logs.md 1).
 */
#ifndef HORA_OS_STATEFILE_H
#define HORA_OS_STATEFILE_H

#include <stddef.h>
#include <sys/types.h>

/*
 * Read a file of at most `max` bytes. *ret_text is allocated, the caller's, and
 * ends in a NUL that is not counted. 0, -ENOENT, -EFBIG, -EINVAL when it is not
 * a regular file, or -errno.
 */
int statefile_read(const char *path, size_t max, char **ret_text,
    size_t *ret_n);

/*
 * Replace the file by n bytes of `text`: written to PATH.tmp, which is made
 * anew, and renamed over it; readers see the old file or the new one. `mode`
 * is that before umask. 0, or -errno, and the old file is still there.
 */
int statefile_write(const char *path, const void *text, size_t n, mode_t mode);

/*
 * Make a missing directory with `mode` and owner, and missing parents with 0755
 * and the caller's own. What exists is left as it is. 0, or -errno.
 */
int directory_make(const char *path, mode_t mode, uid_t uid, gid_t gid);

#endif
