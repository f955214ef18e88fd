/* SPDX-License-Identifier: Apache-2.0 */
/* Requests that act on the clock and on settings: effects and statuses. */
#include "unit/hora-engine/told.h"

static struct world *begin(uint32_t flags, double freq_error, double seconds)
{
	struct world *w = told_world(1);

	w->options.flags = flags;
	w->freq_error = freq_error;
	world_start(w);
	world_run(w, seconds);
	return w;
}

static unsigned number(struct world *w, uint16_t code, double v)
{
	return told(w, (struct request){ .code = code, .number = v });
}

static struct tracking_report tracking(struct world *w)
{
	union report r;

	assert_int_equal(told_report(w, (struct request){
	    .code = CONTROL_TRACKING }, &r), CONTROL_OK);
	return r.tracking;
}

/* --- settings ------------------------------------------------------------------ */

static void test_settings(void **state)
{
	struct world *w = begin(0, 0, 20);

	(void)state;
	told_is_private(w, (struct request){ .code = CONTROL_MAXUPDATESKEW });
	told_is_private(w, (struct request){ .code = CONTROL_RESELECTDIST });
	assert_int_equal(number(w, CONTROL_MAXUPDATESKEW, 5), CONTROL_OK);
	tell_near(w->e->reference.config.maxupdateskew_ppm, 5);
	assert_true(world_said(w, "New maxupdateskew 5"));
	assert_int_equal(number(w, CONTROL_RESELECTDIST, 1e-3), CONTROL_OK);
	tell_near(w->e->select.reselectdist_s, 1e-3);
	assert_true(world_said(w, "New reselectdist 0.001"));
	for (int k = 0; k < TOLD_EXTREMES; k++) {
		assert_int_equal(number(w, CONTROL_MAXUPDATESKEW,
		    told_extremes[k]), CONTROL_OK);
		assert_int_equal(number(w, CONTROL_RESELECTDIST,
		    told_extremes[k]), CONTROL_OK);
		assert_true(w->e->reference.config.maxupdateskew_ppm >= 0 &&
		    w->e->reference.config.maxupdateskew_ppm <= 1e9);
		assert_true(w->e->select.reselectdist_s >= 0 &&
		    w->e->select.reselectdist_s <= 1e9);
	}
	world_end(w);
}

/* A skew above the limit keeps the frequency as it was. */
static void test_maxupdateskew(void **state)
{
	struct world *w = told_world(1);

	(void)state;
	w->freq_error = 20e-6;
	world_start(w);
	assert_int_equal(number(w, CONTROL_MAXUPDATESKEW, 0), CONTROL_OK);
	world_run(w, 500);
	tell_near(tracking(w).freq_ppm, 0);
	assert_int_equal(number(w, CONTROL_MAXUPDATESKEW, 1000), CONTROL_OK);
	world_run(w, 500);
	tell_close(tracking(w).freq_ppm, 20, 1);
	world_end(w);
}

static unsigned makestep(struct world *w, double threshold_s, int32_t updates)
{
	return told(w, (struct request){ .code = CONTROL_MAKESTEP_LIMIT,
		.makestep = { .updates = updates,
		.threshold_s = threshold_s } });
}

/* The limit is a number of updates from now on. */
static void test_makestep_limit(void **state)
{
	static const struct {
		int32_t updates;
		double threshold_s;
		int steps;
	} rows[] = {
		{ 0, 0.1, 0 }, { 4, 0.1, 1 }, { 4, 0.6, 0 }, { -1, 0.1, 1 },
		{ INT32_MAX, 0.1, 1 }, { INT32_MIN, 0.1, 1 }, { 4, 4.6e18, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct world *w = begin(0, 0, 300);
		int updates;

		told_is_private(w, (struct request){
			.code = CONTROL_MAKESTEP_LIMIT });
		updates = w->e->reference.updates;
		assert_true(updates > 4);
		assert_int_equal(makestep(w, rows[i].threshold_s,
		    rows[i].updates), CONTROL_OK);
		assert_true(world_said(w, "New makestep"));
		if (rows[i].updates == 4)
			assert_int_equal(w->e->reference.config.makestep_limit,
			    updates + 4);
		/* its server has moved */
		w->servers[0].offset_s = 0.5;
		world_run(w, 4000);
		if (w->steps != rows[i].steps)
			fail_msg("row %zu: %d steps", i, w->steps);
		tell_close(world_error(w), 0.5, 0.01);
		world_end(w);
	}
}

static void test_makestep_no_number(void **state)
{
	struct world *w = begin(0, 0, 20);

	(void)state;
	for (int k = 0; k < TOLD_EXTREMES; k++) {
		assert_int_equal(makestep(w, told_extremes[k], 3), CONTROL_OK);
		assert_true(w->e->reference.config.makestep_threshold_s >= 0 &&
		    w->e->reference.config.makestep_threshold_s <= 1e9);
	}
	world_end(w);
}

/* Its limits are told to hora-clock by horad: the step is one of makestep. */
static void test_makestep_cause(void **state)
{
	struct world *w = begin(0, 0, 300);
	struct config other = w->config;
	struct engine_now now;

	(void)state;
	assert_int_equal(makestep(w, 0.1, -1), CONTROL_OK);
	w->servers[0].offset_s = 0.5;
	world_run(w, 1000);
	assert_int_equal(w->steps, 1);
	assert_int_equal(w->e->clock.step_cause, IPC_STEP_MAKESTEP);
	/* the directive says something else: it counts again */
	other.makestep_limit = -1;
	other.makestep_threshold_s = 0.2;
	now = world_now(w);
	engine_reload(w->e, &now, &other);
	w->servers[0].offset_s = 1;
	world_run(w, 1000);
	assert_int_equal(w->steps, 2);
	assert_int_equal(w->e->clock.step_cause, IPC_STEP_MAKESTEP);
	world_end(w);
}

/* --- local ------------------------------------------------------------------------ */

static struct request local(uint16_t code, int on, int stratum)
{
	return (struct request){ .code = code, .local = {
		.is_on = on, .stratum = stratum, .distance_s = 1 } };
}

static void test_local(void **state)
{
	static const uint16_t codes[] = { CONTROL_LOCAL, CONTROL_LOCAL_OLD };
	static const int strata[][2] = { { 1, 1 }, { 0, 1 }, { 15, 15 },
		{ 16, 15 }, { INT32_MAX, 15 }, { INT32_MIN, 1 } };
	struct world *w = told_world(0);

	(void)state;
	world_start(w);
	world_run(w, 1);
	told_is_private(w, local(CONTROL_LOCAL, 1, 5));
	told_is_private(w, local(CONTROL_LOCAL_OLD, 1, 5));
	for (int i = 0; i < 2; i++) {
		assert_int_equal(told(w, local(codes[i], 1, 7)), CONTROL_OK);
		assert_int_equal(tracking(w).refid, REFID_LOCAL);
		assert_int_equal(tracking(w).stratum, 7);
		assert_int_equal(w->published.stratum, 7);
		assert_int_equal(told(w, local(codes[i], 0, 7)), CONTROL_OK);
		assert_int_equal(tracking(w).refid, 0);
		assert_int_equal(w->published.leap, LEAP_UNSYNC);
	}
	assert_int_equal(world_count_said(w, "Enabled local reference"), 2);
	assert_int_equal(world_count_said(w, "Disabled local reference"), 2);
	for (size_t i = 0; i < sizeof(strata) / sizeof(strata[0]); i++) {
		assert_int_equal(told(w, local(CONTROL_LOCAL, -1, strata[i][0])),
		    CONTROL_OK);
		assert_int_equal(tracking(w).stratum, strata[i][1]);
		assert_int_equal(w->published.stratum, strata[i][1]);
	}
	world_end(w);
}

static void test_local_values(void **state)
{
	struct world *w = told_world(0);
	struct request rq = local(CONTROL_LOCAL, 1, 8);
	const struct local_config *l;

	(void)state;
	world_start(w);
	world_run(w, 1);
	l = &w->e->local;
	rq.local.is_orphan = 1;
	rq.local.distance_s = 0.5;
	rq.local.activate_s = 0.25;
	rq.local.wait_synced_s = 30;
	rq.local.wait_unsynced_s = 300;
	assert_int_equal(told(w, rq), CONTROL_OK);
	assert_true(l->orphan);
	assert_int_equal(w->e->select.orphan_stratum, 8);
	tell_near(l->distance_s, 0.5);
	tell_near(l->activate_s, 0.25);
	tell_near(l->waitsynced_s, 30);
	tell_near(l->waitunsynced_s, 300);
	/* never within 0.25 s of the time yet */
	assert_int_equal(tracking(w).refid, 0);
	rq.local.activate_s = 0;
	rq.local.wait_unsynced_s = 60;
	assert_int_equal(told(w, rq), CONTROL_OK);
	world_run(w, 50);
	assert_int_equal(tracking(w).refid, 0);
	world_run(w, 12);
	assert_int_equal(tracking(w).refid, REFID_LOCAL);
	/* an older tool does not send these */
	rq.code = CONTROL_LOCAL_OLD;
	assert_int_equal(told(w, rq), CONTROL_OK);
	tell_near(l->activate_s, 0);
	tell_near(l->waitsynced_s, 0);
	tell_near(l->waitunsynced_s, 0);
	rq.code = CONTROL_LOCAL;
	for (int k = 0; k < TOLD_EXTREMES; k++) {
		rq.local.distance_s = rq.local.activate_s =
		    rq.local.wait_synced_s = rq.local.wait_unsynced_s =
		    told_extremes[k];
		assert_int_equal(told(w, rq), CONTROL_OK);
		assert_true(l->distance_s >= 0 && l->distance_s <= 1e9);
		assert_true(l->activate_s >= 0 && l->activate_s <= 1e9);
		assert_true(l->waitsynced_s >= 0 && l->waitsynced_s <= 1e9);
		assert_true(l->waitunsynced_s >= 0 &&
		    l->waitunsynced_s <= 1e9);
	}
	world_end(w);
}

/* --- dfreq ------------------------------------------------------------------------- */

static void test_dfreq(void **state)
{
	static const uint32_t flags[] = { 0, IPC_NO_CLOCK };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct world *w = begin(flags[i], 20e-6, 1000);
		double served_s = world_served_error(w);
		double bound_s = tracking(w).root_dispersion_s;

		told_is_private(w, (struct request){ .code = CONTROL_DFREQ });
		tell_close(tracking(w).freq_ppm, 20, 1);
		assert_int_equal(number(w, CONTROL_DFREQ, 10), CONTROL_OK);
		tell_close(tracking(w).freq_ppm, 30, 1);
		assert_true(world_said(w, "Accumulated delta freq of 10.000ppm"));
		/* it is the frequency, not the time, that is said to be wrong */
		tell_close(world_served_error(w), served_s, 1e-6);
		tell_near(tracking(w).root_dispersion_s, bound_s);
		if (flags[i] == 0)
			tell_close(w->base_ppm, -30, 1);
		else
			assert_int_equal(w->adjusts, 0);
		/* the sources know better */
		world_run(w, 3000);
		tell_close(tracking(w).freq_ppm, 20, 0.1);
		tell_close(world_served_error(w), 0, 1e-4);
		world_end(w);
	}
}

/* Of a clock that was never measured: on top of what the kernel does. */
static void test_dfreq_unmeasured(void **state)
{
	struct world *w = told_world(0);

	(void)state;
	w->base_ppm = w->rate_ppm = -15;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(number(w, CONTROL_DFREQ, 10), CONTROL_OK);
	world_run(w, 1);
	tell_near(tracking(w).freq_ppm, 25);
	tell_near(w->base_ppm, -25);
	assert_int_equal(number(w, CONTROL_DFREQ, -5), CONTROL_OK);
	tell_near(w->base_ppm, -20);
	world_end(w);
}

/* Always a success; never beyond maxdrift. */
static void test_dfreq_extremes(void **state)
{
	struct world *w = told_world(0);

	(void)state;
	w->config.maxdrift_ppm = 500;
	world_start(w);
	world_run(w, 1);
	for (int k = 0; k < TOLD_EXTREMES; k++) {
		assert_int_equal(number(w, CONTROL_DFREQ, told_extremes[k]),
		    CONTROL_OK);
		assert_true(fabs(tracking(w).freq_ppm) <= 500);
		assert_true(fabs(w->base_ppm) <= 500);
	}
	assert_int_equal(number(w, CONTROL_DFREQ, 1e6), CONTROL_OK);
	tell_near(tracking(w).freq_ppm, 500);
	assert_int_equal(number(w, CONTROL_DFREQ, -999), CONTROL_OK);
	tell_near(tracking(w).freq_ppm, -499);
	world_end(w);
}

/* --- doffset ------------------------------------------------------------------------- */

static void test_doffset(void **state)
{
	static const struct { uint16_t code; uint32_t flags; } rows[] = {
		{ CONTROL_DOFFSET, 0 }, { CONTROL_DOFFSET_OLD, 0 },
		{ CONTROL_DOFFSET, IPC_NO_CLOCK },
	};

	(void)state;
	for (int i = 0; i < 3; i++) {
		struct world *w = begin(rows[i].flags, 0, 300);
		double error_s = world_error(w);
		double served_s = world_served_error(w);
		double left_s = tracking(w).correction_s;

		told_is_private(w, (struct request){ .code = rows[i].code });
		/* positive: the clock is set back */
		assert_int_equal(number(w, rows[i].code, 0.01), CONTROL_OK);
		tell_close(tracking(w).correction_s, left_s - 0.01, 1e-6);
		assert_true(world_said(w,
		    "Accumulated delta offset of 0.010000 seconds"));
		/* the sources do not bear it out, and the bound says so */
		assert_true(tracking(w).root_dispersion_s >= 0.01);
		tell_close(world_served_error(w), served_s - 0.01, 1e-6);
		world_run(w, 5);
		assert_int_equal(w->steps, 0);
		if (rows[i].flags == 0)
			tell_close(world_error(w), error_s - 0.01, 1e-3);
		else
			assert_int_equal(w->adjusts, 0);
		world_run(w, 3000);
		tell_close(world_served_error(w), 0, 1e-3);
		world_end(w);
	}
}

/* Nobody knows the time: the clock is slewed, and stays so. */
static void test_doffset_alone(void **state)
{
	struct world *w = told_world(0);

	(void)state;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(number(w, CONTROL_DOFFSET, -0.05), CONTROL_OK);
	assert_true(w->slew_end_ns != 0);
	world_run(w, 500);
	tell_close(world_error(w), 0.05, 1e-6);
	tell_close(tracking(w).correction_s, 0, 1e-6);
	assert_int_equal(tracking(w).leap, LEAP_UNSYNC);
	assert_int_equal(w->steps, 0);
	world_end(w);
}

static void test_doffset_refused(void **state)
{
	struct world *w = told_world(0);
	struct engine_now now;

	(void)state;
	world_start(w);
	/* not before it runs */
	assert_int_equal(number(w, CONTROL_DOFFSET, 0.1), CONTROL_FAILED);
	world_run(w, 1);
	for (int k = 0; k < TOLD_EXTREMES; k++)
		assert_int_equal(number(w, CONTROL_DOFFSET, told_extremes[k]),
		    fabs(told_extremes[k]) > 1 && !isnan(told_extremes[k]) ?
		    CONTROL_FAILED : CONTROL_OK);
	assert_true(world_said(w, "is refused"));
	/* beyond the years that NTP can tell, and just not */
	now = world_now(w);
	assert_int_equal(number(w, CONTROL_DOFFSET,
	    wall_sub(now.wall, wall_first()) + 1000), CONTROL_FAILED);
	assert_int_equal(number(w, CONTROL_DOFFSET,
	    wall_sub(now.wall, wall_last()) - 1000), CONTROL_FAILED);
	tell_near(tracking(w).correction_s, 0);
	assert_int_equal(number(w, CONTROL_DOFFSET,
	    wall_sub(now.wall, wall_first()) - 1000), CONTROL_OK);
	/* what was asked for before counts, too */
	assert_int_equal(number(w, CONTROL_DOFFSET, 2000), CONTROL_FAILED);
	/* maxslewrate 0: it may not be slewed */
	w->e->reference.config.maxslewrate_ppm = 0;
	assert_int_equal(number(w, CONTROL_DOFFSET, -0.1), CONTROL_FAILED);
	world_end(w);
}

/* --- what hora does not have --------------------------------------------------------- */

static void test_not_there(void **state)
{
	static const struct { uint16_t code; unsigned status; } rows[] = {
		{ CONTROL_SMOOTHING, CONTROL_NOT_ENABLED },
		{ CONTROL_RTCDATA, CONTROL_NO_RTC },
		{ CONTROL_TRIMRTC, CONTROL_NO_RTC },
		{ CONTROL_WRITERTC, CONTROL_NO_RTC },
		{ CONTROL_NOTHING, CONTROL_OK },
	};
	struct world *w = begin(0, 0, 1);
	struct request rq = { .code = CONTROL_SMOOTHTIME };

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(told(w, (struct request){
		    .code = rows[i].code }), rows[i].status);
	told_is_private(w, rq);
	rq.option = SMOOTHTIME_RESET;
	assert_int_equal(told(w, rq), CONTROL_NOT_ENABLED);
	rq.option = SMOOTHTIME_ACTIVATE;
	assert_int_equal(told(w, rq), CONTROL_NOT_ENABLED);
	rq.option = 2;
	assert_int_equal(told(w, rq), CONTROL_INVALID);
	rq.option = -1;
	assert_int_equal(told(w, rq), CONTROL_INVALID);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_maxupdateskew),
		cmocka_unit_test(test_makestep_limit),
		cmocka_unit_test(test_makestep_no_number),
		cmocka_unit_test(test_makestep_cause),
		cmocka_unit_test(test_local),
		cmocka_unit_test(test_local_values),
		cmocka_unit_test(test_dfreq),
		cmocka_unit_test(test_dfreq_unmeasured),
		cmocka_unit_test(test_dfreq_extremes),
		cmocka_unit_test(test_doffset),
		cmocka_unit_test(test_doffset_alone),
		cmocka_unit_test(test_doffset_refused),
		cmocka_unit_test(test_not_there),
	};

	return cmocka_run_group_tests_name("hora-engine/control_clock", tests,
	    NULL, NULL);
}
