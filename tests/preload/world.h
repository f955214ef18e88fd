/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The world of a program whose calls of the C library are replaced: one machine
 * with the simulator's oscillator and kernel (sim/kernel.h), one way to one
 * perfect server. True time passes in waits only, so no clock moves by itself.
 *
 * A library that is loaded before others has nobody to be given its state by:
 * there is one world in a process.
 */
#ifndef HORA_PRELOAD_WORLD_H
#define HORA_PRELOAD_WORLD_H

#include "sim/kernel.h"
#include "sim/tally.h"
#include "sim/way.h"

#include <netinet/in.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#define WORLD_FDS 1024
#define WORLD_PACKET 1500
#define WORLD_QUEUE 16		/* answers on their way */

/* A UDP socket; its number is that of a descriptor that leads nowhere. */
struct world_socket {
	bool is_open;
	bool stamps, stamps_ns;	/* SO_TIMESTAMPING, SO_TIMESTAMPNS asked for */
	struct sockaddr_in local, peer;
};

/* An answer that reaches the socket at a true time. */
struct world_packet {
	int fd;			/* < 0: free */
	int64_t at_ns;
	bool is_stamped;
	struct wall_time rx;	/* the clock as it arrived */
	size_t length;
	uint8_t bytes[WORLD_PACKET];
};

struct world {
	/* Conditions, from the environment (world.c). */
	double run_s, jump_s, jump_at_s;
	bool mono_steps;	/* CLOCK_MONOTONIC takes the steps, too */
	bool has_stamps;	/* the kernel stamps what it receives */
	bool is_strict;		/* no descriptors but ours, no signal masks */

	struct kernel kernel;
	int64_t first_wall_minus_mono_ns;
	struct way way;
	struct rng random;	/* what getrandom(2) gives */
	struct world_socket sockets[WORLD_FDS];
	struct world_packet packets[WORLD_QUEUE];
	struct tally tally;
	uint64_t sent, late_sent, waits, idle_waits, adjustments, writes;
	FILE *out;
};

/* The world; made at the first call. */
struct world *world(void);

/* CLOCK_MONOTONIC and CLOCK_REALTIME now. */
int64_t world_mono_ns(const struct world *w);
int64_t world_wall_ns(const struct world *w);

/* Somebody in this process sets the clock. */
void world_set(struct world *w, int64_t wall_ns);

/* Packet for the server: its answer will arrive. */
void world_send(struct world *w, int fd, const uint8_t *bytes, size_t length);

/* First packet that has arrived at fd, or NULL; the caller sets fd = -1. */
struct world_packet *world_arrived(struct world *w, int fd);

/*
 * Let timeout_ns of the slewed clock pass (negative: no end), or less, if a
 * packet that arrives ends the wait. Ends the process, with the figures, at the
 * end of the run.
 */
void world_wait(struct world *w, int64_t timeout_ns, bool packets_wake);

/* Say what is wrong and end the process with status 99. */
_Noreturn void world_abort(const char *why);

#endif
