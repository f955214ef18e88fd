/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who is there, and under which address. Hosts are numbered: first the servers
 * with clocks of their own (server.h), then the nodes (node.h), which answer
 * with what they publish. Host i has the address 10.1.x.y, x.y = i + 1.
 */
#ifndef HORA_SIM_NETWORK_H
#define HORA_SIM_NETWORK_H

#include "base/addr.h"
#include "sim/queue.h"
#include "sim/server.h"

#include <stdint.h>

#define NETWORK_NAME "pool.sim"		/* the one name; has all servers */

struct network {
	struct queue queue;
	struct server *servers;
	int server_count;
	struct node *nodes;
	int node_count;
};

struct ip_addr network_address(int host);

/* The host of this address; < 0: nobody's. */
int network_host(const struct network *w, const struct ip_addr *address);

/* The way to this host. */
struct way *network_way(struct network *w, int host);

/*
 * What host answers to e->packet at true time now_ns: the reply's length, 0 =
 * none. For a node: its kernel must have run until now. The reply leaves
 * *ret_late_s after that.
 */
size_t network_answer(struct network *w, const struct event *e, int64_t now_ns,
    uint8_t out[ASSOC_PACKET_MAX], double *ret_late_s);

/* The addresses of a name: at most 4 of the servers, beginning with `first`. */
void network_lookup(const struct network *w, const struct ipc_lookup *lookup,
    unsigned first, struct ipc_addresses *ret);

#endif
