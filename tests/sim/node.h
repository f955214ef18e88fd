/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A machine with hora: the engine and hora-clock as they are, joined by messages
 * that take a moment, on a simulated kernel. Either may die and come back. What
 * the engine publishes is served to other nodes (network.c).
 */
#ifndef HORA_SIM_NODE_H
#define HORA_SIM_NODE_H

#include "hora-clock/clock.h"
#include "hora-engine/engine.h"
#include "sim/kernel.h"
#include "sim/network.h"
#include "sim/queue.h"
#include "sim/random.h"
#include "sim/scenario.h"
#include "sim/way.h"

#include <stdbool.h>
#include <stdint.h>

#define NODE_SOCKETS 64		/* source numbers modulo this */
#define NODE_MESSAGE_NS 50000	/* from one program to another */

struct node {
	struct kernel kernel;
	struct network *network;
	int number;			/* in network->nodes */
	struct way way;			/* to it */
	struct config config;
	struct rng random, serve_random;
	uint64_t late_seed;
	bool is_traced, has_fast_keys;
	int64_t asleep_until_ns;
	bool is_unaware;		/* the clock was set, and the engine has
					 * not run since */
	bool is_interfered;		/* another program changed the rate, and
					 * the engine was not told */
	int64_t unaware_ns;		/* true time of either */

	struct engine *engine;		/* NULL: dead */
	struct mono_time engine_ticked;	/* last time */
	struct ipc_engine_memory engine_memory;
	uint32_t sockets[NODE_SOCKETS];	/* the one that is open; 0 = none */
	uint32_t last_socket;

	bool has_clock;			/* false: hora-clock is dead */
	struct clock clock;
	struct mono_time clock_check;	/* it looks at the kernel next */
	struct ipc_clock_memory clock_memory;	/* kept by horad */
	bool has_clock_memory;

	struct time_ref ref;		/* what is served */
	uint64_t sent;			/* requests */
	uint64_t refused, failed;	/* by hora-clock, by the kernel */
	bool ref_went_back;		/* reference time, other than by a step */
	int steps_seen;
	int ordered_steps, checked_steps;	/* check.c */
	uint64_t hash;			/* of all that happened */
	uint64_t error_hash;		/* of the errors at each second */
};

/*
 * Machine `number` of a scenario with the configuration in `text`, started at
 * true time 0. False with a message on stderr when the text is wrong.
 */
bool node_start(struct node *n, struct network *network, int number,
    const struct scenario *s, const char *text, uint64_t seed);
void node_free(struct node *n);

/* True time of the next timer; INT64_MAX without one in sight. */
int64_t node_next(const struct node *n);

/*
 * A packet arrives at the port of the server: does one of the node's peers hear
 * it? Its kernel must have run until now.
 */
bool node_hears(struct node *n, const struct event *e);

/* Timers that are due now, or an event of this node; its kernel has run. */
void node_tick(struct node *n);
void node_event(struct node *n, const struct event *e);

/* Somebody does something (scenario.h). */
void node_act(struct node *n, const struct action *a);

/* At each second: the end of a sleep. */
void node_wake(struct node *n);

/* Mix a value into a hash. */
void node_mix(uint64_t *hash, uint64_t value);

/* --- between the files of node ------------------------------------------ */

struct engine_now node_now(struct node *n);

/* A program wakes up late: by how much for the timer at `wake`. */
int64_t node_late_ns(const struct node *n, int program, struct mono_time wake);

/* An event of this node, `delay_ns` from now. */
struct event *node_post(struct node *n, int64_t delay_ns,
    enum event_kind kind);

/* node_clock.c: hora-clock. */
void node_clock_start(struct node *n);
void node_clock_request(struct node *n, const struct event *e);
void node_clock_tick(struct node *n);
int64_t node_clock_due(const struct node *n);

/* node_effects.c: what the engine wants done. */
struct engine_effects node_effects(struct node *n);

/* True time at which a program wakes for its timer. */
int64_t node_due(const struct node *n, struct mono_time wake, int64_t late_ns);

#endif
