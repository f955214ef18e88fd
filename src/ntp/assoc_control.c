/* SPDX-License-Identifier: Apache-2.0 */
/* What others do to an association: start it, commands, keys, steps. */
#include "ntp/assoc.h"

#include "ntp/assoc_schedule.h"
#include "ntp/poll.h"

#define IBURST_GOOD 4
#define IBURST_TOTAL 8

static void start_iburst(struct assoc *a)
{
	if (!a->config->iburst || assoc_is_peer(a))
		return;
	a->burst_good = IBURST_GOOD;
	a->burst_total = IBURST_TOTAL;
}

static void init_poll(struct assoc *a)
{
	a->poll = a->minpoll > 0 ? a->minpoll : 0;
	if (a->poll > a->maxpoll)
		a->poll = a->maxpoll;
	a->score = 0;
}

void assoc_init(struct assoc *a, const struct source_config *config,
    struct nts_client *nts, struct mono_time now, uint32_t seed)
{
	*a = (struct assoc){ 0 };
	a->config = config;
	a->nts = nts;
	a->minpoll = config->minpoll;
	a->maxpoll = config->maxpoll;
	a->jitter = seed;
	a->send_at = MONO_NEVER;
	a->close_at = MONO_NEVER;
	init_poll(a);
	peer_init(&a->peer);
	if (config->offline)
		assoc_set_wake(a);
	else
		assoc_online(a, true, now);
}

void assoc_online(struct assoc *a, bool online, struct mono_time now)
{
	bool was_active = assoc_is_active(a);

	if (online == a->online && !a->after_burst_offline)
		return;
	a->online = online;
	if (!online) {
		assoc_clear(a);
		/* The next timer closes the socket. */
		a->send_at = was_active ? now : MONO_NEVER;
		assoc_set_wake(a);
		return;
	}
	a->after_burst_offline = false;
	start_iburst(a);
	assoc_schedule_first(a, now, s_from_log2(assoc_poll(a)));
}

void assoc_burst(struct assoc *a, int good, int total, struct mono_time now)
{
	if (good <= 0 || total <= 0 || assoc_is_peer(a))
		return;
	if (!a->online)
		a->after_burst_offline = true;
	a->burst_good = good;
	a->burst_total = total;
	assoc_schedule_first(a, now, poll_burst_s(assoc_poll(a)));
}

void assoc_keys_came(struct assoc *a, struct mono_time now)
{
	struct mono_time kept =
	    mono_add(a->last_sent, poll_burst_s(assoc_poll(a)));

	if ((!a->needs_keys && a->has_sent) || !assoc_is_active(a))
		return;
	a->needs_keys = false;
	a->send_at = a->has_sent && kept.ns > now.ns ? kept : now;
	assoc_set_wake(a);
}

void assoc_key(struct assoc *a, const struct mac_key *key,
    struct mono_time now)
{
	a->key = assoc_wants_key(a) ? key : NULL;
	if (a->key)
		assoc_keys_came(a, now);
}

bool assoc_wants_key(const struct assoc *a)
{
	return !a->nts && a->config->key != 0;
}

/* The interval may have become shorter: nobody waits for the end of a long one. */
static void hurry(struct assoc *a)
{
	struct mono_time at = a->send_at;

	if (!a->has_sent || a->needs_keys || !assoc_is_active(a) ||
	    assoc_in_burst(a))
		return;
	assoc_schedule(a, a->last_sent);
	if (a->send_at.ns <= at.ns)
		return;
	a->send_at = at;
	assoc_set_wake(a);
}

void assoc_poll_range(struct assoc *a, int minpoll, int maxpoll)
{
	if (minpoll >= POLL_MIN && minpoll <= POLL_MAX) {
		a->minpoll = minpoll;
		if (a->maxpoll < minpoll)
			a->maxpoll = minpoll;
	}
	if (maxpoll >= POLL_MIN && maxpoll <= POLL_MAX) {
		a->maxpoll = maxpoll;
		if (a->minpoll > maxpoll)
			a->minpoll = maxpoll;
	}
	poll_add(&a->poll, &a->score, a->minpoll, a->maxpoll, 0);
	hurry(a);
}

void assoc_restore(struct assoc *a, uint8_t reach, uint8_t reach_size,
    uint8_t stratum, uint8_t leap)
{
	a->reach = reach;
	a->reach_size = reach_size <= 8 ? reach_size : 8;
	a->stratum = stratum;
	a->leap = leap;
}

void assoc_interval(struct assoc *a, double interval_s)
{
	poll_set(&a->poll, &a->score, a->minpoll, a->maxpoll, interval_s);
	if (!assoc_in_burst(a) && assoc_is_active(a))
		assoc_schedule(a, a->last_sent);
}

void assoc_reset(struct assoc *a, struct mono_time now)
{
	assoc_clear(a);
	a->report = (struct assoc_report){ 0 };
	a->stratum = 0;
	a->leap = 0;
	a->refid = 0;
	a->is_near = false;
	init_poll(a);
	if (!a->online) {
		a->send_at = now;	/* closes the socket */
		assoc_set_wake(a);
		return;
	}
	start_iburst(a);
	assoc_schedule_first(a, now, poll_burst_s(assoc_poll(a)));
}

void assoc_clock_stepped(struct assoc *a, double step_s)
{
	a->t1.wall = wall_add(a->t1.wall, step_s);
	a->t1.free = free_add(a->t1.free, step_s);
	interleave_stepped(&a->interleave, step_s);
	peer_stepped(&a->peer, step_s);
}

void assoc_forget_exchange(struct assoc *a)
{
	interleave_forget(&a->interleave);
}

uint8_t assoc_stratum(const struct assoc *a)
{
	int stratum = a->stratum;

	if (stratum == 0)
		return 0;
	if (a->config->copy && a->config->type != SOURCE_PEER)
		stratum--;
	return (uint8_t)(stratum > a->config->minstratum ? stratum :
	    a->config->minstratum);
}

bool assoc_is_active(const struct assoc *a)
{
	return a->online || a->after_burst_offline;
}

double assoc_separation_s(const struct assoc *a)
{
	return poll_separation_s(assoc_poll(a));
}
