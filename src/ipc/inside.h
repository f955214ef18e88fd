/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Channels both ends of which are in one process, on one loop (hora-single): the
 * messages stay in memory. The pair of descriptors is only a name that can be
 * duplicated and sent along; nothing is read from it and nobody waits for it, so
 * that simulators that replace calls of the C library need not know it.
 */
#ifndef HORA_IPC_INSIDE_H
#define HORA_IPC_INSIDE_H

#include "ipc/queue.h"
#include "os/loop.h"

#include <stdbool.h>

/* One end; lives until both are closed, or the loop is freed. */
struct inside_end {
	struct inside_end *other;
	struct inside_pair *pair;
	unsigned long long inode;	/* of its descriptor */
	struct queue in;		/* for this end to read */
	struct loop_timer *wake;	/* of the reader; NULL = not open yet */
	struct loop *loop;
	bool is_closed;
};

/* From now on pairs of this loop are of this kind. 0 or -ENOMEM. */
int inside_begin(struct loop *loop);

/* Remember the pair, if the loop has begun. 0 or -errno. */
int inside_remember(struct loop *loop, const int fds[2]);

/*
 * The end that fd, or its duplicate, belongs to; NULL: no such. `wake` fires
 * when there is something to read or the other end has closed.
 */
struct inside_end *inside_open(struct loop *loop, int fd,
    struct loop_timer *wake);
void inside_close(struct inside_end *end);

/* For the other end to read. 0, -EPIPE (it is closed) or -ENOBUFS. */
int inside_send(struct inside_end *end, const struct frame *frame,
    size_t length, const int *fds, unsigned fd_count);

/* Let `wake` fire in the next round. */
void inside_again(struct inside_end *end);

#endif
