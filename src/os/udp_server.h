/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Datagram sockets of a server: many requests by one call, each with the
 * address it was sent to and the instant of its arrival, and replies that
 * leave from that very address.
 */
#ifndef HORA_OS_UDP_SERVER_H
#define HORA_OS_UDP_SERVER_H

#include "base/addr.h"
#include "base/time.h"
#include "os/socket_setup.h"
#include "os/tx_stamps.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define UDP_BATCH 32		/* requests of one call */
/*
 * Longer datagrams are cut, which shows in the length: one byte more than the
 * longest that any protocol here allows.
 */
#define UDP_PACKET_SIZE 1280

/*
 * Open a non-blocking socket bound to `local` (its family counts; the zero
 * address of a family binds to all). The address need not exist yet
 * (IP_FREEBIND). `share`: several sockets on one address, one a worker
 * (SO_REUSEPORT). `setup` may be NULL. IPv6 sockets take IPv6 only. 0, or
 * -errno, of socket_set_up too.
 */
int udp_server_open(const struct net_addr *local, bool share,
    const struct socket_setup *setup, int *ret_fd);

/*
 * Make a bound socket ready for udp_batch_receive: non-blocking, destination
 * addresses, kernel timestamps where there are any. For sockets that came
 * from elsewhere; udp_server_open has done so. `setup` may be NULL. 0, or
 * -errno, of socket_set_up too.
 */
int udp_server_prepare(int fd, enum ip_family family,
    const struct socket_setup *setup);

struct udp_packet {
	struct net_addr peer;
	struct ip_addr local;		/* sent to; IP_NONE when unknown */
	bool has_rx;			/* the kernel stamped its arrival */
	struct wall_time rx;
	size_t length;			/* UDP_PACKET_SIZE: it was longer */
	const uint8_t *bytes;
};

struct udp_batch;

/* NULL when memory is short. */
struct udp_batch *udp_batch_new(void);
void udp_batch_free(struct udp_batch *b);	/* NULL is allowed */

/*
 * Receive what is there, at most UDP_BATCH packets. Their number, 0 when there
 * is none, or -errno. Packets of no known family have length 0.
 */
int udp_batch_receive(struct udp_batch *b, int fd);

/* Packet i of the last call; valid until the next one. */
const struct udp_packet *udp_batch_packet(const struct udp_batch *b, int i);

/* Room of UDP_PACKET_SIZE bytes for the reply to packet i. */
uint8_t *udp_batch_reply(struct udp_batch *b, int i);

/* Send the reply to packet i, `length` bytes, with the next udp_batch_send. */
void udp_batch_queue(struct udp_batch *b, int i, size_t length);

/* The reply that was queued last asks for a transmit stamp. */
void udp_batch_ask(struct udp_batch *b, const struct tx_asked *asked);

/* Number of replies that wait. */
int udp_batch_waiting(const struct udp_batch *b);

/*
 * Send the queued replies; never blocks. What the kernel does not take is
 * dropped, as a network would. `stamps`: of this socket, told of the replies
 * that ask; NULL when there are none. Returns the number sent.
 */
int udp_batch_send(struct udp_batch *b, int fd, struct tx_stamps *stamps);

#endif
