/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A descriptor that closes on every way out:
 *	scoped_fd fd = open(...);
 */
#ifndef HORA_OS_SCOPED_H
#define HORA_OS_SCOPED_H

#include <errno.h>
#include <unistd.h>

/* errno is kept: the way out often returns it. */
static inline void scoped_fd_close(const int *fd)
{
	int saved = errno;

	if (*fd >= 0)
		close(*fd);
	errno = saved;
}

#define scoped_fd __attribute__((cleanup(scoped_fd_close))) int

/* The descriptor leaves its scope: it is returned, and not closed there. */
static inline int scoped_fd_take(int *fd)
{
	int taken = *fd;

	*fd = -1;
	return taken;
}

#endif
