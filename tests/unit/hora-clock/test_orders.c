/* SPDX-License-Identifier: Apache-2.0 */
/* What an engine can not make up: orders of an operator, and maxchange. */
#include "hora-clock/slew.h"

#include "unit/hora-clock/clock_lab.h"

static bool is_refused(const struct bench *b)
{
	return b->out.changed && b->out.report.result == IPC_CLOCK_REFUSED &&
	    b->out.op_count == 0;
}

static bool steps(struct bench *b, enum ipc_step_cause cause, double step_s)
{
	step(b, cause, step_s);
	if (is_refused(b))
		return false;
	assert_int_equal(b->out.op_count, 1);
	b->wall = wall_add(b->wall, step_s);
	perform(b);
	return true;
}

static bool slews(struct bench *b, double slew_s)
{
	adjust(b, 0, slew_s, 80000);
	if (is_refused(b))
		return false;
	perform(b);
	return true;
}

/* One order, one step, within its time; whatever the engine says. */
static void a_step_wants_an_order(void **state)
{
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 0.5));
	order(&b, IPC_ORDER_CHANGE);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 0.5));
	order(&b, IPC_ORDER_STEP);
	pass(&b, 9.9);
	assert_true(steps(&b, IPC_STEP_OPERATOR, 0.5));
	pass(&b, 2);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 0.5));
	order(&b, IPC_ORDER_STEP);
	pass(&b, 10.1);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 0.5));
	assert_int_equal(b.clock.memory.steps, 0);
}

/* -q: one step, by whatever it is wrong. */
static void once(void **state)
{
	struct clock_limits l = limits;
	struct bench b;

	(void)state;
	l.sets_once = true;
	begin(&b, &l, NULL);
	assert_true(steps(&b, IPC_STEP_OPERATOR, -5000));
	pass(&b, 2);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 5000));
}

/* -s: forward, not beyond the time of the driftfile, once. */
static void forward(void **state)
{
	struct ipc_clock_order o = { .kind = IPC_ORDER_FORWARD };
	struct bench b;

	(void)state;
	begin(&b, &limits, NULL);
	o.time = wall_add(b.wall, 1000);
	clock_order(&b.clock, &o, b.now);
	pass(&b, 60);
	assert_false(steps(&b, IPC_STEP_OPERATOR, -10));
	assert_false(steps(&b, IPC_STEP_OPERATOR, 942));
	assert_true(steps(&b, IPC_STEP_OPERATOR, 940));
	pass(&b, 2);
	assert_false(steps(&b, IPC_STEP_OPERATOR, 1));
}

static void set_makestep(struct bench *b, double threshold_s, int limit)
{
	struct ipc_clock_order o = { .kind = IPC_ORDER_MAKESTEP,
		.limit = limit, .threshold_s = threshold_s };

	clock_order(&b->clock, &o, b->now);
}

/* Other limits by a command: instead of the directive's, until that changes. */
static void other_limits(void **state)
{
	struct clock_limits l = limits;	/* makestep 1 3 */
	struct bench b;

	(void)state;
	begin(&b, &l, NULL);
	for (int i = 0; i < 3; i++)
		assert_true(steps(&b, IPC_STEP_MAKESTEP, 2));
	assert_false(steps(&b, IPC_STEP_MAKESTEP, 2));
	set_makestep(&b, 0.1, 2);
	assert_false(steps(&b, IPC_STEP_MAKESTEP, 0.1));
	assert_true(steps(&b, IPC_STEP_MAKESTEP, 0.11));
	assert_true(steps(&b, IPC_STEP_MAKESTEP, -0.11));
	assert_false(steps(&b, IPC_STEP_MAKESTEP, 5));
	set_makestep(&b, 1, -1);
	for (int i = 0; i < 9; i++)
		assert_true(steps(&b, IPC_STEP_MAKESTEP, 2));
	set_makestep(&b, NAN, 5);	/* no order */
	assert_true(steps(&b, IPC_STEP_MAKESTEP, 2));
	clock_renew(&b.clock, &l);
	assert_true(steps(&b, IPC_STEP_MAKESTEP, 2));
	l.makestep_limit = 2;
	clock_renew(&b.clock, &l);
	assert_false(steps(&b, IPC_STEP_MAKESTEP, 2));
	set_makestep(&b, 0, 0);
	assert_false(steps(&b, IPC_STEP_MAKESTEP, 1e6));
}

static struct clock_limits with_maxchange(int start)
{
	struct clock_limits l = limits;

	l.has_maxchange = true;
	l.maxchange_s = 0.5;
	l.maxchange_start = start;
	return l;
}

static void maxchange(void **state)
{
	struct clock_limits l = with_maxchange(0);
	struct ipc_clock_memory memory;
	struct bench b;

	(void)state;
	l.makestep_limit = -1;
	l.makestep_threshold_s = 0.1;
	begin(&b, &l, NULL);
	assert_false(slews(&b, 0.6));
	assert_false(steps(&b, IPC_STEP_MAKESTEP, -0.6));
	assert_true(steps(&b, IPC_STEP_MAKESTEP, -0.4));
	assert_true(slews(&b, 0.5));
	/* what is on its way is no new change, and may be ended */
	pass(&b, 1);
	assert_true(slews(&b, slew_left(&b.clock, b.now)));
	assert_true(slews(&b, 0));
	/* from one way to the other it is the sum */
	assert_true(slews(&b, 0.3));
	assert_false(slews(&b, -0.3));
	assert_true(slews(&b, 0.7));
	assert_false(slews(&b, 1.3));
	assert_int_equal(b.clock.memory.changes, 0);
	/* the first ones are free, since boot */
	l = with_maxchange(2);
	begin(&b, &l, NULL);
	assert_true(steps(&b, IPC_STEP_MAKESTEP, 100));
	assert_true(slews(&b, -3));
	assert_int_equal(b.clock.memory.changes, 2);
	assert_true(slews(&b, 0));
	assert_false(slews(&b, 3));
	memory = b.clock.memory;
	begin(&b, &l, &memory);
	assert_false(slews(&b, 3));
}

/* What an operator orders, and what others have done to the clock. */
static void maxchange_has_its_reasons(void **state)
{
	struct clock_limits l = with_maxchange(0);
	struct tm end = { .tm_year = 126, .tm_mon = 11, .tm_mday = 31,
	    .tm_hour = 23, .tm_min = 59, .tm_sec = 59 };
	struct bench b;

	(void)state;
	begin(&b, &l, NULL);
	order(&b, IPC_ORDER_STEP);
	assert_true(steps(&b, IPC_STEP_OPERATOR, 77));
	assert_false(slews(&b, 3));
	order(&b, IPC_ORDER_CHANGE);
	assert_true(slews(&b, 3));
	assert_true(slews(&b, 0));
	assert_false(slews(&b, 3));
	/* date -s: as much may be taken back, once */
	b.wall = wall_add(b.wall, -20);
	assert_false(slews(&b, 21));
	assert_true(slews(&b, 20));
	assert_true(slews(&b, 0));
	assert_false(slews(&b, 20));
	/* our own step is not somebody's */
	pass(&b, 2);
	order(&b, IPC_ORDER_STEP);
	assert_true(steps(&b, IPC_STEP_OPERATOR, 30));
	pass(&b, 2);
	assert_false(slews(&b, -30));
	/* a leap second that is slewed away */
	b.clock.moved_s = 0;
	assert_false(slews(&b, -1));
	b.wall = (struct wall_time){ (int64_t)timegm(&end) * NS_PER_S };
	b.clock.is_apart_known = false;
	assert_true(slews(&b, -1));
	assert_int_equal(b.clock.memory.changes, 0);
}

/* Neither the log nor horad is flooded; the next second is another one. */
static void floods(void **state)
{
	struct bench b;
	int said = 0, done = 0;

	(void)state;
	begin(&b, &limits, NULL);
	pass(&b, 1);
	for (int i = 0; i < 2 * CLOCK_ASKED_MOST; i++) {
		adjust(&b, 0, 1, i % 2 ? 80000 : 90000);
		said += b.out.why != NULL;
		done += b.out.op_count > 0;
		perform(&b);
	}
	assert_int_equal(said, CLOCK_SAID_MOST);
	assert_int_equal(done, CLOCK_ASKED_MOST / 2);
	pass(&b, 1);
	assert_true(slews(&b, 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_step_wants_an_order),
		cmocka_unit_test(once),
		cmocka_unit_test(forward),
		cmocka_unit_test(other_limits),
		cmocka_unit_test(maxchange),
		cmocka_unit_test(maxchange_has_its_reasons),
		cmocka_unit_test(floods),
	};

	return cmocka_run_group_tests_name("hora-clock/orders", tests, NULL,
	    NULL);
}
