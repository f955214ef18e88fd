/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a symmetric association (RFC 5905 section 8, RFC 9769 section 3) keeps
 * beyond that of a client: what it has sent, what it has heard and has to tell
 * back, when it is its turn. Used by assoc.c; pure.
 *
 * Packets of both sides name the timestamps of the other's last one. So a packet
 * that names a transmit timestamp of ours, of which an attacker who can not read
 * along can guess nothing, is proof of who sent it; only such packets change
 * what we tell back. While there is proof, others (of a neighbour that has just
 * started, or of an attacker) are answered at most PEER_CLAIMS times, and change
 * nothing. Without proof the last one that came is answered.
 */
#ifndef HORA_NTP_PEER_H
#define HORA_NTP_PEER_H

#include "base/time.h"
#include "ntp/stamp.h"
#include "sync/time_ref.h"
#include "wire/ntp.h"

#include <stdbool.h>
#include <stdint.h>

#define PEER_SENT 8	/* packets remembered, and sent before proof is stale */
#define PEER_CLAIMS 4	/* packets without proof that are answered meanwhile */
#define PEER_QUICK 4	/* packets at the start that do not wait for their turn */
#define PEER_RANDOM 24

/* A packet that we sent. */
struct peer_sent {
	uint64_t receive, transmit;	/* as on the wire; 0 = none */
	/*
	 * When it was written, in true time as it was known then, as the receive
	 * timestamp was; and when it left.
	 */
	struct wall_time written_true;
	struct stamp written, left;
	bool is_answered;		/* by a valid packet */
};

/* A packet that we heard and tell back. */
struct peer_heard {
	bool is_there, is_pending;	/* pending: nothing was sent since */
	uint64_t receive, transmit;	/* as on the wire */
	struct stamp at;
	struct mono_time when;		/* the same instant */
	struct mono_time since;		/* that of the first that is pending */
};

/* Who asks whom, by stratum. */
enum peer_turn {
	PEER_ASKS,		/* the other is nearer to the time */
	PEER_TELLS,		/* the other way round: answer at once */
	PEER_EVEN,		/* halfway between the other's packets */
};

/* Others may read it; all zero but `quick` and `claims` is the start. */
struct peer {
	struct peer_sent sent[PEER_SENT];
	unsigned count;			/* of all sent */
	unsigned acknowledged;		/* number of the newest that was proof */
	int trust;			/* packets until proof is stale */
	int claims, quick;		/* left */
	struct mono_time aside;		/* a claim was answered last */
	struct peer_heard proven, claim;
	enum peer_turn turn;
	/* Conditions of interleaved packets: sent since the last valid packet,
	 * and between that and the one before. */
	unsigned since_valid, before_valid;
};

/* What a packet refers to. */
struct peer_match {
	const struct peer_sent *sent;	/* NULL: nothing of ours */
	unsigned number;		/* of it */
	bool is_interleaved;
};

/* Nothing was sent, nothing was heard. */
void peer_init(struct peer *p);

/*
 * Write origin, receive and transmit timestamps of the next packet, and note
 * it: it leaves at `now`, the same instant as `when`, until peer_left says
 * better. `ref` makes true time of a reading of the clock, `freq` (s/s) is how
 * fast true time is on the free scale; the bits below the precision become
 * random. With `xleave` it is an interleaved packet where RFC 9769 section 3
 * allows.
 */
void peer_write(struct peer *p, const struct time_ref *ref, double freq,
    const struct stamp *now, struct mono_time when, bool xleave,
    const uint8_t random[PEER_RANDOM], struct ntp_header *h);

/*
 * Is the next packet one aside: the answer to a claim while there is proof? It is
 * no poll, and changes nothing of what comes when.
 */
bool peer_is_aside(const struct peer *p);

/* A better timestamp of the packet sent last; and: it did not leave. */
void peer_left(struct peer *p, const struct stamp *left);
void peer_not_sent(struct peer *p);

/* What the origin timestamp refers to; interleaved only with `xleave`. */
struct peer_match peer_match(const struct peer *p, uint64_t origin,
    bool xleave);

/*
 * A packet with the right authentication was heard at `at`, `when`; `m` is its
 * match. Tells whether it changes what we tell back, or is to be answered.
 */
bool peer_hear(struct peer *p, const struct ntp_header *h,
    const struct peer_match *m, const struct stamp *at, struct mono_time when);

/* The packet was valid (tests 1, 2, 3, 5): it may give a sample. */
void peer_valid(struct peer *p, const struct peer_match *m);

/* The strata of both sides, 0 = not synchronised. */
void peer_strata(struct peer *p, uint8_t own, uint8_t remote);

/*
 * When to send, given the last packet's time, the interval, the spacing of
 * quick packets, and the least spacing of others, in seconds.
 */
struct mono_time peer_send_at(const struct peer *p, struct mono_time last_sent,
    double interval_s, double quick_s, double least_s);

/* The local clock was stepped by step_s (positive: forward). */
void peer_stepped(struct peer *p, double step_s);

#endif
