/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sealed.h"

#include "base/text.h"
#include "os/scoped.h"
#include "os/write_all.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static int temporary_file(void)
{
	char path[] = "/tmp/hora-XXXXXX";
	int fd = mkostemp(path, O_CLOEXEC);

	if (fd >= 0)
		unlink(path);
	return fd;
}

int nameless_file(const char *name, int *ret_fd)
{
	int fd = memfd_create(name, MFD_CLOEXEC | MFD_ALLOW_SEALING);

	if (fd < 0)
		fd = temporary_file();
	if (fd < 0)
		return -errno;
	*ret_fd = fd;
	return 0;
}

static int reopen_for_reading(int fd)
{
	char path[64];

	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	return open(path, O_RDONLY | O_CLOEXEC);
}

int sealed_create(const char *name, const void *text, size_t n, int *ret_fd)
{
	scoped_fd fd = -1;
	int rc = nameless_file(name, &fd);
	bool is_sealed;

	if (rc)
		return rc;
	rc = write_all(fd, text, n);
	if (rc)
		return rc;
	is_sealed = fcntl(fd, F_ADD_SEALS, F_SEAL_WRITE | F_SEAL_GROW |
	    F_SEAL_SHRINK | F_SEAL_SEAL) == 0;
	/* Who may only read is not handed a descriptor that writes: policies
	 * look at how it was opened, not at the seals. */
	*ret_fd = reopen_for_reading(fd);
	if (*ret_fd < 0 && is_sealed)
		*ret_fd = scoped_fd_take(&fd);	/* no /proc */
	return *ret_fd < 0 ? -errno : 0;
}

int sealed_read(int fd, size_t max, char **ret_text, size_t *ret_n)
{
	/* Not fstat: roles are to make few calls (sandbox/filter.h). */
	off_t end = lseek(fd, 0, SEEK_END);
	size_t n, have = 0;
	char *text;

	if (end < 0)
		return -errno;
	if ((uintmax_t)end > max)
		return -EFBIG;
	n = (size_t)end;
	text = malloc(n + 1);
	if (!text)
		return -ENOMEM;
	while (have < n) {
		/* pread: the file offset is shared with the other readers. */
		ssize_t got = pread(fd, text + have, n - have, (off_t)have);

		if (got < 0 && errno == EINTR)
			continue;
		if (got <= 0) {
			int rc = got < 0 ? -errno : -EIO;

			wipe(text, n);
			free(text);
			return rc;
		}
		have += (size_t)got;
	}
	text[n] = '\0';
	*ret_text = text;
	*ret_n = n;
	return 0;
}
