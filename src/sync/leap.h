/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leap seconds, mode `system` (reference: behaviour.md 7): the majority of the
 * sources announces one, the kernel makes it at the end of the UTC day. Only
 * 30 June and 31 December are believed.
 *
 * At the leap the kernel turns the system clock back (insert) or forward
 * (delete) by one second, and the servers do the same: instants move, offsets
 * stay (timeline_step, source_stats_leap, reference_leap).
 */
#ifndef HORA_SYNC_LEAP_H
#define HORA_SYNC_LEAP_H

#include "base/time.h"
#include "sync/time_ref.h"

#include <stdbool.h>

#define LEAP_WINDOW_S 5		/* on both sides of the leap */
#define LEAP_SETTLE_S 2		/* after it the status is normal again */

/* Zero at start. */
struct leap_state {
	enum leap pending;	/* LEAP_INSERT or LEAP_DELETE; else normal */
	struct wall_time when;	/* end of the day, 00:00:00 UTC */
};

/* Does the UTC day of `t` end where a leap second may be? */
bool leap_day(struct wall_time t);

/*
 * Take the vote of the sources at `now`. Inside the window nothing changes, so
 * that servers that differ in when they clear the flag do not matter.
 */
void leap_vote(struct leap_state *l, enum leap vote, struct wall_time now);

/*
 * What the kernel and our clients are to be told at `now`: the pending leap
 * until it has passed, else LEAP_NORMAL.
 */
enum leap leap_status(const struct leap_state *l, struct wall_time now);

/*
 * Is `now` so near to the pending leap that measurements mean nothing? Samples
 * are dropped then, and responses to clients say LEAP_UNSYNC.
 */
bool leap_window(const struct leap_state *l, struct wall_time now);

/*
 * Has the pending leap passed (LEAP_SETTLE_S ago)? Then it is forgotten, and
 * the seconds by which the kernel moved the clock are returned (-1 insert, +1
 * delete); 0 = nothing happened. With a kernel that was told nothing (-x,
 * not synchronised) the caller ignores the value.
 */
double leap_passed(struct leap_state *l, struct wall_time now);

#endif
