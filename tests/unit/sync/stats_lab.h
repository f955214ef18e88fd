/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One source in virtual time: its offset and frequency are known, its packets
 * wait in queues both ways, and a seed repeats all of it.
 */
#ifndef HORA_TESTS_SYNC_STATS_LAB_H
#define HORA_TESTS_SYNC_STATS_LAB_H

#include "sync/source_stats.h"

#include "sim/random.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define START INT64_C(1763840000000000000)
#define COUNT(a) (sizeof(a) / sizeof(*(a)))

struct net {
	struct rng rng;
	double t_s;			/* of the last sample */
	double offset_s, freq, wander;	/* true ones */
	double way_s, up_s, down_s;	/* least way, mean waits */
};

static inline struct net net_of(uint64_t seed, double way_s, double wait_s)
{
	return (struct net){ .rng = rng_of(seed, 0), .way_s = way_s,
		.up_s = wait_s, .down_s = wait_s };
}

static inline struct free_time at(double s)
{
	return (struct free_time){ START + interval_ns(s) };
}

static inline struct sample sample_of(double t_s, double offset_s,
    double delay_s)
{
	return (struct sample){ .at = at(t_s), .offset_s = offset_s,
		.delay_s = delay_s };
}

/* The next exchange, interval_s later. */
static inline struct sample net_sample(struct net *n, double interval_s)
{
	double before = n->freq, up_s, down_s;

	if (n->wander > 0)
		n->freq += n->wander * sqrt(interval_s) * rng_normal(&n->rng);
	n->offset_s += (before + n->freq) / 2 * interval_s;
	n->t_s += interval_s;
	up_s = n->way_s + n->up_s * rng_exp(&n->rng);
	down_s = n->way_s + n->down_s * rng_exp(&n->rng);
	return sample_of(n->t_s, n->offset_s + (up_s - down_s) / 2,
	    up_s + down_s);
}

static inline void net_feed(struct net *n, struct source_stats *s, int samples,
    double interval_s)
{
	for (int i = 0; i < samples; i++) {
		struct sample x = net_sample(n, interval_s);

		assert_true(source_stats_add(s, &x));
	}
}

/* How wrong the estimate is, in deviations that it claims. */
static inline double net_error(const struct net *n,
    const struct source_stats *s)
{
	return (s->estimate.offset_s - n->offset_s) / s->estimate.offset_sd_s;
}

#endif
