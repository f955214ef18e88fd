/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/stamps.h"

#include <errno.h>
#include <stdlib.h>

int stamps_init(struct stamps *s, uint32_t size, uint64_t random)
{
	*s = (struct stamps){ .seed = random };
	if (size == 0)
		return 0;
	s->ring = calloc(size, sizeof(*s->ring));
	s->heads = calloc(size, sizeof(*s->heads));
	if (s->ring == NULL || s->heads == NULL) {
		stamps_free(s);
		return -ENOMEM;
	}
	s->size = size;
	return 0;
}

void stamps_free(struct stamps *s)
{
	free(s->ring);
	free(s->heads);
	*s = (struct stamps){ 0 };
}

/* Keyed: when a packet arrives is for its sender to choose. */
static uint32_t *head_of(const struct stamps *s, uint64_t receive)
{
	uint64_t h = (receive ^ s->seed) * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 32;
	return &s->heads[h * UINT64_C(0xbf58476d1ce4e5b9) >> 32 &
	    (s->size - 1)];
}

/* The link that leads to the pair, or to the end of its chain. */
static uint32_t *link_to(const struct stamps *s, uint64_t receive)
{
	uint32_t *link = head_of(s, receive);

	while (*link != 0 && s->ring[*link - 1].receive != receive)
		link = &s->ring[*link - 1].next;
	return link;
}

static struct stamp_pair *find(const struct stamps *s, uint64_t receive)
{
	uint32_t *link = s->ring == NULL || receive == 0 ? NULL :
	    link_to(s, receive);

	return link == NULL || *link == 0 ? NULL : &s->ring[*link - 1];
}

/* Free places at the old end are no longer in use. */
static void drop_free(struct stamps *s)
{
	while (s->used > 0 && s->ring[s->oldest].receive == 0) {
		s->oldest = (s->oldest + 1) & (s->size - 1);
		s->used--;
	}
}

static void remove_pair(struct stamps *s, struct stamp_pair *pair)
{
	*link_to(s, pair->receive) = pair->next;
	*pair = (struct stamp_pair){ 0 };
	s->held--;
	drop_free(s);
}

void stamps_put(struct stamps *s, uint64_t receive, uint64_t transmit)
{
	struct stamp_pair *twin;
	uint32_t place, *head;

	if (s->ring == NULL || receive == 0)
		return;
	twin = find(s, receive);
	if (twin != NULL) {
		remove_pair(s, twin);
		return;
	}
	if (s->used == s->size)
		remove_pair(s, &s->ring[s->oldest]);
	place = (s->oldest + s->used) & (s->size - 1);
	head = head_of(s, receive);
	s->ring[place] = (struct stamp_pair){
		.receive = receive, .transmit = transmit, .next = *head,
	};
	*head = place + 1;
	s->used++;
	s->held++;
	s->newest = receive;
}

void stamps_sent(struct stamps *s, uint64_t receive, uint64_t later)
{
	struct stamp_pair *pair = find(s, receive);

	if (pair == NULL)
		return;
	pair->transmit = (pair->transmit + later) & ~UINT64_C(1);
	pair->is_kernel = true;
}

bool stamps_take(struct stamps *s, uint64_t receive, struct stamp_pair *ret)
{
	struct stamp_pair *pair = find(s, receive);

	if (pair == NULL)
		return false;
	*ret = *pair;
	remove_pair(s, pair);
	return true;
}

void stamps_forget(struct stamps *s)
{
	/* What was never used is not touched: it may be large. */
	while (s->held > 0)
		remove_pair(s, &s->ring[s->oldest]);
}

double stamps_span(const struct stamps *s)
{
	if (s->held == 0)
		return 0;
	/* Signed: a receive timestamp may be a little before one put earlier. */
	return (double)(int64_t)(s->newest - s->ring[s->oldest].receive) *
	    0x1p-32;
}
