/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/select_option.h"
#include "sync/combine.h"
#include "sync/elect.h"
#include "sync/majority.h"

#include <math.h>
#include <stddef.h>

#define REACH_FULL 8
#define PENALTY 32		/* updates for which a distant source is left out */
#define PENALTY_NEW 1		/* the same, while its reach register fills */

/* A candidate that is still in the race has this state while it is judged. */
#define OK SEL_SELECTED

struct select_config select_defaults(void)
{
	return (struct select_config){
		.maxdistance_s = 3,
		.maxjitter_s = 1,
		.reselectdist_s = 1e-4,
		.stratumweight_s = 1e-3,
		.combinelimit = 3,
		.maxclockerror_ppm = 1,
		.minsources = 1,
		.maxstratum = 15,
	};
}

static bool has(const struct candidate *c, enum select_option option)
{
	return (c->options & option) != 0;
}

/* --- steps 1 to 4: which sources can be judged --- */

static struct free_time first_at(const struct candidate *c)
{
	return c->stats->samples[0].at;
}

static struct free_time last_at(const struct candidate *c)
{
	return c->stats->samples[c->stats->count - 1].at;
}

/* Interval that holds the true offset at `now` unless the source lies. */
static void measure(const struct select_config *config, struct candidate *c,
    struct free_time now)
{
	const struct source_stats *stats = c->stats;
	const struct sample *best = source_stats_best(stats);
	double offset_s = source_stats_predict(stats, now);
	double first_s = free_sub(now, first_at(c));
	double last_s = free_sub(now, last_at(c));

	/* The sample claims a bound around itself, not around the estimate. */
	c->distance_s = sample_root_distance(best, now, stats->estimate.skew) +
	    fabs(source_stats_predict(stats, best->at) - best->offset_s) +
	    stats->estimate.misfit_s;
	/* A source unheard for long: our own clock may have wandered. */
	if (2 * last_s > first_s)
		c->distance_s += config->maxclockerror_ppm * 1e-6 *
		    (2 * last_s - first_s);
	c->low_s = offset_s - c->distance_s;
	c->high_s = offset_s + c->distance_s;
}

static enum select_state first_state(const struct select_config *config,
    struct candidate *c, struct free_time now)
{
	if (has(c, SELECT_NOSELECT))
		return SEL_NOSELECT;
	if (!c->is_active || !c->stats->has_estimate || c->stats->count == 0)
		return SEL_SAMPLES;
	if (c->leap == LEAP_UNSYNC || c->stratum < 1 || c->stratum > 15)
		return SEL_UNSYNC;
	if (c->stratum > config->maxstratum || c->stratum < config->minstratum)
		return SEL_STRATUM;
	measure(config, c, now);
	/* Written so that NaN fails. */
	if (!(c->distance_s <= config->maxdistance_s) ||
	    !isfinite(c->low_s) || !isfinite(c->high_s))
		return SEL_DISTANCE;
	if (!(c->stats->estimate.stddev_s <= config->maxjitter_s))
		return SEL_JITTER;
	return OK;
}

/* Unreachable for too long, or older than all that the reachable ones say. */
static void drop_stale(struct candidate *c, int n)
{
	int64_t oldest_ns = INT64_MIN;

	for (int i = 0; i < n; i++)
		if (c[i].state == OK && c[i].reach != 0 &&
		    (oldest_ns == INT64_MIN || first_at(&c[i]).ns < oldest_ns))
			oldest_ns = first_at(&c[i]).ns;
	for (int i = 0; i < n; i++)
		if (c[i].state == OK && c[i].reach == 0 &&
		    (c[i].unreached > c[i].maxunreach ||
		    last_at(&c[i]).ns < oldest_ns))
			c[i].state = SEL_STALE;
}

static int count_state(const struct candidate *c, int n, enum select_state state)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += c[i].state == state;
	return count;
}

/* Hosts without any real source agree on the one with the least refid. */
static void judge_orphans(const struct select_config *config,
    struct candidate *c, int n)
{
	int leader = -1;

	if (config->orphan_stratum == 0)
		return;
	for (int i = 0; i < n; i++) {
		if (c[i].state != OK || c[i].stratum < config->orphan_stratum)
			continue;
		c[i].state = SEL_ORPHAN;
		if (c[i].reach == 0 || c[i].stratum != config->orphan_stratum)
			continue;
		if (leader < 0 || c[i].refid < c[leader].refid)
			leader = i;
	}
	if (leader >= 0 && count_state(c, n, OK) == 0 &&
	    c[leader].refid < c[leader].own_refid)
		c[leader].state = OK;
}

/*
 * At the start: has too few been heard to know what the majority says? Which
 * sources are worth waiting for, and how long, the caller knows.
 */
static bool must_wait(const struct candidate *c, int n)
{
	int heard = 0, awaited = 0;

	for (int i = 0; i < n; i++) {
		bool is_awaited = c[i].state == SEL_SAMPLES && c[i].is_awaited;

		/* Its word alone may count. */
		if (is_awaited && has(&c[i], SELECT_TRUST))
			return true;
		heard += c[i].state == OK;
		awaited += is_awaited;
	}
	return awaited >= heard;
}

/* No majority, but somebody else is about to speak. */
static bool is_anybody_awaited(const struct candidate *c, int n)
{
	for (int i = 0; i < n; i++)
		if (c[i].state == SEL_SAMPLES && c[i].is_awaited)
			return true;
	return false;
}

/* --- steps 7 and 8 --- */

static void set_all(struct candidate *c, int n, enum select_state state)
{
	for (int i = 0; i < n; i++)
		if (c[i].state == OK)
			c[i].state = state;
}

static bool lacks_required(const struct candidate *c, int n)
{
	bool is_asked = false;

	for (int i = 0; i < n; i++)
		if (has(&c[i], SELECT_REQUIRE)) {
			if (c[i].state == OK)
				return false;
			is_asked = true;
		}
	return is_asked;
}

static enum leap vote_leap(const struct candidate *c, int n)
{
	bool only_trusted = false;
	int votes = 0, insert = 0, delete = 0;

	for (int i = 0; i < n; i++)
		only_trusted |= c[i].state == OK && has(&c[i], SELECT_TRUST);
	for (int i = 0; i < n; i++) {
		if (c[i].state != OK ||
		    (only_trusted && !has(&c[i], SELECT_TRUST)))
			continue;
		votes++;
		insert += c[i].leap == LEAP_INSERT;
		delete += c[i].leap == LEAP_DELETE;
	}
	if (2 * insert > votes)
		return LEAP_INSERT;
	return 2 * delete > votes ? LEAP_DELETE : LEAP_NORMAL;
}

/* --- step 12: which sources are combined --- */

static bool is_near(const struct select_config *config,
    const struct candidate *c, const struct candidate *ref)
{
	const struct stats_estimate *a = &c->stats->estimate;
	const struct stats_estimate *b = &ref->stats->estimate;

	return c->distance_s <= config->combinelimit *
	    (ref->distance_s + config->reselectdist_s) &&
	    fabs(a->freq - b->freq) <= config->combinelimit *
	    (a->skew + b->skew + config->maxclockerror_ppm * 1e-6);
}

/* A distant source stays out for some updates, until it is near in all of them. */
static void mark_distant(const struct select_config *config,
    struct candidate *c, int n, int ref, bool is_update)
{
	for (int i = 0; i < n; i++) {
		bool is_out;

		if (i == ref || c[i].state != OK)
			continue;
		is_out = !is_near(config, &c[i], &c[ref]);
		if (is_update && is_out)
			c[i].outlier_penalty = c[i].reach_size < REACH_FULL ?
			    PENALTY_NEW : PENALTY;
		else if (is_update && c[i].outlier_penalty > 0)
			c[i].outlier_penalty--;
		is_out |= c[i].outlier_penalty > 0;
		c[i].state = is_out ? SEL_TOO_DISTANT : SEL_COMBINED;
	}
}

/* --- the whole --- */

static void none(struct selection *sel, const char *reason)
{
	sel->outcome = SELECT_NONE;
	sel->selected = -1;
	sel->reason = reason;
}

/* How many could be judged, and how many of the others are only out of reach. */
static void count_sources(const struct candidate *c, int n,
    struct selection *sel)
{
	sel->selectable = count_state(c, n, OK);
	for (int i = 0; i < n; i++)
		sel->unreachable += c[i].state != OK && c[i].reach == 0 &&
		    !has(&c[i], SELECT_NOSELECT);
}

/* Steps 5 and 6. True: there are survivors, in state OK. */
static bool find_truth(struct candidate *c, int n, struct selection *sel)
{
	switch (majority_find(c, n)) {
	case MAJORITY_FOUND:
		return true;
	case MAJORITY_NONE:
		none(sel, "no majority");
		sel->is_contradicted = true;
		return false;
	case MAJORITY_UNKNOWN:
		break;
	}
	set_all(c, n, SEL_WAIT_SOURCES);
	none(sel, "out of memory");
	return false;
}

static void wait_for_more(struct candidate *c, int n, struct selection *sel)
{
	for (int i = 0; i < n; i++)
		if (c[i].state == OK || c[i].state == SEL_FALSETICKER)
			c[i].state = SEL_WAIT_SAMPLES;
	sel->outcome = SELECT_WAIT;
	sel->is_contradicted = false;
	sel->reason = NULL;
}

/* Steps 4 to 7. True: there are survivors, in state OK. */
static bool judge(const struct select_config *config, struct candidate *c,
    int n, struct selection *sel)
{
	int before = sel->selected;

	if (sel->selectable == 0) {
		none(sel, n == 0 ? "no sources" : "no selectable sources");
		return false;
	}
	if (before < 0 && must_wait(c, n)) {
		wait_for_more(c, n, sel);
		return false;
	}
	if (!find_truth(c, n, sel)) {
		if (before < 0 && is_anybody_awaited(c, n))
			wait_for_more(c, n, sel);
		return false;
	}
	if (lacks_required(c, n)) {
		set_all(c, n, SEL_WAIT_SOURCES);
		none(sel, "no required source in selectable sources");
		return false;
	}
	if (count_state(c, n, OK) < config->minsources) {
		set_all(c, n, SEL_WAIT_SOURCES);
		none(sel, "not enough selectable sources");
		return false;
	}
	return true;
}

/* What the reference and those near to it say. */
static void conclude(struct candidate *c, int n, struct free_time now,
    struct selection *sel)
{
	const struct candidate *ref = &c[sel->selected];

	sel->combined = combine(c, n, now, &sel->between_s2,
	    &sel->estimate);
	sel->root_delay_s = sample_root_delay(source_stats_best(ref->stats));
	/* With what selection added for age and for our own clock. */
	sel->root_dispersion_s = ref->distance_s - sel->root_delay_s / 2;
	/* The reference vouches for its own offset, not for that of all. */
	sel->root_dispersion_s += fabs(sel->estimate.offset_s -
	    source_stats_predict(ref->stats, now));
}

void select_sources(const struct select_config *config,
    struct candidate *candidates, int n, struct free_time now,
    struct selection *sel)
{
	int before = sel->selected;
	bool was_pending = sel->is_pending, is_new;

	*sel = (struct selection){ .selected = before,
		.between_s2 = sel->between_s2 };
	for (int i = 0; i < n; i++)
		candidates[i].state = first_state(config, &candidates[i], now);
	drop_stale(candidates, n);
	judge_orphans(config, candidates, n);
	count_sources(candidates, n, sel);
	if (!judge(config, candidates, n, sel))
		return;
	sel->leap = vote_leap(candidates, n);
	sel->selected = elect(config, candidates, n, before);
	is_new = candidates[sel->selected].has_new_sample;
	sel->is_pending = !is_new && (sel->selected != before || was_pending);
	sel->outcome = is_new ? SELECT_UPDATE : SELECT_KEEP;
	if (sel->is_pending) {
		set_all(candidates, n, SEL_WAIT_UPDATE);
		return;
	}
	mark_distant(config, candidates, n, sel->selected, is_new);
	for (int i = 0; i < n; i++)
		if (!is_new && candidates[i].is_fresh &&
		    candidates[i].state == SEL_COMBINED)
			sel->outcome = SELECT_REFINE;
	conclude(candidates, n, now, sel);
}
