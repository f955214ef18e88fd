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
 */
int combine(const struct candidate *candidates, int count, struct free_time now,
    struct stats_estimate *ret);

#endif
