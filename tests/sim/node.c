/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/node.h"

#include "conf/parse.h"
#include "hora-clock/orders.h"
#include "hora-engine/commands.h"
#include "hora-engine/sources.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define LATE_MIN_NS 20000	/* a timer is late by this and a bit */
#define LATE_MEAN_NS 50000
#define PRECISION_LOG2_S (-29)	/* of reading the clock: 2 ns */
#define RETURN_NS NS_PER_S	/* a dead program is back after this */
#define RTC_ERROR_S 0.4		/* it counts whole seconds, and drifts */
#define ENGINE 0		/* program, for node_late_ns */

void node_mix(uint64_t *hash, uint64_t value)
{
	for (int i = 0; i < 8; i++) {		/* FNV-1a */
		*hash ^= (value >> (8 * i)) & 0xff;
		*hash *= UINT64_C(1099511628211);
	}
}

struct engine_now node_now(struct node *n)
{
	struct reading r = kernel_read(&n->kernel);

	return (struct engine_now){ r.wall, r.mono, r.boot, 0 };
}

/*
 * The same timer is always late by the same time: runs that differ in what
 * else their programs do stay comparable.
 */
int64_t node_late_ns(const struct node *n, int program, struct mono_time wake)
{
	struct rng r = rng_of(n->late_seed + (uint64_t)program,
	    (uint64_t)wake.ns);

	return LATE_MIN_NS + (int64_t)(LATE_MEAN_NS * rng_exp(&r));
}

struct event *node_post(struct node *n, int64_t delay_ns,
    enum event_kind kind)
{
	struct event *e = queue_post(&n->network->queue,
	    n->kernel.now_ns + delay_ns, kind);

	e->node = n->number;
	return e;
}

/* --- the engine --- */

static void engine_begin(struct node *n, uint32_t flags)
{
	struct ipc_config options = { .flags = flags, .log_level = SEV_INFO };
	struct engine_effects fx = node_effects(n);
	struct engine_now now = node_now(n);

	n->engine = engine_new(&n->config, &options, &fx, PRECISION_LOG2_S,
	    &now);
	if (n->engine == NULL)
		abort();
	n->engine_ticked = (struct mono_time){ 0 };
	engine_memory(n->engine, &now, &n->engine_memory);
	if (n->has_clock)
		clock_current(&n->clock, now.wall, now.mono, &node_post(n,
		    NODE_MESSAGE_NS, EVENT_CLOCK_CHANGED)->changed);
}

static void response(struct node *n, const struct event *e)
{
	struct engine_now now = node_now(n);
	struct engine_stamp stamp = { now.wall, STAMP_KERNEL };

	if (n->sockets[e->source % NODE_SOCKETS] != e->socket)
		return;		/* that socket is closed */
	engine_reply(n->engine, &now, e->source, e->packet, e->length, &stamp);
}

bool node_hears(struct node *n, const struct event *e)
{
	struct ip_addr from = network_address(n->network->server_count +
	    e->node);
	struct engine_now now = node_now(n);
	struct engine_stamp stamp = { now.wall, STAMP_KERNEL };
	struct source *s = n->engine ? engine_find(n->engine, &from) : NULL;

	if (!e->is_peer || !s || !assoc_is_peer(&s->assoc) ||
	    n->sockets[s->id % NODE_SOCKETS] == 0)
		return false;
	if (!n->kernel.is_asleep)
		engine_reply(n->engine, &now, s->id, e->packet, e->length,
		    &stamp);
	return true;
}

static void ke_done(struct node *n, const struct event *e)
{
	struct engine_now now = node_now(n);
	struct ipc_ke_done done;
	int host = network_host(n->network, &e->ke_start.server.ip);

	if (host < 0 || host >= n->network->server_count)
		return;		/* nodes serve no keys */
	server_keys(&n->network->servers[host], &e->ke_start, &done);
	engine_ke_done(n->engine, &now, &done);
}

static void nts_state(struct node *n, const struct event *e)
{
	struct engine_now now = node_now(n);
	struct ipc_nts_state state = { .ke_address = e->nts_load.ke_address };

	memcpy(state.name, e->nts_load.name, sizeof(state.name));
	engine_nts_state(n->engine, &now, &state);
}

static void addresses(struct node *n, const struct event *e)
{
	struct engine_now now = node_now(n);
	struct ipc_addresses answer;

	/* Resolvers turn the list of a pool. */
	network_lookup(n->network, &e->lookup, e->lookup.id, &answer);
	engine_addresses(n->engine, &now, &answer);
}

static void engine_event(struct node *n, const struct event *e)
{
	struct engine_now now = node_now(n);

	if (n->engine == NULL)
		return;		/* nobody is there */
	n->is_unaware = false;
	switch (e->kind) {
	case EVENT_RESPONSE:
		response(n, e);
		return;
	case EVENT_CLOCK_CHANGED:
		if (e->changed.result == IPC_CLOCK_INTERFERED)
			n->is_interfered = false;
		engine_clock_changed(n->engine, &now, &e->changed);
		return;
	case EVENT_KE_DONE:
		ke_done(n, e);
		return;
	case EVENT_NTS_STATE:
		nts_state(n, e);
		return;
	case EVENT_ADDRESSES:
		addresses(n, e);
		return;
	default:
		return;
	}
}

static void later(struct node *n, const struct event *e)
{
	struct event *again = queue_post(&n->network->queue,
	    n->asleep_until_ns + 1, e->kind);
	uint64_t order = again->order;

	*again = *e;
	again->at_ns = n->asleep_until_ns + 1;
	again->order = order;
}

void node_event(struct node *n, const struct event *e)
{
	node_mix(&n->hash, (uint64_t)e->at_ns);
	node_mix(&n->hash, (uint64_t)kernel_wall(&n->kernel).ns);
	if (n->kernel.is_asleep) {
		/* Packets are lost; programs go on when it wakes. */
		if (e->kind != EVENT_RESPONSE)
			later(n, e);
		return;
	}
	switch (e->kind) {
	case EVENT_CLOCK_ADJUST:
	case EVENT_CLOCK_STEP:
	case EVENT_CLOCK_STATUS:
		node_clock_request(n, e);
		return;
	case EVENT_CLOCK_NEW:
		node_clock_start(n);
		return;
	case EVENT_ENGINE_NEW:
		engine_begin(n, IPC_RESTARTED);
		return;
	case EVENT_REQUEST:		/* world.c */
	case EVENT_RESPONSE:
	case EVENT_CLOCK_CHANGED:
	case EVENT_KE_DONE:
	case EVENT_NTS_STATE:
	case EVENT_ADDRESSES:
		engine_event(n, e);
		return;
	}
}

/* --- timers --- */

int64_t node_due(const struct node *n, struct mono_time wake, int64_t late_ns)
{
	if (wake.ns > INT64_MAX - late_ns)
		return INT64_MAX;
	return kernel_when(&n->kernel, (struct mono_time){ wake.ns + late_ns });
}

/* An engine that wants to be woken in the past is, as late as any other. */
static int64_t engine_due(const struct node *n)
{
	struct mono_time wake;

	if (n->engine == NULL)
		return INT64_MAX;
	wake = engine_wake(n->engine);
	if (wake.ns < n->engine_ticked.ns)
		wake = n->engine_ticked;
	return node_due(n, wake, node_late_ns(n, ENGINE, wake));
}

int64_t node_next(const struct node *n)
{
	int64_t a = engine_due(n), b = node_clock_due(n);
	int64_t c = kernel_leap_due(&n->kernel);

	a = a < b ? a : b;
	return a < c ? a : c;
}

void node_tick(struct node *n)
{
	if (kernel_leap_due(&n->kernel) <= n->kernel.now_ns)
		kernel_leap(&n->kernel);
	if (node_clock_due(n) <= n->kernel.now_ns)
		node_clock_tick(n);
	if (engine_due(n) <= n->kernel.now_ns) {
		struct engine_now now = node_now(n);

		n->is_unaware = false;
		engine_tick(n->engine, &now);
		n->engine_ticked = n->kernel.mono;
	}
}

/* --- life --- */

/* Random numbers of a node; number 0 has the streams of the targets. */
static struct rng stream(const struct node *n, uint64_t seed, uint64_t purpose)
{
	return rng_of(seed, n->number == 0 ? purpose :
	    1000 + 16 * (uint64_t)n->number + purpose);
}

bool node_start(struct node *n, struct network *network, int number,
    const struct scenario *s, const char *text, uint64_t seed)
{
	struct machine machine = {
		.calendar = { s->epoch_s != 0 ? s->epoch_s : SIM_EPOCH_S,
			SIM_LEAP_S, s->leap },
		.oscillator = s->oscillator,
		.offset_s = s->offset_s,
		.noise_s = s->noise_s,
	};
	struct conf_error error;
	struct rng spread;

	if (!conf_parse_text(text, strlen(text), &n->config, &error)) {
		fprintf(stderr, "sim: line %u: %s\n", error.place.line,
		    error.text);
		return false;
	}
	n->network = network;
	n->number = number;
	n->has_fast_keys = s->has_fast_keys;
	n->random = stream(n, seed, 2);
	n->late_seed = stream(n, seed, 3).state;
	n->serve_random = stream(n, seed, 5);
	n->hash = n->error_hash = UINT64_C(14695981039346656037);
	way_init(&n->way, &s->node_way, stream(n, seed, 6));
	spread = stream(n, seed, 7);
	machine.offset_s += s->spread_s * (2 * rng_uniform(&spread) - 1);
	kernel_init(&n->kernel, &machine, stream(n, seed, 1),
	    stream(n, seed, 4));
	node_clock_start(n);
	engine_begin(n, 0);
	return true;
}

void node_free(struct node *n)
{
	engine_free(n->engine);
	config_free(&n->config);
}

/* --- what somebody does --- */

static void kill_engine(struct node *n)
{
	engine_free(n->engine);
	n->engine = NULL;
	memset(n->sockets, 0, sizeof(n->sockets));
	node_post(n, RETURN_NS, EVENT_ENGINE_NEW);
}

static void add_source(struct node *n, int host)
{
	struct engine_now now = node_now(n);
	struct source_config line = n->config.sources[0];
	struct ip_addr address = network_address(host);

	ip_text(&address, line.name);
	engine_add(n->engine, &now, &line);
}

static void delete_source(struct node *n, int host)
{
	struct engine_now now = node_now(n);

	for (int i = 0; i < n->engine->count; i++) {
		struct source *s = n->engine->sources[i];

		if (network_host(n->network, &s->address.ip) == host) {
			engine_delete(n->engine, &now, s);
			return;
		}
	}
}

static void was_set(struct node *n)
{
	n->is_unaware = true;
	n->unaware_ns = n->kernel.now_ns;
}

void node_wake(struct node *n)
{
	if (!n->kernel.is_asleep || n->kernel.now_ns < n->asleep_until_ns)
		return;
	kernel_wake(&n->kernel, RTC_ERROR_S);
	was_set(n);
}

void node_act(struct node *n, const struct action *a)
{
	static const struct source_match all;
	struct engine_now now = node_now(n);

	switch (a->kind) {
	case ACTION_NONE:
		return;
	case ACTION_JUMP:
		kernel_jump(&n->kernel, a->value);
		was_set(n);
		return;
	case ACTION_CLOCK_DIES:
		n->has_clock = false;
		node_post(n, RETURN_NS, EVENT_CLOCK_NEW);
		return;
	case ACTION_ENGINE_DIES:
		kill_engine(n);
		return;
	case ACTION_OFFLINE:
	case ACTION_ONLINE:
		engine_online(n->engine, &now, &all, a->kind == ACTION_ONLINE);
		return;
	case ACTION_MAKESTEP:
		/* As horad does, before the engine hears of it. */
		clock_order(&n->clock, &(struct ipc_clock_order){
		    .kind = IPC_ORDER_STEP }, kernel_read(&n->kernel).mono);
		n->ordered_steps += engine_makestep(n->engine, &now);
		return;
	case ACTION_ADD:
		add_source(n, (int)a->value);
		return;
	case ACTION_DELETE:
		delete_source(n, (int)a->value);
		return;
	case ACTION_RATE:
		kernel_adjtimex(&n->kernel, &(struct timex){
		    .modes = ADJ_FREQUENCY, .freq = n->kernel.timex.freq +
		    (long)(a->value * 65536) });
		n->is_interfered = true;
		n->unaware_ns = n->kernel.now_ns;
		return;
	case ACTION_SLEEP:
		n->asleep_until_ns = n->kernel.now_ns + interval_ns(a->value);
		kernel_sleep(&n->kernel);
		return;
	}
}
