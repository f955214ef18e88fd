/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/assoc_schedule.h"

#include "ntp/poll.h"

#define FIRST_DELAY_S 0.2	/* from online or reset to the first request */
#define BURST_MAX_LOG2 2	/* a burst of the option: at most 2^2 requests */
#define PRESEND_WAIT_S 2.0	/* from an extra request to the next */
#define PEER_LEAST 0.9		/* of minpoll: between answers to a peer */
#define SPREAD 0.02		/* intervals are longer by up to this part */

static double spread(const struct assoc *a, double s)
{
	return s * (1 + SPREAD * a->jitter / 4294967296.0);
}

int assoc_poll(const struct assoc *a)
{
	return a->poll < 0 && !(a->reach && a->is_near) ? 0 : a->poll;
}

double assoc_interval_s(const struct assoc *a)
{
	return assoc_poll(a) > a->poll ? s_from_log2(assoc_poll(a)) :
	    poll_interval_s(a->poll, a->score, a->maxpoll);
}

bool assoc_in_burst(const struct assoc *a)
{
	return a->burst_total > 0;
}

static void begin_burst(struct assoc *a)
{
	int above = a->poll - a->minpoll;

	if (!a->config->burst || assoc_is_peer(a) || !a->online ||
	    assoc_in_burst(a) || a->presends > 0 || above <= 0)
		return;
	a->burst_good = 1;
	a->burst_total = 1 << (above < BURST_MAX_LOG2 ? above : BURST_MAX_LOG2);
}

void assoc_begin_request(struct assoc *a)
{
	/* Interleaved, the measured exchange is the one before the last. */
	int extra = a->config->xleave ? 2 : 1;

	begin_burst(a);
	a->is_presend = !assoc_is_peer(a) && a->poll >= a->config->presend &&
	    !assoc_in_burst(a) && a->presends < extra;
	a->presends = a->is_presend ? a->presends + 1 : 0;
}

/* Seconds to the request after the last one. */
static double pause_s(const struct assoc *a)
{
	if (assoc_in_burst(a))
		return poll_burst_s(assoc_poll(a));
	return a->is_presend ? PRESEND_WAIT_S : assoc_interval_s(a);
}

void assoc_set_wake(struct assoc *a)
{
	a->wake = a->send_at;
	if (a->is_open && a->close_at.ns < a->wake.ns)
		a->wake = a->close_at;
}

/* The shorter interval of both counts, within our limits. */
static double peer_interval_s(const struct assoc *a)
{
	int theirs = a->report.remote_poll;

	if (theirs < a->minpoll)
		theirs = a->minpoll;
	return a->reach && theirs < assoc_poll(a) ? s_from_log2(theirs) :
	    assoc_interval_s(a);
}

static void schedule_peer(struct assoc *a)
{
	peer_strata(&a->peer, a->own_stratum, a->report.stratum);
	a->send_at = peer_send_at(&a->peer, a->last_sent,
	    spread(a, peer_interval_s(a)), poll_burst_s(assoc_poll(a)),
	    spread(a, PEER_LEAST * s_from_log2(a->minpoll)));
	assoc_set_wake(a);
}

void assoc_schedule(struct assoc *a, struct mono_time from)
{
	if (assoc_is_peer(a)) {
		if (a->has_sent)
			schedule_peer(a);
		return;
	}
	if (a->after_burst_offline && !assoc_in_burst(a))
		/* Only the last answer is missing, if it can come. */
		a->send_at = a->is_open ? a->close_at : from;
	else
		a->send_at = mono_add(from, spread(a, pause_s(a)));
	assoc_set_wake(a);
}

void assoc_schedule_first(struct assoc *a, struct mono_time now,
    double interval_s)
{
	/* A start is no time to be lost; but cookies may have to come first. */
	double wait_s = a->has_sent || a->nts ? FIRST_DELAY_S : 0;
	struct mono_time kept = mono_add(a->last_sent, spread(a, interval_s));

	a->send_at = mono_add(now, spread(a, wait_s));
	if (a->has_sent && kept.ns > a->send_at.ns)
		a->send_at = kept;
	assoc_set_wake(a);
}

void assoc_clear(struct assoc *a)
{
	a->reach = 0;
	a->reach_size = 0;
	a->unreached = 0;
	a->burst_good = 0;
	a->burst_total = 0;
	a->after_burst_offline = false;
	a->unanswered = 0;
	a->has_failed = false;
	a->needs_keys = false;
	a->is_open = false;
	a->nonce = 0;
	a->is_presend = false;
	a->presends = 0;
	peer_init(&a->peer);
	a->interleave = (struct interleave){ 0 };
}
