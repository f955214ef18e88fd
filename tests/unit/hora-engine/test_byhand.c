/* SPDX-License-Identifier: Apache-2.0 */
/* Time set by hand, in a world of its own. */
#include "hora-engine/byhand.h"
#include "unit/hora-engine/world.h"

static struct world *isolated(void)
{
	struct world *w = world_new();

	w->config.manual = true;
	world_start(w);
	world_run(w, 1);
	return w;
}

/* A person with a good watch. */
static enum byhand_result type(struct world *w, double late_s,
    struct byhand_answer *a)
{
	struct engine_now now = world_now(w);

	return byhand_settime(w->e, &now, wall_add(world_true(w), -late_s), a);
}

static void only_when_on(void **state)
{
	struct world *w = isolated();
	struct byhand_answer a;

	(void)state;
	w->e->is_manual = false;
	assert_int_equal(type(w, 0, &a), BYHAND_OFF);
	w->e->is_manual = true;
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	world_run(w, 0.9);
	assert_int_equal(type(w, 0, &a), BYHAND_REFUSED);
	world_run(w, 0.2);
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	world_run(w, 2);
	assert_int_equal(type(w, 200e9 / 10, &a), BYHAND_REFUSED);
	assert_int_equal(w->e->manual.count, 2);
	world_end(w);
}

/* It slews, whatever makestep says, and tells others of nothing. */
static void slews_the_clock(void **state)
{
	struct world *w = isolated();
	struct byhand_answer a;

	(void)state;
	w->wall_ns -= 3e9;
	world_run(w, 1);
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	assert_true(fabs(a.offset_s + 3) < 1e-3);
	assert_true(a.freq_change_ppm == 0);
	assert_true(world_said(w, "Making a slew of -3.00"));
	assert_true(world_said(w, "System clock wrong by 3.00"));
	world_run(w, 60);
	assert_int_equal(w->steps, 0);
	assert_true(fabs(world_error(w)) < 1e-3);
	assert_int_equal(w->published.leap, LEAP_UNSYNC);
	assert_int_equal(w->published.stratum, 0);
	assert_true(fabs(world_served_error(w)) < 1e-3);
	assert_false(engine_is_synchronised(w->e));
	assert_int_equal(w->status.is_synchronised, 0);
	world_end(w);
}

/* With -x nothing moves but what is served: that is right, with `local`. */
static void without_control(void **state)
{
	struct world *w = world_new();
	struct byhand_answer a;

	(void)state;
	w->config.manual = true;
	w->config.local = (struct local_config){ .enabled = true,
		.stratum = 8, .distance_s = 1 };
	w->options.flags = IPC_NO_CLOCK;
	w->wall_ns = 5e9;
	world_start(w);
	world_run(w, 1);
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	assert_true(fabs(a.offset_s - 5) < 1e-3);
	world_run(w, 2);
	assert_true(fabs(world_error(w) - 5) < 1e-3);
	assert_true(fabs(world_served_error(w)) < 1e-3);
	assert_int_equal(w->published.stratum, 8);
	/* The offset is that of the time that is told. */
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	assert_true(fabs(a.offset_s) < 1e-3);
	world_end(w);
}

/* Days apart they tell the frequency. */
static void frequency_is_learnt(void **state)
{
	struct world *w = isolated();
	struct byhand_answer a;

	(void)state;
	w->freq_error = 80e-6;
	for (int day = 0; day < 4; day++) {
		assert_int_equal(type(w, 0, &a), BYHAND_OK);
		world_run(w, 86400);
	}
	assert_true(fabs(a.freq_ppm - 80) < 3);
	assert_true(fabs(w->base_ppm + 80) < 3);
	assert_true(fabs(world_error(w)) < 0.3);
	world_end(w);
}

static void deleting_and_forgetting(void **state)
{
	struct world *w = isolated();
	struct byhand_answer a;
	struct byhand_sample s;
	struct engine_now now;

	(void)state;
	assert_int_equal(type(w, 0, &a), BYHAND_OK);
	world_run(w, 60);
	assert_int_equal(type(w, 3600, &a), BYHAND_OK);	/* a wrong hour */
	byhand_sample(w->e, 0, &s);
	assert_true(fabs(s.residual_s + 3600) < 1);
	byhand_sample(w->e, 1, &s);
	assert_true(fabs(s.original_s - 3600) < 1 && fabs(s.slewed_s) < 1e-3);
	now = world_now(w);
	assert_false(byhand_delete(w->e, &now, 2));
	assert_true(byhand_delete(w->e, &now, 1));
	world_run(w, 10);
	assert_true(fabs(world_served_error(w)) < 1e-2);
	byhand_reset(w->e);
	assert_int_equal(w->e->manual.count, 0);
	world_end(w);
}

/* The next update by a source takes over. */
static void sources_win(void **state)
{
	struct world *w = world_new();
	struct byhand_answer a;

	(void)state;
	world_server(w, 1);
	world_line(w, SOURCE_SERVER, "192.0.2.1")->maxpoll = 6;
	w->config.manual = true;
	world_start(w);
	world_run(w, 30);
	assert_int_equal(type(w, 1, &a), BYHAND_OK);
	assert_false(engine_is_synchronised(w->e));
	world_run(w, 200);
	assert_true(engine_is_synchronised(w->e));
	assert_true(fabs(world_error(w)) < 1e-2);
	world_end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_when_on),
		cmocka_unit_test(slews_the_clock),
		cmocka_unit_test(without_control),
		cmocka_unit_test(frequency_is_learnt),
		cmocka_unit_test(deleting_and_forgetting),
		cmocka_unit_test(sources_win),
	};

	return cmocka_run_group_tests_name("hora-engine/byhand", tests, NULL,
	    NULL);
}
