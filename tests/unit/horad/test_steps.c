/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/steps.h"
#include "unit/horad/place.h"

static void steps_come_back_in_the_same_boot_only(void **state)
{
	struct ipc_clock_memory m = { -1.25, 100, { 123456789 }, 3, 2 }, got;
	char text[STEPS_TEXT_MAX];

	(void)state;
	assert_true(steps_print("boot-1", &m, text) > 0);
	assert_true(steps_parse(text, "boot-1", &got));
	assert_true(got.base_ppm == -1.25 && got.slew_ppm == 100);
	assert_true(got.slew_end.ns == 123456789 && got.steps == 3);
	assert_int_equal(got.changes, 2);
	/* of a version that did not count them */
	assert_true(steps_parse("HCK0\nboot-1\n1 0 0 0\n", "boot-1", &got));
	assert_int_equal(got.changes, 0);
	assert_false(steps_parse("HCK0\nboot-1\n1 0 0 0 x", "boot-1", &got));
	assert_false(steps_parse(text, "boot-2", &got));
	assert_false(steps_parse("", "boot-1", &got));
	assert_false(steps_parse("HCK0\nboot-1\n1 2 3", "boot-1", &got));
	assert_false(steps_parse("HCK0\nboot-1\n-1 0 0 0", "boot-1", &got));
	assert_false(steps_parse("HCK0\nboot-1\n1 nan 0 0", "boot-1", &got));
	m.slew_end = MONO_NEVER;
	assert_true(steps_print("boot-1", &m, text) > 0);
	assert_true(steps_parse(text, "boot-1", &got));
	assert_true(got.slew_end.ns == MONO_NEVER.ns);
}

static void a_second_horad_knows_the_steps(void **state)
{
	struct place *p = *state;
	struct ipc_clock_memory m = { 2, 0, { 0 }, 1, 0 };
	struct steps s;

	steps_load(&s, p->file, &p->log);
	assert_false(s.is_known);
	steps_report(&s, &m, &p->log);
	steps_load(&s, p->file, &p->log);
	assert_true(s.is_known);
	assert_int_equal(s.memory.steps, 1);
	m.base_ppm = INFINITY;
	m.steps = 0;
	steps_report(&s, &m, &p->log);		/* dropped */
	m.slew_ppm = 0;
	m.base_ppm = 1e300;			/* fits into no file */
	steps_report(&s, &m, &p->log);
	assert_int_equal(s.memory.steps, 1);
	m.base_ppm = -1e6;			/* just sane */
	steps_report(&s, &m, &p->log);
	assert_int_equal(s.memory.steps, m.steps);
}

static void without_a_file_the_steps_live_with_horad(void **state)
{
	struct place *p = *state;
	struct ipc_clock_memory m = { 2, 0, { 0 }, 1, 0 };
	struct steps s;

	steps_load(&s, NULL, &p->log);
	assert_false(s.is_known);
	steps_report(&s, &m, &p->log);
	assert_true(s.is_known && !s.has_failed);
	assert_int_equal(s.memory.steps, 1);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(steps_come_back_in_the_same_boot_only),
		T(a_second_horad_knows_the_steps),
		T(without_a_file_the_steps_live_with_horad),
	};

	return cmocka_run_group_tests_name("horad/steps", tests, NULL, NULL);
}
