/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/when.h"

#include "base/text.h"
#include "horac/when_items.h"

#include <stdio.h>
#include <string.h>

#define DAYS_PER_WEEK 7
#define HALF_YEAR_S (182 * 24 * 3600)
#define AMOUNT_MOST 1000000000		/* of a unit; fits a field of struct tm */
#define SECONDS_MOST INT64_C(9000000000)	/* from 1970; fits wall_time */

static bool is_in_reach(const struct when *w)
{
	for (size_t i = 0; i < UNIT_COUNT; i++)
		if (w->amount[i] > AMOUNT_MOST || w->amount[i] < -AMOUNT_MOST)
			return false;
	return true;
}

static int days_of(int year, int month)
{
	struct tm t = { .tm_year = year - 1900, .tm_mon = month, .tm_mday = 0 };

	timegm(&t);
	return t.tm_mday;
}

/* Days to add, so that t is the day of the week that is meant. */
static int to_weekday(const struct when *w, const struct tm *t)
{
	struct tm day = *t;
	int ahead, weeks = w->weeks;

	timegm(&day);
	ahead = (w->weekday - day.tm_wday + DAYS_PER_WEEK) % DAYS_PER_WEEK;
	/* The first one counts as "next", but today is not next. */
	if (weeks > 0 && ahead > 0)
		weeks--;
	return ahead + DAYS_PER_WEEK * weeks;
}

static const char *to_seconds(struct when *w, time_t now, time_t *ret)
{
	struct tm t;

	if (!localtime_r(&now, &t))
		return "now is no time";
	if (w->has & HAS_YEAR)
		t.tm_year = w->year - 1900;
	if (w->has & HAS_DATE) {
		t.tm_mon = w->month - 1;
		t.tm_mday = w->day;
		if (w->day > days_of(t.tm_year + 1900, w->month))
			return "the month has no such day";
	}
	if (w->has & (HAS_DATE | HAS_WEEKDAY | HAS_TIME)) {
		t.tm_hour = w->hour;
		t.tm_min = w->minute;
		t.tm_sec = w->second;
	}
	t.tm_year += (int)w->amount[UNIT_YEAR];
	t.tm_mon += (int)w->amount[UNIT_MONTH];
	t.tm_mday += (int)w->amount[UNIT_DAY];
	/* A date says itself which day it is. */
	if ((w->has & HAS_WEEKDAY) && !(w->has & HAS_DATE))
		t.tm_mday += to_weekday(w, &t);
	t.tm_isdst = -1;
	t.tm_wday = -1;
	*ret = w->has & HAS_ZONE ? timegm(&t) : mktime(&t);
	if (t.tm_wday < 0)
		return "it is too far away";
	*ret -= w->has & HAS_ZONE ? w->zone_min * 60 : 0;
	return NULL;
}

static const char *to_instant(struct when *w, time_t now,
    struct wall_time *ret)
{
	const char *why = NULL;
	time_t at = now;

	when_settle(w, 1);
	if (!(w->has & ~(unsigned)HAS_ZONE))
		return "no date and no time is given";
	if ((w->has & HAS_ZONE) &&
	    !(w->has & (HAS_DATE | HAS_TIME | HAS_WEEKDAY)))
		return "a time zone needs a time of day";
	if (!is_in_reach(w))
		return "it is too far away";
	if (w->has & HAS_EPOCH)
		at = w->epoch_s;
	else if ((w->has & ~(unsigned)HAS_RELATIVE) ||
	    w->amount[UNIT_YEAR] || w->amount[UNIT_MONTH] ||
	    w->amount[UNIT_DAY])
		why = to_seconds(w, now, &at);
	if (why)
		return why;
	at += w->amount[UNIT_SECOND];
	if (at > SECONDS_MOST || at < -SECONDS_MOST)
		return "it is too far away";
	ret->ns = at * NS_PER_S + w->fraction_ns;
	return NULL;
}

static void name_zones(time_t now, struct when_zone local[WHEN_LOCAL_ZONES])
{
	for (size_t i = 0; i < WHEN_LOCAL_ZONES; i++) {
		time_t at = now + (time_t)i * HALF_YEAR_S;
		struct tm t = { 0 };

		local[i] = (struct when_zone){ .name = "" };
		if (!localtime_r(&at, &t) || !t.tm_zone ||
		    !text_copy(local[i].name, WHEN_WORD_SIZE, t.tm_zone))
			local[i].name[0] = '\0';
		local[i].east_min = (int)(t.tm_gmtoff / 60);
		local[i].is_summer = t.tm_isdst > 0;
	}
}

/* The word around a place of a text, and what is wrong with it. */
static void blame(const char *text, const char *at, const char *why,
    char fault[WHEN_FAULT_SIZE])
{
	const char *begin = at;

	while (begin > text && begin[-1] != ' ')
		begin--;
	snprintf(fault, WHEN_FAULT_SIZE, "'%.*s' %s",
	    (int)(strcspn(begin, " ") > 40 ? 40 : strcspn(begin, " ")), begin,
	    why);
	text_defuse(fault);
}

bool when_read(const char *text, time_t now, struct wall_time *ret,
    char fault[WHEN_FAULT_SIZE])
{
	struct when_zone local[WHEN_LOCAL_ZONES];
	struct token tokens[WHEN_TOKENS_MAX];
	const struct token *t = tokens;
	struct when w = { 0 };
	const char *why = NULL;

	name_zones(now, local);
	if (!when_tokens(text, local, tokens)) {
		snprintf(fault, WHEN_FAULT_SIZE, "more than %d words",
		    WHEN_TOKENS_MAX - 1);
		return false;
	}
	while (t->kind != TOKEN_END) {
		size_t n = when_item(&w, t, &why);

		if (n == 0) {
			blame(text, t->text, why, fault);
			return false;
		}
		t += n;
	}
	why = to_instant(&w, now, ret);
	if (why)
		snprintf(fault, WHEN_FAULT_SIZE, "%s", why);
	return !why;
}
