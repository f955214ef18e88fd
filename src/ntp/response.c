/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/response.h"

#include "ntp/packet_mac.h"
#include "wire/mono_ef.h"

#include <math.h>

#define SERVER_TIME_MAX_S 4.0	/* test A: longest processing time */
#define ROOT_DISTANCE_MAX_S 16.0
#define STRATUM_MAX 15
/* A clock is no faster than this against another (behaviour.md 5.4). */
#define FREQUENCY_BOUND 2000e-6

/* Test 5 of a source without authentication: it must not have any. */
static enum drop plain_response(const struct assoc_in *in)
{
	struct ntp_tail tail;
	enum drop d = ntp_tail_read(in->packet, in->length, &tail);

	if (d != DROP_OK)
		return d;
	return tail.has_nts || tail.trailer != NTP_TRAILER_NONE ?
	    DROP_AUTH_UNWANTED : DROP_OK;
}

/* Test 5 of a source with a symmetric key: that key, and nothing else. */
static enum drop keyed_response(const struct assoc *a, const struct assoc_in *in)
{
	struct ntp_tail tail;
	enum drop d = ntp_tail_read(in->packet, in->length, &tail);

	if (d != DROP_OK)
		return d;
	if (tail.has_nts)
		return DROP_AUTH_UNWANTED;
	return a->key ? packet_mac_check(a->key, in->packet, in->length, &tail) :
	    DROP_KEY_UNKNOWN;
}

/* Test 5: exactly the authentication that is configured. */
enum drop response_authenticate(struct assoc *a, const struct assoc_in *in)
{
	if (a->nts)
		return nts_client_response(a->nts, in->packet, in->length);
	return assoc_wants_key(a) ? keyed_response(a, in) : plain_response(in);
}

static bool is_nak(const struct ntp_header *h)
{
	return h->stratum == 0 && h->refid == NTP_KOD_NTSN;
}

/* Test 2, in the basic and in the interleaved mode. */
static bool is_answer(const struct assoc *a, const struct ntp_header *h)
{
	return h->origin == a->nonce ||
	    interleave_matches(&a->interleave, h->origin);
}

enum drop response_validate(struct assoc *a, const struct assoc_in *in,
    struct ntp_header *h, unsigned *tests)
{
	enum drop d = ntp_header_read(in->packet, in->length, h);

	*tests = 0;
	if (d != DROP_OK)
		return d;
	if (h->mode != NTP_MODE_SERVER)
		return DROP_MODE;
	/* A NAK needs no time: its sender may have left the others zero. */
	if (a->nts && is_nak(h) && is_answer(a, h)) {
		*tests = TEST_2;
		d = nts_client_response(a->nts, in->packet, in->length);
		return d == DROP_OK ? DROP_NTS_NAK : d;
	}
	if (a->report.has_response &&
	    h->receive == a->last_rx && h->transmit == a->last_tx)
		return DROP_DUPLICATE;
	*tests |= TEST_1;
	if (!is_answer(a, h))
		return DROP_ORIGIN;
	*tests |= TEST_2;
	if (h->origin == 0 || h->receive == 0 || h->transmit == 0)
		return DROP_ZERO_TIME;
	*tests |= TEST_3;
	d = response_authenticate(a, in);
	if (d == DROP_OK)
		*tests |= TEST_5;
	return d;
}

/* Root delay and dispersion, from where they have the finer steps. */
static void read_root(const struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, struct measurement *m)
{
	struct mono_ef fine;

	m->root_delay_s = s_from_ntp_short(h->root_delay);
	m->root_dispersion_s = s_from_ntp_short(h->root_dispersion);
	if (!a->config->mono_ef || h->version != 4 ||
	    !mono_ef_read(in->packet, in->length, &fine))
		return;
	/* Beyond their range the fine ones end. */
	if (m->root_delay_s < MONO_EF_MAX_S)
		m->root_delay_s = fine.root_delay_s;
	if (m->root_dispersion_s < MONO_EF_MAX_S)
		m->root_dispersion_s = fine.root_dispersion_s;
}

/*
 * A peer answers when it is its turn, not at once: how far the local clock, whose
 * frequency is not corrected on this scale, gets ahead meanwhile.
 */
static double local_drift(const struct assoc *a, const struct assoc_view *v,
    const struct measurement *m)
{
	if (a->config->type != SOURCE_PEER)
		return 0;
	return m->local_time_s *
	    (v->has_prediction ? v->predicted_freq : v->known_freq);
}

static double skew_of(const struct assoc *a, const struct assoc_view *v)
{
	return a->config->type == SOURCE_PEER && !v->has_prediction ?
	    v->skew + v->known_skew : v->skew;
}

void response_measure(const struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, struct measurement *m)
{
	struct exchange *x = &m->exchange;
	int64_t t1, t2, t3, t4, out, back;

	m->is_interleaved = interleave_matches(&a->interleave, h->origin);
	*x = m->is_interleaved ?
	    interleave_exchange(&a->interleave, &a->t1, h) :
	    (struct exchange){ a->t1, in->stamp, h->receive, h->transmit };
	m->is_spent = m->is_interleaved &&
	    interleave_is_spent(&a->interleave, x);
	t1 = x->t1.free.ns;
	t2 = wall_from_ntp(x->t2).ns;
	t3 = wall_from_ntp(x->t3).ns;
	t4 = x->t4.free.ns;
	out = t2 - t1;
	back = t3 - t4;
	/*
	 * ((T2 - T1) + (T3 - T4)) / 2, where a sum of decades would lose
	 * nanoseconds as a double and could leave int64.
	 */
	m->offset_s = (double)out * 1e-9 + (double)(back - out) * 0.5e-9 +
	    a->config->offset_s;
	m->at.ns = t1 + (t4 - t1) / 2;
	m->at_wall.ns = x->t1.wall.ns + (x->t4.wall.ns - x->t1.wall.ns) / 2;
	m->server_time_s = (double)(t3 - t2) * 1e-9;
	m->local_time_s = (double)(t4 - t1) * 1e-9;
	m->precision_s = s_from_log2(h->precision) + in->view->precision_s;
	m->round_trip_s = (double)(out - back) * 1e-9 +
	    local_drift(a, in->view, m);
	m->delay_s = fmax(m->round_trip_s, m->precision_s);
	m->dispersion_s = m->precision_s +
	    skew_of(a, in->view) * fabs(m->local_time_s);
	read_root(a, in, h, m);
}

static enum drop test_a(const struct assoc *a, const struct assoc_in *in,
    const struct measurement *m)
{
	struct wall_time first = wall_first(), last = wall_last();
	double max_s = a->config->maxdelay_s;
	bool is_peer = a->config->type == SOURCE_PEER;
	double drift_s = is_peer ? 0 : FREQUENCY_BOUND * fabs(m->local_time_s);

	/* A server that held the request longer than we waited is wrong. */
	if (m->round_trip_s < -(m->dispersion_s + drift_s))
		return DROP_MAX_DELAY;
	if (m->is_spent)
		return DROP_SPENT;
	if (a->is_presend)
		return DROP_PRESEND;
	/* A peer's timestamp of another packet than the one that we heard. */
	if (is_peer && m->is_interleaved && m->delay_s > 0.5 *
	    free_sub(in->stamp.free, m->exchange.t4.free))
		return DROP_MAX_DELAY;
	return m->delay_s - m->dispersion_s <= max_s &&
	    m->precision_s <= max_s &&
	    (is_peer || m->server_time_s <= SERVER_TIME_MAX_S) &&
	    m->offset_s >= wall_sub(first, m->at_wall) &&
	    m->offset_s <= wall_sub(last, m->at_wall) ?
	    DROP_OK : DROP_MAX_DELAY;
}

/* What the least delay may have grown to by itself since it was seen, s. */
static double ageing(const struct assoc_view *v)
{
	return v->min_delay_age_s * v->skew;
}

static bool test_b(const struct assoc *a, const struct assoc_view *v,
    const struct measurement *m)
{
	double ratio = a->config->maxdelayratio;

	return v->samples == 0 || ratio < 1 ||
	    m->delay_s <= v->min_delay_s * ratio + ageing(v);
}

/* The offset that was to be expected of this measurement. */
static double predicted_s(const struct assoc_in *in, const struct measurement *m)
{
	return in->view->predicted_offset_s +
	    in->view->predicted_freq * free_sub(m->at, in->stamp.free);
}

static bool test_c(const struct assoc *a, const struct assoc_in *in,
    const struct measurement *m)
{
	const struct assoc_view *v = in->view;
	double limit, increase, error;

	if (a->config->maxdelayquant > 0)
		return m->delay_s <= v->most_delay_s + m->precision_s;
	/* Not asked for, it is off: a long delay does no harm (sync/bank.h). */
	if (a->config->maxdelaydevratio <= 0 || v->samples == 0 ||
	    !v->has_prediction)
		return true;
	limit = v->stddev_s * a->config->maxdelaydevratio + ageing(v);
	increase = (m->delay_s - v->min_delay_s) / 2;
	error = fabs(m->offset_s - predicted_s(in, m));
	/* More than the delay can explain: the clock itself has moved. */
	return increase <= limit || error - increase > limit;
}

/* Is the server synchronised to us, or to the same update as we are? */
static bool test_d(const struct assoc_view *v, const struct ntp_header *h)
{
	if (!v->is_serving)
		return true;
	if (h->stratum > 1 && h->refid == v->own_refid)
		return false;
	return h->stratum != v->own.stratum || h->refid != v->own.refid ||
	    h->root_delay != ntp_short_from_s(v->own.root_delay_s) ||
	    h->reference != ntp_from_wall(v->own.ref_time);
}

enum drop response_judge(const struct assoc *a, const struct assoc_in *in,
    const struct ntp_header *h, const struct measurement *m, unsigned *tests)
{
	const struct assoc_view *v = in->view;
	enum drop a_says = test_a(a, in, m);
	double distance_s = s_from_ntp_short(h->root_delay) / 2 +
	    s_from_ntp_short(h->root_dispersion);
	const struct {
		unsigned bit;
		enum drop drop;
		bool passed;
	} results[] = {
		{ TEST_6, DROP_UNSYNC, h->leap != NTP_LEAP_UNSYNC &&
		    h->stratum >= 1 && h->stratum <= STRATUM_MAX },
		{ TEST_7, DROP_ROOT_DISTANCE, distance_s < ROOT_DISTANCE_MAX_S },
		{ TEST_A, a_says, a_says == DROP_OK },
		{ TEST_B, DROP_DELAY_RATIO, test_b(a, v, m) },
		{ TEST_C, DROP_DELAY_DEV, test_c(a, in, m) },
		{ TEST_D, DROP_LOOP, test_d(v, h) },
	};
	enum drop first = DROP_OK;

	for (size_t i = 0; i < sizeof(results) / sizeof(*results); i++) {
		if (results[i].passed)
			*tests |= results[i].bit;
		else if (first == DROP_OK)
			first = results[i].drop;
	}
	return first;
}
