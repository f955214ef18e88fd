/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sockets of the port that our NTP server has: for peers, and for all sources
 * where acquisitionport says the same port. Each is connected to one remote, so
 * that the kernel gives it the datagrams of that remote and leaves all others
 * to hora-serve (SO_REUSEADDR on both sides).
 *
 * A port below 1024 can be bound at the start only (capabilities(7)): so many
 * sockets as the configuration needs, and some for what comes later, are bound
 * in advance and connected to a port where nobody is.
 *
 * A socket that is turned from one remote to another is connected to nobody for
 * about a microsecond, and a datagram that comes just then is lost to
 * hora-serve. So one that was given back stays turned to another port of its
 * remote, which needs no such moment, and goes back to that source.
 */
#ifndef HORA_ENGINE_IO_PORTS_H
#define HORA_ENGINE_IO_PORTS_H

#include "base/addr.h"
#include "conf/config.h"
#include "ipc/messages.h"
#include "os/socket_setup.h"
#include "start/link.h"

struct io_ports {
	struct role_link *link;		/* NULL: never opened */
	struct net_addr local4, local6;	/* bindaddress, port */
	struct socket_setup setup;
	struct spare_socket {
		int fd;
		struct ip_addr remote;	/* IP_NONE: never had one */
	} *spare[2];			/* IPv4, IPv6; owned */
	int spare_count[2], spare_room[2];
	bool is_lack_said;		/* of sockets, in the log */
};

/* Bind what is needed in advance. 0, or -ENOMEM; less is no error. */
int io_ports_open(struct io_ports *p, struct role_link *link,
    const struct config *config, const struct ipc_config *options);
void io_ports_close(struct io_ports *p);

/*
 * A socket connected to `to`; *ret_local is its address. Where the port can not
 * be had it has another port, and the log says so. 0, or -errno.
 */
int io_ports_take(struct io_ports *p, const struct net_addr *to, int *ret_fd,
    struct ip_addr *ret_local);

/* Give it back; `to` as it was asked for. */
void io_ports_return(struct io_ports *p, const struct net_addr *to, int fd);

#endif
