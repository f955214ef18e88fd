/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a program must do without in a simulator: descriptors of the kernel's
 * clock and events, memory files, children, threads. Writing files outside the
 * folder SHIM_DIR is counted. Random numbers come from the seed.
 */
#include "preload/real.h"
#include "preload/world.h"

#include <errno.h>
#include <fcntl.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/mman.h>
#include <sys/random.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <unistd.h>

static int missing(void)
{
	errno = ENOSYS;
	return -1;
}

int epoll_create1(int flags)
{
	(void)flags;
	return missing();
}

int timerfd_create(int clock, int flags)
{
	(void)clock;
	(void)flags;
	return missing();
}

int signalfd(int fd, const sigset_t *mask, int flags)
{
	(void)fd;
	(void)mask;
	(void)flags;
	return missing();
}

int eventfd(unsigned count, int flags)
{
	(void)count;
	(void)flags;
	return missing();
}

int memfd_create(const char *name, unsigned flags)
{
	(void)name;
	(void)flags;
	return missing();
}

pid_t fork(void)
{
	world_abort("a child process");
}

int pthread_create(pthread_t *restrict thread,
    const pthread_attr_t *restrict attributes, void *(*run)(void *),
    void *restrict arg)
{
	(void)thread;
	(void)attributes;
	(void)run;
	(void)arg;
	world_abort("a thread");
}

ssize_t getrandom(void *bytes, size_t length, unsigned flags)
{
	(void)flags;
	rng_fill(&world()->random, bytes, length);
	return (ssize_t)length;
}

/* --- files --- */

static void written(const char *path)
{
	const char *folder = getenv("SHIM_DIR");

	if (folder && strncmp(path, folder, strlen(folder)) == 0)
		return;
	world()->writes++;
	fprintf(stderr, "shim: writes %s\n", path);
}

int open(const char *path, int flags, ...)
{
	va_list args;
	mode_t mode = 0;

	if (flags & O_CREAT) {
		va_start(args, flags);
		mode = va_arg(args, mode_t);
		va_end(args);
		written(path);
	}
	return REAL(open, path, flags, mode);
}

int mkdir(const char *path, mode_t mode)
{
	int rc = REAL(mkdir, path, mode);

	if (rc == 0)
		written(path);
	return rc;
}

int mkostemp(char *template, int flags)
{
	if (strncmp(template, "/tmp/", 5) != 0)
		written(template);
	return REAL(mkostemp, template, flags);
}
