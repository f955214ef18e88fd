/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/queue.h"

static bool before(const struct queue *q, int a, int b)
{
	const struct event *x = &q->pool[q->heap[a] - 1];
	const struct event *y = &q->pool[q->heap[b] - 1];

	if (x->at_ns != y->at_ns)
		return x->at_ns < y->at_ns;
	return x->order < y->order;
}

static void swap(struct queue *q, int a, int b)
{
	uint16_t keep = q->heap[a];

	q->heap[a] = q->heap[b];
	q->heap[b] = keep;
}

/*
 * heap[0..count-1] are the indices of posted events in heap order; the unused
 * ones follow, so that each index is there exactly once.
 */
struct event *queue_post(struct queue *q, int64_t at_ns, enum event_kind kind)
{
	int i = q->count;

	if (q->heap[0] == 0)
		for (int k = 0; k < QUEUE_MAX; k++)
			q->heap[k] = (uint16_t)(k + 1);
	if (i == QUEUE_MAX) {
		q->is_full = true;
		i = --q->count;
	}
	q->count++;

	struct event *e = &q->pool[q->heap[i] - 1];

	e->at_ns = at_ns;
	e->order = q->posted++;
	e->kind = kind;
	while (i > 0 && before(q, i, (i - 1) / 2)) {
		swap(q, i, (i - 1) / 2);
		i = (i - 1) / 2;
	}
	return e;
}

int64_t queue_next(const struct queue *q)
{
	return q->count > 0 ? q->pool[q->heap[0] - 1].at_ns : INT64_MAX;
}

bool queue_take(struct queue *q, struct event *ret)
{
	int i = 0;

	if (q->count == 0)
		return false;
	*ret = q->pool[q->heap[0] - 1];
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
