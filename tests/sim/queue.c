/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/queue.h"

#include <stdlib.h>

static bool before(const struct queue *q, int a, int b)
{
	const struct event *x = q->heap[a], *y = q->heap[b];

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns;
	return x->order < y->order;
}

static void swap(struct queue *q, int a, int b)
{
	struct event *keep = q->heap[a];

	q->heap[a] = q->heap[b];
	q->heap[b] = keep;
}

/* Room for one more; the events behind `count` are there to be used again. */
static void grow(struct queue *q)
{
	int room = q->room > 0 ? 2 * q->room : 64;

	if (q->count < q->room || q->room >= QUEUE_MAX)
		return;
	q->heap = realloc(q->heap, (size_t)room * sizeof(struct event *));
	if (q->heap == NULL)
		abort();
	for (; q->room < room; q->room++) {
		q->heap[q->room] = malloc(sizeof(struct event));
		if (q->heap[q->room] == NULL)
			abort();
	}
}

void queue_free(struct queue *q)
{
	for (int i = 0; i < q->room; i++)
		free(q->heap[i]);
	free(q->heap);
	*q = (struct queue){ 0 };
}

struct event *queue_post(struct queue *q, int64_t at_ns, enum event_kind kind)
{
	int i;

	grow(q);
	if (q->count == QUEUE_MAX) {
		q->is_full = true;
		q->count--;
	}
	i = q->count++;

	struct event *e = q->heap[i];

	e->at_ns = at_ns;
	e->order = q->posted++;
	e->kind = kind;
	e->node = e->host = 0;
	while (i > 0 && before(q, i, (i - 1) / 2)) {
		swap(q, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
	return e;
}

int64_t queue_next(const struct queue *q)
{
	return q->count > 0 ? q->heap[0]->at_ns : INT64_MAX;
}

bool queue_take(struct queue *q, struct event *ret)
{
	int i = 0;

	if (q->count == 0)
		return false;
	*ret = *q->heap[0];
	swap(q, 0, --q->count);
	for (;;) {
		int least = i;

		for (int child = 2 * i + 1; child <= 2 * i + 2; child++)
			if (child < q->count && before(q, child, least))
				least = child;
		if (least == i)
			return true;
		swap(q, i, least);
		i = least;
	}
}
