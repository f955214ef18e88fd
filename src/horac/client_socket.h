/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The Unix socket of a client (reference: control-protocol.md 1.2): the daemon
 * can answer only a bound socket, in a directory that it may enter.
 */
#ifndef HORA_HORAC_CLIENT_SOCKET_H
#define HORA_HORAC_CLIENT_SOCKET_H

#include <sys/un.h>

struct client_socket {
	int fd;				/* -1: none */
	char outer[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char inner[sizeof(((struct sockaddr_un *)0)->sun_path)];
	char path[sizeof(((struct sockaddr_un *)0)->sun_path)];
};

/*
 * Connect to the daemon's socket at `path` from a socket bound in a fresh
 * directory beside it. 0, or -errno (then nothing is left behind).
 */
int client_socket_open(const char *path, struct client_socket *ret);

/* Close and remove the socket and its directories. */
void client_socket_close(struct client_socket *s);

#endif
