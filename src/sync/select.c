/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/select.h"

#include "base/select_option.h"
#include "sync/combine.h"

#include <math.h>
#include <stdlib.h>

#define SCORE_LIMIT 10.0	/* a source so much better takes over */
#define SOURCES_MAX 128		/* judged at once; the rest waits unjudged */
#define REACH_FULL 8

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
	};
}

static bool has(const struct candidate *c, enum select_option option)
{
	return (c->options & option) != 0;
}

/* --- steps 1 to 4: which sources can be judged --- */

/* Interval that holds the true offset at `now` unless the source lies. */
static void measure(const struct select_config *config, struct candidate *c,
    struct free_time now)
{
	const struct source_stats *stats = c->stats;
	const struct sample *best = source_stats_best(stats);
	double offset_s = source_stats_predict(stats, now);
	double first_s = free_sub(now, stats->samples[stats->first].at);
	double last_s = free_sub(now, stats->samples[stats->count - 1].at);

	c->distance_s = sample_root_distance(best, now, stats->estimate.skew) +
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
	measure(config, c, now);
	/* Written so that NaN fails. */
	if (!(c->distance_s <= config->maxdistance_s))
		return SEL_DISTANCE;
	if (!(c->stats->estimate.stddev_s <= config->maxjitter_s))
		return SEL_JITTER;
	return OK;
}

/* Unreachable, and older than all that the reachable ones say. */
static void drop_stale(struct candidate *c, int n)
{
	int64_t oldest = INT64_MAX;

	for (int i = 0; i < n; i++)
		if (c[i].state == OK && c[i].reach != 0 &&
		    c[i].stats->samples[c[i].stats->first].at.ns < oldest)
			oldest = c[i].stats->samples[c[i].stats->first].at.ns;
	for (int i = 0; i < n; i++)
		if (c[i].state == OK && c[i].reach == 0 && oldest != INT64_MAX &&
		    c[i].stats->samples[c[i].stats->count - 1].at.ns < oldest)
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
	    c[leader].refid < config->own_refid)
		c[leader].state = OK;
}

static int bits(uint8_t reach)
{
	return __builtin_popcount(reach);
}

/*
 * At the start: a source that answers as often as the best, but has too few
 * samples yet, is worth waiting for. Ends when a reach register is full.
 */
static bool must_wait(const struct candidate *c, int n)
{
	int most = 0;

	for (int i = 0; i < n; i++)
		if (c[i].state == OK) {
			if (c[i].reach_size >= REACH_FULL)
				return false;
			most = bits(c[i].reach) > most ? bits(c[i].reach) : most;
		}
	for (int i = 0; i < n; i++)
		if (c[i].state == SEL_SAMPLES && c[i].is_active &&
		    c[i].reach != 0 && c[i].reach_size < REACH_FULL &&
		    2 * bits(c[i].reach) >= most)
			return true;
	return false;
}

/* --- steps 5 to 7: who tells the truth --- */

struct edge {
	double at_s;
	int delta;		/* +1 begin, -1 end of an interval */
	bool is_trusted;
};

struct overlap {
	int depth, trusted;	/* sources at the deepest place */
	double low_s, high_s;
};

static int compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->at_s != b->at_s)
		return a->at_s < b->at_s ? -1 : 1;
	return b->delta - a->delta;	/* touching intervals overlap */
}

/* Where most intervals overlap: trusted ones first, then all. */
static struct overlap deepest(const struct candidate *c, int n)
{
	struct edge edges[2 * SOURCES_MAX];
	struct overlap best = { .depth = 0 };
	int count = 0, depth = 0, trusted = 0;
	bool is_in = false;

	for (int i = 0; i < n; i++) {
		if (c[i].state != OK)
			continue;
		bool trust = has(&c[i], SELECT_TRUST);

		edges[count++] = (struct edge){ c[i].low_s, 1, trust };
		edges[count++] = (struct edge){ c[i].high_s, -1, trust };
	}
	if (count == 0)
		return best;
	qsort(edges, (size_t)count, sizeof(edges[0]), compare_edges);
	for (int i = 0; i < count; i++) {
		if (edges[i].delta < 0 && is_in) {
			best.high_s = edges[i].at_s;
			is_in = false;
		}
		depth += edges[i].delta;
		trusted += edges[i].is_trusted ? edges[i].delta : 0;
		if (edges[i].delta < 0)
			continue;
		if (trusted > best.trusted ||
		    (trusted == best.trusted && depth > best.depth)) {
			best = (struct overlap){ depth, trusted,
			    edges[i].at_s, edges[i].at_s };
			is_in = true;
		} else if (trusted == best.trusted && depth == best.depth) {
			is_in = true;	/* as deep again: up to its end */
		}
	}
	return best;
}

static void set_all(struct candidate *c, int n, enum select_state state)
{
	for (int i = 0; i < n; i++)
		if (c[i].state == OK)
			c[i].state = state;
}

static int count_trusted(const struct candidate *c, int n)
{
	int count = 0;

	for (int i = 0; i < n; i++)
		count += c[i].state == OK && has(&c[i], SELECT_TRUST);
	return count;
}

static bool agrees(const struct candidate *c, double low_s, double high_s)
{
	return (c->low_s <= low_s && c->high_s >= high_s) ||
	    (c->low_s >= low_s && c->high_s <= high_s);
}

/* Marks falsetickers; false: there is no majority. */
static bool find_truth(struct candidate *c, int n)
{
	struct overlap best = deepest(c, n);
	int trusted = count_trusted(c, n);
	double low_s = INFINITY, high_s = -INFINITY;

	if (trusted > 0 ? 2 * best.trusted <= trusted :
	    2 * best.depth <= count_state(c, n, OK)) {
		set_all(c, n, SEL_FALSETICKER);
		return false;
	}
	for (int i = 0; i < n; i++) {
		if (c[i].state != OK)
			continue;
		if (!agrees(&c[i], best.low_s, best.high_s)) {
			c[i].state = SEL_FALSETICKER;
		} else if (has(&c[i], SELECT_TRUST)) {
			low_s = fmin(low_s, c[i].low_s);
			high_s = fmax(high_s, c[i].high_s);
		}
	}
	/* Others may refine what the trusted ones say, not widen it. */
	for (int i = 0; trusted > 0 && i < n; i++)
		if (c[i].state == OK && !has(&c[i], SELECT_TRUST) &&
		    (c[i].low_s < low_s || c[i].high_s > high_s))
			c[i].state = SEL_UNTRUSTED;
	return true;
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

/* --- steps 8 to 10: leap, preference, reference --- */

static enum leap vote_leap(const struct candidate *c, int n)
{
	bool only_trusted = count_trusted(c, n) > 0;
	int votes = 0, insert = 0, delete = 0;

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

static void apply_prefer(struct candidate *c, int n)
{
	bool any = false;

	for (int i = 0; i < n; i++)
		any |= c[i].state == OK && has(&c[i], SELECT_PREFER);
	for (int i = 0; any && i < n; i++)
		if (c[i].state == OK && !has(&c[i], SELECT_PREFER))
			c[i].state = SEL_NOT_PREFERRED;
}

/* Distance as the choice of the reference sees it, without reselectdist. */
static double rank_s(const struct select_config *config,
    const struct candidate *c, int n, int i)
{
	int least = 16;

	for (int j = 0; j < n; j++)
		if (c[j].state == OK && c[j].stratum < least)
			least = c[j].stratum;
	return c[i].distance_s + (c[i].stratum - least) * config->stratumweight_s;
}

static void reset_scores(struct candidate *c, int n)
{
	for (int i = 0; i < n; i++)
		c[i].score = 1;
}

static int nearest(const struct select_config *config,
    const struct candidate *c, int n)
{
	double least = INFINITY;
	int best = -1;

	for (int i = 0; i < n; i++) {
		if (c[i].state != OK)
			continue;
		double rank = rank_s(config, c, n, i);

		if (rank < least) {
			least = rank;
			best = i;
		}
	}
	return best;
}

/* The reference stays until another has long been better. */
static int elect(const struct select_config *config, struct candidate *c,
    int n, int before)
{
	int best = before;
	double most = SCORE_LIMIT;

	if (before < 0 || before >= n || c[before].state != OK) {
		reset_scores(c, n);
		return nearest(config, c, n);
	}
	double mine = rank_s(config, c, n, before);

	for (int i = 0; i < n; i++) {
		if (i == before || c[i].state != OK) {
			c[i].score = 1;
			continue;
		}
		if (c[i].has_new_sample || c[before].has_new_sample)
			c[i].score = fmax(1, fmax(c[i].score, 1) * mine /
			    (rank_s(config, c, n, i) + config->reselectdist_s));
		if (c[i].score >= most) {
			most = c[i].score;
			best = i;
		}
	}
	if (best != before)
		reset_scores(c, n);
	return best;
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

static void mark_distant(const struct select_config *config,
    struct candidate *c, int n, int ref, bool is_update)
{
	for (int i = 0; i < n; i++) {
		if (i == ref || c[i].state != OK)
			continue;
		if (!is_near(config, &c[i], &c[ref]))
			c[i].outlier_penalty =
			    c[i].reach_size < REACH_FULL ? 1 : 32;
		else if (is_update && c[i].outlier_penalty > 0)
			c[i].outlier_penalty--;
		c[i].state = c[i].outlier_penalty > 0 ?
		    SEL_TOO_DISTANT : SEL_COMBINED;
	}
}

/* --- the whole --- */

static void none(struct selection *sel, const char *reason)
{
	sel->outcome = SELECT_NONE;
	sel->selected = -1;
	sel->reason = reason;
}

/* Steps 5 to 7. True: there are survivors, in state OK. */
static bool judge(const struct select_config *config, struct candidate *c,
    int n, struct selection *sel)
{
	if (n == 0 || count_state(c, n, OK) == 0) {
		none(sel, n == 0 ? "no sources" : "no selectable sources");
		return false;
	}
	if (sel->selected < 0 && must_wait(c, n)) {
		set_all(c, n, SEL_WAIT_SAMPLES);
		sel->outcome = SELECT_WAIT;
		return false;
	}
	if (!find_truth(c, n)) {
		none(sel, "no majority");
		sel->is_contradicted = true;
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

void select_sources(const struct select_config *config,
    struct candidate *candidates, int count, struct free_time now,
    struct selection *sel)
{
	int before = sel->selected, ref;
	int n = count < SOURCES_MAX ? count : SOURCES_MAX;

	*sel = (struct selection){ .selected = before };
	for (int i = 0; i < n; i++)
		candidates[i].state = first_state(config, &candidates[i], now);
	for (int i = n; i < count; i++)
		candidates[i].state = SEL_SAMPLES;
	drop_stale(candidates, n);
	judge_orphans(config, candidates, n);
	if (!judge(config, candidates, n, sel))
		return;
	sel->leap = vote_leap(candidates, n);
	apply_prefer(candidates, n);
	ref = elect(config, candidates, n, before);
	sel->selected = ref;
	/* A new reference has been heard before: its sample was not used yet
	 * only when there was no reference at all. */
	if (ref != before && before >= 0 && !candidates[ref].has_new_sample) {
		set_all(candidates, n, SEL_WAIT_UPDATE);
		sel->outcome = SELECT_KEEP;
		return;
	}
	sel->outcome = before < 0 || candidates[ref].has_new_sample ?
	    SELECT_UPDATE : SELECT_KEEP;
	mark_distant(config, candidates, n, ref, sel->outcome == SELECT_UPDATE);
	sel->combined = combine(candidates, n, now, &sel->estimate);

	const struct source_stats *stats = candidates[ref].stats;
	const struct sample *best = source_stats_best(stats);

	sel->root_delay_s = sample_root_delay(best);
	/* With what selection added for age and for our own clock. */
	sel->root_dispersion_s = candidates[ref].distance_s -
	    sel->root_delay_s / 2;
}
