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

static void test_score_of_good_sample(void **state)
{
	static const struct {
		const char *name;
		double error_s, distance_s;
		int samples, target;
		double score;
	} cases[] = {
		{ "no samples yet",	0,	0.01,	0,  8, -0.25 },
		{ "half the target",	0,	0.01,	4,  8, -0.125 },
		{ "at the target",	0,	0.01,	8,  8, 0 },
		{ "twice the target",	0,	0.01,	16, 8, 0.125 },
		{ "error as distance",	0.01,	0.01,	16, 8, 0.125 },
		{ "error twice that",	0.02,	0.01,	16, 8, -1 },
		{ "error eight times",	0.08,	0.01,	16, 8, -3 },
		{ "distance of nothing", 0.01,	0,	16, 8, -64 },
		{ "target one",		0,	0.01,	3,  1, 2 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++)
		close_to(cases[i].name, poll_score_good(cases[i].error_s,
		    cases[i].distance_s, cases[i].samples, cases[i].target),
		    cases[i].score);
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
		{ "to the highest",	9, 4, 10, 0.5,	1,	10, 0.5 },
		{ "above the highest",	10, 4, 10, 0.5,	1,	10, 1 },
		{ "leaves the highest",	10, 4, 10, 1,	-0.25,	10, 0.75 },
		{ "fixed, up",		4, 4, 4, 0.5,	1,	4, 1 },
		{ "fixed, down",	4, 4, 4, 0.5,	-1,	4, 0 },
		{ "endless",		6, 4, 10, 0,	-INFINITY, 4, 0 },
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
		cmocka_unit_test(test_score_of_good_sample),
		cmocka_unit_test(test_score_moves_poll),
		cmocka_unit_test(test_intervals),
	};

	return cmocka_run_group_tests_name("ntp/poll", tests, NULL, NULL);
}
