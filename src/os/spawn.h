/* SPDX-License-Identifier: Apache-2.0 */
/* Starting a program with exactly the descriptors that it is to have. */
#ifndef HORA_OS_SPAWN_H
#define HORA_OS_SPAWN_H

#include "os/systemd.h"

#include <sys/types.h>

struct spawn {
	const char *path;		/* of the program */
	const char *name;		/* its argv[0] */
	int channel;			/* its HORA_CHANNEL; stays the caller's */
	/* Its LISTEN_FDS; may be NULL; stay the caller's. */
	const struct passed_sockets *sockets;
	/* Called in the child before exec; 0, or -errno. May be NULL. */
	int (*prepare)(void *arg);
	void *arg;
};

/*
 * Fork and execute. stdin, stdout and stderr are inherited; every other
 * descriptor of this process must be close-on-exec. 0, or -errno, also when it
 * was exec that failed; the caller waits for the child in every case but this.
 */
int spawn_program(const struct spawn *s, pid_t *ret_pid);

#endif
