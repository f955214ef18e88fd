/* SPDX-License-Identifier: Apache-2.0 */
/* Which form of NTP over PTP a request has. */
#include "unit/ntp/assoc_lab.h"

#define OTHER(form) ((form) == PTP_STANDARD ? PTP_EXPERIMENTAL : PTP_STANDARD)
#define TO_UNREACHABLE 8	/* requests without answer */

/* A server of one form: it answers a request of that one alone. */
static enum ptp_form ask(struct lab *l, enum ptp_form server)
{
	enum ptp_form form;

	lab_next_request(l);
	form = l->out.form;
	if (form == server)
		assert_int_equal(lab_good(l), DROP_OK);
	return form;
}

static enum ptp_form ask_nobody(struct lab *l)
{
	lab_next_request(l);
	return l->out.form;
}

/* The standard form first, then by turns. */
static void test_alternates(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(ask_nobody(&l), PTP_STANDARD);
		assert_int_equal(ask_nobody(&l), PTP_EXPERIMENTAL);
	}
}

/* Found by the second request at the latest, and kept. */
static void test_sticks(void **state)
{
	(void)state;
	for (int form = PTP_STANDARD; form <= PTP_EXPERIMENTAL; form++) {
		enum ptp_form server = (enum ptp_form)form;
		struct lab l;

		lab_defaults(&l);
		lab_start(&l);
		assert_int_equal(ask(&l, server), PTP_STANDARD);
		if (server != PTP_STANDARD)
			assert_int_equal(ask(&l, server), server);
		for (int i = 0; i < 20; i++)
			assert_int_equal(ask(&l, server), server);
		/* What gets lost on the way is no reason to try the other. */
		for (int i = 0; i < TO_UNREACHABLE - 1; i++)
			assert_int_equal(ask_nobody(&l), server);
		assert_int_equal(ask(&l, server), server);
		assert_int_equal(ask(&l, server), server);
	}
}

/* The server is another release now, and may be the old one again. */
static void test_finds_again(void **state)
{
	enum ptp_form server = PTP_STANDARD;
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	for (int turn = 0; turn < 3; turn++) {
		for (int i = 0; i < 10; i++)
			ask(&l, server);
		assert_int_equal(l.a.reach, 0xff);
		server = OTHER(server);
		for (int i = 0; i < TO_UNREACHABLE; i++)
			assert_int_equal(ask(&l, server), OTHER(server));
		assert_int_equal(ask(&l, server), server);
		assert_int_equal(ask(&l, server), server);
	}
}

/* Unreachable for long: by turns again, until somebody answers. */
static void test_alternates_again(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	ask(&l, PTP_STANDARD);
	for (int i = 0; i < TO_UNREACHABLE; i++)
		assert_int_equal(ask_nobody(&l), PTP_STANDARD);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(ask_nobody(&l), PTP_EXPERIMENTAL);
		assert_int_equal(ask_nobody(&l), PTP_STANDARD);
	}
}

/* What an earlier life reached says nothing of the form. */
static void test_restored(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	assoc_restore(&l.a, 0xff, 8, 2, 0);
	assert_int_equal(ask(&l, PTP_EXPERIMENTAL), PTP_STANDARD);
	assert_true(l.a.reach != 0);
	assert_int_equal(ask(&l, PTP_EXPERIMENTAL), PTP_EXPERIMENTAL);
}

/* An answer without the time is one, though nothing is reachable by it. */
static void test_unsynchronised(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	ask_nobody(&l);
	for (int i = 0; i < 10; i++) {
		struct ntp_header h;

		assert_int_equal(ask_nobody(&l), PTP_EXPERIMENTAL);
		h = lab_answer(&l);
		h.leap = NTP_LEAP_UNSYNC;
		lab_deliver(&l, &h);
		assert_true(l.out.is_valid);
		assert_int_equal(l.a.reach, 0);
	}
}

/* A response that is not valid is none. */
static void test_bogus(void **state)
{
	struct ntp_header h;
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	assert_int_equal(ask_nobody(&l), PTP_STANDARD);
	h = lab_answer(&l);
	h.origin ^= 1;
	lab_deliver(&l, &h);
	assert_false(l.out.is_valid);
	assert_int_equal(ask_nobody(&l), PTP_EXPERIMENTAL);
}

/* What never left was no try. */
static void test_send_failed(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask_nobody(&l), PTP_STANDARD);
		lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	}
	assert_int_equal(ask_nobody(&l), PTP_STANDARD);
	assert_int_equal(ask_nobody(&l), PTP_EXPERIMENTAL);
}

/* Commands and jumps of the clock do not change the server. */
static void test_reset(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	ask(&l, PTP_EXPERIMENTAL);
	ask(&l, PTP_EXPERIMENTAL);
	assoc_reset(&l.a, l.now);
	assert_int_equal(ask(&l, PTP_EXPERIMENTAL), PTP_EXPERIMENTAL);
	assoc_online(&l.a, false, l.now);
	lab_timer(&l);
	assoc_online(&l.a, true, l.now);
	assert_int_equal(ask(&l, PTP_EXPERIMENTAL), PTP_EXPERIMENTAL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_alternates),
		cmocka_unit_test(test_sticks),
		cmocka_unit_test(test_finds_again),
		cmocka_unit_test(test_alternates_again),
		cmocka_unit_test(test_restored),
		cmocka_unit_test(test_unsynchronised),
		cmocka_unit_test(test_bogus),
		cmocka_unit_test(test_send_failed),
		cmocka_unit_test(test_reset),
	};

	return cmocka_run_group_tests_name("ntp/assoc, form of requests", tests,
	    NULL, NULL);
}
