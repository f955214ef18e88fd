/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sources for selection whose intervals are exact: one sample each, taken now,
 * so that the root distance is half of the round trip and nothing else. Numbers
 * are in units of 2^-10 s: sums of them have no rounding, and both sides of a
 * border can be told apart.
 */
#ifndef HORA_TESTS_SYNC_SELECT_LAB_H
#define HORA_TESTS_SYNC_SELECT_LAB_H

#include "base/select_option.h"
#include "sync/select.h"
#include "unit/sync/states.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define LAB_NOW ((struct free_time){ INT64_C(1763840000000000000) })
#define LAB_SOURCES 1000
#define UNIT 0x1p-10
#define BIT 0x1p-20		/* the least difference, in units */

struct exact {
	double offset, half;	/* interval offset - half to offset + half */
	unsigned options;	/* enum select_option */
	int stratum;		/* 0 = 1 */
};

struct lab {
	struct select_config config;
	struct selection sel;
	struct source_stats stats[LAB_SOURCES];
	struct candidate c[LAB_SOURCES];
	int n;
};

/* A sample whose middle is the estimate: a bank would move it a little. */
static inline void lab_exact(struct source_stats *s, double offset, double half)
{
	struct sample x = { .at = LAB_NOW, .offset_s = offset * UNIT,
		.delay_s = 2 * half * UNIT };

	source_stats_init(s, 1);
	assert_true(source_stats_add(s, &x));
	s->estimate.offset_s = x.offset_s;
	s->estimate.misfit_s = 0;
}

/* Nothing but the intervals counts; tests say what else does. */
static inline struct lab *lab_new(void)
{
	struct lab *l = calloc(1, sizeof(*l));

	assert_non_null(l);
	l->config = select_defaults();
	l->config.reselectdist_s = 0;
	l->config.stratumweight_s = 0;
	l->config.maxclockerror_ppm = 0;
	l->sel.selected = -1;
	return l;
}

static inline struct candidate *lab_add(struct lab *l, const struct exact *s)
{
	struct candidate *c = &l->c[l->n];

	assert_in_range(l->n, 0, LAB_SOURCES - 1);
	lab_exact(&l->stats[l->n], s->offset, s->half);
	*c = (struct candidate){
		.stats = &l->stats[l->n],
		.options = s->options,
		.is_active = true,
		.reach = 0xff,
		.reach_size = 8,
		.poll = 6,
		.stratum = (uint8_t)(s->stratum != 0 ? s->stratum : 1),
		.refid = (uint32_t)(100 + l->n),
		.own_refid = 1000,
		.maxunreach = 100000,
		.has_new_sample = true,
	};
	l->n++;
	return c;
}

/* Give a source other numbers; what selection keeps of it stays. */
static inline void lab_set(struct lab *l, int i, double offset, double half)
{
	lab_exact(&l->stats[i], offset, half);
}

/* Select because of a fresh sample of source i; -1: for no sample. */
static inline enum select_outcome lab_select(struct lab *l, int fresh)
{
	for (int i = 0; i < l->n; i++) {
		l->c[i].is_fresh = i == fresh;
		l->c[i].has_new_sample |= i == fresh;
	}
	select_sources(&l->config, l->c, l->n, LAB_NOW, &l->sel);
	if (l->sel.outcome == SELECT_UPDATE)
		for (int i = 0; i < l->n; i++)
			l->c[i].has_new_sample = false;
	return l->sel.outcome;
}

static inline void lab_check(const struct lab *l, const char *name,
    const char *states)
{
	states_check(name, l->c, l->n, states);
}

/* First selection among `count` sources, the first without a half ends. */
static inline void lab_once(const char *name, const struct exact *sources,
    int count, const struct select_config *config, const char *states)
{
	struct lab *l = lab_new();

	if (config)
		l->config = *config;
	for (int i = 0; i < count && sources[i].half > 0; i++)
		lab_add(l, &sources[i]);
	lab_select(l, 0);
	lab_check(l, name, states);
	free(l);
}

#endif
