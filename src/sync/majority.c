/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/majority.h"

#include "base/select_option.h"

#include <stdlib.h>

struct edge {
	double at_s;
	int delta;		/* +1 begin, -1 end of an interval */
	bool is_trusted;
};

struct overlap {
	int depth, trusted;	/* sources at the deepest place */
	double low_s, high_s;
};

static bool is_judged(const struct candidate *c)
{
	return c->state == SEL_SELECTED;
}

static bool is_trusted(const struct candidate *c)
{
	return is_judged(c) && (c->options & SELECT_TRUST) != 0;
}

static int compare_edges(const void *pa, const void *pb)
{
	const struct edge *a = pa, *b = pb;

	if (a->at_s != b->at_s)
		return a->at_s < b->at_s ? -1 : 1;
	return b->delta - a->delta;	/* touching intervals overlap */
}

/* Both ends of each interval that is judged, in order. */
static void sort_edges(const struct candidate *c, int n, struct edge *edges)
{
	size_t count = 0;

	for (int i = 0; i < n; i++) {
		if (!is_judged(&c[i]))
			continue;
		edges[count++] = (struct edge){ c[i].low_s, 1,
			is_trusted(&c[i]) };
		edges[count++] = (struct edge){ c[i].high_s, -1,
			is_trusted(&c[i]) };
	}
	qsort(edges, count, sizeof(*edges), compare_edges);
}

/*
 * Where most intervals overlap: most trusted ones first, then most of all.
 * Where that is so at several places, it is from the first to the last.
 */
static struct overlap deepest(const struct edge *edges, int count,
    bool only_trusted)
{
	struct overlap best = { .depth = 0 };
	int depth = 0, trusted = 0;
	bool is_in = false;

	for (int i = 0; i < count; i++) {
		if (only_trusted && !edges[i].is_trusted)
			continue;
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

static bool agrees(const struct candidate *c, const struct overlap *best)
{
	return (c->low_s <= best->low_s && c->high_s >= best->high_s) ||
	    (c->low_s >= best->low_s && c->high_s <= best->high_s);
}

/* Others may refine what the trusted ones agree on, not widen it. */
static void mark_untrusted(struct candidate *c, int n,
    const struct overlap *best)
{
	for (int i = 0; i < n; i++)
		if (is_judged(&c[i]) && !is_trusted(&c[i]) &&
		    (c[i].low_s < best->low_s || c[i].high_s > best->high_s))
			c[i].state = SEL_UNTRUSTED;
}

enum majority majority_find(struct candidate *c, int n)
{
	int judged = 0, trusted = 0;
	struct overlap best, trust;
	struct edge *edges;
	bool is_found;

	for (int i = 0; i < n; i++) {
		judged += is_judged(&c[i]);
		trusted += is_trusted(&c[i]);
	}
	if (judged == 0)
		return MAJORITY_NONE;
	edges = calloc(2 * (size_t)judged, sizeof(*edges));
	if (!edges)
		return MAJORITY_UNKNOWN;
	sort_edges(c, n, edges);
	best = deepest(edges, 2 * judged, false);
	trust = deepest(edges, 2 * judged, true);
	free(edges);
	is_found = trusted > 0 ? 2 * best.trusted > trusted :
	    2 * best.depth > judged;
	for (int i = 0; i < n; i++)
		if (is_judged(&c[i]) && (!is_found || !agrees(&c[i], &best)))
			c[i].state = SEL_FALSETICKER;
	if (is_found && trusted > 0)
		mark_untrusted(c, n, &trust);
	return is_found ? MAJORITY_FOUND : MAJORITY_NONE;
}
