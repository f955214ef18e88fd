/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leap seconds (reference: behaviour.md 7): the majority of the sources, or the
 * table of leap seconds where they say nothing, announces one at the end of the
 * UTC day. Only 30 June and 31 December are believed.
 *
 * Who moves the clock at the leap depends on leapsecmode: the kernel, a step, a
 * slew, or nobody (hora-engine/leaps.h).
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
	struct wall_time when;	/* end of the day, 00:00:00 UTC; the last one
				 * while none is pending */
	bool is_asked;		/* hora-clock was told to step */
	bool is_made;		/* what was measured accounts for it */
	bool is_left;		/* mode ignore: not to be corrected yet */
};

/* Does the UTC day of `t` end where a leap second may be? */
bool leap_day(struct wall_time t);

/* The end of the UTC day of `t`, 00:00:00 of the next. */
struct wall_time leap_midnight(struct wall_time t);

/*
 * Take the vote of the sources, or of the table, at `now`. Inside the window
 * nothing changes, so that servers that differ in when they clear the flag do
 * not matter.
 */
void leap_vote(struct leap_state *l, enum leap vote, struct wall_time now);

/*
 * What the kernel and our clients are to be told at `now`: the pending leap
 * until it has passed, else LEAP_NORMAL.
 */
enum leap leap_status(const struct leap_state *l, struct wall_time now);

/* Seconds by which UTC moves at the pending leap: -1 insert, +1 delete, 0 none. */
double leap_moves_s(const struct leap_state *l);

/*
 * The instant at which a clock that keeps true time must be moved, before it
 * was: 00:00:00 (insert) or 23:59:59 (delete) UTC.
 */
struct wall_time leap_instant(const struct leap_state *l);

/*
 * Is `now` so near to a leap, pending or just over, that measurements mean
 * nothing? Samples are dropped then.
 */
bool leap_window(const struct leap_state *l, struct wall_time now);

/* Is it being handled? Responses to clients say LEAP_UNSYNC. */
bool leap_handling(const struct leap_state *l, struct wall_time now);

/* Is the pending leap over since LEAP_SETTLE_S? */
bool leap_passed(const struct leap_state *l, struct wall_time now);

/* It is over, and nothing is left of it but the window. */
void leap_end(struct leap_state *l);

#endif
