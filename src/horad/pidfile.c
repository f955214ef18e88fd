/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/pidfile.h"

#include "base/text.h"
#include "os/scoped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

pid_t pidfile_owner(const char *path)
{
	char text[32];
	long long pid;
	ssize_t n;
	scoped_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	text[strcspn(text, " \t\r\n")] = '\0';
	/* A file left from an earlier life with our own number is no owner. */
	if (!parse_long(text, 1, INT32_MAX, &pid) || pid == getpid() ||
	    getsid((pid_t)pid) < 0)
		return 0;
	return (pid_t)pid;
}

int pidfile_write(const char *path)
{
	char text[32];
	int n = snprintf(text, sizeof(text), "%ld\n", (long)getpid());
	scoped_fd fd = -1;

	/* Never write through what somebody else put there. */
	if (unlink(path) < 0 && errno != ENOENT)
		return -errno;
	fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
	    0644);
	if (fd < 0)
		return -errno;
	return write(fd, text, (size_t)n) == n ? 0 : errno ? -errno : -EIO;
}
