/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/elect.h"

#include "base/select_option.h"

#include <math.h>

#define SCORE_LIMIT 10.0	/* a source so much better takes over */

static bool is_open(const struct candidate *c)
{
	return c->state == SEL_SELECTED;
}

static bool is_preferred(const struct candidate *c)
{
	return is_open(c) && (c->options & SELECT_PREFER) != 0;
}

static void apply_prefer(struct candidate *c, int n)
{
	bool any = false;

	for (int i = 0; i < n; i++)
		any |= is_preferred(&c[i]);
	for (int i = 0; any && i < n; i++)
		if (is_open(&c[i]) && !is_preferred(&c[i]))
			c[i].state = SEL_NOT_PREFERRED;
}

static int least_stratum(const struct candidate *c, int n)
{
	int least = UINT8_MAX;

	for (int i = 0; i < n; i++)
		if (is_open(&c[i]) && c[i].stratum < least)
			least = c[i].stratum;
	return least;
}

/* Distance as the choice sees it, without reselectdist. */
static double rank_s(const struct select_config *config,
    const struct candidate *c, int least)
{
	return c->distance_s + (c->stratum - least) * config->stratumweight_s;
}

static void reset_scores(struct candidate *c, int n)
{
	for (int i = 0; i < n; i++)
		c[i].score = 1;
}

static int nearest(const struct select_config *config,
    const struct candidate *c, int n, int least)
{
	double least_s = INFINITY;
	int best = -1;

	for (int i = 0; i < n; i++) {
		if (!is_open(&c[i]))
			continue;
		double mine_s = rank_s(config, &c[i], least);

		if (best < 0 || mine_s < least_s) {
			least_s = mine_s;
			best = i;
		}
	}
	return best;
}

/* How much better than the reference the source has been, from 1 on. */
static void keep_score(const struct select_config *config,
    struct candidate *c, double reference_s, int least)
{
	double mine_s = rank_s(config, c, least) + config->reselectdist_s;

	/* fmax gives 1 for what is no number, too */
	c->score = fmax(1, c->score * reference_s / mine_s);
}

int elect(const struct select_config *config, struct candidate *c, int n,
    int before)
{
	int best = before, least;
	double reference_s;

	apply_prefer(c, n);
	least = least_stratum(c, n);
	if (before < 0 || before >= n || !is_open(&c[before])) {
		reset_scores(c, n);
		return nearest(config, c, n, least);
	}
	reference_s = rank_s(config, &c[before], least);
	for (int i = 0; i < n; i++) {
		if (i == before || !is_open(&c[i]) || c[i].score < 1)
			c[i].score = 1;
		if (i != before && is_open(&c[i]) &&
		    (c[i].is_fresh || c[before].is_fresh))
			keep_score(config, &c[i], reference_s, least);
		if (c[i].score >= SCORE_LIMIT && c[i].score > c[best].score)
			best = i;
	}
	if (best != before)
		reset_scores(c, n);
	return best;
}
