/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Dates and times as people type them: the language of date(1), described in the
 * manual of the GNU coreutils, chapter "Date input formats". What a text may
 * have, in any order, each but the last once:
 *
 *   date      2026-11-21, 11/21/2026, 21 November 2026, nov 21, 20261121
 *   time      16:30, 16:30:05.5, 4pm, 4:30 a.m., noon, midnight, 1630
 *   zone      Z, UTC, EST, CET DST, UTC+2; +0200 or -5:30 after a time of day
 *   day       monday, next friday, last sunday, third tuesday
 *   relative  now, tomorrow, 2 hours ago, +3 days, next month
 *
 * or, alone, @ and seconds since 1970. Upper and lower case are the same; text
 * in parentheses is a comment; commas, and hyphens before words, are blanks.
 *
 * Without a zone it is local time. What is not given comes from now: a time of
 * day is that of the local day; a date or a day without one is its beginning.
 * Years and months, weeks and days are those of the calendar; a day that a month
 * has not is one of the next month (January 31 and a month are March 3). Hours
 * and less are added last. Which of two equal times in the night of a change of
 * summer time is meant, and what one is that there is not, says mktime(3).
 */
#ifndef HORA_HORAC_WHEN_H
#define HORA_HORAC_WHEN_H

#include "base/time.h"

#include <stdbool.h>
#include <time.h>

#define WHEN_FAULT_SIZE 160

/*
 * The instant that `text` says. False: `fault` has one line without a newline
 * that says which word is wrong and why; *ret is untouched. Time zone: TZ.
 */
bool when_read(const char *text, time_t now, struct wall_time *ret,
    char fault[WHEN_FAULT_SIZE]);

#endif
