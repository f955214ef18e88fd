/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/local.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>

static struct mono_time at(double s)
{
	return (struct mono_time){ interval_ns(s) };
}

#define DEFAULTS .enabled = true, .distance_s = 1, .waitunsynced_s = -1

static void unsynchronised(void **state)
{
	static const struct {
		struct local_rules rules;
		double wait_s;		/* from here on; < 0 = never */
	} rows[] = {
		{ { DEFAULTS }, 0 },
		{ { DEFAULTS, .orphan = true }, 300 },
		{ { .enabled = true, .distance_s = 1, .waitunsynced_s = 60 },
		  60 },
		{ { .enabled = true, .orphan = true, .waitunsynced_s = 0 }, 0 },
		{ { .enabled = false, .waitunsynced_s = 0 }, -1 },
		{ { DEFAULTS, .activate_s = 0.1 }, -1 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct local_state l;
		double wait_s = rows[i].wait_s;

		local_init(&l, at(1000));
		if (wait_s != 0)
			assert_false(local_judge(&l, &rows[i].rules, false, 0,
			    at(0), at(1000 + (wait_s > 0 ? wait_s - 0.01 : 0))));
		assert_int_equal(local_judge(&l, &rows[i].rules, false, 0,
		    at(0), at(1000 + (wait_s < 0 ? 1e6 : wait_s))),
		    wait_s >= 0);
	}
}

static void synchronised(void **state)
{
	static const struct {
		double distance_s, root_distance_s, waitsynced_s, age_s;
		bool active;
	} rows[] = {
		{ 1, 0.999, 0, 1000, false },
		{ 1, 1.001, 0, 0, true },
		{ 1, 1.001, 100, 99.9, false },
		{ 1, 1.001, 100, 100, true },
		{ 0, 1e-6, 0, 0, true },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct local_rules rules = { DEFAULTS };
		struct local_state l;

		rules.distance_s = rows[i].distance_s;
		rules.waitsynced_s = rows[i].waitsynced_s;
		local_init(&l, at(0));
		assert_int_equal(local_judge(&l, &rules, true,
		    rows[i].root_distance_s, at(5000 - rows[i].age_s),
		    at(5000)), rows[i].active);
	}
}

/* `activate`: not before the clock was once as good as this. */
static void activation(void **state)
{
	struct local_rules rules = { DEFAULTS, .activate_s = 0.01 };
	struct local_state l;

	(void)state;
	local_init(&l, at(0));
	assert_false(local_judge(&l, &rules, false, 0, at(0), at(100)));
	assert_false(local_judge(&l, &rules, true, 0.01, at(200), at(200)));
	assert_false(local_judge(&l, &rules, false, 0, at(200), at(300)));
	assert_false(local_judge(&l, &rules, true, 0.009, at(400), at(400)));
	assert_true(local_judge(&l, &rules, false, 0, at(400), at(500)));
	/* the wait begins anew with each loss */
	rules.waitunsynced_s = 50;
	local_judge(&l, &rules, true, 0.009, at(600), at(600));
	assert_false(local_judge(&l, &rules, false, 0, at(600), at(700)));
	assert_false(local_judge(&l, &rules, false, 0, at(600), at(749)));
	assert_true(local_judge(&l, &rules, false, 0, at(600), at(750)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(unsynchronised),
		cmocka_unit_test(synchronised),
		cmocka_unit_test(activation),
	};

	return cmocka_run_group_tests_name("sync/local", tests, NULL, NULL);
}
