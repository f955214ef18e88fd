/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One estimate out of those of several sources (reference: behaviour.md 5.2,
 * step 12). Which sources are near enough for that is decided by selection.
 */
#ifndef HORA_SYNC_COMBINE_H
#define HORA_SYNC_COMBINE_H

#include "base/time.h"
#include "sync/select.h"
#include "sync/source_stats.h"

/*
 * Combine the estimates of the candidates that are in state SEL_SELECTED or
 * SEL_COMBINED, at least one, each with an estimate; the others are left out.
 * distance_s of each is its root distance at `now`. *ret is the estimate for
 * `now`, on the free scale. Pure. Returns how many sources were combined.
 *
 * *between_s2 is kept by the caller, 0 at first: the variance of the offsets of
 * sources beyond what they know of, as by unequal ways. It is learnt from how
 * much they differ.
 */
int combine(const struct candidate *candidates, int count, struct free_time now,
    double *between_s2, struct stats_estimate *ret);

#endif
