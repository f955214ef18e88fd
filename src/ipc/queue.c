/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/queue.h"

#include "base/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static void release(struct queued *m)
{
	for (unsigned i = 0; i < m->fd_count; i++)
		close(m->fds[i]);
	wipe(m->frame, m->length);
	free(m);
}

int queue_put(struct queue *q, const struct frame *frame, size_t length,
    const int *fds, unsigned fd_count)
{
	struct queued *m;

	if (q->length >= QUEUE_MAX)
		return -ENOBUFS;
	m = malloc(sizeof(*m) + length);
	if (!m)
		return -ENOBUFS;
	m->next = NULL;
	m->length = length;
	memcpy(m->frame, frame, length);
	for (m->fd_count = 0; m->fd_count < fd_count; m->fd_count++) {
		int copy = fcntl(fds[m->fd_count], F_DUPFD_CLOEXEC, 0);

		if (copy < 0) {
			release(m);
			return -ENOBUFS;
		}
		m->fds[m->fd_count] = copy;
	}
	if (q->last)
		q->last->next = m;
	else
		q->first = m;
	q->last = m;
	q->length++;
	return 0;
}

void queue_drop(struct queue *q)
{
	struct queued *m = q->first;

	q->first = m->next;
	if (!q->first)
		q->last = NULL;
	q->length--;
	release(m);
}

void queue_drop_all(struct queue *q)
{
	while (q->first)
		queue_drop(q);
}
