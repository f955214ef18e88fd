/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What sockets of UDP and TCP can be told beyond their address: the network
 * interface, the code point of what they send, whether others share the port.
 */
#ifndef HORA_OS_SOCKET_SETUP_H
#define HORA_OS_SOCKET_SETUP_H

#include "base/addr.h"

#include <stdbool.h>

#define SOCKET_DEVICE_SIZE 16	/* network interface with NUL (IFNAMSIZ) */

/* All zero: nothing special. */
struct socket_setup {
	char device[SOCKET_DEVICE_SIZE];	/* to receive and send on; "": any */
	int dscp;		/* 0..63 (RFC 2474) */
	/*
	 * Several sockets of this port, each of them saying so (SO_REUSEADDR).
	 * Of datagrams a connected one gets those of its remote, an unconnected
	 * one all others.
	 */
	bool is_shared;
};

/* One of these; a name that is too long is cut. */
struct socket_setup socket_setup_of(const char *device, int dscp,
    bool is_shared);

/*
 * Apply it to a socket, before bind(2) where it is to matter for that. NULL is
 * nothing. 0, or -errno:
 * -ENODEV	there is no such interface
 * -EPERM	the kernel wants CAP_NET_RAW for an interface (before Linux 5.7,
 *		or when the socket is bound to another one)
 */
int socket_set_up(int fd, enum ip_family family,
    const struct socket_setup *setup);

/* The code point alone, 0 included, at any time. 0, or -errno. */
int socket_set_dscp(int fd, enum ip_family family, int dscp);

/* strerror(-rc), but in clear words for those two when a device is set. */
const char *socket_setup_error(int rc, const struct socket_setup *setup);

#endif
