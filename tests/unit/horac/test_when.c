/* SPDX-License-Identifier: Apache-2.0 */
/* Typed times; tests/system/test_when.py reads the same language beside chronyc. */
#include "horac/when.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define NOW 1795370605		/* Sunday 2026-11-22 18:03:25 UTC */
#define CENTRAL_EUROPE "CET-1CEST,M3.5.0,M10.5.0/3"

struct row {
	const char *text, *want;	/* local time */
};

static void check(const char *tz, time_t now, const struct row *row)
{
	struct wall_time got = { 0 };
	char fault[WHEN_FAULT_SIZE] = "", text[64];
	time_t seconds;
	struct tm t;

	setenv("TZ", tz, 1);
	tzset();
	if (!when_read(row->text, now, &got, fault))
		fail_msg("'%s': %s", row->text, fault);
	seconds = (time_t)(got.ns / NS_PER_S);
	assert_non_null(localtime_r(&seconds, &t));
	strftime(text, sizeof(text), "%F %T", &t);
	if (got.ns % NS_PER_S)
		snprintf(text + strlen(text), 16, "+%lld",
		    (long long)(got.ns % NS_PER_S));
	if (strcmp(text, row->want) != 0)
		fail_msg("'%s': %s, not %s", row->text, text, row->want);
}

/* One hour east of Greenwich, where it is Sunday, 19:03:25. */
static const struct row here[] = {
	{ "16:30", "2026-11-22 16:30:00" }, { "16:30:05", "2026-11-22 16:30:05" },
	{ "16:30:05.25", "2026-11-22 16:30:05+250000000" },
	{ "16:30:05,000000001", "2026-11-22 16:30:05+1" },
	{ "16:30:05.1234567899", "2026-11-22 16:30:05+123456789" },
	{ "0:0", "2026-11-22 00:00:00" }, { "23:59:59", "2026-11-22 23:59:59" },
	{ "4pm", "2026-11-22 16:00:00" }, { "4:30 a.m.", "2026-11-22 04:30:00" },
	{ "4:30:05 PM", "2026-11-22 16:30:05" },
	{ "12am", "2026-11-22 00:00:00" }, { "12:30 pm", "2026-11-22 12:30:00" },
	{ "noon", "2026-11-22 12:00:00" },
	{ "midnight tomorrow", "2026-11-23 00:00:00" },
	{ "1630", "2026-11-22 16:30:00" }, { "16", "2026-11-22 16:00:00" },
	{ "2026-11-21", "2026-11-21 00:00:00" },
	{ "20261121", "2026-11-21 00:00:00" }, { "26-11-21", "2026-11-21 00:00:00" },
	{ "68-1-1", "2068-01-01 00:00:00" }, { "69-1-1", "1969-01-01 00:00:00" },
	{ "11/21", "2026-11-21 00:00:00" }, { "11/21/2026", "2026-11-21 00:00:00" },
	{ "2026/11/21", "2026-11-21 00:00:00" },
	{ "21 November 2026", "2026-11-21 00:00:00" },
	{ "21-nov-2026", "2026-11-21 00:00:00" }, { "21nov26", "2026-11-21 00:00:00" },
	{ "November 21, 2026", "2026-11-21 00:00:00" },
	{ "nov 21 2026 16:30", "2026-11-21 16:30:00" },
	{ "nov 21, 26", "2026-11-21 00:00:00" },
	{ "21 nov 16:30", "2026-11-21 16:30:00" }, { "Nov. 3", "2026-11-03 00:00:00" },
	{ "3 nov 5 pm", "2026-11-03 17:00:00" },
	{ "sept 5 2026", "2026-09-05 00:00:00" },
	{ "Nov 21, 2026 16:30:05", "2026-11-21 16:30:05" },
	{ "Nov 21 16:30:05 2027", "2027-11-21 16:30:05" },
	{ "2028-02-29", "2028-02-29 00:00:00" },
	{ "2026-11-21T16:30:05Z", "2026-11-21 17:30:05" },
	{ "20261121T1630", "2026-11-21 16:30:00" },
	{ "2026-11-21 1630", "2026-11-21 16:30:00" },
	{ "16:30 UTC", "2026-11-22 17:30:00" }, { "16:30Z", "2026-11-22 17:30:00" },
	{ "16:30 u.t.c.", "2026-11-22 17:30:00" },
	{ "16:30 EST", "2026-11-22 22:30:00" },
	{ "16:30 EST DST", "2026-11-22 21:30:00" },
	{ "16:30 XST", "2026-11-22 16:30:00" },
	{ "16:30 UTC+2", "2026-11-22 15:30:00" },
	{ "16:30 UTC-5:30", "2026-11-22 23:00:00" },
	{ "16:30 +0200", "2026-11-22 15:30:00" }, { "16:30-5", "2026-11-22 22:30:00" },
	{ "16:30:05+05:30", "2026-11-22 12:00:05" },
	{ "16:30 +2400", "2026-11-21 17:30:00" },
	{ "2026-11-21 UTC", "2026-11-21 01:00:00" },
	{ "sunday", "2026-11-22 00:00:00" }, { "Mon.", "2026-11-23 00:00:00" },
	{ "next sunday", "2026-11-29 00:00:00" },
	{ "next friday", "2026-11-27 00:00:00" },
	{ "last sunday", "2026-11-15 00:00:00" },
	{ "last wednes 16:30", "2026-11-18 16:30:00" },
	{ "this saturday", "2026-11-28 00:00:00" },
	{ "third monday", "2026-12-07 00:00:00" },
	{ "2 thurs", "2026-12-03 00:00:00" },
	{ "Sat, 21 Nov 2026 16:30:05 GMT", "2026-11-21 17:30:05" },
	{ "Sat Nov 21 16:30:05 CET 2026", "2026-11-21 16:30:05" },
	{ "monday next week", "2026-11-30 00:00:00" },
	{ "now", "2026-11-22 19:03:25" }, { "TODAY", "2026-11-22 19:03:25" },
	{ "tomorrow", "2026-11-23 19:03:25" }, { "yesterday 4pm", "2026-11-21 16:00:00" },
	{ "2 hours ago", "2026-11-22 17:03:25" }, { "+3 days", "2026-11-25 19:03:25" },
	{ "- 1 day", "2026-11-21 19:03:25" }, { "1 week", "2026-11-29 19:03:25" },
	{ "next month", "2026-12-22 19:03:25" }, { "last year", "2025-11-22 19:03:25" },
	{ "this month", "2026-11-22 19:03:25" }, { "fortnight", "2026-12-06 19:03:25" },
	{ "5 secs ago", "2026-11-22 19:03:20" }, { "min", "2026-11-22 19:04:25" },
	{ "2 days 3 hours ago", "2026-11-20 16:03:25" },
	{ "2 days ago 3 hours", "2026-11-20 22:03:25" },
	{ "2 days ago 3 hours ago", "2026-11-20 16:03:25" },
	{ "2027-01-31 1 month", "2027-03-03 00:00:00" },
	{ "16:30 -1 day", "2026-11-21 16:30:00" },
	{ "2026-11-21 16:30 -3 hours", "2026-11-21 13:30:00" },
	{ "@1795000000", "2026-11-18 12:06:40" },
	{ "@-1", "1970-01-01 00:59:59" },
	{ "@1795000000.5", "2026-11-18 12:06:40+500000000" },
	{ "(a (b) c) 16:30, - today", "2026-11-22 16:30:00" },
};

static void test_here(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(here); i++)
		check("XST-1", NOW, &here[i]);
}

/* The day is the local one, also where that of the zone differs. */
static void test_night(void **state)
{
	static const struct row rows[] = {
		{ "16:30 UTC", "2026-11-23 17:30:00" },
		{ "today", "2026-11-23 00:30:00" },
		{ "monday", "2026-11-23 00:00:00" },
		{ "next monday", "2026-11-30 00:00:00" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++)
		check("XST-1", 1795390200, &rows[i]);
}

static void test_summer_time(void **state)
{
	/* 2027-03-27 12:00, the day before the clocks go forward. */
	static const struct row spring[] = {
		{ "tomorrow", "2027-03-28 12:00:00" },
		{ "+24 hours", "2027-03-28 13:00:00" },
		{ "2027-03-27 12:00 24 hours", "2027-03-28 13:00:00" },
		{ "tomorrow 02:30", "2027-03-28 03:30:00" },
		{ "2026-10-25 02:30 CET", "2026-10-25 02:30:00" },
		{ "12:00 cest", "2027-03-27 11:00:00" },
		{ "july 1 12:00", "2027-07-01 12:00:00" },
	};
	/* The second 02:30 of the night when they go back. */
	static const struct row autumn[] = {
		{ "now", "2026-10-25 02:30:00" },
		{ "30 minutes", "2026-10-25 03:00:00" },
	};
	/* Where the local zone has a name that others have, too. */
	static const struct row shanghai = {
		"2026-11-21 12:00 CST", "2026-11-21 12:00:00"
	};

	(void)state;
	for (size_t i = 0; i < COUNT(spring); i++)
		check(CENTRAL_EUROPE, 1806145200, &spring[i]);
	for (size_t i = 0; i < COUNT(autumn); i++)
		check(CENTRAL_EUROPE, 1792891800, &autumn[i]);
	check("CST-8", NOW, &shanghai);
}

static void test_refused(void **state)
{
	static const struct {
		const char *text, *fault;	/* how the fault begins */
	} rows[] = {
		{ "", "no date and no time" }, { "-", "no date and no time" },
		{ "UTC", "no date and no time" },
		{ "now UTC", "a time zone needs a time of day" },
		{ "foo", "'foo' is not understood" },
		{ "16:30 foo bar", "'foo' is not understood" },
		{ "16:30x5", "'16:30x5' is not understood" },
		{ "16:30\033[2J", "'16:30?[2J' is not understood" },
		{ "16.30", "'16.30' is not understood" },
		{ "next", "'next' is not understood" },
		{ "16:30 (foo", "'(foo' is a comment without" },
		{ "24:00", "'24:00' is no time of day" },
		{ "16:60", "'16:60' is no time of day" },
		{ "16:30:60", "'16:30:60' is no time of day" },
		{ "13pm", "'13pm' is no time of day" },
		{ "0am", "'0am' is no time of day" },
		{ "1660", "'1660' is no time of day" },
		{ "163005", "'163005' is neither" },
		{ "2026-13-01", "'2026-13-01' is no date" },
		{ "2026-11-32", "'2026-11-32' is no date" },
		{ "0/1", "'0/1' is no date" }, { "1/1/1", "'1/1/1' is no date" },
		{ "1699-01-01", "'1699-01-01' is no date" },
		{ "2201-01-01", "'2201-01-01' is no date" },
		{ "2027-02-29", "the month has no such day" },
		{ "nov 21 1630", "'nov' is no date" },
		{ "16:30 17:30", "'17:30' is a second time" },
		{ "noon 1pm", "'1pm' is a second time" },
		{ "nov 21 nov 22", "'nov' is a second date" },
		{ "16:30 UTC EST", "'EST' is a second time zone" },
		{ "16:30 UTC 1 day +2", "'+2' stands behind no time" },
		{ "monday friday", "'friday' is a second day" },
		{ "20261121 1630 2027", "'2027' is neither" },
		{ "16:30 EDT DST", "'EDT' is summer time" },
		{ "16:30 +2401", "'+2401' is no time zone" },
		{ "16:30 +0260", "'+0260' is no time zone" },
		{ "16:30 +02:60", "'+02:60' is no time zone" },
		{ "16:30 +20000", "'+20000' is no time zone" },
		{ "16:30 A", "'A' is not understood" },
		{ "16:30 T", "'T' does not stand" },
		{ "ago", "'ago' stands behind nothing" },
		{ "1 day ago ago", "'ago' stands behind nothing" },
		{ "@1 day", "'@1' and seconds" }, { "now @1", "'@1' and seconds" },
		{ "@9000000001", "it is too far away" },
		{ "1000000001 seconds", "it is too far away" },
		{ "9999999999 years", "it is too far away" },
		{ "99999999999", "'99999999999' is not understood" },
	};

	(void)state;
	setenv("TZ", "XST-1", 1);
	tzset();
	for (size_t i = 0; i < COUNT(rows); i++) {
		struct wall_time got = { .ns = 77 };
		char fault[WHEN_FAULT_SIZE] = "";

		if (when_read(rows[i].text, NOW, &got, fault))
			fail_msg("'%s' was taken", rows[i].text);
		assert_int_equal(got.ns, 77);
		if (strncmp(fault, rows[i].fault, strlen(rows[i].fault)) != 0)
			fail_msg("'%s': %s", rows[i].text, fault);
	}
}

static void test_borders(void **state)
{
	struct wall_time got;
	char fault[WHEN_FAULT_SIZE], text[400] = "";

	(void)state;
	assert_true(when_read("@9000000000", NOW, &got, fault));
	assert_int_equal(got.ns, 9000000000 * NS_PER_S);
	assert_true(when_read("1000000000 seconds", NOW, &got, fault));
	assert_true(when_read("2200-12-31 23:59:59", NOW, &got, fault));
	assert_true(when_read("1700-01-01", NOW, &got, fault));
	for (int i = 0; i < 63; i++)
		strcat(text, "now ");
	assert_true(when_read(text, NOW, &got, fault));
	strcat(text, "now");
	assert_false(when_read(text, NOW, &got, fault));
	assert_string_equal(fault, "more than 63 words");
}

/* Whatever is typed, no undefined behaviour: seen by the sanitizers. */
static void test_anything(void **state)
{
	static const char *const parts[] = {
		"16", ":", "30", "-", "+", " ", "nov", "monday", "next", "week",
		"ago", "UTC", "DST", "@", "9999999999", "/", ".", ",", "(", ")",
		"T", "pm", "2026", "20261121", "\x80", "now", "last", "x",
	};
	uint32_t seed = 1;

	(void)state;
	for (int i = 0; i < 50000; i++) {
		char text[120] = "", fault[WHEN_FAULT_SIZE] = "";
		struct wall_time got;

		for (int k = 0; k < 10; k++) {
			seed = seed * 1664525 + 1013904223;
			strcat(text, parts[(seed >> 16) % COUNT(parts)]);
		}
		if (when_read(text, NOW, &got, fault))
			assert_in_range((uint64_t)(got.ns / NS_PER_S +
			    9000000000), 0, 18000000000);
		else
			assert_true(*fault && !strchr(fault, '\n'));
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_here),
		cmocka_unit_test(test_night),
		cmocka_unit_test(test_summer_time),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_borders),
		cmocka_unit_test(test_anything),
	};

	return cmocka_run_group_tests_name("horac/when", tests, NULL, NULL);
}
