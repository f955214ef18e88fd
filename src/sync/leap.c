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

static bool is_leap(enum leap leap)
{
	return leap == LEAP_INSERT || leap == LEAP_DELETE;
}

void leap_vote(struct leap_state *l, enum leap vote, struct wall_time now)
{
	if (leap_window(l, now))
		return;
	/* A leap that passed unseen (a gap of a day) is over. */
	if (is_leap(l->pending) && now.ns > l->when.ns)
		return;
	if (!is_leap(vote) || !leap_day(now)) {
		l->pending = LEAP_NORMAL;
		return;
	}
	l->pending = vote;
	l->when.ns = (day_of(now) + 1) * DAY_S * NS_PER_S;
}

enum leap leap_status(const struct leap_state *l, struct wall_time now)
{
	if (!is_leap(l->pending) || now.ns >= l->when.ns)
		return LEAP_NORMAL;
	return l->pending;
}

bool leap_window(const struct leap_state *l, struct wall_time now)
{
	double to_s = wall_sub(l->when, now);

	return is_leap(l->pending) && to_s < LEAP_WINDOW_S &&
	    to_s > -LEAP_WINDOW_S;
}

double leap_passed(struct leap_state *l, struct wall_time now)
{
	enum leap passed = l->pending;

	if (!is_leap(passed) || wall_sub(now, l->when) < LEAP_SETTLE_S)
		return 0;
	l->pending = LEAP_NORMAL;
	return passed == LEAP_INSERT ? -1 : 1;
}
