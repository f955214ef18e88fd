/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/node.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>

#define KE_NS 20000000		/* an NTS-KE exchange takes 20 ms */
#define LOOKUP_NS 5000000	/* a question of the resolver */

static void fx_random(void *arg, void *bytes, size_t length)
{
	struct node *n = arg;

	rng_fill(&n->random, bytes, length);
}

static int send_to(struct node *n, const struct engine_request *request,
    uint32_t socket, struct wall_time *ret_sent, struct ip_addr *ret_local,
    bool is_peer)
{
	int host = network_host(n->network, &request->to->ip);
	double delay_s;
	struct event *e;

	if (host < 0 || request->length > ASSOC_PACKET_MAX)
		return -ENETUNREACH;
	*ret_sent = kernel_read(&n->kernel).wall;
	*ret_local = network_address(n->network->server_count + n->number);
	n->sockets[request->source % NODE_SOCKETS] = socket;
	n->sent++;
	delay_s = way_up(network_way(n->network, host),
	    (double)n->kernel.now_ns * 1e-9);
	if (delay_s < 0)
		return 0;
	e = node_post(n, interval_ns(delay_s), EVENT_REQUEST);
	e->host = host;
	e->source = request->source;
	e->socket = socket;
	e->is_peer = is_peer;
	e->sent_ns = n->kernel.now_ns;
	e->length = (uint16_t)request->length;
	memcpy(e->packet, request->packet, request->length);
	return 0;
}

static int fx_send_request(void *arg, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct node *n = arg;

	return send_to(n, request, ++n->last_socket, ret_sent, ret_local,
	    false);
}

static int fx_send_peer(void *arg, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct node *n = arg;
	uint32_t socket = n->sockets[request->source % NODE_SOCKETS];

	return send_to(n, request, socket ? socket : ++n->last_socket, ret_sent,
	    ret_local, true);
}

static void fx_close_request(void *arg, uint32_t source)
{
	struct node *n = arg;

	n->sockets[source % NODE_SOCKETS] = 0;
}

static bool fx_can_reach(void *arg, const struct net_addr *to)
{
	const struct node *n = arg;

	return network_host(n->network, &to->ip) >= 0;
}

static int fx_lookup(void *arg, const struct ipc_lookup *lookup)
{
	node_post(arg, LOOKUP_NS, EVENT_ADDRESSES)->lookup = *lookup;
	return 0;
}

static int fx_ke_start(void *arg, const struct ipc_ke_start *start)
{
	struct node *n = arg;

	node_post(n, n->has_fast_keys ? 0 : KE_NS, EVENT_KE_DONE)->ke_start =
	    *start;
	return 0;
}

static int fx_clock_adjust(void *arg, const struct ipc_clock_adjust *adjust)
{
	node_post(arg, NODE_MESSAGE_NS, EVENT_CLOCK_ADJUST)->adjust = *adjust;
	return 0;
}

static int fx_clock_step(void *arg, const struct ipc_clock_step *step)
{
	node_post(arg, NODE_MESSAGE_NS, EVENT_CLOCK_STEP)->step = *step;
	return 0;
}

static int fx_clock_status(void *arg, const struct ipc_clock_status *status)
{
	node_post(arg, NODE_MESSAGE_NS, EVENT_CLOCK_STATUS)->status = *status;
	return 0;
}

static void fx_publish(void *arg, const struct time_ref *ref)
{
	struct node *n = arg;
	int steps = n->kernel.steps + n->kernel.jumps;

	/* Only a step of the clock may move the reference time back. */
	if (ref->stratum != 0 && n->ref.stratum != 0 &&
	    ref->ref_time.ns < n->ref.ref_time.ns && n->steps_seen == steps)
		n->ref_went_back = true;
	n->steps_seen = steps;
	n->ref = *ref;
	node_mix(&n->hash, (uint64_t)ref->since.ns);
}

static void fx_log(void *arg, enum severity severity, const char *text)
{
	struct node *n = arg;

	if (n->is_traced && severity >= SEV_INFO)
		printf("%.6f node %d engine: %s\n",
		    (double)n->kernel.now_ns * 1e-9, n->number, text);
}

static void fx_logline(void *arg, const struct ipc_logline *line)
{
	(void)arg;
	(void)line;
}

static void fx_memory(void *arg, const struct ipc_engine_memory *memory)
{
	struct node *n = arg;

	n->engine_memory = *memory;
}

static void fx_nts_state(void *arg, const struct ipc_nts_state *state)
{
	(void)arg;
	(void)state;
}

static void fx_nts_load(void *arg, const struct ipc_nts_load *load)
{
	struct node *n = arg;

	node_post(n, n->has_fast_keys ? 0 : NODE_MESSAGE_NS,
	    EVENT_NTS_STATE)->nts_load = *load;
}

static void fx_wrong(void *arg, const struct ipc_wrong *wrong)
{
	(void)arg;
	(void)wrong;
}

static void fx_request(void *arg, const struct ipc_request *request)
{
	(void)arg;
	(void)request;
}

struct engine_effects node_effects(struct node *n)
{
	return (struct engine_effects){
		.arg = n,
		.random = fx_random,
		.send_request = fx_send_request,
		.send_peer = fx_send_peer,
		.close_request = fx_close_request,
		.can_reach = fx_can_reach,
		.lookup = fx_lookup,
		.ke_start = fx_ke_start,
		.clock_adjust = fx_clock_adjust,
		.clock_step = fx_clock_step,
		.clock_status = fx_clock_status,
		.publish = fx_publish,
		.log = fx_log,
		.logline = fx_logline,
		.memory = fx_memory,
		.nts_state = fx_nts_state,
		.nts_load = fx_nts_load,
		.wrong = fx_wrong,
		.request = fx_request,
	};
}
