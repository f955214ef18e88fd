/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/node.h"

#include "conf/parse.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MESSAGE_NS 50000	/* from one program to another */
#define LATE_MIN_NS 20000	/* a timer is late by this and a bit */
#define LATE_MEAN_NS 50000
#define KE_NS 20000000		/* an NTS-KE exchange takes 20 ms */
#define PRECISION_LOG2_S (-29)	/* of reading the clock: 2 ns */

void node_mix(struct node *n, uint64_t value)
{
	for (int i = 0; i < 8; i++) {		/* FNV-1a */
		n->hash ^= (value >> (8 * i)) & 0xff;
		n->hash *= UINT64_C(1099511628211);
	}
}

static struct engine_now now_of(const struct node *n)
{
	struct mono_time boot = n->kernel.mono;

	boot.ns += n->kernel.slept_ns;
	return (struct engine_now){ kernel_wall(&n->kernel), n->kernel.mono,
		boot };
}

static int64_t draw_late(struct node *n)
{
	return LATE_MIN_NS + (int64_t)(LATE_MEAN_NS * rng_exp(&n->late));
}

static struct event *post(struct node *n, int64_t delay_ns,
    enum event_kind kind)
{
	return queue_post(n->queue, n->kernel.now_ns + delay_ns, kind);
}

/* --- hora-clock --- */

static void clock_out(struct node *n, const struct clock_out *out)
{
	if (out->remember) {
		n->clock_memory = out->memory;
		n->has_clock_memory = true;
	}
	if (out->why != NULL && n->is_traced)
		printf("%.6f clock: %s\n", (double)n->kernel.now_ns * 1e-9,
		    out->why);
	if (!out->changed)
		return;
	n->refused += out->report.result == IPC_CLOCK_REFUSED;
	n->failed += out->report.result == IPC_CLOCK_FAILED;
	post(n, MESSAGE_NS, EVENT_CLOCK_CHANGED)->changed = out->report;
	node_mix(n, (uint64_t)out->report.at.ns);
}

/* What io.c of hora-clock does. */
static void clock_feed(struct node *n, struct clock_in in)
{
	struct clock_done done = { 0 };
	struct clock_out out;

	in.now = n->kernel.mono;
	in.wall = kernel_wall(&n->kernel);
	clock_step(&n->clock, &in, &out);
	if (out.op_count > 0) {
		/* Told to horad before the calls are made. */
		struct clock_out told = { .remember = out.remember,
		    .memory = out.memory };

		clock_out(n, &told);
		for (int i = 0; i < out.op_count && done.error == 0; i++) {
			done.before = kernel_wall(&n->kernel);
			done.error = kernel_adjtimex(&n->kernel, &out.op[i]);
			done.after = kernel_wall(&n->kernel);
		}
		done.now = n->kernel.mono;
		clock_done(&n->clock, &done, &out);
	}
	clock_out(n, &out);
	n->clock_late_ns = draw_late(n);
}

static void clock_start(struct node *n)
{
	struct config *config = &n->config;
	struct clock_limits limits = clock_limits_from(config, 0, SIM_USER_HZ);

	clock_init(&n->clock, &limits);
	n->has_clock = true;
	clock_feed(n, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &n->kernel.timex,
	    .memory = n->has_clock_memory ? &n->clock_memory : NULL });
}

static void clock_request(struct node *n, const struct event *e)
{
	if (!n->has_clock)
		return;		/* lost with the program */
	if (e->kind == EVENT_CLOCK_ADJUST)
		clock_feed(n, (struct clock_in){ .event = CLOCK_ON_ADJUST,
		    .adjust = &e->adjust });
	else if (e->kind == EVENT_CLOCK_STEP)
		clock_feed(n, (struct clock_in){ .event = CLOCK_ON_STEP,
		    .step = &e->step });
	else
		clock_feed(n, (struct clock_in){ .event = CLOCK_ON_STATUS,
		    .status = &e->status });
}

/* --- effects of the engine --- */

static void fx_random(void *arg, void *bytes, size_t length)
{
	struct node *n = arg;

	rng_fill(&n->random, bytes, length);
}

/* Server i has the address 10.1.0.(i + 1). */
static int server_of(const struct node *n, const struct net_addr *to)
{
	int i = to->ip.bytes[3] - 1;

	return to->ip.family == IP_V4 && to->ip.bytes[0] == 10 && i >= 0 &&
	    i < n->server_count ? i : -1;
}

static int fx_send_request(void *arg, uint32_t source,
    const struct net_addr *to, const uint8_t *packet, size_t length,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct node *n = arg;
	int server = server_of(n, to);
	double delay_s;
	struct event *e;

	if (server < 0 || length > ASSOC_PACKET_MAX)
		return -ENETUNREACH;
	*ret_sent = kernel_wall(&n->kernel);
	*ret_local = (struct ip_addr){ IP_V4, { 10, 0, 0, 1 } };
	n->sockets[source % NODE_SOCKETS] = ++n->last_socket;
	n->sent++;
	delay_s = way_up(&n->servers[server].way,
	    (double)n->kernel.now_ns * 1e-9);
	if (delay_s < 0)
		return 0;
	e = post(n, interval_ns(delay_s), EVENT_REQUEST);
	e->server = server;
	e->source = source;
	e->socket = n->last_socket;
	e->length = (uint16_t)length;
	memcpy(e->packet, packet, length);
	return 0;
}

static void fx_close_request(void *arg, uint32_t source)
{
	struct node *n = arg;

	n->sockets[source % NODE_SOCKETS] = 0;
}

static bool fx_can_reach(void *arg, const struct net_addr *to)
{
	return server_of(arg, to) >= 0;
}

static int fx_lookup(void *arg, const struct ipc_lookup *lookup)
{
	(void)arg;
	(void)lookup;
	return -ENOTCONN;	/* the scenarios know addresses only */
}

static int fx_ke_start(void *arg, const struct ipc_ke_start *start)
{
	post(arg, KE_NS, EVENT_KE_DONE)->ke_start = *start;
	return 0;
}

static int fx_clock_adjust(void *arg, const struct ipc_clock_adjust *adjust)
{
	post(arg, MESSAGE_NS, EVENT_CLOCK_ADJUST)->adjust = *adjust;
	return 0;
}

static int fx_clock_step(void *arg, const struct ipc_clock_step *step)
{
	post(arg, MESSAGE_NS, EVENT_CLOCK_STEP)->step = *step;
	return 0;
}

static int fx_clock_status(void *arg, const struct ipc_clock_status *status)
{
	post(arg, MESSAGE_NS, EVENT_CLOCK_STATUS)->status = *status;
	return 0;
}

static void fx_publish(void *arg, const struct time_ref *ref)
{
	struct node *n = arg;

	/* Only a step of the clock may move the reference time back. */
	if (ref->stratum != 0 && n->ref.stratum != 0 &&
	    ref->ref_time.ns < n->ref.ref_time.ns &&
	    n->steps_seen == n->kernel.steps)
		n->ref_went_back = true;
	n->steps_seen = n->kernel.steps;
	n->ref = *ref;
	node_mix(n, (uint64_t)ref->since.ns);
}

static void fx_log(void *arg, enum severity severity, const char *text)
{
	struct node *n = arg;

	if (n->is_traced && severity >= SEV_INFO)
		printf("%.6f engine: %s\n", (double)n->kernel.now_ns * 1e-9,
		    text);
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
	post(arg, MESSAGE_NS, EVENT_NTS_STATE)->nts_load = *load;
}

static void fx_request(void *arg, const struct ipc_request *request)
{
	(void)arg;
	(void)request;
}

/* --- the engine --- */

static void engine_begin(struct node *n, uint32_t flags)
{
	struct ipc_config options = { .flags = flags, .log_level = SEV_INFO };
	struct engine_effects fx = {
		.arg = n,
		.random = fx_random,
		.send_request = fx_send_request,
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
		.request = fx_request,
	};
	struct engine_now now = now_of(n);

	n->engine = engine_new(&n->config, &options, &fx, PRECISION_LOG2_S,
	    &now);
	if (n->engine == NULL)
		abort();
	n->engine_late_ns = draw_late(n);
	engine_memory(n->engine, &now, &n->engine_memory);
	if (n->has_clock)
		clock_current(&n->clock, now.wall, now.mono,
		    &post(n, MESSAGE_NS, EVENT_CLOCK_CHANGED)->changed);
}

static void response(struct node *n, const struct event *e)
{
	struct engine_now now = now_of(n);
	struct engine_stamp stamp = { now.wall, STAMP_KERNEL };

	if (n->sockets[e->source % NODE_SOCKETS] != e->socket)
		return;		/* that socket is closed */
	engine_reply(n->engine, &now, e->source, e->packet, e->length, &stamp);
}

static void ke_done(struct node *n, const struct event *e)
{
	struct engine_now now = now_of(n);
	struct ipc_ke_done done;
	int server = server_of(n, &e->ke_start.server);

	if (server < 0)
		return;
	server_keys(&n->servers[server], &e->ke_start, &done);
	engine_ke_done(n->engine, &now, &done);
}

static void nts_state(struct node *n, const struct event *e)
{
	struct engine_now now = now_of(n);
	struct ipc_nts_state state = { .ke_address = e->nts_load.ke_address };

	memcpy(state.name, e->nts_load.name, sizeof(state.name));
	engine_nts_state(n->engine, &now, &state);
}

static void at_server(struct node *n, const struct event *e)
{
	struct server *s = &n->servers[e->server];
	uint8_t reply[ASSOC_PACKET_MAX];
	size_t length = server_answer(s, n->kernel.now_ns, e->packet,
	    e->length, reply);
	double delay_s;
	struct event *back;

	if (length == 0)
		return;
	delay_s = way_down(&s->way, (double)n->kernel.now_ns * 1e-9);
	if (delay_s < 0)
		return;
	back = post(n, interval_ns(delay_s), EVENT_RESPONSE);
	back->server = e->server;
	back->source = e->source;
	back->socket = e->socket;
	back->length = (uint16_t)length;
	memcpy(back->packet, reply, length);
}

static void engine_event(struct node *n, const struct event *e)
{
	struct engine_now now = now_of(n);

	if (n->engine == NULL)
		return;		/* nobody is there */
	switch (e->kind) {
	case EVENT_RESPONSE:
		response(n, e);
		return;
	case EVENT_CLOCK_CHANGED:
		engine_clock_changed(n->engine, &now, &e->changed);
		return;
	case EVENT_KE_DONE:
		ke_done(n, e);
		return;
	case EVENT_NTS_STATE:
		nts_state(n, e);
		return;
	default:
		return;
	}
}

void node_event(struct node *n, const struct event *e)
{
	node_mix(n, (uint64_t)e->at_ns);
	node_mix(n, (uint64_t)kernel_wall(&n->kernel).ns);
	switch (e->kind) {
	case EVENT_REQUEST:
		at_server(n, e);
		return;
	case EVENT_CLOCK_ADJUST:
	case EVENT_CLOCK_STEP:
	case EVENT_CLOCK_STATUS:
		clock_request(n, e);
		return;
	case EVENT_CLOCK_NEW:
		clock_start(n);
		return;
	case EVENT_ENGINE_NEW:
		engine_begin(n, IPC_RESTARTED);
		return;
	case EVENT_RESPONSE:
	case EVENT_CLOCK_CHANGED:
	case EVENT_KE_DONE:
	case EVENT_NTS_STATE:
		engine_event(n, e);
		return;
	}
}

/* --- timers --- */

static int64_t due(const struct node *n, struct mono_time wake, int64_t late_ns)
{
	if (wake.ns > INT64_MAX - late_ns)
		return INT64_MAX;
	return kernel_when(&n->kernel, (struct mono_time){ wake.ns + late_ns });
}

static int64_t engine_due(const struct node *n)
{
	return n->engine == NULL ? INT64_MAX :
	    due(n, engine_wake(n->engine), n->engine_late_ns);
}

static int64_t clock_due(const struct node *n)
{
	return !n->has_clock ? INT64_MAX :
	    due(n, n->clock.wake, n->clock_late_ns);
}

int64_t node_next(const struct node *n)
{
	int64_t a = engine_due(n), b = clock_due(n);
	int64_t c = kernel_leap_due(&n->kernel);

	a = a < b ? a : b;
	return a < c ? a : c;
}

void node_tick(struct node *n)
{
	if (kernel_leap_due(&n->kernel) <= n->kernel.now_ns)
		kernel_leap(&n->kernel);
	if (clock_due(n) <= n->kernel.now_ns)
		clock_feed(n, (struct clock_in){ .event = CLOCK_ON_TIMER });
	if (engine_due(n) <= n->kernel.now_ns) {
		struct engine_now now = now_of(n);

		engine_tick(n->engine, &now);
		n->engine_late_ns = mono_sub(now.mono, engine_wake(n->engine)) >
		    0 ? now.mono.ns - engine_wake(n->engine).ns : 0;
		n->engine_late_ns += draw_late(n);
	}
}

/* --- life --- */

bool node_start(struct node *n, const char *text, const struct oscillator *o,
    double offset_s, uint64_t seed)
{
	struct conf_error error;

	if (!conf_parse_text(text, strlen(text), &n->config, &error)) {
		fprintf(stderr, "sim: line %u: %s\n", error.place.line,
		    error.text);
		return false;
	}
	n->random = rng_of(seed, 2);
	n->late = rng_of(seed, 3);
	n->hash = UINT64_C(14695981039346656037);
	kernel_init(&n->kernel, o, offset_s, rng_of(seed, 1));
	clock_start(n);
	engine_begin(n, 0);
	return true;
}

void node_free(struct node *n)
{
	engine_free(n->engine);
	config_free(&n->config);
}

void node_kill_clock(struct node *n)
{
	n->has_clock = false;
}

void node_kill_engine(struct node *n)
{
	engine_free(n->engine);
	n->engine = NULL;
	memset(n->sockets, 0, sizeof(n->sockets));
}
