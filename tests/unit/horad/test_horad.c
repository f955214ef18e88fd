/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/horad.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define ALL (R(CLOCK) | R(ENGINE) | R(SERVE) | R(KE_SERVER) | R(KE_CLIENT))

/* Effects as a line of text: "+C" start, "!E" kill, ".S" stop, "<E" handed... */
struct world {
	struct horad h;
	char seen[1024];
	int start_rc;
	int stopping;
	int finished;		/* exit status, -1 = not finished */
	int handed_config, handed_restart;
	double now_s;
};

static const char letters[ROLE_COUNT] = { 'H', 'C', 'E', 'S', 'K', 'L' };

static void note(struct world *w, const char *what, enum role role)
{
	size_t n = strlen(w->seen);

	snprintf(w->seen + n, sizeof(w->seen) - n, "%s%c", what,
	    letters[role]);
}

static int do_start(void *arg, enum role role)
{
	struct world *w = arg;

	note(w, "+", role);
	return w->start_rc;
}

static void do_hand_out(void *arg, enum role role, const struct handout *what,
    bool is_restart)
{
	struct world *w = arg;

	if (what->kind == HAND_CONFIG) {
		w->handed_config++;
		w->handed_restart += is_restart;
	}
	if (what->kind == HAND_PEER) {
		note(w, "=", role);
		note(w, "", (enum role)what->what);
	}
}

static void do_stop(void *arg, enum role role)
{
	note(arg, ".", role);
}

static void do_kill(void *arg, enum role role)
{
	note(arg, "!", role);
}

static void do_ready(void *arg)
{
	struct world *w = arg;

	strcat(w->seen, "READY");
}

static void do_stopping(void *arg)
{
	struct world *w = arg;

	w->stopping++;
}

static void do_finished(void *arg, int status)
{
	struct world *w = arg;

	w->finished = status;
}

static void do_log(void *arg, enum severity severity, const char *text)
{
	(void)arg;
	(void)severity;
	(void)text;
}

static struct mono_time at(struct world *w, double now_s)
{
	w->now_s = now_s;
	return (struct mono_time){ interval_ns(now_s) };
}

static void begin(struct world *w, unsigned roles, bool is_supervised)
{
	struct horad_effects effects = { w, do_start, do_hand_out, do_stop,
		do_kill, do_ready, do_stopping, do_finished, do_log };

	memset(w, 0, sizeof(*w));
	w->finished = -1;
	horad_init(&w->h, &effects, roles, is_supervised);
	horad_start(&w->h, at(w, 0));
}

/* Everything is up, and what was seen until then forgotten. */
static void bring_up(struct world *w, unsigned roles)
{
	begin(w, roles, false);
	for (int r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			horad_hello(&w->h, (enum role)r, at(w, 0));
	for (int r = 0; r < ROLE_COUNT; r++)
		if (roles & 1u << r)
			horad_ready(&w->h, (enum role)r, at(w, 0));
	w->seen[0] = '\0';
	w->handed_config = 0;
}

static void expect(struct world *w, const char *seen)
{
	assert_string_equal(w->seen, seen);
	w->seen[0] = '\0';
}

/* --- who there is, who gets what ------------------------------------------- */

static void roles_follow_the_configuration(void **state)
{
	struct access_rule_config allow = { .is_allow = true }, deny = { 0 };
	static const unsigned base = R(ENGINE) | R(KE_CLIENT);
	const struct {
		const char *name;
		struct access_rule_config *rule;
		uint16_t port;
		bool has_port;
		size_t pairs;
		uint32_t flags;
		unsigned roles;
	} cases[] = {
		{ "client", NULL, 123, false, 0, 0, base | R(CLOCK) },
		{ "-x", NULL, 123, false, 0, IPC_NO_CLOCK, base },
		{ "allow", &allow, 123, false, 0, 0,
			base | R(CLOCK) | R(SERVE) },
		{ "deny", &deny, 123, false, 0, 0, base | R(CLOCK) },
		{ "port 0", &allow, 0, true, 0, 0, base | R(CLOCK) },
		{ "-Q", &allow, 123, false, 0, IPC_ONCE_PRINT | IPC_NO_CLOCK,
			base },
		{ "-Q and a port", &allow, 123, true, 0,
			IPC_ONCE_PRINT | IPC_NO_CLOCK, base | R(SERVE) },
		{ "certificates", &allow, 123, false, 1, 0, ALL },
		{ "certificates, port 0", &allow, 0, true, 1, 0,
			base | R(CLOCK) | R(KE_SERVER) },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct config config = { .allow = cases[i].rule,
			.allow_count = cases[i].rule != NULL,
			.port = cases[i].port, .has_port = cases[i].has_port,
			.pair_count = cases[i].pairs };

		if (horad_roles(&config, cases[i].flags) != cases[i].roles)
			fail_msg("%s: %x, not %x", cases[i].name,
			    horad_roles(&config, cases[i].flags),
			    cases[i].roles);
	}
}

static bool gets(enum role role, enum handout_kind kind)
{
	const struct handout *items;
	size_t count = horad_handouts(role, &items);

	for (size_t i = 0; i < count; i++)
		if (items[i].kind == kind)
			return true;
	return false;
}

static void secrets_go_only_where_they_are_used(void **state)
{
	const struct handout *items;

	(void)state;
	for (int r = ROLE_CLOCK; r < ROLE_COUNT; r++) {
		bool is_server = r == ROLE_SERVE || r == ROLE_KE_SERVER;

		assert_true(horad_handouts((enum role)r, &items) > 0);
		assert_int_equal(items[0].kind, HAND_CONFIG);
		assert_int_equal(gets((enum role)r, HAND_KEYRING), is_server);
		assert_int_equal(gets((enum role)r, HAND_CREDENTIALS),
		    r == ROLE_KE_SERVER);
		assert_int_equal(gets((enum role)r, HAND_CLOCK_MEMORY),
		    r == ROLE_CLOCK);
	}
}

static void every_page_has_one_writer(void **state)
{
	int writers[IPC_PAGE_KE + 1] = { 0 };

	(void)state;
	for (int r = ROLE_CLOCK; r < ROLE_COUNT; r++) {
		const struct handout *items;
		size_t count = horad_handouts((enum role)r, &items);

		for (size_t i = 0; i < count; i++)
			if (items[i].kind == HAND_PAGE)
				writers[items[i].what] += items[i].is_writable;
	}
	for (int p = 0; p <= IPC_PAGE_KE; p++)
		assert_int_equal(writers[p], 1);
}

/* --- start ----------------------------------------------------------------- */

static void neighbours_get_one_channel(void **state)
{
	struct world w;

	(void)state;
	begin(&w, ALL, false);
	expect(&w, "+C+E+S+K+L");
	horad_hello(&w.h, ROLE_CLOCK, at(&w, 0.1));
	expect(&w, "");			/* nobody there yet */
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 0.1));
	expect(&w, "=EC");
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 0.1));
	expect(&w, "=LE");
	horad_hello(&w.h, ROLE_SERVE, at(&w, 0.1));
	expect(&w, "");
	assert_int_equal(w.handed_config, 4);
	assert_int_equal(w.handed_restart, 0);
}

static void ready_is_told_once_all_are(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE) | R(KE_CLIENT), false);
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 0));
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 0));
	w.seen[0] = '\0';
	horad_ready(&w.h, ROLE_ENGINE, at(&w, 0));
	expect(&w, "");
	horad_ready(&w.h, ROLE_KE_CLIENT, at(&w, 0));
	expect(&w, "READY");
	horad_ready(&w.h, ROLE_KE_CLIENT, at(&w, 0));
	expect(&w, "");
}

static void a_role_that_can_not_start_ends_everything(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE) | R(KE_CLIENT), false);
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 0));
	w.seen[0] = '\0';
	horad_gone(&w.h, ROLE_KE_CLIENT, at(&w, 1));
	expect(&w, ".E");
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 1));
	assert_int_equal(w.finished, 1);

	memset(&w, 0, sizeof(w));
	begin(&w, ALL, false);
	for (int r = ROLE_CLOCK; r < ROLE_COUNT; r++)
		horad_gone(&w.h, (enum role)r, at(&w, 1));
	assert_int_equal(w.finished, 1);
}

/* --- restarts -------------------------------------------------------------- */

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
				horad_alive(&w.h, (enum role)r);
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
		horad_alive(&w.h, ROLE_CLOCK);
		horad_alive(&w.h, ROLE_ENGINE);
		horad_alive(&w.h, ROLE_KE_CLIENT);
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
	expect(&w, ".S");			/* no use for it now */
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

/* --- the end --------------------------------------------------------------- */

static void the_end_has_its_order(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, ALL);
	horad_stop(&w.h, 0, at(&w, 10));
	expect(&w, ".E");
	horad_stop(&w.h, 1, at(&w, 10));	/* the first status counts */
	horad_gone(&w.h, ROLE_KE_CLIENT, at(&w, 10.1));
	expect(&w, "");				/* and nothing comes back */
	horad_stopped(&w.h, ROLE_ENGINE);
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 10.1));
	expect(&w, ".C");
	horad_gone(&w.h, ROLE_CLOCK, at(&w, 10.2));
	expect(&w, ".S.K");
	horad_gone(&w.h, ROLE_SERVE, at(&w, 10.3));
	assert_int_equal(w.finished, -1);
	horad_gone(&w.h, ROLE_KE_SERVER, at(&w, 10.3));
	assert_int_equal(w.finished, 0);
	assert_int_equal(w.stopping, 1);
	assert_true(horad_wake(&w.h).ns == MONO_NEVER.ns);
}

static void who_does_not_end_is_killed(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, R(ENGINE) | R(KE_CLIENT));
	horad_stop(&w.h, 0, at(&w, 10));
	expect(&w, ".E");
	assert_true(horad_wake(&w.h).ns == interval_ns(15));
	horad_timer(&w.h, at(&w, 14.9));
	expect(&w, "");
	horad_timer(&w.h, at(&w, 15));
	expect(&w, "!E");
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 15.1));
	expect(&w, ".L");
	horad_gone(&w.h, ROLE_KE_CLIENT, at(&w, 15.1));
	assert_int_equal(w.finished, 0);
}

static void a_role_between_two_lives_does_not_hold_up_the_end(void **state)
{
	struct world w;

	(void)state;
	bring_up(&w, R(ENGINE) | R(KE_CLIENT));
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 10));
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 10));
	w.seen[0] = '\0';
	horad_stop(&w.h, 0, at(&w, 10.1));
	expect(&w, ".L");
	horad_timer(&w.h, at(&w, 11));
	expect(&w, "");
	horad_gone(&w.h, ROLE_KE_CLIENT, at(&w, 11));
	assert_int_equal(w.finished, 0);
}

/* --- roles that systemd starts --------------------------------------------- */

static void supervised_roles_come_by_themselves(void **state)
{
	struct world w;

	(void)state;
	begin(&w, R(ENGINE) | R(KE_CLIENT), true);
	expect(&w, "READY");
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 1));
	horad_hello(&w.h, ROLE_KE_CLIENT, at(&w, 2));
	expect(&w, "=LE");
	horad_ready(&w.h, ROLE_ENGINE, at(&w, 2));
	horad_gone(&w.h, ROLE_ENGINE, at(&w, 3));
	horad_timer(&w.h, at(&w, 40));
	expect(&w, "");			/* not ours to start */
	horad_hello(&w.h, ROLE_ENGINE, at(&w, 41));
	expect(&w, "=EL");
	assert_int_equal(w.handed_restart, 1);
	horad_hello(&w.h, ROLE_SERVE, at(&w, 42));
	expect(&w, ".S");		/* no use for it */
	horad_stop(&w.h, 0, at(&w, 50));
	expect(&w, ".E");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(roles_follow_the_configuration),
		cmocka_unit_test(secrets_go_only_where_they_are_used),
		cmocka_unit_test(every_page_has_one_writer),
		cmocka_unit_test(neighbours_get_one_channel),
		cmocka_unit_test(ready_is_told_once_all_are),
		cmocka_unit_test(a_role_that_can_not_start_ends_everything),
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
		cmocka_unit_test(a_willing_end_is_no_failure),
		cmocka_unit_test(the_end_has_its_order),
		cmocka_unit_test(who_does_not_end_is_killed),
		cmocka_unit_test(a_role_between_two_lives_does_not_hold_up_the_end),
		cmocka_unit_test(supervised_roles_come_by_themselves),
	};

	return cmocka_run_group_tests_name("horad/horad", tests, NULL, NULL);
}
