/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The way to the daemon (reference: control-protocol.md 1.4): a list of
 * servers, tries with growing timeouts, and fail-over to the next server.
 */
#ifndef HORA_HORAC_LINK_H
#define HORA_HORAC_LINK_H

#include "base/addr.h"
#include "ctl/reply.h"
#include "ctl/request.h"
#include "horac/client_socket.h"

#include <stdbool.h>
#include <stdint.h>

#define LINK_SERVERS_MAX 64

struct link_server {
	char path[108];			/* Unix socket, or "" */
	struct net_addr address;
};

struct link {
	struct link_server servers[LINK_SERVERS_MAX];
	int count;
	int current;			/* index while connected */
	bool is_open;
	int fd;				/* UDP; -1 for a Unix socket */
	struct client_socket local;
	double timeout_s;		/* of the first try */
	int retries;			/* after the first try */
	bool is_unpadded;		/* a daemon knew version 5 only */
};

/*
 * Take a comma-separated list of paths, addresses and names. Names that do not
 * resolve in `family` (AF_UNSPEC: any) and what is beyond the bound are left
 * out.
 */
void link_init(struct link *l, const char *servers, uint16_t port, int family);

/* Open a socket to the first server that has one; false: none. */
bool link_open(struct link *l);

/*
 * Send the request and wait for its reply, from the current server on down the
 * list. False: nobody answered (or a signal came); the next call starts at the
 * first server. A daemon that knows only version 5 is spoken to in that, and
 * all others from then on.
 */
bool link_exchange(struct link *l, struct request *rq, struct reply *ret);

/* Close and remove the own socket. */
void link_close(struct link *l);

#endif
