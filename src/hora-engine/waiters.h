/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who waits for horad: requests of the control protocol that are answered when
 * its work is done. Each client has one place, and nobody waits for ever. Pure.
 */
#ifndef HORA_ENGINE_WAITERS_H
#define HORA_ENGINE_WAITERS_H

#include "base/time.h"
#include "hora-engine/control.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define WAITERS_MAX 16
#define WAITERS_PEER_MAX 128	/* bytes of a client's address */
#define WAITERS_LIMIT_S 30.0	/* longer than any work of horad */

struct waiter {
	uint32_t id;			/* of the request to horad; 0 = free */
	struct mono_time until;		/* then it has failed */
	struct control_later later;
	size_t peer_length;
	uint8_t peer[WAITERS_PEER_MAX];
};

/* All zero: nobody waits. */
struct waiters {
	struct waiter list[WAITERS_MAX];
	uint32_t last_id;
};

enum waiters_result {
	WAITERS_ASK,		/* send later->request, which has its id now */
	WAITERS_AGAIN,		/* patience ran out, not the work: it goes on */
	WAITERS_FULL,		/* no place is free */
};

/*
 * A request that is to be answered later. What the same client (equal bytes of
 * its address, at most WAITERS_PEER_MAX) waited for before is forgotten, unless
 * it is the same: then the answer goes to the new sequence number.
 */
enum waiters_result waiters_add(struct waiters *w, const void *peer,
    size_t peer_length, struct control_later *later, struct mono_time now);

/* Take out the one that waits for this answer. False: nobody does. */
bool waiters_take(struct waiters *w, uint32_t id, struct waiter *ret);

/* Take out one whose time is over. False: there is none. */
bool waiters_expired(struct waiters *w, struct mono_time now,
    struct waiter *ret);

/* When the next one's time is over; MONO_NEVER when nobody waits. */
struct mono_time waiters_wake(const struct waiters *w);

#endif
