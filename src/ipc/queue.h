/* SPDX-License-Identifier: Apache-2.0 */
/* Messages that wait: for a slow reader, or for one in the same process. */
#ifndef HORA_IPC_QUEUE_H
#define HORA_IPC_QUEUE_H

#include "ipc/messages.h"

#include <stddef.h>

#define QUEUE_MAX 512

/* What travels: the type, then the payload; its length is the message's. */
struct frame {
	uint64_t type;
	union ipc_payload payload;
};
#define FRAME_HEAD offsetof(struct frame, payload)

struct queued {
	struct queued *next;
	size_t length;		/* of the frame */
	unsigned fd_count;
	int fds[IPC_FDS_MAX];	/* our duplicates */
	uint64_t frame[];	/* aligned as struct frame */
};

/* Zero is empty. */
struct queue {
	struct queued *first, *last;
	unsigned length;
};

/* Put a copy of the frame and of its descriptors at the end. 0 or -ENOBUFS. */
int queue_put(struct queue *q, const struct frame *frame, size_t length,
    const int *fds, unsigned fd_count);

/* Remove the first one and wipe it; its descriptors are closed. */
void queue_drop(struct queue *q);
void queue_drop_all(struct queue *q);

#endif
