/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/inside.h"

#include <errno.h>
#include <stdlib.h>
#include <sys/stat.h>

struct inside_pair {
	struct inside *inside;
	struct inside_pair *next;
	struct inside_end ends[2];
};

struct inside {
	struct inside_pair *first;
};

static void free_pair(struct inside_pair *p)
{
	queue_drop_all(&p->ends[0].in);
	queue_drop_all(&p->ends[1].in);
	free(p);
}

static void free_all(void *arg)
{
	struct inside *inside = arg;

	while (inside->first) {
		struct inside_pair *p = inside->first;

		inside->first = p->next;
		free_pair(p);
	}
	free(inside);
}

int inside_begin(struct loop *loop)
{
	struct inside *inside = calloc(1, sizeof(*inside));

	if (!inside)
		return -ENOMEM;
	loop_attach(loop, inside, free_all);
	return 0;
}

int inside_remember(struct loop *loop, const int fds[2])
{
	struct inside *inside = loop_attached(loop);
	struct inside_pair *p;

	if (!inside)
		return 0;
	p = calloc(1, sizeof(*p));
	if (!p)
		return -ENOMEM;
	for (int i = 0; i < 2; i++) {
		struct stat st;

		if (fstat(fds[i], &st) < 0) {
			free(p);
			return -errno;
		}
		p->ends[i].inode = st.st_ino;
		p->ends[i].other = &p->ends[1 - i];
		p->ends[i].pair = p;
		p->ends[i].loop = loop;
	}
	p->inside = inside;
	p->next = inside->first;
	inside->first = p;
	return 0;
}

void inside_again(struct inside_end *end)
{
	if (end->wake)
		loop_timer_set(end->loop, end->wake, loop_now(end->loop));
}

struct inside_end *inside_open(struct loop *loop, int fd,
    struct loop_timer *wake)
{
	struct inside *inside = loop_attached(loop);
	struct stat st;

	if (!inside || fstat(fd, &st) < 0)
		return NULL;
	for (struct inside_pair *p = inside->first; p; p = p->next)
		for (int i = 0; i < 2; i++) {
			struct inside_end *end = &p->ends[i];

			if (end->inode != st.st_ino || end->is_closed)
				continue;
			end->wake = wake;
			inside_again(end);
			return end;
		}
	return NULL;
}

void inside_close(struct inside_end *end)
{
	struct inside_pair *p = end->pair, **at = &p->inside->first;

	loop_timer_cancel(end->wake);
	end->wake = NULL;
	end->is_closed = true;
	queue_drop_all(&end->in);
	inside_again(end->other);
	if (!end->other->is_closed)
		return;
	while (*at != p)
		at = &(*at)->next;
	*at = p->next;
	free_pair(p);
}

int inside_send(struct inside_end *end, const struct frame *frame,
    size_t length, const int *fds, unsigned fd_count)
{
	int rc;

	if (end->other->is_closed)
		return -EPIPE;
	rc = queue_put(&end->other->in, frame, length, fds, fd_count);
	if (rc == 0)
		inside_again(end->other);
	return rc;
}
