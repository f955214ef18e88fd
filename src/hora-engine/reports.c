/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/reports.h"

#include "build_config.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/commands.h"
#include "hora-engine/symmetric.h"
#include "nts/module.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

/* What is shown of a source without an estimate (reference: 9, reply 6). */
#define STDDEV_UNKNOWN_S 4.0
#define SKEW_UNKNOWN_PPM 2000.0

#define BITS_PER_BYTE 8

struct control_addr report_address(const struct source *s)
{
	if (!s->is_resolved)
		return (struct control_addr){ .is_id = true, .id = s->id };
	return (struct control_addr){ .ip = s->address.ip };
}

static uint32_t cut_age(int64_t age_s)
{
	if (age_s < 0)
		return 0;
	return age_s < CONTROL_NO_AGE ? (uint32_t)age_s : CONTROL_NO_AGE - 1;
}

/* Whole seconds since a reading of the clock, itself cut to whole seconds. */
static uint32_t age_s(const struct engine_now *now, struct wall_time since)
{
	return cut_age(ns_sub(now->wall.ns, since.ns / NS_PER_S * NS_PER_S) /
	    NS_PER_S);
}

void report_tracking(const struct engine *e, const struct engine_now *now,
    struct tracking_report *ret)
{
	const struct reference *r = &e->reference;

	ret->freq_ppm = -r->freq * 1e6;
	ret->last_offset_s = -r->last_offset_s;
	ret->rms_offset_s = r->rms_offset_s;
	ret->update_interval_s = r->update_interval_s;
	ret->correction_s = reference_remaining(r, &e->timeline, now->wall);
	if (r->is_synchronised) {
		ret->residual_freq_ppm = -r->residual_freq * 1e6;
		ret->skew_ppm = r->skew * 1e6;
	}
	if (e->local_state.is_active) {
		ret->refid = REFID_LOCAL;
		ret->stratum = (uint16_t)e->local.stratum;
		ret->leap = LEAP_NORMAL;
		ret->ref_time = e->published.ref_time;
	} else if (r->is_synchronised) {
		ret->refid = r->refid;
		ret->address.ip = r->address;
		ret->stratum = r->stratum;
		ret->leap = (uint16_t)r->leap;
		ret->ref_time = r->ref_time;
		ret->root_delay_s = r->root_delay_s;
		ret->root_dispersion_s = reference_dispersion(r,
		    clockwork_free(e, now->wall));
	} else {
		ret->leap = LEAP_UNSYNC;
		ret->root_delay_s = 1;
		ret->root_dispersion_s = 1;
	}
}

static enum source_state state_of(enum select_state state)
{
	switch (state) {
	case SEL_SELECTED:
		return SOURCE_STATE_SELECTED;
	case SEL_FALSETICKER:
		return SOURCE_STATE_FALSETICKER;
	case SEL_JITTER:
		return SOURCE_STATE_JITTERY;
	case SEL_COMBINED:
		return SOURCE_STATE_COMBINED;
	case SEL_WAIT_SOURCES:
	case SEL_NOT_PREFERRED:
	case SEL_WAIT_UPDATE:
	case SEL_TOO_DISTANT:
		return SOURCE_STATE_UNUSED;
	case SEL_NOSELECT:
	case SEL_SAMPLES:
	case SEL_UNSYNC:
	case SEL_STRATUM:
	case SEL_DISTANCE:
	case SEL_WAIT_SAMPLES:
	case SEL_STALE:
	case SEL_ORPHAN:
	case SEL_UNTRUSTED:
		break;
	}
	return SOURCE_STATE_UNUSABLE;
}

static const struct sample *last_sample(const struct source_stats *stats)
{
	return stats->count > 0 ? &stats->samples[stats->count - 1] : NULL;
}

void report_source(const struct engine *e, const struct engine_now *now, int i,
    struct source_report *ret)
{
	const struct source *s = e->sources[i];
	const struct sample *last = last_sample(&s->stats);
	struct free_time at = clockwork_free(e, now->wall);
	double drifted_s;

	ret->address = report_address(s);
	ret->poll = (int16_t)(s->is_resolved ? s->assoc.poll :
	    s->config.minpoll);
	ret->state = state_of(e->candidates[i].state);
	ret->mode = assoc_is_peer(&s->assoc) ? SOURCE_MODE_PEER :
	    SOURCE_MODE_CLIENT;
	ret->reach = s->is_resolved ? s->assoc.reach : 0;
	ret->age_s = CONTROL_NO_AGE;
	if (!last)
		return;
	ret->stratum = assoc_stratum(&s->assoc);
	ret->age_s = age_s(now, timeline_wall(&e->timeline, last->at));
	ret->measured_s = -clockwork_system_offset(e, last->offset_s, last->at);
	/* On the free scale the clock's own error of frequency goes on growing;
	 * with it taken out, what differs are the slews made since. */
	drifted_s = e->reference.freq * free_sub(at, last->at);
	ret->adjusted_s = -clockwork_system_offset(e,
	    last->offset_s + drifted_s, at);
	ret->error_s = sample_root_distance(last, last->at, 0);
}

void report_stats(const struct engine *e, const struct engine_now *now, int i,
    struct stats_report *ret)
{
	const struct source *s = e->sources[i];
	const struct source_stats *stats = &s->stats;
	const struct stats_estimate *est = &stats->estimate;
	const struct sample *last = last_sample(stats);
	struct free_time at = clockwork_free(e, now->wall);

	ret->address = report_address(s);
	ret->refid = s->refid;
	ret->stddev_s = STDDEV_UNKNOWN_S;
	ret->skew_ppm = SKEW_UNKNOWN_PPM;
	if (last) {
		ret->samples = (uint32_t)stats->count;
		ret->span_s = (uint32_t)free_sub(last->at,
		    stats->samples[0].at);
	}
	if (!stats->has_estimate)
		return;
	ret->runs = (uint32_t)stats->runs;
	ret->stddev_s = est->stddev_s;
	ret->skew_ppm = est->skew * 1e6;
	/* Against the corrected clock; positive: the clock gains. */
	ret->residual_freq_ppm = (e->reference.freq - est->freq) * 1e6;
	ret->offset_s = -clockwork_system_offset(e,
	    source_stats_predict(stats, at), at);
	ret->offset_error_s = est->offset_sd_s;
}

void report_select(const struct engine *e, const struct engine_now *now, int i,
    struct select_report *ret)
{
	const struct source *s = e->sources[i];
	const struct candidate *c = &e->candidates[i];
	const struct sample *last = last_sample(&s->stats);
	struct free_time at = clockwork_free(e, now->wall);
	double half_s = (c->high_s - c->low_s) / 2, middle_s;

	ret->address = report_address(s);
	ret->refid = s->refid;
	ret->state = (uint8_t)(c->state ? c->state : SEL_SAMPLES);
	ret->authentication = source_config_authenticates(&s->config);
	ret->leap = last ? s->assoc.leap : LEAP_UNSYNC;
	ret->configured = (uint16_t)s->config.select_options;
	ret->effective = (uint16_t)c->options;
	ret->score = c->score > 1 ? c->score : 1;
	if (!last)
		return;
	ret->age_s = age_s(now, timeline_wall(&e->timeline, last->at));
	if (!s->stats.has_estimate)
		return;
	/* The interval was found at the last selection; it moves with what the
	 * source is believed to say now. */
	middle_s = -clockwork_system_offset(e,
	    source_stats_predict(&s->stats, at), at);
	ret->low_s = middle_s - half_s;
	ret->high_s = middle_s + half_s;
}

static void report_key(const struct source *s, struct auth_report *ret)
{
	ret->mode = AUTH_MODE_SYMMETRIC;
	ret->key_id = s->config.key;
	if (!s->mac)
		return;
	ret->key_type = s->mac->key.type;
	ret->key_length = (uint16_t)(s->mac->key.length * BITS_PER_BYTE);
}

void report_auth(const struct engine_now *now, const struct source *s,
    struct auth_report *ret)
{
	const struct source_keys *k = s->keys;

	ret->mode = k ? AUTH_MODE_NTS : AUTH_MODE_NONE;
	ret->ke_age_s = CONTROL_NO_AGE;
	if (!k && s->config.key != 0)
		report_key(s, ret);
	if (!k)
		return;
	ret->key_type = k->client.aead;
	ret->key_id = k->context;
	ret->key_length = (uint16_t)(k->client.key_length * BITS_PER_BYTE);
	ret->ke_attempts = (uint16_t)(k->attempts < UINT16_MAX ? k->attempts :
	    UINT16_MAX);
	if (k->has_keys)
		ret->ke_age_s = cut_age(ns_sub(now->mono.ns, k->ke_mono.ns) /
		    NS_PER_S);
	ret->cookies = (uint16_t)k->client.cookie_count;
	if (k->client.cookie_count > 0)
		ret->cookie_length = k->client.cookies[0].length;
	ret->nak = k->had_nak;
}

void report_ntp(const struct source *s, struct ntp_report *ret)
{
	const struct assoc_report *r = &s->assoc.report;
	const struct assoc_counters *count = &s->assoc.count;

	ret->remote = report_address(s);
	ret->port = s->is_resolved ? s->address.port : s->config.port;
	ret->local.ip = s->local;
	ret->sent = count->sent;
	ret->received = count->received;
	ret->valid = count->valid;
	ret->good = count->good;
	ret->kernel_tx = count->kernel_tx;
	ret->kernel_rx = count->kernel_rx;
	if (!r->has_response)
		return;
	ret->leap = r->leap;
	ret->version = r->version;
	ret->mode = r->mode;
	ret->stratum = r->stratum;
	ret->poll = r->remote_poll;
	ret->precision = r->precision;
	ret->root_delay_s = r->root_delay_s;
	ret->root_dispersion_s = r->root_dispersion_s;
	ret->refid = r->refid;
	ret->ref_time = r->ref_time;
	ret->offset_s = r->offset_s + (double)(r->at_free.ns - r->at.ns) * 1e-9;
	ret->delay_s = r->delay_s;
	ret->dispersion_s = r->dispersion_s;
	ret->response_time_s = r->response_time_s;
	ret->asymmetry = s->stats.ways.asymmetry;
	ret->flags = (uint16_t)(r->tests & NTP_REPORT_TESTS);
	if (r->is_authenticated)
		ret->flags |= NTP_REPORT_AUTHENTICATED;
	if (r->is_interleaved)
		ret->flags |= NTP_REPORT_INTERLEAVED;
	ret->tx = (uint8_t)r->tx;
	ret->rx = (uint8_t)r->rx;
}

void report_activity(const struct engine *e, struct activity_report *ret)
{
	struct engine_activity a = engine_activity(e);

	*ret = (struct activity_report){
		.online = a.online,
		.offline = a.offline,
		.burst_online = a.burst_online,
		.burst_offline = a.burst_offline,
		.unresolved = a.unresolved,
	};
}

void report_state(const struct engine *e, struct state_report *ret)
{
	ret->flags = (e->clock.has_clock ? 0 : STATE_CLOCK_ALONE) |
	    (module_is_fips() ? STATE_FIPS : 0);
	ret->refused = module_refused();
	snprintf(ret->programs, sizeof(ret->programs), "hora %s (GnuTLS %s)",
	    HORA_VERSION, module_version());
}

void report_server(const struct engine *e, struct server_report *ret)
{
	/* Which counter of the servers' pages is which of the report. */
	static const struct { uint8_t from, to; } rows[] = {
		{ SERVER_NTP_RECEIVED, SERVERSTAT_NTP_HITS },
		{ SERVER_NTP_DROPPED, SERVERSTAT_NTP_DROPS },
		{ SERVER_NTP_AUTHENTICATED, SERVERSTAT_NTP_AUTHENTICATED },
		{ SERVER_NTP_INTERLEAVED, SERVERSTAT_NTP_INTERLEAVED },
		{ SERVER_NTP_DAEMON_RX, SERVERSTAT_DAEMON_RX },
		{ SERVER_NTP_DAEMON_TX, SERVERSTAT_DAEMON_TX },
		{ SERVER_NTP_KERNEL_RX, SERVERSTAT_KERNEL_RX },
		{ SERVER_NTP_KERNEL_TX, SERVERSTAT_KERNEL_TX },
		{ SERVER_NTP_HARDWARE_RX, SERVERSTAT_HARDWARE_RX },
		{ SERVER_NTP_HARDWARE_TX, SERVERSTAT_HARDWARE_TX },
		{ SERVER_KE_ACCEPTED, SERVERSTAT_KE_HITS },
		{ SERVER_KE_DROPPED, SERVERSTAT_KE_DROPS },
	};
	const struct server_page *pages[] = { e->serve_page, e->ke_page };

	for (size_t p = 0; p < sizeof(pages) / sizeof(pages[0]); p++)
		for (size_t i = 0; pages[p] && i < SERVER_COUNTER_COUNT; i++)
			ret->counter[rows[i].to] += server_counter(pages[p],
			    rows[i].from);
	for (size_t p = 0; p < sizeof(pages) / sizeof(pages[0]); p++)
		if (pages[p])
			ret->counter[SERVERSTAT_LOG_DROPS] += __atomic_load_n(
			    &pages[p]->clients.replaced, __ATOMIC_RELAXED);
	if (e->askers.head)
		ret->counter[SERVERSTAT_LOG_DROPS] += e->askers.head->replaced;
	if (e->serve_page)
		server_stamps_read(e->serve_page,
		    &ret->counter[SERVERSTAT_STAMPS],
		    &ret->counter[SERVERSTAT_STAMP_SPAN_S]);
	ret->counter[SERVERSTAT_COMMAND_HITS] = e->command_hits;
	ret->counter[SERVERSTAT_COMMAND_DROPS] = e->command_drops;
	static_assert(sizeof(rows) / sizeof(rows[0]) == SERVER_COUNTER_COUNT,
	    "every counter of the servers has its place");
}
