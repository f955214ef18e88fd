/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/waiters.h"

#include <string.h>

/* The place of a client: its own, else a free one; NULL when all are taken. */
static struct waiter *place_of(struct waiters *w, const void *peer,
    size_t length)
{
	struct waiter *unused = NULL;

	for (int i = 0; i < WAITERS_MAX; i++) {
		struct waiter *one = &w->list[i];

		if (one->id == 0)
			unused = one;
		else if (one->peer_length == length &&
		    memcmp(one->peer, peer, length) == 0)
			return one;
	}
	return unused;
}

static bool is_same(const struct control_later *a,
    const struct control_later *b)
{
	/* The command says the rest of a rule. */
	return a->command == b->command && a->request.task == b->request.task &&
	    a->request.rule.bits == b->request.rule.bits &&
	    ip_equal(&a->request.rule.ip, &b->request.rule.ip);
}

enum waiters_result waiters_add(struct waiters *w, const void *peer,
    size_t peer_length, struct control_later *later, struct mono_time now)
{
	struct waiter *one = peer_length > WAITERS_PEER_MAX ? NULL :
	    place_of(w, peer, peer_length);

	if (!one)
		return WAITERS_FULL;
	if (one->id != 0 && is_same(&one->later, later)) {
		one->later.sequence = later->sequence;
		return WAITERS_AGAIN;
	}
	if (++w->last_id == 0)
		w->last_id = 1;
	later->request.id = w->last_id;
	*one = (struct waiter){ .id = w->last_id, .later = *later,
		.until = mono_add(now, WAITERS_LIMIT_S),
		.peer_length = peer_length };
	memcpy(one->peer, peer, peer_length);
	return WAITERS_ASK;
}

static void take(struct waiter *one, struct waiter *ret)
{
	*ret = *one;
	one->id = 0;
}

bool waiters_take(struct waiters *w, uint32_t id, struct waiter *ret)
{
	for (int i = 0; i < WAITERS_MAX && id != 0; i++)
		if (w->list[i].id == id) {
			take(&w->list[i], ret);
			return true;
		}
	return false;
}

bool waiters_expired(struct waiters *w, struct mono_time now,
    struct waiter *ret)
{
	for (int i = 0; i < WAITERS_MAX; i++)
		if (w->list[i].id != 0 && w->list[i].until.ns <= now.ns) {
			take(&w->list[i], ret);
			return true;
		}
	return false;
}

struct mono_time waiters_wake(const struct waiters *w)
{
	struct mono_time wake = MONO_NEVER;

	for (int i = 0; i < WAITERS_MAX; i++)
		if (w->list[i].id != 0 && w->list[i].until.ns < wake.ns)
			wake = w->list[i].until;
	return wake;
}
