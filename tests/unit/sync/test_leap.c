/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/leap.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <time.h>
#include <cmocka.h>

static struct wall_time utc(int year, int month, int day, int h, int m, int s)
{
	struct tm tm = { .tm_year = year - 1900, .tm_mon = month - 1,
	    .tm_mday = day, .tm_hour = h, .tm_min = m, .tm_sec = s };

	return (struct wall_time){ (int64_t)timegm(&tm) * NS_PER_S };
}

/* As far as int64 nanoseconds reach, by the C library's calendar. */
static void days(void **state)
{
	int found = 0;

	(void)state;
	for (int64_t day = -3650; day < 106000; day++) {
		time_t t = (time_t)(day * 86400);
		struct tm tm;
		bool want;

		gmtime_r(&t, &tm);
		want = (tm.tm_mon == 5 && tm.tm_mday == 30) ||
		    (tm.tm_mon == 11 && tm.tm_mday == 31);
		found += want;
		if (leap_day((struct wall_time){ t * NS_PER_S }) != want ||
		    leap_day((struct wall_time){ (t + 86399) * NS_PER_S +
		    999999999 }) != want)
			fail_msg("day %lld", (long long)day);
	}
	assert_int_equal(found, 600);
}

static void votes(void **state)
{
	static const struct {
		int month, day;
		enum leap vote, pending;
	} rows[] = {
		{ 6, 30, LEAP_INSERT, LEAP_INSERT },
		{ 6, 30, LEAP_DELETE, LEAP_DELETE },
		{ 12, 31, LEAP_INSERT, LEAP_INSERT },
		{ 6, 29, LEAP_INSERT, LEAP_NORMAL },
		{ 7, 1, LEAP_INSERT, LEAP_NORMAL },
		{ 3, 31, LEAP_INSERT, LEAP_NORMAL },
		{ 6, 30, LEAP_UNSYNC, LEAP_NORMAL },
		{ 6, 30, LEAP_NORMAL, LEAP_NORMAL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct leap_state l = { 0 };

		leap_vote(&l, rows[i].vote,
		    utc(2026, rows[i].month, rows[i].day, 12, 0, 0));
		assert_int_equal(leap_status(&l, utc(2026, rows[i].month,
		    rows[i].day, 12, 0, 1)), rows[i].pending);
	}
}

static void course_of_an_insertion(void **state)
{
	struct leap_state l = { 0 };
	struct wall_time midnight = utc(2027, 1, 1, 0, 0, 0);

	(void)state;
	leap_vote(&l, LEAP_INSERT, utc(2026, 12, 31, 1, 0, 0));
	assert_true(l.when.ns == midnight.ns);
	/* the vote may be taken back until the window */
	leap_vote(&l, LEAP_NORMAL, utc(2026, 12, 31, 2, 0, 0));
	assert_int_equal(leap_status(&l, utc(2026, 12, 31, 2, 0, 0)),
	    LEAP_NORMAL);
	leap_vote(&l, LEAP_INSERT, utc(2026, 12, 31, 23, 0, 0));
	assert_false(leap_window(&l, wall_add(midnight, -5)));
	assert_true(leap_window(&l, wall_add(midnight, -4.999)));
	assert_true(leap_window(&l, wall_add(midnight, 4.999)));
	assert_false(leap_window(&l, wall_add(midnight, 5)));
	leap_vote(&l, LEAP_NORMAL, wall_add(midnight, -3));
	assert_int_equal(leap_status(&l, wall_add(midnight, -1)), LEAP_INSERT);
	assert_int_equal(leap_status(&l, midnight), LEAP_NORMAL);
	assert_true(leap_moves_s(&l) == -1);
	assert_true(leap_instant(&l).ns == midnight.ns);
	assert_false(leap_passed(&l, wall_add(midnight, 1.999)));
	assert_true(leap_passed(&l, wall_add(midnight, 2)));
	assert_true(leap_handling(&l, wall_add(midnight, 3)));
	l.is_made = true;
	leap_end(&l);
	assert_true(leap_moves_s(&l) == 0);
	assert_false(leap_passed(&l, wall_add(midnight, 3)));
	/* the status is normal, measurements mean something a bit later */
	assert_false(leap_handling(&l, wall_add(midnight, 3)));
	assert_true(leap_window(&l, wall_add(midnight, 4.999)));
	assert_false(leap_window(&l, wall_add(midnight, 5)));
	/* a server that still announces it in the new year is not believed */
	leap_vote(&l, LEAP_INSERT, wall_add(midnight, 60));
	assert_int_equal(leap_status(&l, wall_add(midnight, 60)), LEAP_NORMAL);
}

static void a_second_left_out(void **state)
{
	struct leap_state l = { 0 };
	struct wall_time midnight = utc(2027, 1, 1, 0, 0, 0);

	(void)state;
	leap_vote(&l, LEAP_DELETE, utc(2026, 12, 31, 23, 0, 0));
	assert_true(leap_moves_s(&l) == 1);
	assert_true(leap_instant(&l).ns == midnight.ns - NS_PER_S);
	assert_int_equal(leap_status(&l, wall_add(midnight, -0.5)),
	    LEAP_DELETE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(days),
		cmocka_unit_test(votes),
		cmocka_unit_test(course_of_an_insertion),
		cmocka_unit_test(a_second_left_out),
	};

	return cmocka_run_group_tests_name("sync/leap", tests, NULL, NULL);
}
