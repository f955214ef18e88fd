/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a server keeps for clients in interleaved mode (RFC 9769 section 2;
 * reference: behaviour.md 6.3): of each response its receive timestamp, by
 * which the client names it in its next request, and its transmit timestamp,
 * which that request is answered with. Nothing is known of the clients.
 *
 * A ring: when it is full, the oldest pair goes. Pure; of bounded size.
 */
#ifndef HORA_NTP_STAMPS_H
#define HORA_NTP_STAMPS_H

#include <stdbool.h>
#include <stdint.h>

#define STAMPS_MAX (UINT32_C(1) << 24)

struct stamp_pair {
	uint64_t receive;		/* as it was told; 0 = free */
	uint64_t transmit;		/* on the same scale */
	uint32_t next;			/* of the same hash: place + 1, 0 = none */
	bool is_kernel;			/* `transmit` is the kernel's */
};

/* All zero: keeps nothing. */
struct stamps {
	struct stamp_pair *ring;	/* owned */
	uint32_t *heads;		/* owned; by hash: place + 1, 0 = none */
	uint32_t size;			/* of both: 0, or a power of two */
	uint32_t oldest, used;		/* places from `oldest` on in use */
	uint32_t held;			/* of those, not free */
	uint64_t newest;		/* receive timestamp put last */
	uint64_t seed;
};

/*
 * Room for `size` pairs: a power of two up to STAMPS_MAX, or 0, which keeps
 * nothing. `random`: for the hash. 0 or -ENOMEM.
 */
int stamps_init(struct stamps *s, uint32_t size, uint64_t random);
void stamps_free(struct stamps *s);

/*
 * Keep a pair. A receive timestamp that is there already names two responses:
 * then neither is kept. 0, which is no timestamp, is not.
 */
void stamps_put(struct stamps *s, uint64_t receive, uint64_t transmit);

/*
 * The kernel says that the response left later than was thought: its transmit
 * timestamp moves by `later` (NTP units), its lowest bit stays 0. Nothing
 * happens when the pair is gone.
 */
void stamps_sent(struct stamps *s, uint64_t receive, uint64_t later);

/* Take a pair out; false when it is not there. */
bool stamps_take(struct stamps *s, uint64_t receive, struct stamp_pair *ret);

/* Forget all pairs: what is served was corrected, and they are of before. */
void stamps_forget(struct stamps *s);

/* Seconds between the oldest and the newest pair; 0 when there is none. */
double stamps_span(const struct stamps *s);

#endif
