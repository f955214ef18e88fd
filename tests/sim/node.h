/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client: the engine and hora-clock as they are, joined by messages that take
 * a moment, on a simulated machine. Either may die and come back.
 */
#ifndef HORA_SIM_NODE_H
#define HORA_SIM_NODE_H

#include "hora-clock/clock.h"
#include "hora-engine/engine.h"
#include "sim/kernel.h"
#include "sim/queue.h"
#include "sim/random.h"
#include "sim/server.h"

#include <stdbool.h>
#include <stdint.h>

#define NODE_SOCKETS 64		/* source numbers modulo this */

struct node {
	struct kernel kernel;
	struct queue *queue;		/* of the world */
	struct server *servers;		/* of the world */
	int server_count;
	struct config config;
	struct rng random, late;
	bool is_traced;

	struct engine *engine;		/* NULL: dead */
	int64_t engine_late_ns;		/* of its next timer */
	struct ipc_engine_memory engine_memory;
	uint32_t sockets[NODE_SOCKETS];	/* the one that is open; 0 = none */
	uint32_t last_socket;

	bool has_clock;			/* false: hora-clock is dead */
	struct clock clock;
	int64_t clock_late_ns;
	struct ipc_clock_memory clock_memory;	/* kept by horad */
	bool has_clock_memory;

	struct time_ref ref;		/* what is served */
	uint64_t sent;			/* requests */
	uint64_t refused, failed;	/* by hora-clock, by the kernel */
	bool ref_went_back;		/* reference time, other than by a step */
	int steps_seen;
	uint64_t hash;			/* of all that happened */
};

/*
 * A machine with the configuration in `text`, started at true time 0. False
 * with a message on stderr when the text is wrong.
 */
bool node_start(struct node *n, const char *text, const struct oscillator *o,
    double offset_s, uint64_t seed);
void node_free(struct node *n);

/* True time of the next timer; INT64_MAX without one in sight. */
int64_t node_next(const struct node *n);

/* Timers that are due now, or an event of this node or on its way to it. */
void node_tick(struct node *n);
void node_event(struct node *n, const struct event *e);

/* kill -9; the matching _NEW event brings it back. */
void node_kill_clock(struct node *n);
void node_kill_engine(struct node *n);

/* Mix a value into the hash. */
void node_mix(struct node *n, uint64_t value);

#endif
