/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/leap.h"

#define DAY_S INT64_C(86400)

/* Day number since 1970-01-01, rounded down. */
static int64_t day_of(struct wall_time t)
{
	int64_t day_ns = DAY_S * NS_PER_S;

	return t.ns / day_ns - (t.ns % day_ns < 0);
}

/*
 * Month and day of month of a day number. Years are counted from 1 March, in
 * cycles of 400 of them, so that the odd day comes last.
 */
static void civil(int64_t day, int *ret_month, int *ret_day)
{
	int64_t z = day + 719468;	/* since 0000-03-01 */
	int64_t cycle = (z >= 0 ? z : z - 146096) / 146097;
	int64_t in_cycle = z - cycle * 146097;
	int64_t year = (in_cycle - in_cycle / 1460 + in_cycle / 36524 -
	    in_cycle / 146096) / 365;
	int64_t in_year = in_cycle - (365 * year + year / 4 - year / 100);
	int64_t month = (5 * in_year + 2) / 153;	/* 0 = March */

	*ret_day = (int)(in_year - (153 * month + 2) / 5 + 1);
	*ret_month = (int)(month < 10 ? month + 3 : month - 9);
}

bool leap_day(struct wall_time t)
{
	int month, day;

	civil(day_of(t), &month, &day);
	return (month == 6 && day == 30) || (month == 12 && day == 31);
}

struct wall_time leap_midnight(struct wall_time t)
{
	return (struct wall_time){ (day_of(t) + 1) * DAY_S * NS_PER_S };
}

static bool is_leap(enum leap leap)
{
	return leap == LEAP_INSERT || leap == LEAP_DELETE;
}

void leap_vote(struct leap_state *l, enum leap vote, struct wall_time now)
{
	if (leap_window(l, now))
		return;
	/* A leap that passed unseen (a gap of a day) is ended first. */
	if (is_leap(l->pending) && now.ns > l->when.ns)
		return;
	l->is_asked = l->is_made = false;
	if (!is_leap(vote) || !leap_day(now)) {
		l->pending = LEAP_NORMAL;
		return;
	}
	l->pending = vote;
	l->when = leap_midnight(now);
}

enum leap leap_status(const struct leap_state *l, struct wall_time now)
{
	if (!is_leap(l->pending) || now.ns >= l->when.ns)
		return LEAP_NORMAL;
	return l->pending;
}

double leap_moves_s(const struct leap_state *l)
{
	if (!is_leap(l->pending))
		return 0;
	return l->pending == LEAP_INSERT ? -1 : 1;
}

struct wall_time leap_instant(const struct leap_state *l)
{
	return wall_add(l->when, l->pending == LEAP_DELETE ? -1 : 0);
}

static bool is_near(const struct leap_state *l, struct wall_time now)
{
	double to_s = wall_sub(l->when, now);

	return to_s < LEAP_WINDOW_S && to_s > -LEAP_WINDOW_S;
}

bool leap_window(const struct leap_state *l, struct wall_time now)
{
	return (is_leap(l->pending) || l->is_made) && is_near(l, now);
}

bool leap_handling(const struct leap_state *l, struct wall_time now)
{
	return is_leap(l->pending) && is_near(l, now);
}

bool leap_passed(const struct leap_state *l, struct wall_time now)
{
	return is_leap(l->pending) && wall_sub(now, l->when) >= LEAP_SETTLE_S;
}

void leap_end(struct leap_state *l)
{
	l->pending = LEAP_NORMAL;
	l->is_asked = false;
}
