/* SPDX-License-Identifier: Apache-2.0 */
/* Steps of the clock: which are allowed, and what a restart knows of them. */
#include "unit/hora-clock/clock_lab.h"

/* The step of initstepslew is counted, past a restart of hora-clock too. */
static void initial_step_is_counted(void **state)
{
	struct clock_limits l = limits;
	struct bench b;
	struct ipc_clock_memory kept;

	(void)state;
	l.makestep_limit = 1;
	l.has_initial = true;
	l.initial_threshold_s = 0.1;
	begin(&b, &l, NULL);
	step(&b, IPC_STEP_INITIAL, 0.5);
	assert_int_equal(b.out.op_count, 1);
	assert_int_equal(b.out.memory.steps, 1);
	perform(&b);
	step(&b, IPC_STEP_INITIAL, 0.5);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	step(&b, IPC_STEP_MAKESTEP, 5);		/* it was makestep's one, too */
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	kept = b.clock.memory;
	begin(&b, &l, &kept);
	step(&b, IPC_STEP_INITIAL, 0.5);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
}

static void makestep_is_limited(void **state)
{
	static const struct {
		int limit;
		uint32_t before;
		double step_s;
		bool ok;
	} rows[] = {
		{ 3, 0, 1.001, true }, { 3, 0, 1, false },
		{ 3, 0, -1.001, true }, { 3, 0, -0.5, false },
		{ 3, 2, 5, true }, { 3, 3, 5, false }, { 3, 4, 5, false },
		{ 0, 0, 5, false }, { -1, 1000000, 5, true },
		{ -1, 0, 0.9, false }, { 3, 0, NAN, false },
		{ -1, 0, INFINITY, false }, { -1, 0, 1e11, false },
		{ -1, 0, -1e11, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_limits l = limits;
		struct ipc_clock_memory memory = { .steps = rows[i].before };
		struct bench b;

		memory.slew_end = MONO_NEVER;
		l.makestep_limit = rows[i].limit;
		begin(&b, &l, &memory);
		step(&b, IPC_STEP_MAKESTEP, rows[i].step_s);
		if ((b.out.op_count == 1) != rows[i].ok)
			fail_msg("row %zu", i);
		if (!rows[i].ok) {
			assert_int_equal(b.out.report.result,
			    IPC_CLOCK_REFUSED);
			assert_int_equal(b.clock.memory.steps, rows[i].before);
			continue;
		}
		/* counted before it is made */
		assert_int_equal(b.out.memory.steps, rows[i].before + 1);
		assert_true(b.out.op[0].modes & ADJ_SETOFFSET);
		assert_in_range(b.out.op[0].time.tv_usec, 0, 999999999);
		perform(&b);
		assert_float_equal(b.out.report.step_s, rows[i].step_s, 1e-12);
		assert_int_equal(b.clock.memory.steps, rows[i].before + 1);
	}
}

static void other_steps(void **state)
{
	struct tm end = { .tm_year = 126, .tm_mon = 11, .tm_mday = 31,
	    .tm_hour = 23, .tm_min = 59, .tm_sec = 59 };
	struct wall_time leap = { (int64_t)timegm(&end) * NS_PER_S };
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	/* the operator: any size, once a second, not counted */
	order(&b, IPC_ORDER_STEP);
	step(&b, IPC_STEP_OPERATOR, -0.25);
	assert_int_equal(b.out.op[0].time.tv_sec, -1);
	assert_int_equal(b.out.op[0].time.tv_usec, 750000000);
	perform(&b);
	assert_int_equal(b.clock.memory.steps, 0);
	pass(&b, 0.999);
	order(&b, IPC_ORDER_STEP);
	step(&b, IPC_STEP_OPERATOR, 1);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	pass(&b, 0.001);
	step(&b, IPC_STEP_OPERATOR, 1);
	assert_int_equal(b.out.op_count, 1);
	perform(&b);
	/* a leap second: one second, at its time, once */
	step(&b, IPC_STEP_LEAP, -1);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	b.wall = leap;
	step(&b, IPC_STEP_LEAP, -1.5);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	step(&b, IPC_STEP_LEAP, -1);
	assert_int_equal(b.out.op_count, 1);
	perform(&b);
	step(&b, IPC_STEP_LEAP, -1);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	step(&b, 77, 5);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
}

static void step_drops_the_slew(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	adjust(&b, 3, 10, 80000);
	perform(&b);
	step(&b, IPC_STEP_MAKESTEP, 10);
	assert_int_equal(b.out.op_count, 1);	/* both in one call */
	assert_int_equal(b.out.op[0].tick, 10000);
	perform(&b);
	assert_float_equal(b.out.report.rate_ppm, 3, 1e-5);
	assert_true(b.out.report.slew_left_s == 0);
	assert_int_equal(b.clock.wake.ns, MONO_NEVER.ns);
}

static void restarts(void **state)
{
	struct ipc_clock_memory memory;
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	adjust(&b, 20, 0.8, 80000);
	perform(&b);
	memory = b.clock.memory;
	struct timex kernel = b.kernel;

	/* in the middle of the slew: it goes on */
	b.kernel = kernel;
	pass(&b, 5);
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b.kernel, .memory = &memory });
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_INITIAL);
	assert_float_equal(b.out.report.rate_ppm, 80020, 1e-4);
	assert_float_equal(b.out.report.slew_left_s,
	    0.8 - 5 / 1.08002 * 0.08, 1e-6);
	assert_int_equal(b.clock.wake.ns, memory.slew_end.ns);
	/* two seconds after its end: ended at once, overshot */
	b.kernel = kernel;
	pass(&b, mono_sub(memory.slew_end, b.now) + 2);
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b.kernel, .memory = &memory });
	perform(&b);
	assert_float_equal(b.out.report.rate_ppm, 20, 1e-4);
	assert_float_equal(b.out.report.slew_left_s, -2 / 1.08002 * 0.08, 1e-6);
	assert_int_equal(b.clock.wake.ns, MONO_NEVER.ns);
	assert_int_equal(b.kernel.tick, 10000);
	/* announced, but never begun */
	b.kernel.tick = 10000;
	b.kernel.freq = 20 << 16;
	memory.base_ppm = 20;
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b.kernel, .memory = &memory });
	perform(&b);
	assert_true(b.out.report.rate_ppm == 20);
	assert_true(b.out.report.slew_left_s == 0);
	/* somebody else had the clock: only the count is believed */
	b.kernel.freq = -77 * 65536;
	memory.steps = 2;
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b.kernel, .memory = &memory });
	assert_int_equal(b.out.op_count, 3);
	perform(&b);
	assert_true(b.out.report.rate_ppm == -77);
	assert_int_equal(b.clock.memory.steps, 2);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(initial_step_is_counted),
		cmocka_unit_test(makestep_is_limited),
		cmocka_unit_test(other_steps),
		cmocka_unit_test(step_drops_the_slew),
		cmocka_unit_test(restarts),
	};

	return cmocka_run_group_tests_name("hora-clock: steps", tests,
	    NULL, NULL);
}
