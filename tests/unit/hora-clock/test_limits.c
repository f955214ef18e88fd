/* SPDX-License-Identifier: Apache-2.0 */
/* Borders of what hora-clock does for a leap second. */
#include "hora-clock/limits.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static void tai_offset(void **state)
{
	static const struct {
		int32_t tai_s;
		bool is_refused;
	} rows[] = {
		{ 0, false }, { 37, false }, { 10, false }, { 100, false },
		{ 9, true }, { 101, true }, { -37, true }, { 1, true },
		{ INT32_MIN, true }, { INT32_MAX, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipc_clock_status s = { .tai_offset_s = rows[i].tai_s };
		struct clock_in in = { .event = CLOCK_ON_STATUS, .status = &s };

		if ((limits_status_fault(&in) != NULL) != rows[i].is_refused)
			fail_msg("%d", rows[i].tai_s);
	}
}

/* One of initstepslew, if no other was before; else makestep's rules hold. */
static void initial_step(void **state)
{
	static const struct {
		bool has_initial;
		uint32_t before;
		int makestep;		/* limit, above 100 s */
		double step_s;
		bool is_refused;
	} rows[] = {
		{ true, 0, 0, 10, false }, { true, 0, 0, -10, false },
		{ true, 0, 0, 9.999, true }, { true, 0, 0, -9.999, true },
		{ true, 1, 0, 10, true }, { true, 1, 0, 1000, true },
		{ false, 0, 0, 10, true }, { false, 0, 3, 50, true },
		{ true, 0, 0, NAN, true }, { true, 0, 0, INFINITY, true },
		{ true, 0, 0, 1e11, true }, { true, 1, 3, 101, false },
		{ true, 1, 3, 100, true }, { true, 3, 3, 101, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_limits l = { .user_hz = 100,
			.has_initial = rows[i].has_initial,
			.initial_threshold_s = 10,
			.makestep_limit = rows[i].makestep,
			.makestep_threshold_s = 100 };
		struct ipc_clock_step s = { 1, IPC_STEP_INITIAL,
			rows[i].step_s };
		struct clock_in in = { .event = CLOCK_ON_STEP, .step = &s,
			.wall = { INT64_C(1700000000) * NS_PER_S } };
		struct clock c;

		clock_init(&c, &l);
		c.memory.steps = rows[i].before;
		if ((limits_step_fault(&c, &in) != NULL) != rows[i].is_refused)
			fail_msg("row %zu", i);
	}
}

/* At 23:59:59 (delete) and 00:00:00 (insert) of the right days, and near. */
static void leap_step(void **state)
{
	static const struct {
		int64_t at_s;
		double step_s;
		bool is_refused;
	} rows[] = {
		{ 1483228800, -1, false },	/* 2017-01-01 00:00:00 */
		{ 1483228799, 1, false },
		{ 1483228809, -1, false },
		{ 1483228810, -1, true },
		{ 1483228790, 1, false },
		{ 1483228789, 1, true },
		{ 1483228800, -1.001, true },
		{ 1483142400, -1, true },	/* a day before */
		{ 1490918400, -1, true },	/* 2017-03-31 */
		{ 1498867200, -1, false },	/* 2017-07-01 */
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipc_clock_step s = { 1, IPC_STEP_LEAP, rows[i].step_s };
		struct clock_in in = { .event = CLOCK_ON_STEP, .step = &s,
			.wall = { rows[i].at_s * NS_PER_S } };
		struct clock c;

		clock_init(&c, &(struct clock_limits){ .user_hz = 100 });
		if ((limits_step_fault(&c, &in) != NULL) != rows[i].is_refused)
			fail_msg("row %zu", i);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tai_offset),
		cmocka_unit_test(initial_step),
		cmocka_unit_test(leap_step),
	};

	return cmocka_run_group_tests_name("hora-clock/limits", tests, NULL,
	    NULL);
}
