/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Kernel timestamps of datagrams: SO_TIMESTAMPING software stamps where the
 * system has them, else SO_TIMESTAMPNS (receive only), else none, and the
 * caller uses its own reading of the clock (socket(7), timestamping.rst of the
 * kernel). All stamps are readings of the system clock.
 */
#ifndef HORA_OS_TIMESTAMPS_H
#define HORA_OS_TIMESTAMPS_H

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/socket.h>
#include <time.h>

enum timestamping {
	TIMESTAMPING_NONE,	/* own readings of the clock only */
	TIMESTAMPING_RX,	/* receive stamps */
	TIMESTAMPING_RX_TX,	/* receive and transmit stamps */
};

/* Room that receive stamps need among the control messages of recvmsg. */
#define TIMESTAMPS_CMSG_SIZE \
	(CMSG_SPACE(3 * sizeof(struct timespec)) + \
	CMSG_SPACE(sizeof(struct timespec)))

/*
 * Ask the kernel for stamps on a datagram socket, transmit stamps only when
 * wanted. Never fails: says what there is. The first datagrams may still come
 * without a stamp.
 */
enum timestamping timestamps_enable(int fd, bool want_tx);

/*
 * The same with transmit stamps of those datagrams only that ask for one
 * (timestamps_ask). Calling it again numbers them from 0 again.
 */
enum timestamping timestamps_enable_asked(int fd);

/* Room that timestamps_ask needs among the control messages of sendmsg. */
#define TIMESTAMPS_ASK_SIZE CMSG_SPACE(sizeof(uint32_t))

/* Write the control message that asks for a transmit stamp to `c`. */
void timestamps_ask(struct cmsghdr *c);

/* Receive stamp among the control messages of `msg`; false when none. */
bool timestamps_rx(struct msghdr *msg, struct wall_time *ret);

/*
 * A transmit stamp: `id` counts the datagrams sent on the socket, or those that
 * asked, from 0.
 */
struct tx_stamp {
	uint32_t id;
	struct wall_time at;
};

/*
 * Take one transmit stamp from the error queue (poll tells POLLERR). Never
 * blocks. 0, -EAGAIN when the queue is empty, -ENOMSG when what was taken was
 * not a transmit stamp (call again), another -errno.
 */
int timestamps_tx(int fd, struct tx_stamp *ret);

#endif
