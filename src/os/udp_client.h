/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagram sockets of a client. The usual one is fresh for each request, with a
 * port that the kernel chooses (RFC 9109), connected, so that nobody but the
 * server can answer on it.
 */
#ifndef HORA_OS_UDP_CLIENT_H
#define HORA_OS_UDP_CLIENT_H

#include "base/addr.h"
#include "base/time.h"
#include "os/socket_setup.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A non-blocking socket connected to `to`. `from` is the local address; its
 * port 0 is the kernel's choice, and an address of another family than that of
 * `to` is any. `setup` may be NULL. Kernel timestamps are on where there are
 * any. *ret_local (may be NULL) is the local address. 0, or -errno
 * (-ENETUNREACH: no route; those of socket_set_up).
 */
int udp_client_open(const struct net_addr *to, const struct net_addr *from,
    const struct socket_setup *setup, int *ret_fd, struct ip_addr *ret_local);

/* The same, but not connected: `from` has the family. */
int udp_client_bind(const struct net_addr *from,
    const struct socket_setup *setup, int *ret_fd);

/*
 * Connect a connected socket of this file to `to`, too, from the same local
 * address. 0, or -errno: it is then still connected as it was.
 */
int udp_client_turn(int fd, const struct net_addr *to);

/*
 * Connect a socket of this file to `to`, whomever it was connected to, from
 * whatever address leads there; where it was bound it stays. For an instant it
 * is not connected. 0, or -errno: it is then connected to nobody.
 */
int udp_client_connect(int fd, const struct net_addr *to);

/* The local address and port of a socket. */
struct net_addr udp_client_local(int fd);

/*
 * Is there a route? Nothing is sent. *ret_local (may be NULL) is the local
 * address then.
 */
bool udp_client_can_reach(const struct net_addr *to,
    const struct net_addr *from, const struct socket_setup *setup,
    struct ip_addr *ret_local);

/*
 * Send one datagram, to `to`, or NULL on a connected socket. 0, or -errno.
 * *ret_sent is the system clock just before, the best there is until a kernel
 * timestamp comes.
 */
int udp_client_send(int fd, const struct net_addr *to, const void *bytes,
    size_t length, struct wall_time *ret_sent);

/*
 * Take one datagram. Its length (cut to `size`; longer ones give size + 1), or
 * -errno; *ret_from (may be NULL) is its sender; *ret_has_rx: *ret_rx is the
 * kernel's receive timestamp.
 */
ssize_t udp_client_receive(int fd, void *bytes, size_t size,
    struct net_addr *ret_from, bool *ret_has_rx, struct wall_time *ret_rx);

#endif
