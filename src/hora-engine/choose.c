/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/choose.h"

#include "hora-engine/clockwork.h"
#include "hora-engine/names.h"
#include "hora-engine/say.h"
#include "hora-engine/selectlog.h"
#include "hora-engine/sources.h"
#include "nts/digest.h"
#include "sync/authselect.h"

#include <stdio.h>
#include <string.h>

#define UNKNOWN_FREQ 2000e-6	/* s/s: what a clock may be off (behaviour.md 5.4) */
#define BAD_UPDATES 4		/* in a row: the source is to be replaced */
/*
 * From the first sample of all the other sources have so long to speak, so that
 * a falseticker does not set the clock only because it answers first.
 */
#define PATIENCE_S 1.5
#define REACH_UPDATES 8		/* without any answer: the same */

struct select_config choose_config(const struct config *c)
{
	return (struct select_config){
		.maxdistance_s = c->maxdistance_s,
		.maxjitter_s = c->maxjitter_s,
		.reselectdist_s = c->reselectdist_s,
		.stratumweight_s = c->stratumweight_s,
		.combinelimit = c->combinelimit,
		.maxclockerror_ppm = c->maxclockerror_ppm,
		.minsources = c->minsources,
		.maxstratum = c->maxstratum,
		.minstratum = c->minstratum,
	};
}

void choose_init(struct engine *e)
{
	e->select = choose_config(e->config);
	e->selection.selected = -1;
}

/* --- what selection is given ---------------------------------------------- */

/* Options with those that authentication adds (authselectmode). */
static void fill_options(struct engine *e)
{
	struct authselect_kinds kinds = { 0 };

	for (int i = 0; i < e->count; i++) {
		const struct source_config *c = &e->sources[i]->config;

		authselect_count(&kinds, source_config_authenticates(c),
		    c->select_options);
	}
	for (int i = 0; i < e->count; i++) {
		const struct source_config *c = &e->sources[i]->config;

		e->candidates[i].options = authselect_options(
		    e->config->authselectmode, &kinds,
		    source_config_authenticates(c), c->select_options);
	}
}

/* Is it known whom to ask, and by which keys? */
static bool can_be_asked(const struct source *s)
{
	return s->is_resolved && (!s->keys || s->assoc.is_open ||
	    nts_client_ready(&s->keys->client));
}

/* If not, is that being found out, for the first time? */
static bool is_found_out(const struct source *s)
{
	const struct source_line *line = s->line;

	if (!s->is_resolved)
		return line->lookup_tries == 0 &&
		    (line->is_wanted || line->lookup_id != 0);
	return !s->keys->has_failed;
}

/*
 * Can its first sample come while we are patient? Not of a name or of keys that
 * could not be had: should they come at a later try, it comes with them.
 */
static bool is_awaited(const struct engine *e, const struct source *s)
{
	const struct assoc *a = &s->assoc;

	if (!s->online || s->stats.count > 0)
		return false;
	if (!can_be_asked(s))
		return is_found_out(s);
	return a->is_open || a->send_at.ns < e->patient_until.ns;
}

static void fill_candidate(const struct engine *e, const struct source *s,
    bool is_patient, struct candidate *c)
{
	c->stats = &s->stats;
	c->is_active = s->is_resolved &&
	    (assoc_is_active(&s->assoc) || s->stats.count > 0);
	c->reach = s->assoc.reach;
	c->reach_size = s->assoc.reach_size;
	c->poll = s->assoc.poll;
	c->stratum = assoc_stratum(&s->assoc);
	/* Of a server of stratum 1 that is copied: for selection it is one. */
	if (s->assoc.stratum > 0 && c->stratum == 0)
		c->stratum = 1;
	/* Before the first synchronised response the server said nothing. */
	c->leap = s->assoc.reach != 0 || s->stats.count > 0 ? s->assoc.leap :
	    (uint8_t)LEAP_UNSYNC;
	c->refid = s->refid;
	c->unreached = s->assoc.unreached;
	c->maxunreach = s->config.maxunreach;
	c->is_awaited = is_patient && is_awaited(e, s);
}

static void fill(struct engine *e, const struct engine_now *now,
    const struct source *fresh)
{
	bool is_patient = now->mono.ns < e->patient_until.ns;

	fill_options(e);
	e->selection.selected = -1;
	e->select.orphan_stratum = e->local.enabled && e->local.orphan ?
	    e->local.stratum : 0;
	for (int i = 0; i < e->count; i++) {
		const struct source *s = e->sources[i];
		struct candidate *c = &e->candidates[i];

		fill_candidate(e, s, is_patient, c);
		if (e->select.orphan_stratum != 0)
			c->own_refid = refid_of_addr(&s->local);
		c->is_fresh = fresh && s->id == fresh->id;
		c->has_new_sample |= c->is_fresh;
		if (s->id == e->selected_id)
			e->selection.selected = i;
	}
}

/* --- what follows --------------------------------------------------------- */

static void report_falsetickers(struct engine *e)
{
	char name[SOURCE_TEXT_SIZE];

	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];
		bool is_falseticker =
		    e->candidates[i].state == SEL_FALSETICKER;

		if (is_falseticker && !s->was_falseticker)
			say(e, SEV_WARNING, "Detected falseticker %s",
			    source_text(s, name));
		s->was_falseticker = is_falseticker;
	}
}

/* Are samples, names or keys still awaited, so that nothing is wrong yet? */
static bool is_waiting(const struct engine *e)
{
	for (int i = 0; i < e->count; i++) {
		const struct candidate *c = &e->candidates[i];
		const struct source *s = e->sources[i];

		if (s->online && !can_be_asked(s) && is_found_out(s))
			return true;
		if (c->is_active && (c->reach != 0 ||
		    c->reach_size < REACH_UPDATES) && (c->state == SEL_SAMPLES ||
		    c->state == SEL_WAIT_SAMPLES))
			return true;
	}
	return false;
}

static void say_lost(struct engine *e)
{
	const struct selection *sel = &e->selection;
	char more[60] = "";

	if (sel->is_contradicted)
		snprintf(more, sizeof(more), " (no agreement among %d sources)",
		    sel->selectable);
	else if (sel->selectable == 0 && sel->unreachable > 0)
		snprintf(more, sizeof(more), " (%d unreachable source%s)",
		    sel->unreachable, sel->unreachable > 1 ? "s" : "");
	say(e, SEV_WARNING, "Can't synchronise: %s%s",
	    sel->reason ? sel->reason : "no sources", more);
	e->failure_logged = true;
}

static void lost(struct engine *e, const struct engine_now *now)
{
	bool had_one = e->selected_id != 0;

	e->selected_id = 0;
	if (had_one || (!e->failure_logged && !is_waiting(e)))
		say_lost(e);
	/* Where the sources contradict each other, nothing is known any more;
	 * where they are only silent, the clock runs on as it was. */
	if (e->selection.is_contradicted)
		clockwork_unsynchronise(e, now);
}

static void selected(struct engine *e, const struct engine_now *now)
{
	const struct source *s = e->sources[e->selection.selected];
	char name[SOURCE_TEXT_SIZE];

	if (s->id != e->selected_id)
		say(e, SEV_INFO, "Selected source %s", source_text(s, name));
	e->selected_id = s->id;
	if (e->selection.outcome == SELECT_REFINE)
		clockwork_refine(e, now, &e->selection);
	if (e->selection.outcome != SELECT_UPDATE)
		return;
	for (int i = 0; i < e->count; i++)
		e->candidates[i].has_new_sample = false;
	clockwork_update(e, now, &e->selection, s);
}

/* Has the source been of no use for too long (behaviour.md 1.10)? */
static bool is_bad(struct source *s, enum select_state state, bool is_fresh)
{
	switch (state) {
	case SEL_FALSETICKER:
	case SEL_STRATUM:
	case SEL_DISTANCE:
	case SEL_JITTER:
		s->bad_updates += is_fresh;
		break;
	default:
		if (is_fresh)
			s->bad_updates = 0;
	}
	return s->bad_updates >= BAD_UPDATES ||
	    (assoc_is_active(&s->assoc) && s->assoc.reach == 0 &&
	    s->assoc.reach_size >= REACH_UPDATES);
}

static void judge_sources(struct engine *e, const struct engine_now *now,
    const struct source *fresh)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		if (s->is_resolved && is_bad(s, e->candidates[i].state,
		    s == fresh))
			names_replace(e, now, s);
	}
}

void choose(struct engine *e, const struct engine_now *now,
    const struct source *fresh)
{
	if (e->phase != ENGINE_RUNNING || !clockwork_is_steady(e, now))
		return;
	if (fresh && e->patient_until.ns == 0)
		e->patient_until = mono_add(now->mono, PATIENCE_S);
	fill(e, now, fresh);
	select_sources(&e->select, e->candidates, e->count,
	    clockwork_free(e, now->wall), &e->selection);
	report_falsetickers(e);
	selectlog_write(e, now);
	if (e->selection.outcome == SELECT_NONE || e->selection.selected < 0 ||
	    e->selection.selected >= e->count)
		lost(e, now);
	else
		selected(e, now);
	judge_sources(e, now, fresh);
}

struct mono_time choose_wake(const struct engine *e)
{
	return e->selection.outcome == SELECT_WAIT ? e->patient_until :
	    MONO_NEVER;
}

void choose_if_waiting(struct engine *e, const struct engine_now *now)
{
	if (e->selection.outcome == SELECT_WAIT)
		choose(e, now, NULL);
}

void choose_tick(struct engine *e, const struct engine_now *now)
{
	if (now->mono.ns >= choose_wake(e).ns)
		choose(e, now, NULL);
}

/* --- what the tests are given --------------------------------------------- */

void choose_view(const struct engine *e, const struct source *s,
    struct free_time at, struct assoc_view *v)
{
	const struct source_stats *stats = &s->stats;
	const struct config *config = e->config;

	memset(v, 0, sizeof(*v));
	v->precision_s = e->precision_s;
	v->is_selected = e->selected_id == s->id;
	v->is_serving = (config->port != 0 && config->allow_count > 0) ||
	    assoc_is_peer(&s->assoc);
	v->own_refid = refid_of_addr(&s->local);
	v->own = e->published;
	v->known_freq = e->reference.has_freq ? e->reference.freq : 0;
	v->known_skew = e->reference.has_freq ? e->reference.skew :
	    UNKNOWN_FREQ;
	v->skew = e->reference.config.maxclockerror_ppm * 1e-6;
	if (stats->has_estimate) {
		v->has_prediction = true;
		v->predicted_offset_s = source_stats_predict(stats, at);
		v->predicted_freq = stats->estimate.freq;
		v->stddev_s = stats->estimate.stddev_s;
		v->skew += stats->estimate.skew;
	}
	v->most_delay_s = quantile_of(&s->delays,
	    s->config.maxdelayquant);
	for (int i = 0; i < stats->count; i++) {
		const struct sample *sample = &stats->samples[i];

		if (v->samples++ > 0 && sample->delay_s >= v->min_delay_s)
			continue;
		v->min_delay_s = sample->delay_s;
		v->min_delay_age_s = free_sub(at, sample->at);
	}
	if (stats->ways.min_delay_s > 0) {
		v->min_delay_s = stats->ways.min_delay_s;
		v->min_delay_age_s = 0;
	}
}
