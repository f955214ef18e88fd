/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/assoc.h"

#include "ntp/assoc_schedule.h"
#include "ntp/own_time.h"
#include "ntp/packet_mac.h"
#include "ntp/peer_response.h"
#include "ntp/poll.h"
#include "ntp/response.h"
#include "wire/mono_ef.h"
#include "wire/ntp.h"

#include <limits.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

#define NEAR_DELAY_S 0.01	/* below it polls may be below a second */
#define ANSWER_EXTRA_S 4.0	/* a socket waits maxdelay and this */
#define KOD_RATE_INTERVALS 4	/* left out after a kiss RATE */
#define SENT_STAMP_MAX_S 1.0	/* kernel T1 later than ours by more: not ours */
#define INTERLEAVED_UNANSWERED 4	/* then basic requests (behaviour.md 1.8) */
#define NTP_VERSION 4		/* that has extension fields and interleaving */
#define REQUEST_PRECISION 32	/* tells nothing (data minimisation) */

/* The random bytes of one step. */
enum { RANDOM_NONCE = 0, RANDOM_NTS = 8, RANDOM_JITTER = 56,
	RANDOM_RECEIVE = 64,
	/* of a peer, which has neither nonce nor NTS */
	RANDOM_PEER = 0, RANDOM_REFERENCE = PEER_RANDOM };

static void shift_reach(struct assoc *a, bool bit, struct assoc_out *out)
{
	a->reach = (uint8_t)(a->reach << 1 | bit);
	if (a->reach_size < 8)
		a->reach_size++;
	if (a->reach != 0)
		a->unreached = 0;
	else if (a->unreached < INT_MAX)
		a->unreached++;
	out->reach_changed = true;
}

static void close_request(struct assoc *a, struct assoc_out *out)
{
	/* The socket of a peer stays. */
	if (a->is_open && !assoc_is_peer(a))
		out->close = true;
	a->is_open = false;
	a->nonce = 0;
	a->interleave.receive = 0;
}

static void stop_polling(struct assoc *a, struct assoc_out *out)
{
	close_request(a, out);
	assoc_clear(a);
	out->reach_changed = true;
	a->send_at = MONO_NEVER;
	assoc_set_wake(a);
}

/*
 * NTS, extension fields and interleaved mode are of version 4. Without them it
 * is below 4 only where that would cut the digest (reference: configuration.md
 * 2.2).
 */
static uint8_t request_version(const struct assoc *a)
{
	const struct source_config *c = a->config;

	if (a->nts)
		return NTP_VERSION;
	if (c->version != 0)
		return (uint8_t)c->version;
	return a->key && !c->xleave && !c->mono_ef ?
	    packet_mac_version(a->key) : NTP_VERSION;
}

/* A server that answers none of these may know interleaved mode no more. */
static bool may_interleave(const struct assoc *a)
{
	return a->config->xleave && request_version(a) == NTP_VERSION &&
	    a->unanswered < INTERLEAVED_UNANSWERED;
}

/* The 48 bytes that disclose nothing but version, mode and poll. */
static void write_header(struct assoc *a, const uint8_t *random,
    uint8_t *packet)
{
	struct ntp_header h = {
		.version = request_version(a),
		.mode = NTP_MODE_CLIENT,
		.poll = (int8_t)assoc_poll(a),
		.precision = REQUEST_PRECISION,
		.transmit = a->nonce,
	};

	interleave_request(&a->interleave, may_interleave(a),
	    random + RANDOM_RECEIVE, &h);
	ntp_header_write(&h, packet);
}

/* A peer is told the time, and what it needs to measure us. */
static void write_peer_header(struct assoc *a, const struct assoc_in *in,
    uint8_t *packet)
{
	struct ntp_header h = {
		.version = request_version(a),
		.mode = NTP_MODE_ACTIVE,
		.poll = (int8_t)assoc_poll(a),
	};
	uint32_t noise;

	memcpy(&noise, in->random + RANDOM_REFERENCE, sizeof(noise));
	own_time_put(&in->view->own, in->stamp.wall, noise, &h);
	peer_write(&a->peer, &in->view->own, in->view->known_freq, &in->stamp,
	    in->now, a->config->xleave, in->random + RANDOM_PEER, &h);
	ntp_header_write(&h, packet);
}

/* Keys that a NAK made useless are dropped; then: is there a cookie? */
static bool have_keys(struct assoc *a)
{
	bool ready = nts_client_ready(a->nts);

	if (!ready && a->nts->has_nak)
		nts_client_wipe(a->nts);
	return ready;
}

static bool has_mono_ef(const struct assoc *a)
{
	return a->config->mono_ef && !assoc_is_peer(a) &&
	    request_version(a) == NTP_VERSION;
}

/* Fill out->packet; false when it can not be authenticated. */
static bool build_request(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	memcpy(&a->nonce, in->random + RANDOM_NONCE, sizeof(a->nonce));
	if (a->nonce == 0)
		a->nonce = 1;		/* test 3 refuses zero */
	a->needs_keys = a->nts ? !have_keys(a) : assoc_wants_key(a) && !a->key;
	if (!assoc_is_peer(a))
		write_header(a, in->random, out->packet);
	else if (!a->needs_keys)
		write_peer_header(a, in, out->packet);
	out->length = NTP_HEADER_SIZE;
	if (has_mono_ef(a)) {
		mono_ef_write(&(struct mono_ef){ 0 },
		    out->packet + out->length);
		out->length += MONO_EF_SIZE;
	}
	if (a->nts && !a->needs_keys) {
		a->spent = a->nts->cookies[0];
		out->length = nts_client_request(a->nts, out->packet,
		    out->length, sizeof(out->packet),
		    in->random + RANDOM_NTS);
	} else if (a->key) {
		out->length = packet_mac_put(a->key, out->packet, out->length,
		    sizeof(out->packet));
	}
	return out->length > 0 && !a->needs_keys;
}

/* A poll at which nothing can be sent counts as one without answer. */
static void skip_request(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	out->length = 0;
	out->needs_keys = a->needs_keys;
	a->nonce = 0;
	a->unanswered = 0;
	shift_reach(a, false, out);
	if (a->after_burst_offline)
		a->burst_total--;	/* else it would stay active for ever */
	assoc_schedule(a, in->now);
}

static void missed_answer(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	shift_reach(a, false, out);
	/* Less traffic to a server that is gone; what never left is none. */
	if (!a->has_failed)
		poll_add(&a->poll, &a->score, a->minpoll, a->maxpoll,
		    in->view->is_selected ? POLL_SCORE_MISSED_SELECTED :
		    POLL_SCORE_MISSED);
}

/*
 * A server speaks one form of NTP over PTP, and says nothing to the other: both are
 * tried in turn until one is answered. That one is kept while the server is
 * reachable; a server that is not may have come back as another release.
 */
static void choose_form(struct assoc *a)
{
	/* Reach alone may be that of an earlier life (assoc_restore). */
	bool is_kept = a->reach && a->report.has_response;

	if (a->form_is_missed && !is_kept)
		a->form = a->form == PTP_STANDARD ? PTP_EXPERIMENTAL :
		    PTP_STANDARD;
	a->form_is_missed = true;
}

/* To a peer, between two polls. */
static void send_aside(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	out->send = true;
	out->form = a->form;
	a->is_open = true;
	a->t1 = in->stamp;
	a->count.sent++;
	assoc_schedule(a, a->last_sent);
}

static void send_request(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	bool is_aside = assoc_is_peer(a) && peer_is_aside(&a->peer);

	close_request(a, out);
	if (!build_request(a, in, out)) {
		skip_request(a, in, out);
		return;
	}
	if (is_aside) {
		send_aside(a, in, out);
		return;
	}
	if (a->unanswered > 0)
		missed_answer(a, in, out);
	choose_form(a);
	assoc_begin_request(a);
	out->close = false;		/* `send` closes it */
	out->send = true;
	out->form = a->form;
	a->is_open = true;
	a->t1 = in->stamp;
	a->unanswered++;
	a->has_failed = false;
	a->has_sent = true;
	a->last_sent = in->now;
	a->close_at = assoc_is_peer(a) ? MONO_NEVER :
	    mono_add(in->now, a->config->maxdelay_s + ANSWER_EXTRA_S);
	a->count.sent++;
	a->is_burst = assoc_in_burst(a);
	if (a->is_burst)
		a->burst_total--;
	assoc_schedule(a, in->now);
}

static void on_timer(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	if (!assoc_is_active(a)) {
		out->close = true;	/* assoc_online or assoc_reset */
		a->send_at = MONO_NEVER;
		assoc_set_wake(a);
	} else if (in->now.ns >= a->send_at.ns) {
		if (a->after_burst_offline && !assoc_in_burst(a))
			stop_polling(a, out);
		else
			send_request(a, in, out);
	} else {
		if (a->is_open && in->now.ns >= a->close_at.ns)
			close_request(a, out);
		assoc_set_wake(a);
	}
}

static void on_sent(struct assoc *a, const struct assoc_in *in)
{
	double later_s = wall_sub(in->stamp.wall, a->t1.wall);

	if (!a->is_open)
		return;
	/* Its cookie is known on the path: it must never go out again. */
	a->spent.length = 0;
	if (later_s < 0 || later_s > SENT_STAMP_MAX_S)
		return;
	a->t1 = in->stamp;
	peer_left(&a->peer, &in->stamp);
	if (in->stamp.source != STAMP_DAEMON)
		a->count.kernel_tx++;
}

static void on_send_failed(struct assoc *a, struct assoc_out *out)
{
	if (!a->is_open)
		return;
	close_request(a, out);
	a->has_failed = true;
	a->form_is_missed = false;	/* it was not tried */
	a->count.sent--;
	peer_not_sent(&a->peer);
	if (a->nts && a->spent.length > 0)
		nts_client_add_cookie(a->nts, a->spent.bytes, a->spent.length);
	a->spent.length = 0;
	if (a->config->auto_offline && a->online) {
		a->online = false;
		out->went_offline = true;
		stop_polling(a, out);
		return;
	}
	/* A burst waits for the network, unless a command asked for it. */
	if (!a->reach && a->online && a->is_burst)
		a->burst_total++;
	assoc_schedule(a, a->last_sent);
}

static void write_report(struct assoc *a, const struct ntp_header *h,
    const struct measurement *m)
{
	a->report = (struct assoc_report){
		.has_response = true,
		.leap = h->leap,
		.version = h->version,
		.mode = h->mode,
		.stratum = h->stratum,
		.remote_poll = h->poll,
		.precision = h->precision,
		.refid = h->refid,
		.ref_time = wall_from_ntp(h->reference),
		.root_delay_s = m->root_delay_s,
		.root_dispersion_s = m->root_dispersion_s,
		.offset_s = m->offset_s,
		.delay_s = m->delay_s,
		.dispersion_s = m->dispersion_s,
		.response_time_s = m->server_time_s,
		.is_authenticated = a->nts || assoc_wants_key(a),
		.is_interleaved = m->is_interleaved,
		.tx = m->exchange.t1.source,
		.rx = m->exchange.t4.source,
		.at = m->at_wall,
		.at_free = m->at,
	};
}

/* A response that gives no sample (behaviour.md 1.2). */
static double refusal_score(unsigned tests)
{
	return (tests & TESTS_SYNC) == TESTS_SYNC && (tests & TEST_D) ?
	    POLL_SCORE_REJECTED : POLL_SCORE_UNUSABLE;
}

static void take_sample(struct assoc *a, const struct measurement *m,
    struct assoc_out *out)
{
	out->is_good = true;
	out->sample = (struct sample){
		.at = m->at,
		.offset_s = m->offset_s,
		.delay_s = m->delay_s,
		.dispersion_s = m->dispersion_s,
		.root_delay_s = a->report.root_delay_s,
		.root_dispersion_s = a->report.root_dispersion_s,
	};
	a->count.good++;
	if (a->burst_good > 0 && --a->burst_good == 0)
		a->burst_total = 0;
}

/* The open request is answered: reachability, poll and timer follow. */
static void accept(struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, const struct measurement *m,
    struct assoc_out *out)
{
	close_request(a, out);
	a->unanswered = 0;
	a->form_is_missed = false;
	interleave_answered(&a->interleave, &(struct exchange){ a->t1,
	    in->stamp, h->receive, h->transmit },
	    !m->is_interleaved && out->tests == TESTS_GOOD);
	a->last_rx = h->receive;
	a->last_tx = h->transmit;
	a->count.valid++;
	if (in->stamp.source != STAMP_DAEMON)
		a->count.kernel_rx++;
	out->is_valid = true;
	out->is_synchronised = (out->tests & TESTS_SYNC) == TESTS_SYNC;
	shift_reach(a, out->is_synchronised, out);
	if (out->tests != TESTS_GOOD)
		poll_add(&a->poll, &a->score, a->minpoll, a->maxpoll,
		    refusal_score(out->tests));
	if (out->is_synchronised) {
		a->stratum = h->stratum;
		a->leap = h->leap;
		a->refid = h->refid;
	}
	if (out->tests == TESTS_GOOD)
		take_sample(a, m, out);
}

static bool is_kod_rate(const struct ntp_header *h)
{
	return h->leap == NTP_LEAP_UNSYNC && h->stratum == 0 &&
	    h->refid == NTP_KOD_RATE;
}

static enum drop on_reply(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	struct ntp_header h;
	struct measurement m;
	enum drop d;

	if (!a->is_open && !assoc_is_peer(a))
		return DROP_NO_REQUEST;
	d = assoc_is_peer(a) ? peer_response(a, in, &h, &out->tests) :
	    response_validate(a, in, &h, &out->tests);
	if (d != DROP_OK) {
		/* It may be a peer's turn now. */
		if (assoc_is_peer(a))
			assoc_schedule(a, a->last_sent);
		return d;
	}
	response_measure(a, in, &h, &m);
	d = response_judge(a, in, &h, &m, &out->tests);
	write_report(a, &h, &m);
	a->report.tests = out->tests;
	accept(a, in, &h, &m, out);
	if (is_kod_rate(&h)) {
		a->burst_total = 0;
		out->kod_rate = true;
		d = DROP_KOD_RATE;
	}
	if (a->after_burst_offline && !assoc_in_burst(a)) {
		stop_polling(a, out);
		return d;
	}
	assoc_schedule(a, a->last_sent);
	if (out->kod_rate) {
		a->send_at = mono_add(a->send_at,
		    KOD_RATE_INTERVALS * assoc_interval_s(a));
		assoc_set_wake(a);
	}
	return d;
}

enum drop assoc_step(struct assoc *a, const struct assoc_in *in,
    struct assoc_out *out)
{
	enum drop d = DROP_OK;

	*out = (struct assoc_out){ 0 };
	if (in->event == ASSOC_TIMER || in->event == ASSOC_REPLY) {
		memcpy(&a->jitter, in->random + RANDOM_JITTER,
		    sizeof(a->jitter));
		a->own_stratum = in->view->own.stratum;
		a->is_near = in->view->samples > 0 &&
		    in->view->min_delay_s <= NEAR_DELAY_S;
	}
	switch (in->event) {
	case ASSOC_TIMER:
		on_timer(a, in, out);
		break;
	case ASSOC_SENT:
		on_sent(a, in);
		break;
	case ASSOC_REPLY:
		a->count.received++;
		d = on_reply(a, in, out);
		if (d != DROP_OK)
			a->count.dropped[d]++;
		break;
	case ASSOC_SEND_FAILED:
		on_send_failed(a, out);
		break;
	}
	return d;
}
