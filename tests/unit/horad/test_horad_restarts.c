/* SPDX-License-Identifier: Apache-2.0 */
/* Roles that die, hang, sleep or come late: when horad starts them again. */
#include "unit/horad/horad_lab.h"

static void restarts_come_later_and_later(void **state)
{
	static const double delays_s[] = { 0, 0.5, 1, 2, 4, 8, 16, 30, 30 };
	struct world w;
	double now_s = 10;

	(void)state;
	bring_up(&w, ALL);
	for (size_t i = 0; i < sizeof(delays_s) / sizeof(delays_s[0]); i++) {
		double due_s = now_s + delays_s[i];

		horad_gone(&w.h, ROLE_SERVE, at(&w, now_s));
		if (delays_s[i] > 0) {
			expect(&w, "");
			assert_true(horad_wake(&w.h).ns <= interval_ns(due_s));
			horad_timer(&w.h, at(&w, due_s - 0.01));
			expect(&w, "");
			horad_timer(&w.h, at(&w, due_s));
		}
		expect(&w, "+S");
		horad_hello(&w.h, ROLE_SERVE, at(&w, due_s));
		horad_ready(&w.h, ROLE_SERVE, at(&w, due_s));
		expect(&w, "");
		now_s = due_s + 1;
	}
	assert_int_equal(w.handed_restart, 9);
}

static void health_is_rewarded(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_gone(&w.h, ROLE_SERVE, at(&w, 10));
	expect(&w, "+S");
	horad_hello(&w.h, ROLE_SERVE, at(&w, 10));
	horad_ready(&w.h, ROLE_SERVE, at(&w, 10));
	horad_gone(&w.h, ROLE_SERVE, at(&w, 69.9));
	expect(&w, "");			/* not 60 s yet */
	horad_timer(&w.h, at(&w, 70.4));
	expect(&w, "+S");
	horad_hello(&w.h, ROLE_SERVE, at(&w, 70.4));
	horad_ready(&w.h, ROLE_SERVE, at(&w, 70.4));
	horad_gone(&w.h, ROLE_SERVE, at(&w, 130.4));
	expect(&w, "+S");
}

static void a_new_engine_meets_its_neighbours(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 10));
	expect(&w, "+E");
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 10.1));
	expect(&w, "=EC=EL");
	assert_int_equal(w.handed_restart, 1);
}

static void a_program_that_can_not_be_started_is_tried_again(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	w.start_rc = -ENOENT;
	horad_gone(&w.h, ROLE_SERVE, at(&w, 10));
	expect(&w, "+S");
	horad_timer(&w.h, at(&w, 10.4));
	expect(&w, "");
	w.start_rc = 0;
	horad_timer(&w.h, at(&w, 10.5));
	expect(&w, "+S");
	assert_int_equal(w.finished, -1);
}

static void silent_roles_are_killed(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	for (int i = 1; i <= 4; i++) {
		for (int r = ROLE_CLOCK; r < ROLE_COUNT; r++)
			if (r != ROLE_SERVE)
				horad_alive(&w.h, (enum role)r, w.h.next_check);
		expect(&w, "");
		horad_timer(&w.h, at(&w, 30.0 * i));
	}
	expect(&w, "!S");
}

/* A start that hangs is as bad as a role that does. */
static void roles_that_do_not_get_ready_are_killed(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_gone(&w.h, ROLE_SERVE, at(&w, 1));	/* hangs before hello */
	horad_gone(&w.h, ROLE_KE_SERVER, at(&w, 1));	/* and after it */
	horad_hello(&w.h, ROLE_KE_SERVER, at(&w, 1));
	expect(&w, "+S+K");
	for (int i = 1; i <= 4; i++) {
		horad_alive(&w.h, ROLE_CLOCK, w.h.next_check);
		horad_alive(&w.h, ROLE_ENGINE, w.h.next_check);
		horad_alive(&w.h, ROLE_KE_CLIENT, w.h.next_check);
		expect(&w, "");
		horad_timer(&w.h, at(&w, 30.0 * i));
	}
	expect(&w, "!S!K");
}

/* Each hello gives fresh channels to others: they are not to be drowned. */
static void a_second_hello_gets_nothing(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 1));
	expect(&w, "");
	assert_int_equal(w.handed_config, 0);
	horad_gone(&w.h, ROLE_KE_CLIENT, at(&w, 2));
	expect(&w, "+L");
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 2));
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 2));
	expect(&w, "=LE");
	assert_int_equal(w.handed_config, 1);
}

static void a_long_sleep_is_not_silence(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_timer(&w.h, at(&w, 100000));
	horad_timer(&w.h, at(&w, 100000.1));
	expect(&w, "");
}

static void other_roles_come_and_go(void **state)
{
	static const unsigned few = R(ENGINE) | R(KE_CLIENT);
	struct world w;

	(void)state;
	bring_up(&w, few);
	horad_set_roles(&w.h, few | R(SERVE), at(&w, 10));
	expect(&w, "+S");
	assert_true(horad_counts_on(&w.h, ROLE_SERVE));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 10));
	horad_ready(&w.h, ROLE_SERVE, at(&w, 10));
	expect(&w, "");			/* READY is not said again */
	horad_set_roles(&w.h, few | R(SERVE), at(&w, 11));
	expect(&w, "");
	/* without use: it ends, and does not come back */
	horad_set_roles(&w.h, few, at(&w, 12));
	expect(&w, ".S");
	assert_false(horad_counts_on(&w.h, ROLE_SERVE));
	horad_stopped(&w.h, ROLE_SERVE);
	horad_gone(&w.h, ROLE_SERVE, at(&w, 12.1));
	horad_timer(&w.h, at(&w, 60));
	expect(&w, "");
	/* wanted again before it was gone */
	horad_set_roles(&w.h, few | R(SERVE), at(&w, 70));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 70));
	horad_ready(&w.h, ROLE_SERVE, at(&w, 70));
	horad_set_roles(&w.h, few, at(&w, 80));
	horad_set_roles(&w.h, few | R(SERVE), at(&w, 80));
	horad_stopped(&w.h, ROLE_SERVE);
	horad_gone(&w.h, ROLE_SERVE, at(&w, 80.1));
	expect(&w, "+S.S+S");
	/* one that waits for its next start does not get it */
	horad_gone(&w.h, ROLE_SERVE, at(&w, 80.2));
	horad_gone(&w.h, ROLE_SERVE, at(&w, 80.3));
	expect(&w, "+S");
	horad_set_roles(&w.h, few, at(&w, 80.4));
	horad_timer(&w.h, at(&w, 200));
	expect(&w, "");
}

static void supervised_ones_are_waited_for(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE), true);
	expect(&w, "READY");
	assert_false(horad_counts_on(&w.h, ROLE_ENGINE));
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 1));
	assert_true(horad_counts_on(&w.h, ROLE_ENGINE));
	horad_set_roles(&w.h, R(ENGINE) | R(SERVE), at(&w, 2));
	expect(&w, "");
	assert_false(horad_counts_on(&w.h, ROLE_SERVE));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 3));
	expect(&w, "");				/* not sent away */
	horad_set_roles(&w.h, R(ENGINE), at(&w, 4));
	expect(&w, ".S");
	horad_gone(&w.h, ROLE_SERVE, at(&w, 4));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 5));
	expect(&w, "");				/* no use for it now */
	assert_int_equal(w.h.roles[ROLE_SERVE].state, ROLE_WAITING);
}

/* Servers that a reload may need are kept at hand, without anything. */
static void supervised_servers_wait_for_work(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE), true);
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 1));
	assert_false(horad_is_in_reach(&w.h, ROLE_SERVE));
	w.handed_config = 0;
	horad_hello(&w.h, ROLE_SERVE, at(&w, 1));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 2));
	horad_hello(&w.h, ROLE_KE_SERVER, at(&w, 2));
	expect(&w, "READY");
	assert_int_equal(w.handed_config, 0);
	assert_false(horad_has(&w.h, ROLE_SERVE));
	assert_false(horad_counts_on(&w.h, ROLE_SERVE));
	assert_true(horad_is_in_reach(&w.h, ROLE_SERVE));
	/* they need not say that they are alive */
	for (int i = 1; i <= 10; i++) {
		horad_alive(&w.h, ROLE_ENGINE, at(&w, 30 * i));
		horad_timer(&w.h, at(&w, 30.1 * i));
	}
	expect(&w, "");
	assert_true(horad_wake(&w.h).ns > at(&w, 301).ns);
	horad_set_roles(&w.h, R(ENGINE) | R(SERVE), at(&w, 302));
	expect(&w, "");
	assert_int_equal(w.handed_config, 1);
	assert_true(horad_counts_on(&w.h, ROLE_SERVE));
	/* one that dies while it waits is nobody's loss */
	horad_gone(&w.h, ROLE_KE_SERVER, at(&w, 303));
	horad_hello(&w.h, ROLE_KE_SERVER, at(&w, 304));
	/* they end with the others */
	horad_stop(&w.h, 0, at(&w, 305));
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 305));
	expect(&w, ".E.S.K");
	horad_gone(&w.h, ROLE_SERVE, at(&w, 305));
	horad_gone(&w.h, ROLE_KE_SERVER, at(&w, 305));
	assert_int_equal(w.finished, 0);
}

/* systemd starts what dies at once: it is held back as our own would be. */
static void supervised_ones_that_die_are_held_back(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE) | R(SERVE), true);
	horad_hello(&w.h, ROLE_SERVE, at(&w, 1));
	horad_gone(&w.h, ROLE_SERVE, at(&w, 2));
	w.handed_config = 0;
	horad_hello(&w.h, ROLE_SERVE, at(&w, 2));
	assert_int_equal(w.handed_config, 1);		/* the first time */
	horad_gone(&w.h, ROLE_SERVE, at(&w, 3));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 3.2));
	assert_int_equal(w.handed_config, 1);
	/* neither a reload nor a timer lets it go before its time */
	horad_set_roles(&w.h, R(ENGINE) | R(SERVE), at(&w, 3.3));
	horad_timer(&w.h, at(&w, 3.4));
	assert_int_equal(w.handed_config, 1);
	assert_int_equal(horad_wake(&w.h).ns, at(&w, 3.5).ns);
	horad_timer(&w.h, at(&w, 3.5));
	assert_int_equal(w.handed_config, 2);
	assert_true(horad_has(&w.h, ROLE_SERVE));
	/* nobody holds back one without use */
	horad_gone(&w.h, ROLE_SERVE, at(&w, 4));
	horad_hello(&w.h, ROLE_SERVE, at(&w, 4.1));
	horad_set_roles(&w.h, R(ENGINE), at(&w, 4.2));
	horad_timer(&w.h, at(&w, 20));
	assert_int_equal(w.handed_config, 2);
	horad_set_roles(&w.h, R(ENGINE) | R(SERVE), at(&w, 21));
	assert_int_equal(w.handed_config, 3);
	expect(&w, "READY");
}

/* A role may ask for a new start, but not over and over. */
static void a_willing_end_is_no_failure(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	for (int i = 1; i <= 5; i++) {
		horad_stopped(&w.h, ROLE_SERVE);
		horad_gone(&w.h, ROLE_SERVE, at(&w, 2 * i));
		expect(&w, "+S");
		horad_hello(&w.h, ROLE_SERVE, at(&w, 2 * i));
		horad_ready(&w.h, ROLE_SERVE, at(&w, 2 * i));
	}
	for (int i = 0; i < 2; i++) {
		horad_stopped(&w.h, ROLE_SERVE);
		horad_gone(&w.h, ROLE_SERVE, at(&w, 10.5));
		expect(&w, i == 0 ? "+S" : "");	/* the second one waits */
		horad_hello(&w.h, ROLE_SERVE, at(&w, 10.5));
		horad_ready(&w.h, ROLE_SERVE, at(&w, 10.5));
	}
}

/* As said to systemd's watchdog. */
static void only_who_steers_keeps_us_alive(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	assert_true(horad_is_lively(&w.h, at(&w, 45)));
	assert_false(horad_is_lively(&w.h, at(&w, 45.1)));
	for (int r = 0; r < ROLE_COUNT; r++)
		if (r != ROLE_CLOCK)
			horad_alive(&w.h, (enum role)r, at(&w, 30));
	assert_false(horad_is_lively(&w.h, at(&w, 45.1)));
	horad_alive(&w.h, ROLE_CLOCK, at(&w, 60));
	assert_true(horad_is_lively(&w.h, at(&w, 75)));
	assert_false(horad_is_lively(&w.h, at(&w, 75.1)));	/* the engine */
	horad_alive(&w.h, ROLE_ENGINE, at(&w, 76));
	assert_true(horad_is_lively(&w.h, at(&w, 105)));
	/* The others may be silent: they are started again, or are not needed. */
	assert_false(horad_is_lively(&w.h, at(&w, 105.1)));	/* the clock */
	/* One that is gone has no more to say, whoever is to start it again. */
	horad_alive(&w.h, ROLE_CLOCK, at(&w, 106));
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 107));
	assert_true(horad_is_lively(&w.h, at(&w, 121)));
	assert_false(horad_is_lively(&w.h, at(&w, 122)));
	/* Without a clock to steer only the engine counts. */
	bring_up(&w, R(ENGINE) | R(KE_CLIENT));
	horad_alive(&w.h, ROLE_ENGINE, at(&w, 100));
	assert_true(horad_is_lively(&w.h, at(&w, 145)));
	assert_false(horad_is_lively(&w.h, at(&w, 146)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restarts_come_later_and_later),
		cmocka_unit_test(health_is_rewarded),
		cmocka_unit_test(a_new_engine_meets_its_neighbours),
		cmocka_unit_test(a_program_that_can_not_be_started_is_tried_again),
		cmocka_unit_test(silent_roles_are_killed),
		cmocka_unit_test(roles_that_do_not_get_ready_are_killed),
		cmocka_unit_test(a_second_hello_gets_nothing),
		cmocka_unit_test(a_long_sleep_is_not_silence),
		cmocka_unit_test(other_roles_come_and_go),
		cmocka_unit_test(supervised_ones_are_waited_for),
		cmocka_unit_test(supervised_servers_wait_for_work),
		cmocka_unit_test(supervised_ones_that_die_are_held_back),
		cmocka_unit_test(a_willing_end_is_no_failure),
		cmocka_unit_test(only_who_steers_keeps_us_alive),
	};

	return cmocka_run_group_tests_name("horad: restarts", tests,
	    NULL, NULL);
}
