/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The addresses of a server role, one a family: where it may listen, and what
 * it means when a socket can not be opened.
 */
#ifndef HORA_START_LISTEN_H
#define HORA_START_LISTEN_H

#include "os/socket_setup.h"
#include "start/link.h"

/*
 * The address to bind for a family (IP_V4, IP_V6): that of bindaddress, or any.
 * False when -4 or -6 leaves the family out.
 */
bool listen_address(const struct config *config,
    const struct ipc_config *options, enum ip_family family, int port,
    struct net_addr *ret);

/*
 * Does hora-engine have sockets of the NTP server's port beside those of
 * hora-serve: for peers, or because acquisitionport says so?
 */
bool listen_is_shared(const struct config *config);

/* How sockets of the NTP server's port are set up. */
struct socket_setup listen_setup(const struct config *config);

/*
 * Judge the result of opening a socket, and log it; `what` names the socket.
 * 0, also when the system does not have this family (it then serves the other)
 * or the interface of `setup` (may be NULL) can not be bound (the rest works);
 * or rc, -errno, which is fatal for the role.
 */
int listen_result(struct role_link *link, const char *what,
    const struct net_addr *local, const struct socket_setup *setup, int rc);

#endif
