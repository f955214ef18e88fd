/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/pidfile.h"

#include "base/text.h"
#include "os/scoped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

/* A process that only waits to be waited for runs nothing any more. */
static bool is_dead(pid_t pid)
{
	char path[40], text[256];
	const char *state;
	ssize_t n;

	snprintf(path, sizeof(path), "/proc/%ld/stat", (long)pid);
	scoped_fd fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;	/* no proc: getsid has seen it */
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return false;
	text[n] = '\0';
	/* proc(5): the name in brackets may hold anything. */
	state = strrchr(text, ')');
	return state && strlen(state) > 2 && strchr("ZXx", state[2]);
}

pid_t pidfile_owner(const char *path)
{
	char text[32];
	long long pid;
	ssize_t n;
	/* Root reads it in a folder of the daemon's user: no link is followed. */
	scoped_fd fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK |
	    O_NOFOLLOW);

	if (fd < 0)
		return 0;
	n = read(fd, text, sizeof(text) - 1);
	if (n <= 0)
		return 0;
	text[n] = '\0';
	text[strcspn(text, " \t\r\n")] = '\0';
	/* A file left from an earlier life with our own number is no owner. */
	if (!parse_long(text, 1, INT32_MAX, &pid) || pid == getpid() ||
	    getsid((pid_t)pid) < 0 || is_dead((pid_t)pid))
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
