/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagram sockets of a client: a fresh one for each request, with a port that
 * the kernel chooses (RFC 9109), connected, so that nobody but the server can
 * answer on it.
 */
#ifndef HORA_OS_UDP_CLIENT_H
#define HORA_OS_UDP_CLIENT_H

#include "base/addr.h"
#include "base/time.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * A non-blocking socket connected to `to`; `bind` is the local address, IP_NONE
 * for any. Kernel timestamps are on where there are any. *ret_local (may be
 * NULL) is the local address. 0, or -errno (-ENETUNREACH: no route).
 */
int udp_client_open(const struct net_addr *to, const struct ip_addr *bind,
    int *ret_fd, struct ip_addr *ret_local);

/* Is there a route? Nothing is sent. */
bool udp_client_can_reach(const struct net_addr *to,
    const struct ip_addr *bind);

/*
 * Send one datagram. 0, or -errno. *ret_sent is the system clock just before,
 * the best there is until a kernel timestamp comes.
 */
int udp_client_send(int fd, const void *bytes, size_t length,
    struct wall_time *ret_sent);

/*
 * Take one datagram. Its length (cut to `size`; longer ones give size + 1), or
 * -errno; *ret_has_rx: *ret_rx is the kernel's receive timestamp.
 */
ssize_t udp_client_receive(int fd, void *bytes, size_t size, bool *ret_has_rx,
    struct wall_time *ret_rx);

#endif
