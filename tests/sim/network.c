/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/network.h"

#include "ntp/responder.h"
#include "sim/node.h"

#include <string.h>

#define ANSWERS 4		/* of one lookup, as pools do */
#define CLIENT_PORT 40000

struct ip_addr network_address(int host)
{
	return (struct ip_addr){ IP_V4, { 10, 1, (uint8_t)((host + 1) >> 8),
	    (uint8_t)(host + 1) } };
}

int network_host(const struct network *w, const struct ip_addr *address)
{
	int host = (address->bytes[2] << 8 | address->bytes[3]) - 1;

	return address->family == IP_V4 && address->bytes[0] == 10 &&
	    address->bytes[1] == 1 && host < w->server_count + w->node_count ?
	    host : -1;
}

struct way *network_way(struct network *w, int host)
{
	return host < w->server_count ? &w->servers[host].way :
	    &w->nodes[host - w->server_count].way;
}

/* What hora-serve does. */
static size_t node_answer(struct node *n, const struct event *e,
    uint8_t out[ASSOC_PACKET_MAX])
{
	struct responder r = { .ref = &n->ref };
	struct responder_random random;
	struct responder_request q;
	struct wall_time now = kernel_read(&n->kernel).wall;

	rng_fill(&n->serve_random, &random, sizeof(random));
	if (responder_read(&r, e->packet, e->length, CLIENT_PORT, &q) !=
	    DROP_OK || responder_open(&r, &q, false) != DROP_OK)
		return 0;
	return responder_answer(&r, &q, now, now, &random, out,
	    ASSOC_PACKET_MAX);
}

size_t network_answer(struct network *w, const struct event *e, int64_t now_ns,
    uint8_t out[ASSOC_PACKET_MAX], double *ret_late_s)
{
	*ret_late_s = 0;
	if (e->host < w->server_count)
		return server_answer(&w->servers[e->host], now_ns, e->packet,
		    e->length, out, ret_late_s);
	return node_answer(&w->nodes[e->host - w->server_count], e, out);
}

void network_lookup(const struct network *w, const struct ipc_lookup *lookup,
    unsigned first, struct ipc_addresses *ret)
{
	*ret = (struct ipc_addresses){ .id = lookup->id, .status = 2 };
	if (strcmp(lookup->name, NETWORK_NAME) != 0)
		return;
	ret->status = 0;
	for (int i = 0; i < w->server_count && i < ANSWERS; i++) {
		int host = (int)((first + (unsigned)i) %
		    (unsigned)w->server_count);

		ret->address[ret->count++].ip = network_address(host);
	}
}
