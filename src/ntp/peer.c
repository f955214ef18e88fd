/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/peer.h"

#include "ntp/own_time.h"

#include <string.h>

#define WAIT_FACTOR 1.1		/* for the other's turn (behaviour.md 1.1) */
#define STRATUM_UNSYNC 16

void peer_init(struct peer *p)
{
	*p = (struct peer){ .claims = PEER_CLAIMS, .quick = PEER_QUICK,
		.turn = PEER_EVEN };
}

/* --- sending -------------------------------------------------------------- */

static struct peer_sent *newest(struct peer *p)
{
	return &p->sent[(p->count - 1) % PEER_SENT];
}

bool peer_is_aside(const struct peer *p)
{
	return p->trust > 0 && p->claims > 0 && p->claim.is_pending;
}

/* The packet that the next one answers; NULL: none was heard. */
static struct peer_heard *to_answer(struct peer *p)
{
	if (peer_is_aside(p) || p->trust == 0 || !p->proven.is_there)
		return p->claim.is_there ? &p->claim :
		    p->proven.is_there ? &p->proven : NULL;
	return &p->proven;
}

/*
 * RFC 9769 section 3: only as the one answer to a valid packet, when the one
 * before was that, too; else the other could pair it with a wrong packet.
 */
static bool may_interleave(const struct peer *p, const struct peer_heard *h)
{
	return h == &p->proven && h->receive != 0 && p->count > 0 &&
	    p->since_valid == 0 && p->before_valid == 1;
}

static uint64_t noise_of(const uint8_t random[8])
{
	uint64_t noise;

	memcpy(&noise, random, sizeof(noise));
	return noise;
}

/*
 * Both timestamps of a packet, and a better one of its transmission later, are
 * told as true time was known when it was written: corrections since then are
 * none of the time that passed between them.
 */
static uint64_t receive_time(const struct time_ref *ref,
    const struct peer_sent *sent, double freq, const struct stamp *at,
    const uint8_t random[8])
{
	double ago_s = free_sub(sent->written.free, at->free) * (1 + freq);

	return own_time_true(ref, wall_add(sent->written_true, -ago_s),
	    noise_of(random));
}

static uint64_t left_time(const struct time_ref *ref,
    const struct peer_sent *sent, const uint8_t random[8])
{
	double later_s = free_sub(sent->left.free, sent->written.free);

	return own_time_true(ref, wall_add(sent->written_true, later_s),
	    noise_of(random));
}

/* Each packet has a receive timestamp of its own, to be known by. */
static uint64_t fresh_receive(const struct peer *p, uint64_t receive)
{
	for (int i = 0; i < PEER_SENT; i++)
		if (p->sent[i].receive == receive) {
			receive++;
			i = -1;		/* look at all again */
		}
	return receive;
}

/* Account for the answer: it is not the other's turn any more. */
static void answered(struct peer *p, const struct peer_heard *heard,
    struct mono_time when)
{
	if (peer_is_aside(p)) {
		p->claims--;
		p->aside = when;
	} else {
		if (p->quick > 0 && heard && heard->is_pending)
			p->quick--;
		p->proven.is_pending = false;
	}
	p->claim.is_pending = false;
	if (p->trust > 0)
		p->trust--;
	p->since_valid++;
}

void peer_write(struct peer *p, const struct time_ref *ref, double freq,
    const struct stamp *now, struct mono_time when, bool xleave,
    const uint8_t random[PEER_RANDOM], struct ntp_header *h)
{
	struct peer_heard *heard = to_answer(p);
	struct peer_sent sent = { .written = *now, .left = *now,
		.written_true = time_ref_correct(ref, now->wall) };

	sent.transmit = own_time_true(ref, sent.written_true,
	    noise_of(random));
	if (heard) {
		sent.receive = fresh_receive(p, receive_time(ref, &sent, freq,
		    &heard->at, random + 8));
		h->origin = heard->transmit;
	}
	if (heard && xleave && may_interleave(p, heard)) {
		h->origin = heard->receive;
		sent.transmit = left_time(ref, newest(p), random + 16);
	}
	/* The other tells the modes apart by which of them comes back. */
	if (sent.transmit == sent.receive)
		sent.transmit++;
	h->receive = sent.receive;
	h->transmit = sent.transmit;
	answered(p, heard, when);
	p->count++;
	*newest(p) = sent;
}

void peer_left(struct peer *p, const struct stamp *left)
{
	if (p->count > 0)
		newest(p)->left = *left;
}

void peer_not_sent(struct peer *p)
{
	/* Its timestamps stay: nobody can know them. */
	if (p->count > 0)
		newest(p)->is_answered = true;
}

/* --- hearing -------------------------------------------------------------- */

struct peer_match peer_match(const struct peer *p, uint64_t origin, bool xleave)
{
	unsigned kept = p->count < PEER_SENT ? p->count : PEER_SENT;

	for (unsigned i = 0; i < kept && origin != 0; i++) {
		unsigned number = p->count - 1 - i;
		const struct peer_sent *s = &p->sent[number % PEER_SENT];

		if (s->transmit == origin)
			return (struct peer_match){ s, number, false };
		if (xleave && s->receive == origin)
			return (struct peer_match){ s, number, true };
	}
	return (struct peer_match){ 0 };
}

static void note(struct peer_heard *heard, const struct ntp_header *h,
    const struct stamp *at, struct mono_time when)
{
	*heard = (struct peer_heard){ .is_there = true, .is_pending = true,
		.receive = h->receive, .transmit = h->transmit, .at = *at,
		.when = when,
		.since = heard->is_pending ? heard->since : when };
}

/*
 * A copy of an older packet, held back by an attacker or the network, must not
 * take the place of a newer one: it names an older packet of ours, or the same
 * one at an earlier time of its sender.
 */
static bool is_newer(const struct peer *p, const struct ntp_header *h,
    const struct peer_match *m)
{
	if (!p->proven.is_there || p->trust == 0)
		return true;
	if (m->number != p->acknowledged)
		return (int32_t)(m->number - p->acknowledged) > 0;
	return (int64_t)(h->transmit - p->proven.transmit) > 0;
}

/* Sent back to us; the same key would vouch for it. */
static bool is_own(const struct peer *p, const struct ntp_header *h)
{
	for (int i = 0; i < PEER_SENT; i++)
		if (p->sent[i].transmit == h->transmit)
			return true;
	return false;
}

bool peer_hear(struct peer *p, const struct ntp_header *h,
    const struct peer_match *m, const struct stamp *at, struct mono_time when)
{
	if (is_own(p, h))
		return false;
	if (!m->sent) {
		note(&p->claim, h, at, when);
		return p->trust == 0 || p->claims > 0;
	}
	if (!is_newer(p, h, m))
		return false;
	note(&p->proven, h, at, when);
	p->claim.is_pending = false;
	p->acknowledged = m->number;
	p->trust = PEER_SENT;
	p->claims = PEER_CLAIMS;
	return true;
}

void peer_valid(struct peer *p, const struct peer_match *m)
{
	for (unsigned i = 0; i < PEER_SENT; i++) {
		unsigned age = m->number - i;	/* this one and older ones */

		if (i <= m->number && p->count - age <= PEER_SENT)
			p->sent[age % PEER_SENT].is_answered = true;
	}
	p->before_valid = p->since_valid;
	p->since_valid = 0;
}

/* --- turns ---------------------------------------------------------------- */

static int stratum_of(uint8_t told)
{
	return told >= 1 && told < STRATUM_UNSYNC ? told : STRATUM_UNSYNC;
}

void peer_strata(struct peer *p, uint8_t own, uint8_t remote)
{
	int difference = stratum_of(remote) - stratum_of(own);

	p->turn = difference > 0 ? PEER_TELLS :
	    difference < 0 ? PEER_ASKS : PEER_EVEN;
}

static struct mono_time later(struct mono_time a, struct mono_time b)
{
	return a.ns > b.ns ? a : b;
}

static struct mono_time earlier(struct mono_time a, struct mono_time b)
{
	return a.ns < b.ns ? a : b;
}

/* The turn, whatever else has to be said. */
static struct mono_time turn_at(const struct peer *p,
    struct mono_time last_sent, double interval_s, double quick_s,
    double least_s)
{
	struct mono_time least = mono_add(last_sent, least_s);
	struct mono_time quick = mono_add(last_sent, quick_s);
	/* The other shall be first, if there is one. */
	struct mono_time at = mono_add(last_sent, p->trust > 0 &&
	    p->turn != PEER_ASKS ? WAIT_FACTOR * interval_s : interval_s);

	if (p->proven.is_pending && p->quick > 0)
		return later(p->proven.since, quick);
	if (p->proven.is_pending && p->turn == PEER_TELLS)
		return later(p->proven.since, least);
	/* More packets from there do not put off our turn for ever. */
	if (p->proven.is_pending && p->turn == PEER_EVEN)
		return earlier(at, later(least, mono_add(p->proven.when,
		    interval_s / 2)));
	if (p->claim.is_pending && p->trust == 0 && p->quick > 0)
		return later(p->claim.since, quick);
	return at;
}

struct mono_time peer_send_at(const struct peer *p, struct mono_time last_sent,
    double interval_s, double quick_s, double least_s)
{
	struct mono_time at = turn_at(p, last_sent, interval_s, quick_s,
	    least_s);

	if (!peer_is_aside(p))
		return at;
	return earlier(at, later(p->claim.since, mono_add(later(p->aside,
	    last_sent), quick_s)));
}

static void step(struct stamp *s, double step_s)
{
	s->wall = wall_add(s->wall, step_s);
	s->free = free_add(s->free, step_s);
}

void peer_stepped(struct peer *p, double step_s)
{
	for (int i = 0; i < PEER_SENT; i++) {
		step(&p->sent[i].written, step_s);
		step(&p->sent[i].left, step_s);
	}
	step(&p->proven.at, step_s);
	step(&p->claim.at, step_s);
}
