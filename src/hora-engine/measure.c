/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/measure.h"

#include "base/text.h"
#include "ctl/loglines.h"
#include "hora-engine/choose.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/keys.h"
#include "hora-engine/names.h"
#include "hora-engine/samples.h"
#include "hora-engine/say.h"
#include "hora-engine/sources.h"

#include <math.h>
#include <string.h>

/*
 * Requests keep apart so that they do not delay each other. At the start it is
 * worse to be late: as long as it takes to answer one on a slow machine.
 */
#define FIRST_SEPARATION_S 0.002

/* One step of the association with everything it is given. */
static enum drop step(struct engine *e, const struct engine_now *now,
    struct source *s, const struct assoc_in *event, struct assoc_out *out)
{
	struct assoc_in in = *event;
	uint8_t random[ASSOC_RANDOM];
	struct assoc_view view;
	enum drop d;

	e->fx.random(e->fx.arg, random, sizeof(random));
	choose_view(e, s, in.stamp.free, &view);
	in.now = now->mono;
	in.view = &view;
	in.random = random;
	d = assoc_step(&s->assoc, &in, out);
	wipe(random, sizeof(random));
	return d;
}

static struct stamp stamp_of(const struct engine *e, struct wall_time wall,
    enum stamp_source source)
{
	return (struct stamp){ .wall = wall, .free = clockwork_free(e, wall),
		.source = source };
}

/* --- requests ------------------------------------------------------------- */

struct mono_time measure_wake(const struct engine *e, const struct source *s)
{
	const struct assoc *a = &s->assoc;
	struct mono_time apart;

	if (!s->is_resolved)
		return MONO_NEVER;
	if (a->wake.ns != a->send_at.ns)
		return a->wake;
	apart = a->has_sent ? e->next_request : e->next_first;
	return a->wake.ns < apart.ns ? apart : a->wake;
}

static void send_failed(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct assoc_in in = { .event = ASSOC_SEND_FAILED };
	struct assoc_out out;
	char name[SOURCE_TEXT_SIZE];

	in.stamp = stamp_of(e, now->wall, STAMP_DAEMON);
	step(e, now, s, &in, &out);
	e->fx.close_request(e->fx.arg, s->id);
	if (s->keys)
		keys_report(e, s);	/* the cookie is still unused */
	if (!out.went_offline)
		return;
	s->online = false;
	say(e, SEV_INFO, "Source %s offline: sending failed",
	    source_text(s, name));
	choose(e, now, NULL);
}

static int transmit(struct engine *e, struct source *s,
    const struct assoc_out *out, struct wall_time *ret_sent)
{
	const struct engine_request request = { s->id, &s->address, out->packet,
		out->length, out->form };
	bool is_peer = assoc_is_peer(&s->assoc);

	/* Our address may have changed, and the socket knows the old one. */
	if (is_peer && s->assoc.reach == 0)
		e->fx.close_request(e->fx.arg, s->id);
	return (is_peer ? e->fx.send_peer : e->fx.send_request)(e->fx.arg,
	    &request, ret_sent, &s->local);
}

static void send_request(struct engine *e, const struct engine_now *now,
    struct source *s, const struct assoc_out *out)
{
	struct engine_stamp sent = { now->wall, STAMP_DAEMON };

	/* horad must know first that the cookie is spent: never twice. */
	if (s->keys)
		keys_report(e, s);
	if (transmit(e, s, out, &sent.wall) < 0)
		send_failed(e, now, s);
	else
		measure_sent(e, s, now, &sent);
	e->next_request = mono_add(now->mono, assoc_separation_s(&s->assoc));
	e->next_first = mono_add(now->mono, FIRST_SEPARATION_S);
}

void measure_timer(struct engine *e, const struct engine_now *now,
    struct source *s)
{
	struct assoc_in in = { .event = ASSOC_TIMER };
	struct assoc_out out;

	if (s->keys)
		keys_before_poll(e, now, s);
	in.stamp = stamp_of(e, now->wall, STAMP_DAEMON);
	step(e, now, s, &in, &out);
	if (out.send || out.needs_keys)
		samples_ask(s);
	if (out.send)
		send_request(e, now, s, &out);
	else if (out.close)
		e->fx.close_request(e->fx.arg, s->id);
	if (out.needs_keys && s->keys)
		keys_wanted(e, now, s);
	if (out.reach_changed && s->assoc.reach == 0)
		choose(e, now, NULL);
}

void measure_sent(struct engine *e, struct source *s,
    const struct engine_now *now, const struct engine_stamp *sent)
{
	struct assoc_in in = { .event = ASSOC_SENT };
	struct assoc_out out;

	in.stamp = stamp_of(e, sent->wall, sent->source);
	step(e, now, s, &in, &out);
}

/* --- responses ------------------------------------------------------------ */

static void log_measurement(struct engine *e, const struct source *s,
    bool is_synchronised)
{
	const struct assoc_report *r = &s->assoc.report;
	struct ipc_logline out = { .file = IPC_LOG_MEASUREMENTS };
	struct measurement_line l = {
		.at = r->at,
		.address = s->address.ip,
		.leap = r->leap,
		.stratum = r->stratum,
		.tests = r->tests,
		.local_poll = s->assoc.poll,
		.remote_poll = r->remote_poll,
		.score = s->assoc.score,
		.offset_s = clockwork_system_offset(e, r->offset_s, r->at_free),
		.delay_s = r->delay_s,
		.dispersion_s = r->dispersion_s,
		.root_delay_s = r->root_delay_s,
		.root_dispersion_s = r->root_dispersion_s,
		.refid = r->refid,
		.mode = r->mode,
		.interleaving = r->is_interleaved ? 'I' : 'B',
		.tx = (char)r->tx,
		.rx = (char)r->rx,
	};
	char text[LOG_LINE_SIZE];

	if (!(e->config->log & (is_synchronised ?
	    LOG_MEASUREMENTS | LOG_RAWMEASUREMENTS : LOG_RAWMEASUREMENTS)))
		return;
	measurement_line(&l, text);
	text_copy(out.text, sizeof(out.text), text);
	e->fx.logline(e->fx.arg, &out);
}

static void log_statistics(struct engine *e, const struct source *s)
{
	const struct source_stats *stats = &s->stats;
	const struct stats_estimate *est = &stats->estimate;
	struct ipc_logline out = { .file = IPC_LOG_STATISTICS };
	struct statistics_line l = {
		.at = timeline_wall(&e->timeline, est->at),
		.address = s->address.ip,
		.stddev_s = est->stddev_s,
		.offset_s = -clockwork_system_offset(e, est->offset_s, est->at),
		.offset_sd_s = est->offset_sd_s,
		/* Against the corrected clock. */
		.freq = e->reference.freq - est->freq,
		.skew = est->skew,
		.stress = stats->stress,
		.samples = stats->count,
		.first = 0,
		.runs = stats->runs,
		.asymmetry = stats->ways.asymmetry,
	};
	char text[LOG_LINE_SIZE];

	if (!(e->config->log & LOG_STATISTICS) || !stats->has_estimate)
		return;
	statistics_line(&l, text);
	text_copy(out.text, sizeof(out.text), text);
	e->fx.logline(e->fx.arg, &out);
}

/* The oscillator is the same for every source: what is known of it counts. */
static void set_prior(const struct engine *e, struct source *s)
{
	const struct reference *r = &e->reference;

	if (r->has_freq)
		source_stats_prior(&s->stats, r->freq,
		    hypot(r->skew, r->config.maxclockerror_ppm * 1e-6));
}

/*
 * A neighbour that had nobody to follow, or lost whom it followed (orphan mode,
 * behaviour.md 5.5), tells another time than before.
 */
static void forget_orphan(const struct engine *e, struct source *s,
    uint8_t old_stratum)
{
	bool was_orphan = old_stratum >= e->local.stratum;
	bool is_orphan = assoc_stratum(&s->assoc) >= e->local.stratum;

	if (e->local.enabled && e->local.orphan && was_orphan != is_orphan)
		samples_forget(s);
}

static void take_sample(struct engine *e, const struct engine_now *now,
    struct source *s, const struct assoc_out *out)
{
	char name[SOURCE_TEXT_SIZE];
	struct sample sample;

	if (!clockwork_is_steady(e, now))
		return;
	sources_confirm(e, s);
	names_good(e, now);
	if (!samples_take(e, s, &out->sample, &sample))
		return;
	if (!s->stats.has_estimate)
		set_prior(e, s);
	if (!source_stats_add(&s->stats, &sample)) {
		say(e, SEV_DEBUG, "Sample of %s is out of order",
		    source_text(s, name));
		return;
	}
	assoc_interval(&s->assoc, source_stats_interval(&s->stats,
	    s->config.polltarget) / samples_polls(s));
	/* Was it the sample, or was the clock moved? The next one tells. */
	if (source_stats_in_doubt(&s->stats))
		assoc_burst(&s->assoc, 1, 1, now->mono);
	log_statistics(e, s);
	choose(e, now, s);
}

/*
 * Peers speak without having been asked, and of two one mostly follows the
 * other: no news.
 */
static bool is_ordinary(const struct source *s, enum drop d)
{
	return assoc_is_peer(&s->assoc) && (d == DROP_LOOP || d == DROP_ORIGIN);
}

static void say_refused(struct engine *e, const struct engine_now *now,
    struct source *s, enum drop d, const struct assoc_out *out)
{
	char name[SOURCE_TEXT_SIZE];

	if (out->kod_rate)
		say(e, SEV_WARNING, "Received KoD RATE from %s",
		    source_text(s, name));
	if (d == DROP_NTS_NAK && s->keys)
		s->keys->had_nak = true;
	if (d != DROP_OK && !is_ordinary(s, d))
		say_drop(e, now, s, d);
}

void measure_reply(struct engine *e, const struct engine_now *now,
    struct source *s, const uint8_t *packet, size_t length,
    const struct engine_stamp *received)
{
	struct assoc_in in = { .event = ASSOC_REPLY, .packet = packet,
		.length = length };
	struct assoc_out out;
	uint8_t old_stratum = assoc_stratum(&s->assoc);
	enum drop d;

	/* Timestamps on both sides of a step can not be compared. */
	if (e->clock.step_id != 0 || clockwork_just_jumped(e, now))
		return;
	in.stamp = stamp_of(e, received->wall, received->source);
	d = step(e, now, s, &in, &out);
	say_refused(e, now, s, d, &out);
	if (out.close)
		e->fx.close_request(e->fx.arg, s->id);
	if (!out.is_valid)
		return;
	if (s->keys)
		keys_answered(e, now, s);
	log_measurement(e, s, out.is_synchronised);
	if (out.is_synchronised) {
		forget_orphan(e, s, old_stratum);
		samples_delay(s, s->assoc.report.delay_s);
	}
	if (out.is_good)
		take_sample(e, now, s, &out);
	else if (out.reach_changed && s->assoc.reach == 0)
		choose(e, now, NULL);
}
