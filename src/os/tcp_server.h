/* SPDX-License-Identifier: Apache-2.0 */
/* Listening stream sockets. */
#ifndef HORA_OS_TCP_SERVER_H
#define HORA_OS_TCP_SERVER_H

#include "base/addr.h"
#include "os/socket_setup.h"

/*
 * Open a non-blocking socket that listens on `local` (its family counts; the
 * zero address of a family listens on all). The address need not exist yet
 * (IP_FREEBIND). `setup` may be NULL. IPv6 sockets take IPv6 only. 0, or -errno,
 * of socket_set_up too.
 */
int tcp_server_open(const struct net_addr *local, int backlog,
    const struct socket_setup *setup, int *ret_fd);

/*
 * Make a socket that came from elsewhere ready: non-blocking, `setup` (may be
 * NULL). 0, or -errno, of socket_set_up too.
 */
int tcp_server_prepare(int fd, enum ip_family family,
    const struct socket_setup *setup);

/*
 * Next connection of a listening socket: non-blocking, close-on-exec, the
 * caller's. 0, -EAGAIN when there is none, or -errno; connections that broke
 * while they waited are passed over.
 */
int tcp_server_accept(int fd, int *ret_fd, struct net_addr *ret_peer);

/* Our last byte is written: the peer reads an end after it, and may still send. */
void tcp_server_shut(int fd);

/*
 * Read some of what the peer sends, and forget it. How many bytes it was, 0 when
 * the peer has shut its side too, -EAGAIN when nothing has come, or -errno.
 */
int tcp_server_discard(int fd);

/*
 * Close a connection after its last byte was written: what the peer still sent
 * is read first, since closing before that would cut off our own last bytes
 * (RFC 1122 section 4.2.2.13). What comes later is answered by a reset.
 */
void tcp_server_close(int fd);

#endif
