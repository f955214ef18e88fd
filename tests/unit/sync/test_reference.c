/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/reference.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

#define START INT64_C(1763840000000000000)

static const struct ip_addr address = { .family = IP_V4 };

static struct wall_time wall(double s)
{
	return (struct wall_time){ START + interval_ns(s) };
}

static struct free_time free_at(double s)
{
	return (struct free_time){ START + interval_ns(s) };
}

static struct selection estimate(double t, double offset_s, double sd_s,
    double freq, double skew)
{
	return (struct selection){
		.outcome = SELECT_UPDATE,
		.combined = 1,
		.estimate = { .at = free_at(t), .offset_s = offset_s,
			.offset_sd_s = sd_s, .freq = freq, .skew = skew },
		.root_delay_s = 0.01,
		.root_dispersion_s = 0.002,
	};
}

/* A reference with the defaults, on a clock that was never corrected. */
static void start(struct reference *r, struct timeline *tl)
{
	struct reference_config config = reference_defaults();

	reference_init(r, &config);
	timeline_init(tl, wall(0), 0);
}

/* One update at `t` on a clock that was never corrected. */
static struct correction update(struct reference *r, const struct timeline *tl,
    double t, double offset_s)
{
	struct selection sel = estimate(t, offset_s, 1e-5, 0, 1e-6);
	struct correction c;

	reference_update(r, &sel, 1, 0x01020304, &address, free_at(t), wall(t),
	    tl, &c);
	return c;
}

static void makestep_counts_updates(void **state)
{
	static const struct {
		double threshold_s;
		int limit;
		double offset_s[4];
		bool steps[4];
	} rows[] = {
		{ 0.1, 0, { 5, 5, 5, 5 }, { 0, 0, 0, 0 } },
		{ 0.1, 1, { 5, 5, 5, 5 }, { 1, 0, 0, 0 } },
		{ 0.1, 3, { 5, -5, 5, 5 }, { 1, 1, 1, 0 } },
		/* an update that does not step uses up the limit too */
		{ 0.1, 2, { 0.01, 5, 5, 5 }, { 0, 1, 0, 0 } },
		{ 0.1, 2, { 0.01, 0.01, 5, 5 }, { 0, 0, 0, 0 } },
		{ 0.1, -1, { 5, 5, 5, 5 }, { 1, 1, 1, 1 } },
		{ 1.0, -1, { 0.999, 1.001, -0.999, -1.001 }, { 0, 1, 0, 1 } },
		{ 0, -1, { 1e-6, -1e-6, 0, 1 }, { 1, 1, 0, 1 } },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline tl;
		struct reference r;

		start(&r, &tl);
		r.config.makestep_threshold_s = rows[i].threshold_s;
		r.config.makestep_limit = rows[i].limit;
		for (int k = 0; k < 4; k++) {
			struct correction c = update(&r, &tl, 64 * (k + 1),
			    rows[i].offset_s[k]);

			if (c.step != rows[i].steps[k])
				fail_msg("row %zu: update %d", i, k + 1);
			if (c.step)
				assert_true(c.step_s == rows[i].offset_s[k]);
			assert_false(c.step && c.adjust);
		}
	}
}

static void slew_limits(void **state)
{
	static const struct {
		double offset_s, max_ppm, want_ppm;
	} rows[] = {
		{ 1000, 83333.333, 83333.333 },
		{ -1000, 83333.333, 83333.333 },
		{ 1, 500, 500 },
		{ 1e-3, 83333.333, 1000 },	/* one second at least */
		{ -1e-3, 100, 100 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline tl;
		struct reference r;

		start(&r, &tl);
		r.config.maxslewrate_ppm = rows[i].max_ppm;
		struct correction c = update(&r, &tl, 10, rows[i].offset_s);

		assert_true(c.adjust);
		assert_true(c.slew_s == rows[i].offset_s);
		assert_float_equal(c.slew_ppm, rows[i].want_ppm, 1e-6);
	}
}

/* Base and slew together stay in the kernel's range. */
static void range_of_the_kernel(void **state)
{
	struct selection sel = estimate(10, 1000, 1e-5, 0.09, 1e-6);
	struct timeline tl;
	struct reference r;
	struct correction c;

	(void)state;
	start(&r, &tl);
	reference_update(&r, &sel, 1, 1, &address, free_at(10), wall(10), &tl,
	    &c);
	assert_float_equal(c.base_ppm, 90000, 1e-6);
	assert_true(c.slew_ppm + c.base_ppm <= 100000);
	assert_true(c.slew_ppm > 9000);
	start(&r, &tl);
	r.config.maxdrift_ppm = 10;
	sel = estimate(10, 1, 1e-5, -0.09, 1e-6);
	reference_update(&r, &sel, 1, 1, &address, free_at(10), wall(10), &tl,
	    &c);
	assert_true(c.base_ppm == -10);
}

/* With corrtimeratio 3 a usual offset takes 1.5 intervals, a large one less. */
static void duration_follows_the_offset(void **state)
{
	struct timeline tl;
	struct reference r;

	(void)state;
	start(&r, &tl);
	r.config.corrtimeratio = 3;
	update(&r, &tl, 64, 0);
	struct correction c = update(&r, &tl, 128, 1e-5);

	assert_float_equal(c.slew_s / (c.slew_ppm * 1e-6), 1.5 * 64, 1e-6);
	c = update(&r, &tl, 192, 1e-4);
	assert_float_equal(c.slew_s / (c.slew_ppm * 1e-6), 9.6, 1e-6);
	/* 10000 s at most */
	c = update(&r, &tl, 256, 1e-6);
	assert_float_equal(c.slew_s / (c.slew_ppm * 1e-6), 960, 1e-6);
	c = update(&r, &tl, 320, 9e-8);
	assert_float_equal(c.slew_s / (c.slew_ppm * 1e-6), 10000, 1e-6);
}

/* Without, an offset of up to ten deviations takes 1/16 of the interval. */
static void duration_follows_the_interval(void **state)
{
	static const struct {
		double interval_s, offset_s, want_s;
	} rows[] = {
		{ 64, 1e-5, 4 }, { 64, -1e-4, 4 }, { 1024, 1e-5, 64 },
		{ 17, 1e-5, 17.0 / 16 }, { 15, 1e-5, 1 }, { 0.5, 1e-5, 1 },
		{ 64, 2e-4, 2 }, { 64, -3.9e-4, 4.0 / 3.9 }, { 64, 5e-4, 1 },
		{ 159999, 1e-5, 9999.9375 }, { 160001, 1e-5, 10000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct timeline tl;
		struct reference r;

		start(&r, &tl);
		assert_true(r.config.corrtimeratio == 0);
		update(&r, &tl, 64, 0);
		struct correction c = update(&r, &tl, 64 + rows[i].interval_s,
		    rows[i].offset_s);

		assert_true(c.slew_s == rows[i].offset_s);
		assert_float_equal(fabs(c.slew_s) / (c.slew_ppm * 1e-6),
		    rows[i].want_s, 1e-6);
	}
}

/* The estimate holds all that was known, unless it is worse than allowed. */
static void frequency_is_taken(void **state)
{
	static const struct {
		double old_ppm, old_skew, new_ppm, new_skew, want_ppm;
		bool is_taken;
	} rows[] = {
		/* chrony's sign for the driftfile: positive = fast */
		{ -10, 1, 20, 1, 20, true },
		{ -10, 0.01, 20, 10, 20, true },
		{ -10, 0, 20, 1, 20, true },	/* nothing known before */
		{ -10, 1, 20, 1000, 20, true },
		{ -10, 1, 20, 1001, 10, false },	/* beyond maxupdateskew */
		{ -10, 0, 20, 1001, 10, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct selection sel = estimate(10, 0, 1e-6,
		    rows[i].new_ppm * 1e-6, rows[i].new_skew * 1e-6);
		struct timeline tl;
		struct reference r;
		struct correction c;

		start(&r, &tl);
		reference_set_frequency(&r, rows[i].old_ppm, rows[i].old_skew);
		assert_int_equal(r.has_freq, rows[i].old_skew > 0);
		double skew = r.skew;

		reference_update(&r, &sel, 1, 1, &address, free_at(10),
		    wall(10), &tl, &c);
		assert_float_equal(c.base_ppm, rows[i].want_ppm, 1e-9);
		assert_true(r.skew == (rows[i].is_taken ?
		    rows[i].new_skew * 1e-6 : skew));
		assert_float_equal(r.residual_freq * 1e6, rows[i].is_taken ?
		    rows[i].new_ppm + rows[i].old_ppm : 0, 1e-9);
		assert_int_equal(r.has_freq, rows[i].is_taken ||
		    rows[i].old_skew > 0);
	}
}

static void without_control(void **state)
{
	struct timeline tl;
	struct reference r;

	(void)state;
	start(&r, &tl);
	r.config.can_control = false;
	r.config.makestep_limit = -1;
	struct correction c = update(&r, &tl, 10, 5);

	assert_false(c.adjust || c.step);
	assert_true(r.is_synchronised);
	assert_float_equal(reference_remaining(&r, &tl, wall(10)), 5, 1e-9);
	reference_correct(&r, &tl, wall(11), &c);
	assert_false(c.adjust || c.step);
}

/* Rate changes and steps of the clock never change what is true. */
static void truth_survives_corrections(void **state)
{
	struct timeline tl;
	struct reference r;
	struct correction c;

	(void)state;
	start(&r, &tl);
	assert_true(reference_remaining(&r, &tl, wall(5)) == 0);
	update(&r, &tl, 10, 2);
	timeline_rate(&tl, wall(10), 100000);
	assert_float_equal(reference_remaining(&r, &tl, wall(21)), 1, 1e-8);
	timeline_step(&tl, 0.5);
	reference_step(&r, 0.5);
	assert_float_equal(reference_remaining(&r, &tl, wall(21.5)), 0.5, 1e-8);
	timeline_step(&tl, -1);
	reference_leap(&r, -1);
	assert_float_equal(reference_remaining(&r, &tl, wall(20.5)), 0.5, 1e-8);
	reference_correct(&r, &tl, wall(20.5), &c);
	assert_true(c.adjust);
	assert_float_equal(c.slew_s, 0.5, 1e-8);
	/* nothing left, and the right frequency: nothing to do */
	timeline_step(&tl, 0.5);
	reference_step(&r, 0.5);
	timeline_rate(&tl, wall(21), c.base_ppm);
	reference_correct(&r, &tl, wall(21), &c);
	assert_false(c.adjust);
}

static void published(void **state)
{
	struct time_ref ref;
	struct timeline tl;
	struct reference r;

	(void)state;
	start(&r, &tl);
	reference_publish(&r, &tl, wall(1), false, 10, 0, 0, -20, &ref);
	assert_true(ref.is_valid && ref.stratum == 0);
	assert_int_equal(ref.leap, LEAP_UNSYNC);
	assert_true(ref.root_delay_s == 1 && ref.root_dispersion_s == 1);
	assert_true(time_ref_correct(&ref, wall(2)).ns == wall(2).ns);

	reference_publish(&r, &tl, wall(1), true, 10, 0, 0, -20, &ref);
	assert_int_equal(ref.stratum, 10);
	assert_int_equal(ref.leap, LEAP_NORMAL);
	assert_true(ref.refid == 0x7f7f0101);
	assert_true(ref.root_delay_s == 0 && ref.root_dispersion_s == 0);

	/* one second slow, a slew of 10 % until it is over */
	update(&r, &tl, 10, 1);
	timeline_rate(&tl, wall(10), 100000);
	reference_publish(&r, &tl, wall(12), false, 10, 9, 0, -20, &ref);
	assert_int_equal(ref.stratum, 2);
	assert_int_equal(ref.leap, LEAP_NORMAL);
	assert_int_equal(ref.refid, 0x01020304);
	for (double t = 12; t < 30; t += 0.5) {
		/* free time runs 1/1.1 until 21, then with the clock */
		double f = t <= 21 ? 10 + (t - 10) / 1.1 : t - 1;

		assert_float_equal(wall_sub(time_ref_correct(&ref, wall(t)),
		    wall(0)), f + 1, 1e-6);
	}
	assert_true(ref.root_dispersion_s >= 0.002);
	assert_true(time_ref_dispersion(&ref, wall(1012)) >
	    ref.root_dispersion_s + 1e-3);	/* 1 ppm at least */

	reference_unsynchronise(&r);
	reference_publish(&r, &tl, wall(30), false, 10, 0, 0, -20, &ref);
	assert_int_equal(ref.stratum, 0);
	assert_int_equal(ref.leap, LEAP_UNSYNC);
}

static void records(void **state)
{
	struct timeline tl;
	struct reference r;

	(void)state;
	start(&r, &tl);
	update(&r, &tl, 10, 0.25);
	assert_float_equal(r.last_offset_s, 0.25, 1e-9);
	assert_float_equal(r.rms_offset_s, 0.25, 1e-9);
	update(&r, &tl, 74, 0.35);
	assert_float_equal(r.last_offset_s, 0.1, 1e-6);
	assert_float_equal(r.rms_offset_s,
	    sqrt(0.9 * 0.0625 + 0.1 * 0.01), 1e-6);
	assert_float_equal(r.update_interval_s, 64, 1e-9);
	assert_int_equal(r.stratum, 2);
	assert_float_equal(wall_sub(r.ref_time, wall(74.35)), 0, 1e-6);
}

/* A better estimate is followed, but it is no update and never steps. */
static void refined(void **state)
{
	struct selection sel = estimate(80, 0.3, 2e-5, 3e-6, 1e-8);
	struct reference r, before;
	struct timeline tl;
	struct correction c;

	(void)state;
	start(&r, &tl);
	r.config.makestep_threshold_s = 0.1;
	r.config.makestep_limit = -1;
	reference_refine(&r, &sel, free_at(5), wall(5), &tl, &c);
	assert_false(r.is_synchronised || c.adjust || c.step);
	update(&r, &tl, 10, 0.05);
	update(&r, &tl, 74, 0.05);
	before = r;
	sel.root_delay_s = 0.007;
	reference_refine(&r, &sel, free_at(80), wall(80), &tl, &c);
	assert_true(c.adjust && !c.step);
	assert_true(c.slew_s == 0.3);
	assert_float_equal(c.base_ppm, 3, 1e-6);
	assert_float_equal(reference_remaining(&r, &tl, wall(80)), 0.3, 1e-8);
	assert_true(r.freq == 3e-6 && r.skew == 1e-8);
	assert_true(r.root_delay_s == 0.007);
	assert_int_equal(r.updates, before.updates);
	assert_true(r.ref_time.ns == before.ref_time.ns);
	assert_true(r.last_offset_s == before.last_offset_s);
	assert_true(r.rms_offset_s == before.rms_offset_s);
	assert_true(r.update_interval_s == before.update_interval_s);
	assert_int_equal(r.stratum, before.stratum);
	r.config.can_control = false;
	reference_refine(&r, &sel, free_at(81), wall(81), &tl, &c);
	assert_false(c.adjust || c.step);
	assert_float_equal(reference_remaining(&r, &tl, wall(81)), 0.3, 1e-8);
	/* the interval of updates is counted from the last update */
	r.config.can_control = true;
	update(&r, &tl, 138, 0.3);
	assert_float_equal(r.update_interval_s, 64, 1e-6);
}

/* Clients see a reference time that never goes back, until it is lost. */
static void reference_time(void **state)
{
	struct timeline tl;
	struct reference r;

	(void)state;
	start(&r, &tl);
	update(&r, &tl, 10, 5);
	assert_true(fabs(wall_sub(r.ref_time, wall(15))) < 1e-6);
	update(&r, &tl, 12, 0);
	assert_true(fabs(wall_sub(r.ref_time, wall(15))) < 1e-6);
	update(&r, &tl, 16, 0);
	assert_true(fabs(wall_sub(r.ref_time, wall(16))) < 1e-6);
	reference_unsynchronise(&r);
	update(&r, &tl, 20, -10);
	assert_true(fabs(wall_sub(r.ref_time, wall(10))) < 1e-6);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(makestep_counts_updates),
		cmocka_unit_test(slew_limits),
		cmocka_unit_test(range_of_the_kernel),
		cmocka_unit_test(duration_follows_the_offset),
		cmocka_unit_test(duration_follows_the_interval),
		cmocka_unit_test(frequency_is_taken),
		cmocka_unit_test(without_control),
		cmocka_unit_test(truth_survives_corrections),
		cmocka_unit_test(published),
		cmocka_unit_test(records),
		cmocka_unit_test(refined),
		cmocka_unit_test(reference_time),
	};

	return cmocka_run_group_tests_name("sync/reference", tests, NULL, NULL);
}
