/* SPDX-License-Identifier: Apache-2.0 */
/* What somebody who has taken a role over would try. */
#ifndef HORA_ESCAPE_ATTEMPTS_H
#define HORA_ESCAPE_ATTEMPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

/* What is there before the sandbox is entered. */
struct world {
	pid_t sibling;		/* another process of the same user */
	const char *key;	/* a file that this user may read and write ... */
	const char *beside;	/* ... and in its folder a path that is free */
	const char *program;	/* one of ours */
	int udp, tcp;		/* open sockets, not connected */
	bool has_clock;		/* this machine's clock may be set to what it is */
};

struct attempt {
	const char *name;
	/* 0: it worked, or would with better arguments; else -errno. None does
	 * harm where it works. */
	int (*fn)(const struct world *w);
};

extern const struct attempt attempts[];
extern const size_t attempts_count;

#endif
