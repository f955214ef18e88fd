/* SPDX-License-Identifier: Apache-2.0 */
/* Addresses of base/addr.h as the socket calls want them. */
#ifndef HORA_OS_SOCKADDR_H
#define HORA_OS_SOCKADDR_H

#include "base/addr.h"

#include <stdbool.h>
#include <sys/socket.h>

/*
 * Write `a` into *ret; returns its length, or 0 for IP_NONE (*ret is then
 * zero).
 */
socklen_t sockaddr_from(const struct net_addr *a, struct sockaddr_storage *ret);

/* Read an IPv4 or IPv6 socket address; false (ret untouched) for others. */
bool sockaddr_to(const struct sockaddr *sa, socklen_t length,
    struct net_addr *ret);

/* AF_INET or AF_INET6; AF_UNSPEC for IP_NONE. */
int sockaddr_family(enum ip_family family);

#endif
