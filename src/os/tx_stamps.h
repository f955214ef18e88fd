/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When did some of the datagrams of a socket really leave? The sender asks for
 * the kernel's stamp of each that it wants to know of, and takes them from the
 * error queue, where each has only its number. Bounded: of the last
 * TX_STAMPS_OPEN datagrams; what comes later is not told.
 */
#ifndef HORA_OS_TX_STAMPS_H
#define HORA_OS_TX_STAMPS_H

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

#define TX_STAMPS_OPEN 64	/* a power of two */

/* A datagram that asked. */
struct tx_asked {
	uint64_t tag;			/* the sender's name of it */
	struct wall_time at;		/* read shortly before it was sent */
};

struct tx_stamps {
	int fd;				/* borrowed */
	bool is_on;			/* the kernel has such stamps */
	uint32_t next;			/* number of the next one */
	struct {
		struct tx_asked asked;
		uint32_t id;
		bool is_open;
	} open[TX_STAMPS_OPEN];
};

/* Turn them on for a socket; without them, is_on is false and nothing comes. */
void tx_stamps_init(struct tx_stamps *t, int fd);

/* A datagram that asked (timestamps_ask) was sent, or was not. */
void tx_stamps_sent(struct tx_stamps *t, const struct tx_asked *asked);
void tx_stamps_failed(struct tx_stamps *t);

/*
 * Take one stamp: of which datagram, and how much later than `asked.at` it left
 * (0 to 1 s; others are not told). Never blocks; false when there is none.
 */
bool tx_stamps_take(struct tx_stamps *t, struct tx_asked *ret,
    double *ret_later_s);

#endif
