/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/interleave.h"

#include <math.h>
#include <string.h>

#define MUCH_SHORTER 10		/* (reference: behaviour.md 1.8) */

void interleave_request(struct interleave *i, bool may,
    const uint8_t random[8], struct ntp_header *h)
{
	i->receive = 0;
	if (!may || !i->has_last)
		return;
	memcpy(&i->receive, random, sizeof(i->receive));
	/* Neither "unknown" nor what a basic response would repeat. */
	while (i->receive == 0 || i->receive == h->transmit)
		i->receive++;
	h->origin = i->last.t2;
	h->receive = i->receive;
}

bool interleave_matches(const struct interleave *i, uint64_t origin)
{
	return i->receive != 0 && origin == i->receive;
}

static double local_s(const struct exchange *x)
{
	return fabs(free_sub(x->t4.free, x->t1.free));
}

static double remote_s(const struct exchange *x)
{
	return fabs(wall_sub(wall_from_ntp(x->t3), wall_from_ntp(x->t2)));
}

struct exchange interleave_exchange(const struct interleave *i,
    const struct stamp *t1, const struct ntp_header *h)
{
	struct exchange before = i->last, newest = i->last;

	before.t3 = newest.t3 = h->transmit;
	newest.t1 = *t1;
	newest.t2 = h->receive;
	return MUCH_SHORTER * local_s(&before) < local_s(&newest) &&
	    MUCH_SHORTER * remote_s(&before) < remote_s(&newest) ?
	    before : newest;
}

bool interleave_is_spent(const struct interleave *i, const struct exchange *x)
{
	return !i->has_last ||
	    (i->is_measured && x->t1.free.ns == i->last.t1.free.ns);
}

void interleave_answered(struct interleave *i, const struct exchange *x,
    bool is_measured)
{
	i->has_last = true;
	i->is_measured = is_measured;
	i->last = *x;
	i->receive = 0;
}

void interleave_forget(struct interleave *i)
{
	i->has_last = false;
}

static void step(struct stamp *s, double step_s)
{
	s->wall = wall_add(s->wall, step_s);
	s->free = free_add(s->free, step_s);
}

void interleave_stepped(struct interleave *i, double step_s)
{
	step(&i->last.t1, step_s);
	step(&i->last.t4, step_s);
}
