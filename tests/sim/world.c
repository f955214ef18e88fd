/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/world.h"

#include "sim/network.h"
#include "sim/node.h"
#include "sim/timers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SECOND_NS NS_PER_S
#define LOOPS_S 60			/* between looks for loops */
#define TEXT_MAX 4096

struct world {
	const struct scenario *scenario;
	const struct world_options *options;
	struct network network;
	struct server servers[SCENARIO_SERVERS];
	struct timers timers;		/* of the nodes */
	struct checks checks;
	struct tally tally;
	struct limit limit;
	double synchronised_s;
	double apart_s;			/* of two nodes, after settle_s */
};

/* --- once a second --- */

static void trace(const struct node *n, double error_s)
{
	printf("%.0f node %d error %.9f rate %.6f stratum %d bound %.6f\n",
	    (double)n->kernel.now_ns * 1e-9, n->number, error_s,
	    n->kernel.rate * 1e6, n->ref.stratum, n->ref.root_delay_s / 2 +
	    time_ref_dispersion(&n->ref, kernel_wall(&n->kernel)));
}

static void count(struct world *w, struct node *n)
{
	const struct scenario *s = w->scenario;
	double t = (double)n->kernel.now_ns * 1e-9;
	double freq = (1 + n->kernel.freq) * (1 + n->kernel.rate) - 1;
	double error_s = kernel_error_s(&n->kernel);
	uint64_t bits;

	memcpy(&bits, &error_s, sizeof(bits));
	node_mix(&n->error_hash, bits);
	if (w->options->errors_s != NULL && n->number == 0 && t < s->run_s)
		w->options->errors_s[(int64_t)t] = (float)error_s;
	if (n->is_traced && n->kernel.now_ns % (64 * SECOND_NS) == 0)
		trace(n, error_s);
	/* During the leap an error of a microsecond looks like a second. */
	if (s->leap != 0 && fabs(t - SIM_LEAP_S) < 2)
		return;
	tally_add(&w->tally, t, error_s, freq);
}

/* How far are the clocks of two nodes from each other? */
static void measure_spread(struct world *w)
{
	const struct network *net = &w->network;
	double least_s = INFINITY, most_s = -INFINITY;

	for (int i = 0; i < net->node_count; i++) {
		double error_s = kernel_error_s(&net->nodes[i].kernel);

		least_s = fmin(least_s, error_s);
		most_s = fmax(most_s, error_s);
	}
	w->apart_s = fmax(w->apart_s, most_s - least_s);
}

static void act(struct world *w, int64_t now_ns)
{
	const struct action *a = w->scenario->actions;

	for (int i = 0; i < SCENARIO_ACTIONS; i++)
		if (a[i].kind != ACTION_NONE &&
		    interval_ns(a[i].at_s) == now_ns)
			node_act(&w->network.nodes[0], &a[i]);
}

/* After anything that a node did. */
static void look(struct world *w, struct node *n)
{
	const struct network *net = &w->network;
	int i = 0;

	check_node(&w->checks, n, n->number);
	if (w->synchronised_s >= 0 || n->ref.stratum == 0)
		return;
	while (i < net->node_count && net->nodes[i].ref.stratum != 0)
		i++;
	if (i == net->node_count)
		w->synchronised_s = (double)n->kernel.now_ns * 1e-9;
}

static void second(struct world *w, int64_t now_ns)
{
	struct network *net = &w->network;

	for (int i = 0; i < net->node_count; i++) {
		struct node *n = &net->nodes[i];

		kernel_run(&n->kernel, now_ns);
		kernel_second(&n->kernel);
		node_wake(n);
		if (n->kernel.is_asleep)
			continue;
		look(w, n);
		count(w, n);
		if (w->limit.count > 0)
			limit_second(&w->limit, now_ns, n->kernel.freq);
	}
	if (net->node_count > 1 && now_ns % (LOOPS_S * SECOND_NS) == 0)
		check_loops(&w->checks, net, now_ns);
	if (now_ns >= interval_ns(w->scenario->settle_s))
		measure_spread(w);
	act(w, now_ns);
	for (int i = 0; i < net->node_count; i++)
		timers_set(&w->timers, i, node_next(&net->nodes[i]));
}

/* --- the loop --- */

static bool at_node(struct world *w, struct node *n, const struct event *e)
{
	bool is_heard;

	kernel_run(&n->kernel, e->at_ns);
	is_heard = node_hears(n, e);
	if (is_heard) {
		look(w, n);
		timers_set(&w->timers, n->number, node_next(n));
	}
	return is_heard;
}

/* A packet arrives at a host; its answer goes back. */
static void at_host(struct world *w, const struct event *e)
{
	struct network *net = &w->network;
	uint8_t reply[ASSOC_PACKET_MAX];
	double delay_s, late_s;
	struct event *back;
	size_t length;

	if (e->host >= net->server_count && at_node(w,
	    &net->nodes[e->host - net->server_count], e))
		return;
	length = network_answer(net, e, e->at_ns, reply, &late_s);
	if (length == 0)
		return;
	delay_s = way_down(network_way(net, e->host),
	    (double)e->at_ns * 1e-9);
	if (delay_s < 0)
		return;
	back = queue_post(&net->queue, e->at_ns + interval_ns(delay_s + late_s),
	    EVENT_RESPONSE);
	back->node = e->node;
	back->host = e->host;
	back->source = e->source;
	back->socket = e->socket;
	back->sent_ns = e->sent_ns;
	back->served_ns = e->at_ns;
	back->length = (uint16_t)length;
	memcpy(back->packet, reply, length);
}

static void event(struct world *w)
{
	struct event e;
	struct node *n;

	queue_take(&w->network.queue, &e);
	if (e.kind == EVENT_REQUEST) {
		at_host(w, &e);
		return;
	}
	if (e.kind == EVENT_RESPONSE && w->limit.count > 0)
		limit_exchange(&w->limit, e.sent_ns, e.served_ns, e.at_ns);
	n = &w->network.nodes[e.node];
	kernel_run(&n->kernel, e.at_ns);
	node_event(n, &e);
	look(w, n);
	timers_set(&w->timers, e.node, node_next(n));
}

static void tick(struct world *w, int64_t now_ns)
{
	int i = timers_who(&w->timers);
	struct node *n = &w->network.nodes[i];

	kernel_run(&n->kernel, now_ns);
	node_tick(n);
	look(w, n);
	timers_set(&w->timers, i, node_next(n));
}

static void run(struct world *w)
{
	int64_t end_ns = interval_ns(w->scenario->run_s);
	int64_t second_ns = SECOND_NS;

	while (second_ns <= end_ns) {
		int64_t timer_ns = timers_next(&w->timers);
		int64_t event_ns = queue_next(&w->network.queue);

		if (second_ns <= event_ns && second_ns <= timer_ns) {
			second(w, second_ns);
			second_ns += SECOND_NS;
		} else if (event_ns <= timer_ns) {
			event(w);
		} else {
			tick(w, timer_ns);
		}
	}
}

/* --- before and after --- */

/* The configuration of a node. */
static bool make_text(const struct world *w, int node, char text[TEXT_MAX])
{
	const struct scenario *s = w->scenario;
	int n = snprintf(text, TEXT_MAX, "%s", s->nodes > 1 ? "allow\n" : "");

	for (int k = 0; n < TEXT_MAX && s->options != NULL; k++) {
		int host = s->asks != NULL ? s->asks(s, node, k) :
		    k < w->network.server_count ? k : -1;
		struct ip_addr address = network_address(host);
		char name[IP_TEXT_SIZE];

		if (host < 0)
			break;
		n += snprintf(text + n, TEXT_MAX - (size_t)n,
		    "%s %s %s %s\n", s->are_peers &&
		    host >= w->network.server_count ? "peer" : "server",
		    ip_text(&address, name), s->options,
		    k == 0 && s->first_options != NULL ? s->first_options : "");
	}
	if (s->directives != NULL && n < TEXT_MAX)
		n += snprintf(text + n, TEXT_MAX - (size_t)n, "%s\n",
		    s->directives);
	return n < TEXT_MAX;
}

static bool start(struct world *w)
{
	const struct scenario *s = w->scenario;
	struct network *net = &w->network;
	struct calendar calendar = { s->epoch_s != 0 ? s->epoch_s :
		SIM_EPOCH_S, SIM_LEAP_S, s->leap };
	uint64_t seed = w->options->seed;
	int nodes = s->nodes > 0 ? s->nodes : 1;
	char text[TEXT_MAX] = "";

	net->servers = w->servers;
	net->server_count = scenario_server_count(s);
	for (int i = 0; i < net->server_count; i++)
		server_init(&w->servers[i], &s->servers[i], &calendar, seed, i);
	net->nodes = calloc((size_t)nodes, sizeof(*net->nodes));
	if (net->nodes == NULL || !timers_init(&w->timers, nodes))
		return false;
	while (net->node_count < nodes) {
		int i = net->node_count;
		struct node *n = &net->nodes[i];

		n->is_traced = w->options->is_traced;
		if (!make_text(w, i, text) ||
		    !node_start(n, net, i, s, text, seed))
			return false;
		net->node_count++;
		timers_set(&w->timers, i, node_next(n));
	}
	return true;
}

static void finish(const struct world *w, struct figures *f)
{
	const struct node *first = &w->network.nodes[0];

	tally_finish(&w->tally, &f->error);
	limit_finish(&w->limit, &f->limit);
	memcpy(f->broken, w->checks.broken, sizeof(f->broken));
	f->worst_bound = w->checks.worst_bound;
	f->synchronised_s = w->synchronised_s;
	f->apart_s = w->apart_s;
	f->queue_full = w->network.queue.is_full;
	f->steps = first->kernel.steps;
	for (int i = 0; i < w->network.node_count; i++) {
		const struct node *n = &w->network.nodes[i];

		f->sent += n->sent;
		f->refused += n->refused;
		node_mix(&f->hash, n->hash);
		node_mix(&f->error_hash, n->error_hash);
		f->unsynchronised += n->ref.stratum == 0;
		if (n->ref.stratum > f->stratum)
			f->stratum = n->ref.stratum;
		if ((n->kernel.timex.status & (STA_INS | STA_DEL)) != 0)
			f->leap_armed = true;
	}
	for (int i = 0; i < first->engine->count && i < WORLD_STATES; i++)
		f->states[i] = (char)first->engine->candidates[i].state;
}

static void end(struct world *w)
{
	for (int i = 0; i < w->network.node_count; i++)
		node_free(&w->network.nodes[i]);
	free(w->network.nodes);
	for (int i = 0; i < w->network.server_count; i++)
		cookie_ring_clear(&w->servers[i].ring);
	timers_free(&w->timers);
	queue_free(&w->network.queue);
}

bool world_run(const struct scenario *s, const struct world_options *options,
    struct figures *ret)
{
	struct world *w = calloc(1, sizeof(*w));
	struct tally_plan plan = { .run_s = s->run_s, .settle_s = s->settle_s,
		.jitter_s = s->jitter_s, .event_at_s = s->event_at_s,
		.band_s = s->band_s };
	bool is_ok;

	memset(ret, 0, sizeof(*ret));
	if (w == NULL)
		return false;
	w->scenario = s;
	w->options = options;
	w->synchronised_s = -1;
	w->checks.is_biased = s->is_biased;
	w->checks.may_loop_s = s->may_loop_s;
	tally_init(&w->tally, &plan);
	if (options->has_limit && limit_is_known(s))
		limit_init(&w->limit, s);
	is_ok = start(w);
	if (is_ok) {
		run(w);
		finish(w, ret);
	}
	end(w);
	free(w);
	return is_ok;
}
