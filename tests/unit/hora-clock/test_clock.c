/* SPDX-License-Identifier: Apache-2.0 */
/* Frequency, slews and status of the clock, and the limits of both. */
#include "unit/hora-clock/clock_lab.h"

static void rates_fit_the_kernel(void **state)
{
	static const double ppm[] = { 0, 1e-5, -1e-5, 12.345678, 499.99999,
	    500, -500, 500.1, -500.1, 549, 551, 83333.333, -83333.333, 99999.9,
	    100000, -100000 };

	(void)state;
	for (size_t i = 0; i < sizeof(ppm) / sizeof(ppm[0]); i++) {
		struct timex t = { 0 };
		double got = clock_set_rate(&t, ppm[i], HZ);

		assert_true(fabs(got - ppm[i]) <= QUANTUM_PPM / 2 + 1e-9);
		assert_true(labs(t.freq) <= 500 << 16);
		assert_true(t.tick >= 9000 && t.tick <= 11000);
		if (fabs(ppm[i]) <= 500)
			assert_int_equal(t.tick, 10000);
		assert_true(clock_get_rate(&t, HZ) == got);
		assert_int_equal(t.modes, ADJ_TICK | ADJ_FREQUENCY);
	}
}

static void first_start(void **state)
{
	struct bench b = { .now = { 1 }, .wall = { START } };

	(void)state;
	b.kernel.tick = 10833;		/* the rest of somebody's slew */
	b.kernel.freq = 12 << 16;
	b.kernel.status = STA_PLL;
	clock_init(&b.clock, &limits);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
	    .kernel = &b.kernel });
	assert_int_equal(b.out.op_count, 3);
	assert_true(b.out.op[0].modes & ADJ_OFFSET);
	assert_int_equal(b.out.op[1].modes, ADJ_OFFSET_SINGLESHOT);
	assert_true(b.out.op[2].modes & ADJ_STATUS);
	assert_int_equal(b.out.op[2].status, STA_UNSYNC);
	assert_int_equal(b.out.op[2].maxerror, 16000000);
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_INITIAL);
	assert_true(b.out.report.rate_ppm == 12);
	assert_int_equal(b.kernel.tick, 10000);
	assert_true(b.out.remember);
	assert_int_equal(b.clock.wake.ns, MONO_NEVER.ns);
}

static void slew_ends_by_itself(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	adjust(&b, 10, -0.5, 50000);
	/* told before it is done */
	assert_true(b.out.remember);
	assert_false(b.out.changed);
	assert_float_equal(b.out.memory.slew_ppm, -50000, 2e-5);
	assert_float_equal(mono_sub(b.out.memory.slew_end, b.now),
	    10 * 0.95001, 1e-4);
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_DONE);
	assert_int_equal(b.out.report.id, 7);
	assert_float_equal(b.out.report.rate_ppm, -49990, 2e-5);
	assert_float_equal(b.out.report.base_ppm, 10, 1e-5);
	assert_float_equal(b.out.report.slew_left_s, -0.5, 1e-9);
	assert_float_equal(b.out.report.slew_end_s, 9.5001, 1e-4);
	assert_int_equal(b.out.report.at.ns, b.wall.ns);
	/* a new engine is told the same, later */
	struct ipc_clock_changed current;

	clock_current(&b.clock, b.wall, mono_add(b.now, 0.95001), &current);
	assert_int_equal(current.result, IPC_CLOCK_INITIAL);
	assert_float_equal(current.rate_ppm, -49990, 2e-5);
	assert_float_equal(current.slew_left_s, -0.45, 1e-6);
	assert_float_equal(current.slew_end_s, 8.55, 1e-3);
	/* too early: nothing */
	pass(&b, 9.5);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_TIMER });
	assert_int_equal(b.out.op_count, 0);
	assert_false(b.out.changed || b.out.remember);
	/* 0.1 s late: overshot */
	pass(&b, 0.1001);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_TIMER });
	assert_int_equal(b.out.op_count, 1);
	assert_true(b.out.memory.slew_ppm == 0);
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_SLEW_END);
	assert_float_equal(b.out.report.rate_ppm, 10, 1e-5);
	assert_float_equal(b.out.report.slew_left_s, 0.1 / 0.95001 * 0.05,
	    1e-6);
	assert_true(b.out.report.slew_end_s == 0);
	assert_int_equal(b.clock.wake.ns, MONO_NEVER.ns);
}

static void new_request_replaces_the_slew(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	adjust(&b, 0, 1, 80000);
	perform(&b);
	adjust(&b, 5, 0, 0);
	perform(&b);
	assert_float_equal(b.out.report.rate_ppm, 5, 1e-5);
	assert_true(b.out.report.slew_left_s == 0);
	assert_int_equal(b.clock.wake.ns, MONO_NEVER.ns);
}

static void refused_adjustments(void **state)
{
	static const struct {
		double base_ppm, slew_s, slew_ppm;
		bool ok;
	} rows[] = {
		{ 0, 0, 0, true },
		{ 100000, 0, 0, true }, { -100000, 0, 0, true },
		{ 100000.1, 0, 0, false }, { -100000.1, 0, 0, false },
		{ 20000, 1, 80000, true }, { 20001, 1, 80000, false },
		{ 20001, -1, 80000, true }, { -20001, -1, 80000, false },
		{ 0, 1, 83333.333, true }, { 0, 1, 83333.334, false },
		{ 0, 1, 0, false }, { 0, 1, -5, false },
		{ NAN, 0, 0, false }, { 0, NAN, 1, false }, { 0, 1, NAN, false },
		{ 0, INFINITY, 1, false }, { 0, 1, INFINITY, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b;

		begin(&b, &limits, NULL);
		adjust(&b, rows[i].base_ppm, rows[i].slew_s, rows[i].slew_ppm);
		if ((b.out.op_count == 1) != rows[i].ok)
			fail_msg("row %zu", i);
		if (rows[i].ok)
			continue;
		assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
		assert_int_equal(b.out.report.id, 7);
		assert_non_null(b.out.why);
		assert_false(b.out.remember);
	}
}

/* maxdrift bounds the frequency, both ways, but not a slew on top of it. */
static void maxdrift_is_enforced(void **state)
{
	static const struct {
		double maxdrift_ppm, base_ppm, slew_s;
		bool ok;
	} rows[] = {
		{ 100, 100, 0, true }, { 100, -100, 0, true },
		{ 100, 100.0001, 0, false }, { 100, -100.0001, 0, false },
		{ 100, 100, 1, true }, { 100, 100.0001, 1, false },
		{ 100.00001, 100.00001, 0, true },
		{ 0, 0, 1, true }, { 0, 0.001, 0, false },
		/* a frequency that was found at the start may stay, no other */
		{ 5, 12, 0, true }, { 5, 11.9, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct clock_limits l = limits;
		struct ipc_clock_memory memory = { .base_ppm = 12 };
		struct bench b;

		memory.slew_end = MONO_NEVER;
		l.maxdrift_ppm = rows[i].maxdrift_ppm;
		begin(&b, &l, NULL);
		if (rows[i].maxdrift_ppm == 5) {
			b.kernel.freq = 12 << 16;
			clock_init(&b.clock, &l);
			feed(&b, (struct clock_in){ .event = CLOCK_ON_START,
			    .kernel = &b.kernel, .memory = &memory });
			perform(&b);
		}
		adjust(&b, rows[i].base_ppm, rows[i].slew_s, 50000);
		if ((b.out.op_count == 1) != rows[i].ok)
			fail_msg("row %zu", i);
		if (rows[i].ok) {
			/* as the kernel has rounded it, it may be asked again */
			perform(&b);
			adjust(&b, b.out.report.base_ppm, 0, 0);
			assert_int_equal(b.out.op_count, 1);
			continue;
		}
		assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
		assert_string_equal(b.out.why,
		    "Frequency beyond maxdrift refused");
	}
}

static void limits_of_the_configuration(void **state)
{
	struct config config;
	struct clock_limits l;

	(void)state;
	config_init(&config);
	l = clock_limits_from(&config, 0, HZ);
	assert_float_equal(l.maxslewrate_ppm, 83333.333, 0.001);
	assert_true(l.maxdrift_ppm == 500000);
	assert_false(l.no_clock || l.rtcsync);
	config.maxslewrate_ppm = 1000;
	config.maxdrift_ppm = 100;
	config.makestep_threshold_s = 0.5;
	config.makestep_limit = 3;
	l = clock_limits_from(&config, 0, HZ);
	assert_true(l.maxslewrate_ppm == 1000 && l.maxdrift_ppm == 100);
	assert_true(l.makestep_threshold_s == 0.5 && l.makestep_limit == 3);
	assert_int_equal(clock_limits_from(&config, IPC_OPT_RESTART,
	    HZ).makestep_limit, 0);
	assert_true(clock_limits_from(&config, IPC_NO_CLOCK, HZ).no_clock);
	config.initstepslew.threshold_s = 7;
	assert_false(clock_limits_from(&config, 0, HZ).has_initial);
	config.initstepslew.host_count = 1;
	l = clock_limits_from(&config, 0, HZ);
	assert_true(l.has_initial && l.initial_threshold_s == 7);
	assert_false(clock_limits_from(&config, IPC_OPT_RESTART,
	    HZ).has_initial);
	config_free(&config);
}

static void status_bits(void **state)
{
	static const struct {
		bool rtcsync;
		uint32_t is_synchronised, leap;
		double max_error_s;
		int status;
	} rows[] = {
		{ true, 1, 0, 0.01, 0 },
		{ true, 0, 0, 0.01, STA_UNSYNC },
		{ false, 1, 0, 0.01, STA_UNSYNC },
		{ true, 1, 0, 15.9999, 0 },
		{ true, 1, 0, 16, STA_UNSYNC },
		{ true, 1, 1, 0.01, STA_INS },
		{ true, 1, 2, 0.01, STA_DEL },
		{ false, 1, 1, 0.01, STA_UNSYNC | STA_INS },
		{ true, 1, 3, 0.01, 0 },
		{ true, 0, 1, 0.01, STA_UNSYNC },
	};
	/* 2026-12-31 */
	static const struct wall_time new_year = {
		INT64_C(1798675200) * NS_PER_S };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct ipc_clock_status s = {
			.is_synchronised = rows[i].is_synchronised,
			.leap = rows[i].leap,
			.max_error_s = rows[i].max_error_s,
			.est_error_s = 0.001,
		};
		struct clock_limits l = limits;
		struct bench b;

		l.rtcsync = rows[i].rtcsync;
		begin(&b, &l, NULL);
		b.wall = new_year;
		feed(&b, (struct clock_in){ .event = CLOCK_ON_STATUS,
		    .status = &s });
		assert_int_equal(b.out.op_count, 1);
		if (b.out.op[0].status != rows[i].status)
			fail_msg("row %zu: %x", i, b.out.op[0].status);
		assert_int_equal(b.out.op[0].esterror, 1000);
		assert_in_range(b.out.op[0].maxerror, 10000, 16000000);
		perform(&b);
		assert_false(b.out.changed || b.out.remember);
		/* on stop nobody is left to end a leap second */
		feed(&b, (struct clock_in){ .event = CLOCK_ON_STOP });
		assert_int_equal(b.out.op[0].status,
		    rows[i].status & STA_UNSYNC);
	}
}

static void strange_status(void **state)
{
	struct ipc_clock_status s = { .is_synchronised = 1,
	    .max_error_s = NAN, .est_error_s = 0 };
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STATUS, .status = &s });
	assert_int_equal(b.out.op_count, 0);
	assert_non_null(b.out.why);
	/* the kernel would make a leap second on any day */
	s.max_error_s = 0.1;
	s.leap = 1;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STATUS, .status = &s });
	assert_int_equal(b.out.op_count, 0);
	assert_non_null(b.out.why);
	s.leap = 0;
	s.tai_offset_s = 37;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STATUS, .status = &s });
	assert_int_equal(b.out.op_count, 2);
	assert_int_equal(b.out.op[1].modes, ADJ_TAI);
	assert_int_equal(b.out.op[1].constant, 37);
}

static void stop_keeps_the_frequency(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	adjust(&b, -33, 1, 80000);
	perform(&b);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STOP });
	assert_int_equal(b.out.op_count, 1);
	assert_int_equal(b.out.op[0].freq, -33 * 65536);
	assert_int_equal(b.out.op[0].tick, 10000);
	assert_true(b.out.memory.slew_ppm == 0);
}

static void failures_are_taken_back(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	b.error = EPERM;
	step(&b, IPC_STEP_MAKESTEP, 5);
	assert_int_equal(b.out.memory.steps, 1);
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_FAILED);
	assert_true(b.out.report.step_s == 0);
	assert_true(b.out.remember);
	assert_int_equal(b.out.memory.steps, 0);
	assert_int_equal(b.out.severity, SEV_ERROR);
	/* an end of a slew that fails is tried again */
	b.error = 0;
	adjust(&b, 0, 0.08, 80000);
	perform(&b);
	pass(&b, 2);
	b.error = EINVAL;
	feed(&b, (struct clock_in){ .event = CLOCK_ON_TIMER });
	perform(&b);
	assert_float_equal(mono_sub(b.clock.wake, b.now), 1, 1e-9);
	assert_float_equal(b.out.report.rate_ppm, 80000, 1e-4);
	b.error = 0;
	pass(&b, 1);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_TIMER });
	perform(&b);
	assert_int_equal(b.out.report.result, IPC_CLOCK_SLEW_END);
}

static void without_the_clock(void **state)
{
	struct clock_limits l = limits;
	struct bench b;

	(void)state;
	l.no_clock = true;
	begin(&b, &l, NULL);
	assert_int_equal(b.out.op_count, 0);
	assert_int_equal(b.out.report.result, IPC_CLOCK_INITIAL);
	adjust(&b, 0, 1, 100);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	step(&b, IPC_STEP_OPERATOR, 1);
	assert_int_equal(b.out.report.result, IPC_CLOCK_REFUSED);
	assert_int_equal(b.out.op_count, 0);
	feed(&b, (struct clock_in){ .event = CLOCK_ON_STOP });
	assert_int_equal(b.out.op_count, 0);
}

static void limits_from_the_configuration(void **state)
{
	static const struct {
		int limit;
		uint32_t flags;
		int want;
		bool no_clock;
	} rows[] = {
		{ 3, 0, 3, false }, { 3, IPC_OPT_RESTART, 0, false },
		{ -1, IPC_OPT_RESTART, -1, false },
		{ 3, IPC_NO_CLOCK, 3, true }, { 3, IPC_ONCE_PRINT, 3, true },
		{ 3, IPC_ONCE_SET, 3, false },
	};
	static struct config config;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		config.makestep_limit = rows[i].limit;
		struct clock_limits l = clock_limits_from(&config,
		    rows[i].flags, HZ);

		assert_int_equal(l.makestep_limit, rows[i].want);
		assert_int_equal(l.no_clock, rows[i].no_clock);
	}
}

/* Another configuration: what was counted counts, what runs goes on. */
static void other_limits(void **state)
{
	struct clock_limits l = limits, stranger;
	struct bench b;

	(void)state;
	l.makestep_threshold_s = 0.1;
	l.makestep_limit = 1;
	l.maxslewrate_ppm = 1000;
	l.maxdrift_ppm = 100;
	begin(&b, &l, NULL);
	step(&b, IPC_STEP_MAKESTEP, 1);
	assert_int_equal(b.out.op_count > 0, 1);
	perform(&b);
	adjust(&b, 90, 0.01, 1000);
	assert_null(b.out.why);
	perform(&b);
	/* tighter: the slew on its way goes on, the next one is refused */
	l.maxslewrate_ppm = 500;
	l.maxdrift_ppm = 50;
	clock_renew(&b.clock, &l);
	assert_true(b.clock.memory.slew_ppm != 0);
	adjust(&b, 90, 0.01, 501);
	assert_non_null(b.out.why);
	adjust(&b, 51, 0, 0);
	assert_non_null(b.out.why);
	adjust(&b, 50, 0.01, 499);
	assert_null(b.out.why);
	perform(&b);
	/* the step since boot counts against the limit of now */
	step(&b, IPC_STEP_MAKESTEP, 1);
	assert_non_null(b.out.why);
	l.makestep_limit = 2;
	l.makestep_threshold_s = 2;
	clock_renew(&b.clock, &l);
	step(&b, IPC_STEP_MAKESTEP, 1);
	assert_non_null(b.out.why);
	step(&b, IPC_STEP_MAKESTEP, 3);
	assert_null(b.out.why);
	perform(&b);
	/* what the machine and the command line say stays */
	stranger = l;
	stranger.no_clock = true;
	stranger.user_hz = 1;
	clock_renew(&b.clock, &stranger);
	assert_false(b.clock.limits.no_clock);
	assert_int_equal(b.clock.limits.user_hz, l.user_hz);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_fit_the_kernel),
		cmocka_unit_test(first_start),
		cmocka_unit_test(slew_ends_by_itself),
		cmocka_unit_test(new_request_replaces_the_slew),
		cmocka_unit_test(refused_adjustments),
		cmocka_unit_test(maxdrift_is_enforced),
		cmocka_unit_test(limits_of_the_configuration),
		cmocka_unit_test(status_bits),
		cmocka_unit_test(strange_status),
		cmocka_unit_test(stop_keeps_the_frequency),
		cmocka_unit_test(failures_are_taken_back),
		cmocka_unit_test(without_the_clock),
		cmocka_unit_test(limits_from_the_configuration),
		cmocka_unit_test(other_limits),
	};

	return cmocka_run_group_tests_name("hora-clock/clock", tests,
	    NULL, NULL);
}
