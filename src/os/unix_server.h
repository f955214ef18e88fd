/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A Unix datagram socket with a name in the file system, whose directory says
 * who may use it (reference: control-protocol.md 1.1).
 */
#ifndef HORA_OS_UNIX_SERVER_H
#define HORA_OS_UNIX_SERVER_H

#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>

/* Set fd to -1 before the first use. */
struct unix_server {
	int fd;
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

struct unix_peer {
	struct sockaddr_un name;
	socklen_t length;
	pid_t pid;		/* as the kernel says; 0 = not of this namespace */
};

/*
 * Bind a non-blocking socket at `path`; what was there is unlinked first. Its
 * directory is made when it is missing (mode 0770). 0, -ENAMETOOLONG, -EPERM
 * when the directory belongs to somebody else or has mode bits outside 0770, or
 * -errno.
 */
int unix_server_open(const char *path, struct unix_server *ret);

/* Close it and remove its name; a closed one is allowed. */
void unix_server_close(struct unix_server *s);

/*
 * Take one datagram. Its length; one that is longer than `size` gives `size`.
 * -errno: -EAGAIN when there is none.
 */
ssize_t unix_server_receive(const struct unix_server *s, void *bytes,
    size_t size, struct unix_peer *ret_peer);

/* Answer it; never blocks, and a peer that is gone is nobody's concern. */
void unix_server_reply(const struct unix_server *s,
    const struct unix_peer *peer, const void *bytes, size_t length);

#endif
