/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/when_items.h"

#include <string.h>

#define YEAR_LEAST 1700			/* what wall_time can hold */
#define YEAR_MOST 2200
#define ZONE_MOST_MIN (24 * 60)
#define HOW_TIME "hours are 0 to 23, minutes and seconds 0 to 59"

/*
 * An item that begins at t (pattern below). NULL, or why it is none, as the end
 * of a sentence about the word.
 */
typedef const char *item_fn(struct when *w, const struct token *t);

static const char *take(struct when *w, unsigned what)
{
	if (w->has & what)
		return what == HAS_DATE ? "is a second date" :
		    what == HAS_TIME ? "is a second time of day" :
		    what == HAS_ZONE ? "is a second time zone" :
		    "is a second day of the week";
	w->has |= what;
	w->last = what;
	return NULL;
}

static const char *set_year(struct when *w, const struct token *t)
{
	w->year = (int)t->value;
	if (t->digits == 2)
		w->year += w->year < 69 ? 2000 : 1900;
	else if (t->digits != 4 || w->year < YEAR_LEAST || w->year > YEAR_MOST)
		return "is no date: a year has two digits, or is 1700 to 2200";
	w->has |= HAS_YEAR;
	return NULL;
}

static const char *set_date(struct when *w, const struct token *year,
    int64_t month, int64_t day)
{
	const char *why = take(w, HAS_DATE);

	if (!why && year)
		why = set_year(w, year);
	if (!why && (month < 1 || month > 12 || day < 1 || day > 31))
		why = "is no date: use YEAR-MONTH-DAY or MONTH/DAY/YEAR";
	w->month = (int)month;
	w->day = (int)day;
	return why;
}

static const char *date_iso(struct when *w, const struct token *t)
{
	return set_date(w, &t[0], t[1].value, t[2].value);
}

static const char *date_slashes(struct when *w, const struct token *t)
{
	if (t[3].kind != TOKEN_SLASH)
		return set_date(w, NULL, t[0].value, t[2].value);
	if (t[0].digits == 4)
		return set_date(w, &t[0], t[2].value, t[4].value);
	return set_date(w, &t[4], t[0].value, t[2].value);
}

static const char *date_day_month(struct when *w, const struct token *t)
{
	return set_date(w, NULL, t[1].value, t[0].value);
}

static const char *date_day_month_year(struct when *w, const struct token *t)
{
	return set_date(w, &t[2], t[1].value, t[0].value);
}

static const char *date_month_day(struct when *w, const struct token *t)
{
	return set_date(w, NULL, t[0].value, t[1].value);
}

static const char *date_month_day_year(struct when *w, const struct token *t)
{
	return set_date(w, &t[2], t[0].value, t[1].value);
}

static const char *set_time(struct when *w, int64_t hour, int64_t minute,
    int64_t second)
{
	const char *why = take(w, HAS_TIME);

	if (!why && (hour > 23 || minute > 59 || second > 59))
		why = "is no time of day: " HOW_TIME;
	w->hour = (int)hour;
	w->minute = (int)minute;
	w->second = (int)second;
	return why;
}

/* 16, 16:30, 16:30:05; with am or pm behind, the hour is 1 to 12. */
static const char *time_of_day(struct when *w, const struct token *t)
{
	int64_t part[3] = { 0 };
	size_t n = 0, i = 0;

	while (n < 3 && t[i].kind == TOKEN_NUMBER && t[i].sign == 0) {
		if (t[i].fraction_ns > 0)
			w->fraction_ns = t[i].fraction_ns;
		part[n++] = t[i++].value;
		if (t[i].kind != TOKEN_COLON)
			break;
		i++;
	}
	if (t[i].kind == TOKEN_HALF) {
		if (part[0] < 1 || part[0] > 12)
			return "is no time of day: with am or pm, "
			    "hours are 1 to 12";
		part[0] = part[0] % 12 + t[i].value;
	}
	return set_time(w, part[0], part[1], part[2]);
}

static const char *time_named(struct when *w, const struct token *t)
{
	return set_time(w, t[0].value, 0, 0);
}

/* 2, 02, 0200, 2:00 with its sign; added to what the zone is already. */
static const char *add_correction(struct when *w, const struct token *t)
{
	int64_t minutes = 0;

	if (t[1].kind == TOKEN_COLON && t[2].kind == TOKEN_NUMBER) {
		if (t[0].digits <= 2 && t[2].value < 60)
			minutes = t[0].value * 60 + t[2].value;
		else
			minutes = ZONE_MOST_MIN + 1;
	} else if (t[0].digits <= 2) {
		minutes = t[0].value * 60;
	} else {
		minutes = t[0].value / 100 * 60 + t[0].value % 100;
		if (t[0].digits > 4 || t[0].value % 100 > 59)
			minutes = ZONE_MOST_MIN + 1;
	}
	if (minutes > ZONE_MOST_MIN)
		return "is no time zone: use +HHMM, at most 24 hours";
	w->zone_min += (int)(t[0].sign == '-' ? -minutes : minutes);
	return NULL;
}

static const char *zone_number(struct when *w, const struct token *t)
{
	if (w->last != HAS_TIME)
		return "stands behind no time of day";
	if (w->has & HAS_ZONE)
		return take(w, HAS_ZONE);
	w->has |= HAS_ZONE;
	w->last = HAS_ZONE;
	return add_correction(w, t);
}

static const char *zone_named(struct when *w, const struct token *t)
{
	const char *why = take(w, HAS_ZONE);

	w->zone_min = (int)t[0].value;
	if (why)
		return why;
	if (t[1].kind == TOKEN_DST) {
		if (t[0].is_summer)
			return "is summer time already, without DST";
		w->zone_min += (int)t[1].value;
	}
	return NULL;
}

static const char *zone_corrected(struct when *w, const struct token *t)
{
	const char *why = take(w, HAS_ZONE);

	w->zone_min = (int)t[0].value;
	return why ? why : add_correction(w, t + 1);
}

/* friday, next friday, 3 friday */
static const char *weekday(struct when *w, const struct token *t)
{
	bool has_count = t[0].kind != TOKEN_WEEKDAY;

	w->weekday = (int)t[has_count].value;
	w->weeks = has_count ? (int)t[0].value : 0;
	return take(w, HAS_WEEKDAY);
}

static const char *add_amount(struct when *w, unsigned unit, int64_t amount)
{
	/* Sums of a few such numbers stay far below what int64 has. */
	w->open[unit] += amount;
	w->is_open = true;
	w->has |= HAS_RELATIVE;
	w->last = HAS_RELATIVE;
	return NULL;
}

static const char *one_unit(struct when *w, const struct token *t)
{
	return add_amount(w, t[0].unit, t[0].value);
}

/* +3 days, next month */
static const char *units(struct when *w, const struct token *t)
{
	int64_t n = t[0].sign == '-' ? -t[0].value : t[0].value;

	return add_amount(w, t[1].unit, n * t[1].value);
}

static const char *shift(struct when *w, const struct token *t)
{
	return add_amount(w, UNIT_DAY, t[0].value);
}

void when_settle(struct when *w, int sign)
{
	for (size_t i = 0; i < UNIT_COUNT; i++) {
		w->amount[i] += sign * w->open[i];
		w->open[i] = 0;
	}
	w->is_open = false;
}

static const char *ago(struct when *w, const struct token *t)
{
	(void)t;
	if (!w->is_open)
		return "stands behind nothing as 2 hours";
	when_settle(w, -1);
	return NULL;
}

/* 20261121, 1630, 16; a year behind a date and a time. */
static const char *pure(struct when *w, const struct token *t)
{
	int64_t n = t[0].value;
	struct token year = { .digits = 4, .value = n / 10000 };

	if (t[0].digits == 8)
		return set_date(w, &year, n / 100 % 100, n % 100);
	if (!(w->has & HAS_TIME) && t[0].digits <= 4)
		return t[0].digits <= 2 ? set_time(w, n, 0, 0) :
		    set_time(w, n / 100, n % 100, 0);
	if ((w->has & HAS_DATE) && !(w->has & (HAS_YEAR | HAS_RELATIVE)))
		return set_year(w, t);
	return "is neither YYYYMMDD nor HHMM";
}

/* Between a date and its time. */
static const char *separator(struct when *w, const struct token *t)
{
	return w->last == HAS_DATE && t[1].kind == TOKEN_NUMBER ? NULL :
	    "does not stand between a date and a time";
}

static const char *epoch(struct when *w, const struct token *t)
{
	if (w->has || t[2].kind != TOKEN_END)
		return "and seconds since 1970 stand alone";
	w->has = HAS_EPOCH;
	w->epoch_s = t[1].sign == '-' ? -t[1].value : t[1].value;
	if (t[1].fraction_ns > 0)
		w->fraction_ns = t[1].sign == '-' ? -t[1].fraction_ns :
		    t[1].fraction_ns;
	return NULL;
}

/*
 * A character is a token of that kind (when_words.h), or a number:
 *   n  without a sign     k  the same, of one digit or two
 *   h  without a sign, or with a hyphen    -  with a hyphen
 *   s  with a sign        +  the same, with no unit behind it
 *   y  h with nothing behind it that would make it a time or an amount
 *   Y  y of four digits, or behind a comma
 *   f  n, perhaps with a fraction        a  any
 * The first row that fits counts.
 */
static const struct {
	const char *pattern;
	item_fn *take;
} items[] = {
	{ "n--", date_iso },
	{ "n/n/n", date_slashes }, { "n/n", date_slashes },
	{ "nmy", date_day_month_year }, { "mhY", date_month_day_year },
	{ "n:n:fp", time_of_day }, { "n:n:f", time_of_day },
	{ "n:np", time_of_day }, { "n:n", time_of_day }, { "np", time_of_day },
	{ "c", time_named },
	{ "su", units }, { "nu", units }, { "ou", units }, { "u", one_unit },
	{ "kd", weekday }, { "od", weekday }, { "d", weekday },
	{ "nm", date_day_month }, { "mh", date_month_day },
	{ "z+:n", zone_corrected }, { "z+", zone_corrected },
	{ "zD", zone_named }, { "z", zone_named },
	{ "+:n", zone_number }, { "+", zone_number },
	{ "w", shift }, { "g", ago }, { "T", separator },
	{ "@a", epoch }, { "n", pure },
};

static bool is_year(const struct token *t)
{
	return t->kind == TOKEN_NUMBER && t->sign != '+' &&
	    (t[1].kind == TOKEN_END || !strchr(":pu", t[1].kind));
}

static bool fits(char c, const struct token *t)
{
	bool is_plain = t->kind == TOKEN_NUMBER && t->fraction_ns < 0;

	switch (c) {
	case 'n': return is_plain && t->sign == 0;
	case 'k': return is_plain && t->sign == 0 && t->digits <= 2;
	case 'h': return is_plain && t->sign != '+';
	case '-': return is_plain && t->sign == '-';
	case 's': return is_plain && t->sign != 0;
	case '+': return is_plain && t->sign != 0 && t[1].kind != TOKEN_UNIT;
	case 'f': return t->kind == TOKEN_NUMBER && t->sign == 0;
	case 'a': return t->kind == TOKEN_NUMBER;
	case 'y': return is_plain && is_year(t);
	case 'Y': return is_plain && is_year(t) &&
	    (t->digits == 4 || t->has_comma);
	default: return t->kind == c;
	}
}

/* Number of tokens; 0 when the pattern does not fit. */
static size_t match(const char *pattern, const struct token *t)
{
	size_t n = 0;

	for (; pattern[n]; n++)
		if (t[n].kind == TOKEN_END || !fits(pattern[n], &t[n]))
			return 0;
	return n;
}

size_t when_item(struct when *w, const struct token *t, const char **why)
{
	for (size_t i = 0; i < sizeof(items) / sizeof(*items); i++) {
		size_t n = match(items[i].pattern, t);

		if (n == 0)
			continue;
		*why = items[i].take(w, t);
		return *why ? 0 : n;
	}
	*why = t->kind == TOKEN_UNKNOWN && *t->text == '(' ?
	    "is a comment without its end" :
	    "is not understood; use as 2026-11-21 16:30:05, 16:30 or tomorrow";
	return 0;
}
