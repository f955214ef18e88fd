/* SPDX-License-Identifier: Apache-2.0 */
/* Who there is, who gets what, and how it begins and ends. */
#include "unit/horad/horad_lab.h"

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

		if (horad_roles(&config, cases[i].flags, false) !=
		    cases[i].roles)
			fail_msg("%s: %x, not %x", cases[i].name,
			    horad_roles(&config, cases[i].flags, false),
			    cases[i].roles);
		/* a rule by command lets somebody in; a port is needed */
		assert_int_equal(horad_roles(&config, cases[i].flags, true),
		    cases[i].roles | (config.port != 0 &&
		    (!(cases[i].flags & IPC_ONCE_PRINT) || config.has_port) ?
		    R(SERVE) : 0));
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
	horad_hello(&w.h, ROLE_CLOCK, at(&w, 42));
	expect(&w, ".C");		/* no use for it, nor ever will be */
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
		cmocka_unit_test(the_end_has_its_order),
		cmocka_unit_test(who_does_not_end_is_killed),
		cmocka_unit_test(a_role_between_two_lives_does_not_hold_up_the_end),
		cmocka_unit_test(supervised_roles_come_by_themselves),
	};

	return cmocka_run_group_tests_name("horad/horad", tests, NULL, NULL);
}
