/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/poll.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static void close_to(const char *name, double got, double wanted)
{
	if (!(fabs(got - wanted) < 1e-12))
		fail_msg("%s: %.12g, wanted %.12g", name, got, wanted);
}

static void test_score_moves_poll(void **state)
{
	static const struct {
		const char *name;
		int poll, min, max;
		double score, add;
		int want_poll;
		double want_score;
	} cases[] = {
		{ "below one",		6, 4, 10, 0,	0.75,	6, 0.75 },
		{ "one",		6, 4, 10, 0.75,	0.25,	7, 0 },
		{ "two and a half",	6, 4, 10, 0.5,	2,	8, 0.5 },
		{ "just below zero",	6, 4, 10, 0,	-0.25,	5, 0.75 },
		{ "exactly zero",	6, 4, 10, 0.25,	-0.25,	6, 0 },
		{ "minus one",		6, 4, 10, 0,	-1,	5, 0 },
		{ "to the lowest",	5, 4, 10, 0.5,	-1,	4, 0.5 },
		{ "below the lowest",	4, 4, 10, 0.5,	-1,	4, 0 },
		{ "to the highest",	9, 4, 10, 0.5,	1,	10, 0 },
		{ "just below it",	9, 4, 10, 0.5,	0.25,	9, 0.75 },
		{ "above the highest",	10, 4, 10, 0,	0.5,	10, 0 },
		{ "leaves the highest",	10, 4, 10, 0,	-0.25,	9, 0.75 },
		{ "fixed, up",		4, 4, 4, 0,	0.5,	4, 0 },
		{ "fixed, down",	4, 4, 4, 0,	-1,	4, 0 },
		{ "a new range above",	6, 8, 10, 0.5,	0,	8, 0 },
		{ "a new range below",	6, 2, 4, 0.5,	0,	4, 0 },
		{ "endless",		6, 4, 10, 0,	-INFINITY, 4, 0 },
		{ "endless, up",	6, 4, 10, 0,	INFINITY, 10, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int poll = cases[i].poll;
		double score = cases[i].score;

		poll_add(&poll, &score, cases[i].min, cases[i].max,
		    cases[i].add);
		if (poll != cases[i].want_poll)
			fail_msg("%s: poll %d", cases[i].name, poll);
		close_to(cases[i].name, score, cases[i].want_score);
	}
}

/* An interval as poll and score, within the range, and back. */
static void test_set(void **state)
{
	static const struct {
		const char *name;
		int min, max;
		double interval_s;
		int want_poll;
		double want_score, want_s;
	} cases[] = {
		{ "at once",		6, 10, 0,	6, 0,	64 },
		{ "negative",		6, 10, -5,	6, 0,	64 },
		{ "below the lowest",	6, 10, 63.9,	6, 0,	64 },
		{ "the lowest",		6, 10, 64,	6, 0,	64 },
		{ "above it",		6, 10, 80,	6, 0.32192809488736235, 80 },
		{ "below a step",	6, 10, 127,	6, 0.98868468677216585, 127 },
		{ "a step",		6, 10, 128,	7, 0,	128 },
		{ "below the highest",	6, 10, 1000,	9, 0.96578428466208699, 1000 },
		{ "the highest",	6, 10, 1024,	10, 0,	1024 },
		{ "above the highest",	6, 10, 1025,	10, 0,	1024 },
		{ "endless",		6, 10, INFINITY, 10, 0,	1024 },
		{ "not a number",	6, 10, NAN,	6, 0,	64 },
		{ "fixed",		4, 4, 100,	4, 0,	16 },
		{ "fixed, less",	4, 4, 1,	4, 0,	16 },
		{ "below a second",	-7, 0, 0.0125,	-7, 0.67807190511263771, 0.0125 },
		{ "shortest",		-7, 0, 0.001,	-7, 0,	0.0078125 },
		{ "longest",		-7, 24, 1e9,	24, 0,	16777216 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		int poll = 3;		/* what was before does not count */
		double score = 0.75, got_s;

		poll_set(&poll, &score, cases[i].min, cases[i].max,
		    cases[i].interval_s);
		if (poll != cases[i].want_poll)
			fail_msg("%s: poll %d", cases[i].name, poll);
		close_to(cases[i].name, score, cases[i].want_score);
		got_s = poll_interval_s(poll, score, cases[i].max);
		close_to(cases[i].name, got_s / cases[i].want_s, 1);
	}
	/* the score of the highest one, or of another range, adds nothing */
	close_to("bound", poll_interval_s(10, 0.5, 10), 1024);
	close_to("bound", poll_interval_s(9, 0.5, 9), 512);
}

static void test_intervals(void **state)
{
	static const struct {
		int poll;
		double burst_s, separation_s;
	} cases[] = {
		{ -7, 0.25 / 128, 0.002 },
		{ -6, 0.25 / 64, 0.002 },
		{ -5, 0.25 / 32, 0.00390625 },
		{ 0, 0.25, 0.125 },
		{ 1, 0.5, 0.2 },
		{ 2, 1, 0.2 },
		{ 3, 2, 0.2 },
		{ 4, 2, 0.2 },
		{ 24, 2, 0.2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		close_to("burst", poll_burst_s(cases[i].poll),
		    cases[i].burst_s);
		close_to("separation", poll_separation_s(cases[i].poll),
		    cases[i].separation_s);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_score_moves_poll),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_intervals),
	};

	return cmocka_run_group_tests_name("ntp/poll", tests, NULL, NULL);
}
