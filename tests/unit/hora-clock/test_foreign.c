/* SPDX-License-Identifier: Apache-2.0 */
/* Another program changes the clock's rate or status. */
#include "hora-clock/clock.h"
#include "sync/time_ref.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)

struct bench {
	struct clock clock;
	struct clock_out out;
	struct mono_time now;
	struct wall_time wall;
	struct timex kernel;
	int ops;			/* made by the last event */
	int error;			/* what calls give */
	bool keeps_no_status;
	bool has_no_loops;		/* ADJ_OFFSET is refused */
};

/* One event with the calls that it asks for. */
static void feed(struct bench *b, struct clock_in in)
{
	struct clock_done done = { .error = b->error };

	in.now = b->now;
	in.wall = b->wall;
	in.kernel = &b->kernel;
	clock_step(&b->clock, &in, &b->out);
	b->ops = b->out.op_count;
	for (int i = 0; i < b->ops && b->error == 0; i++) {
		const struct timex *t = &b->out.op[i];

		if (t->modes & ADJ_OFFSET && b->has_no_loops &&
		    i >= b->out.optional)
			done.error = EINVAL;
		if (t->modes == ADJ_OFFSET_SINGLESHOT)
			continue;
		if (t->modes & ADJ_FREQUENCY)
			b->kernel.freq = t->freq;
		if (t->modes & ADJ_TICK)
			b->kernel.tick = t->tick;
		if (t->modes & ADJ_STATUS && !b->keeps_no_status)
			b->kernel.status = t->status;
	}
	if (b->ops == 0)
		return;
	done.before = done.after = b->wall;
	done.now = b->now;
	done.status = b->kernel.status;
	clock_done(&b->clock, &done, &b->out);
}

static void pass(struct bench *b, double s)
{
	b->now = mono_add(b->now, s);
	b->wall = wall_add(b->wall, s);
}

/* Runs at 10 ppm, synchronised, a leap second ordered or not. */
static void begin(struct bench *b, enum leap leap)
{
	static const struct clock_limits limits = { .rtcsync = true,
		.maxslewrate_ppm = 83333.333, .maxdrift_ppm = 500000,
		.user_hz = 100 };
	struct ipc_clock_adjust adjust = { 1, 10, 0, 0 };
	struct ipc_clock_status status = { .is_synchronised = 1, .leap = leap };

	/* 2025-12-31 when there may be a leap second */
	*b = (struct bench){ .now = { 5000 * NS_PER_S },
		.wall = { leap == LEAP_NORMAL ? START : INT64_C(1767139200) *
		NS_PER_S }, .kernel.tick = 10000 };
	clock_init(&b->clock, &limits);
	feed(b, (struct clock_in){ .event = CLOCK_ON_START });
	feed(b, (struct clock_in){ .event = CLOCK_ON_ADJUST,
	    .adjust = &adjust });
	feed(b, (struct clock_in){ .event = CLOCK_ON_STATUS,
	    .status = &status });
	assert_int_equal(b->kernel.freq, 10 * 65536);
	assert_int_equal(b->kernel.status, leap == LEAP_INSERT ? STA_INS : 0);
	feed(b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_int_equal(b->ops, 0);
	assert_false(b->out.changed);
}

static void what_is_foreign(void **state)
{
	static const struct {
		enum leap leap;
		long freq, tick;	/* added to ours */
		int set, clear;		/* of the status */
		bool is_foreign;
	} rows[] = {
		{ LEAP_NORMAL, 0, 0, 0, 0, false },
		{ LEAP_NORMAL, 2, 0, 0, 0, false },
		{ LEAP_NORMAL, -2, 0, 0, 0, false },
		{ LEAP_NORMAL, 3, 0, 0, 0, true },
		{ LEAP_NORMAL, -3, 0, 0, 0, true },
		{ LEAP_NORMAL, 0, 1, 0, 0, true },
		{ LEAP_NORMAL, 0, -1, 0, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_PLL, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_FLL, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_PPSFREQ, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_FREQHOLD, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_INS, 0, true },
		{ LEAP_NORMAL, 0, 0, STA_DEL, 0, true },
		{ LEAP_INSERT, 0, 0, 0, STA_INS, true },
		{ LEAP_INSERT, 0, 0, 0, 0, false },
		/* the kernel does that itself: stepped, or not updated */
		{ LEAP_NORMAL, 0, 0, STA_UNSYNC, 0, false },
		/* only to be read */
		{ LEAP_NORMAL, 0, 0, STA_NANO, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b;
		int status;

		begin(&b, rows[i].leap);
		status = b.kernel.status;
		pass(&b, 64);
		b.kernel.freq += rows[i].freq;
		b.kernel.tick += rows[i].tick;
		b.kernel.status |= rows[i].set;
		b.kernel.status &= ~rows[i].clear;
		feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
		if (b.out.changed != rows[i].is_foreign)
			fail_msg("row %zu", i);
		if (!rows[i].is_foreign)
			continue;
		assert_int_equal(b.out.report.result, IPC_CLOCK_INTERFERED);
		assert_int_equal(b.kernel.freq, 10 * 65536);
		assert_int_equal(b.kernel.tick, 10000);
		assert_int_equal(b.kernel.status, status);
		feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
		assert_false(b.out.changed);
	}
}

/* Somebody clears STA_UNSYNC that we have set. */
static void said_to_be_synchronised(void **state)
{
	struct ipc_clock_status status = { .is_synchronised = 0 };
	struct bench b;

	(void)state;
	begin(&b, LEAP_NORMAL);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STATUS,
	    .status = &status });
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_false(b.out.changed);
	b.kernel.status = 0;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_true(b.out.changed);
	assert_int_equal(b.kernel.status, STA_UNSYNC);
}

/* The report says what was found, and since when it may have been so. */
static void what_is_reported(void **state)
{
	struct ipc_clock_adjust adjust = { 2, 10, 0.5, 1000 };
	struct bench b;
	struct mono_time end;

	(void)state;
	begin(&b, LEAP_NORMAL);
	pass(&b, 64);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	/* in the middle of a slew of 500 s */
	feed(&b, (struct clock_in){ .event = CLOCK_ON_ADJUST,
	    .adjust = &adjust });
	end = b.clock.memory.slew_end;
	pass(&b, 30);
	b.kernel.freq = -25 * 65536;
	b.kernel.tick = 10000;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_true(b.out.changed);
	assert_int_equal(b.ops, 3);
	assert_true(b.out.report.foreign_ppm == -25);
	assert_true(fabs(b.out.report.foreign_s - 30) < 1e-6);
	assert_true(fabs(b.out.report.rate_ppm - 1010) < 1e-3);
	assert_true(fabs(b.out.report.base_ppm - 10) < 1e-3);
	assert_true(fabs(b.out.report.slew_left_s - 0.47) < 1e-4);
	/* the slew goes on, to the same end */
	assert_true(llabs(b.clock.memory.slew_end.ns - end.ns) < 1000);
	assert_int_equal(b.clock.wake.ns, b.clock.memory.slew_end.ns);
	/* the next one begins at the last look */
	pass(&b, 64);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_false(b.out.changed);
	pass(&b, 20);
	b.kernel.freq += 3;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_true(fabs(b.out.report.foreign_s - 20) < 1e-6);
	/* the next report is about itself only */
	adjust.slew_s = 0;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_ADJUST,
	    .adjust = &adjust });
	assert_int_equal(b.out.report.result, IPC_CLOCK_DONE);
	assert_true(b.out.report.foreign_ppm == 0);
	assert_true(b.out.report.foreign_s == 0);
}

/* The kernel refuses: said so, tried again at the next look. */
static void refused(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, LEAP_NORMAL);
	b.kernel.freq = 0;
	b.error = EPERM;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_non_null(b.out.why);
	assert_int_equal(b.out.report.result, IPC_CLOCK_FAILED);
	b.error = 0;
	pass(&b, 64);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_int_equal(b.out.report.result, IPC_CLOCK_INTERFERED);
	assert_true(fabs(b.out.report.foreign_s - 64) < 1e-6);
	assert_int_equal(b.kernel.freq, 10 * 65536);
}

/* A simulator may do no more than tick and frequency. */
static void a_simple_kernel_is_no_foe(void **state)
{
	struct ipc_clock_adjust adjust = { 1, 10, 0, 0 };
	static const struct clock_limits limits = { .maxdrift_ppm = 500000,
		.maxslewrate_ppm = 83333.333, .user_hz = 100 };
	struct bench b = { .now = { 1 }, .wall = { START },
		.kernel.tick = 10000, .keeps_no_status = true,
		.has_no_loops = true };

	(void)state;
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START });
	assert_int_equal(b.out.report.result, IPC_CLOCK_INITIAL);
	assert_null(b.out.why);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_false(b.out.changed);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_ADJUST,
	    .adjust = &adjust });
	assert_int_equal(b.kernel.freq, 10 * 65536);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_false(b.out.changed);
	b.kernel.freq = 0;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_int_equal(b.out.report.result, IPC_CLOCK_INTERFERED);
}

/* Each time makes the engine ask for a correction, and thus look again. */
static void a_quick_foe_is_fought_once_a_second(void **state)
{
	struct bench b;
	int fights = 0;

	(void)state;
	begin(&b, LEAP_NORMAL);
	for (int i = 0; i < 1000; i++) {
		b.kernel.freq = 0;
		feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
		fights += b.out.changed;
		pass(&b, 0.01);
	}
	assert_in_range(fights, 10, 10);
}

/* -x: nothing is looked at. */
static void without_clock(void **state)
{
	static const struct clock_limits limits = { .no_clock = true,
		.user_hz = 100 };
	struct bench b = { .now = { 1 }, .wall = { START } };

	(void)state;
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START });
	feed(&b, (struct clock_in){ .event = CLOCK_ON_CHECK });
	assert_int_equal(b.ops, 0);
	assert_false(b.out.changed);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_foreign),
		cmocka_unit_test(said_to_be_synchronised),
		cmocka_unit_test(what_is_reported),
		cmocka_unit_test(refused),
		cmocka_unit_test(a_simple_kernel_is_no_foe),
		cmocka_unit_test(a_quick_foe_is_fought_once_a_second),
		cmocka_unit_test(without_clock),
	};

	return cmocka_run_group_tests_name("hora-clock/foreign", tests, NULL,
	    NULL);
}
