/* SPDX-License-Identifier: Apache-2.0 */
#include "os/statefile.h"

#include "base/text.h"
#include "os/scoped.h"
#include "os/write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Up to `max` bytes; more are an error. A file in use may be longer than it
 * was a moment ago, so the size is what was read. */
static int read_whole(int fd, char *text, size_t max, size_t *ret_n)
{
	size_t have = 0;

	while (have <= max) {
		ssize_t got = read(fd, text + have, max + 1 - have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return -errno;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	if (have > max)
		return -EFBIG;
	text[have] = '\0';
	*ret_n = have;
	return 0;
}

int statefile_read(const char *path, size_t max, char **ret_text,
    size_t *ret_n)
{
	/* O_NONBLOCK: a FIFO in place of the file must not hang us. */
	scoped_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct stat st;
	char *text;
	int rc;

	if (fd < 0 || fstat(fd, &st) < 0)
		return -errno;
	if (!S_ISREG(st.st_mode))
		return -EINVAL;
	if (st.st_size < 0 || (uintmax_t)st.st_size > max)
		return -EFBIG;
	text = malloc(max + 1);
	if (!text)
		return -ENOMEM;
	rc = read_whole(fd, text, max, ret_n);
	if (rc) {
		wipe(text, max + 1);
		free(text);
		return rc;
	}
	*ret_text = text;
	return 0;
}

static int create_anew(const char *path, mode_t mode)
{
	int flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC;
	int fd = open(path, flags, mode);

	if (fd < 0 && errno == EEXIST && unlink(path) == 0)
		fd = open(path, flags, mode);
	return fd < 0 ? -errno : fd;
}

static int fill(int fd, const void *text, size_t n)
{
	int rc = write_all(fd, text, n);

	if (rc)
		return rc;
	/* Without it a power cut may leave an empty file behind the rename. */
	return fsync(fd) < 0 ? -errno : 0;
}

int statefile_write(const char *path, const void *text, size_t n, mode_t mode)
{
	char temporary[PATH_MAX];
	int fd, rc;

	if (snprintf(temporary, sizeof(temporary), "%s.tmp", path) >=
	    (int)sizeof(temporary))
		return -ENAMETOOLONG;
	fd = create_anew(temporary, mode);
	if (fd < 0)
		return fd;
	rc = fill(fd, text, n);
	if (close(fd) < 0 && rc == 0)
		rc = -errno;
	if (rc == 0 && rename(temporary, path) < 0)
		rc = -errno;
	if (rc)
		unlink(temporary);
	return rc;
}

/* The new directory itself, not what may have taken its place, is given away. */
static int give_away(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	scoped_fd fd = open(path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW |
	    O_CLOEXEC);

	if (fd < 0)
		return -errno;
	/* Before it is another's: the mode is the owner's to change. */
	if (fchmod(fd, mode) < 0)
		return -errno;
	/* Only root gives files away; others own what they made. */
	return geteuid() == 0 && fchown(fd, uid, gid) < 0 ? -errno : 0;
}

int directory_make(const char *path, mode_t mode, uid_t uid, gid_t gid)
{
	char part[PATH_MAX];

	if (!text_copy(part, sizeof(part), path) || !*part)
		return -ENAMETOOLONG;
	for (char *p = part + 1; *p; p++) {
		if (*p != '/' || p[-1] == '/')
			continue;
		*p = '\0';
		if (mkdir(part, 0755) < 0 && errno != EEXIST)
			return -errno;
		*p = '/';
	}
	if (mkdir(path, 0700) < 0)
		return errno == EEXIST ? 0 : -errno;
	return give_away(path, mode, uid, gid);
}
