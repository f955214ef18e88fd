/* SPDX-License-Identifier: Apache-2.0 */
/* Timing, bursts, reachability and commands of an association without NTS. */
#include "unit/ntp/assoc_lab.h"

static void test_request_discloses_nothing(void **state)
{
	static const uint8_t zero[36];
	uint64_t nonce;
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	in_range("first request", lab_timer(&l), 0, 0);
	assert_true(l.out.send);
	assert_int_equal(l.out.length, 48);
	assert_int_equal(l.request[0], 0x23);	/* leap 0, version 4, client */
	assert_int_equal(l.request[1], 0);
	assert_int_equal(l.request[2], 6);
	assert_int_equal(l.request[3], 32);
	assert_memory_equal(l.request + 4, zero, sizeof(zero));
	assert_true(lab_answer(&l).origin == l.a.nonce);
	memcpy(&nonce, l.random, sizeof(nonce));
	assert_true(l.a.nonce == nonce);
	assert_int_equal(l.a.count.sent, 1);
}

static void test_nonce_is_never_zero(void **state)
{
	static const uint8_t zero[8];
	struct lab l;
	struct assoc_in in = { .event = ASSOC_TIMER };

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	in.now = l.a.wake;
	in.view = &l.view;
	in.random = l.random;
	assert_memory_equal(l.random, zero, 8);
	assoc_step(&l.a, &in, &l.out);
	assert_true(l.out.send);
	assert_memory_not_equal(l.out.packet + 40, zero, 8);
}

static void test_measurement(void **state)
{
	struct lab l;
	const struct assoc_report *r = &l.a.report;
	double precision_s = 0x1p-23 + 1e-7;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	/* The kernel's T1 is 10 us later than ours: that much less delay. */
	l.now = mono_add(l.now, 10e-6);
	lab_step(&l, ASSOC_SENT, NULL, 0, STAMP_KERNEL);
	l.now = mono_add(l.now, -10e-6);
	assert_int_equal(lab_good(&l), DROP_OK);
	assert_true(l.out.is_good && l.out.is_synchronised && l.out.is_valid);
	assert_true(l.out.close);
	in_range("offset", l.out.sample.offset_s, SERVER_FAST_S - 5e-6 - 2e-9,
	    SERVER_FAST_S - 5e-6 + 2e-9);
	in_range("delay", l.out.sample.delay_s, 2 * PATH_S - 10e-6 - 2e-9,
	    2 * PATH_S - 10e-6 + 2e-9);
	in_range("dispersion", l.out.sample.dispersion_s, precision_s,
	    precision_s + 2e-9);
	in_range("root delay", l.out.sample.root_delay_s, 0.00999, 0.01001);
	in_range("root dispersion", l.out.sample.root_dispersion_s, 0.01999,
	    0.02001);
	in_range("middle", (double)(lab_wall(&l).ns - l.out.sample.at.ns) * 1e-9,
	    0.000544, 0.000546);
	assert_int_equal(r->tests, 0x3ff);
	assert_int_equal(r->tx, STAMP_KERNEL);
	assert_int_equal(r->rx, STAMP_KERNEL);
	assert_int_equal(r->stratum, 2);
	assert_int_equal(l.a.stratum, 2);
	assert_int_equal(l.a.reach, 1);
	assert_int_equal(l.a.count.good, 1);
	assert_int_equal(l.a.count.kernel_tx, 1);
}

/* A delay below what both clocks can tell apart is not believed. */
static void test_delay_is_at_least_precision(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	h = lab_answer(&l);
	h.precision = -6;
	assert_int_equal(lab_deliver(&l, &h), DROP_OK);
	in_range("delay", l.out.sample.delay_s, 0x1p-6, 0x1p-6 + 2e-7);
}

/* T1 of the kernel counts from 0 to 1 s after ours. */
static void test_kernel_transmit_stamp(void **state)
{
	static const struct {
		double later_s;
		int taken;
	} cases[] = { { -1e-9, 0 }, { 0, 1 }, { 1, 1 }, { 1.000000001, 0 } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;

		lab_defaults(&l);
		lab_start(&l);
		lab_next_request(&l);
		l.now = mono_add(l.now, cases[i].later_s);
		lab_step(&l, ASSOC_SENT, NULL, 0, STAMP_KERNEL);
		assert_int_equal(l.a.count.kernel_tx, cases[i].taken);
		assert_int_equal(l.a.t1.source == STAMP_KERNEL, cases[i].taken);
	}
}

/* A clock at the epoch still gets its exact offset, in nanoseconds near 0. */
static void test_measurement_over_decades(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	l.a.t1.wall.ns -= WALL_AT_0;
	l.a.t1.free.ns -= WALL_AT_0;
	h = lab_answer(&l);
	l.now.ns -= WALL_AT_0;
	assert_int_equal(lab_deliver(&l, &h), DROP_OK);
	in_range("offset", l.out.sample.offset_s, 1.8e9, 1.8e9 + 0.01);
	in_range("delay", l.out.sample.delay_s, 2 * PATH_S - 2e-9,
	    2 * PATH_S + 2e-9);
}

static void test_iburst_of_four_answers(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	in_range("first", lab_next_request(&l), 0, 0);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lab_good(&l), DROP_OK);
		in_range("burst", lab_next_request(&l), 2, 2.04);
	}
	assert_int_equal(lab_good(&l), DROP_OK);
	assert_int_equal(l.a.burst_total, 0);
	in_range("after it", lab_next_request(&l), 64, 65.28);
}

static void test_iburst_without_answers(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	lab_next_request(&l);
	for (int i = 1; i < 8; i++)
		in_range("burst", lab_next_request(&l), 2, 2.04);
	assert_int_equal(l.requests, 8);
	/* Seven times without answer: 1.75 on the score. */
	assert_int_equal(l.a.poll, 7);
	in_range("score", l.a.score, 0.7499, 0.7501);
	in_range("after it", lab_next_request(&l), 128 * exp2(0.75),
	    128 * exp2(0.75) * 1.02);
	assert_int_equal(l.a.reach, 0);
	assert_int_equal(l.a.reach_size, 8);
}

static void test_burst_spacing_of_short_polls(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	l.config.minpoll = 1;
	lab_start(&l);
	lab_next_request(&l);
	in_range("burst", lab_next_request(&l), 0.5, 0.51);
}

/* The socket of a request waits maxdelay + 4 s; the next one replaces it. */
static void test_socket_lifetime(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	in_range("close", lab_timer(&l), 7, 7);
	assert_true(l.out.close && !l.out.send && !l.a.is_open);
	assert_int_equal(lab_good(&l), DROP_NO_REQUEST);
	lab_next_request(&l);
	assert_false(l.out.close);

	lab_defaults(&l);
	l.config.minpoll = 2;
	lab_start(&l);
	lab_next_request(&l);
	in_range("next", lab_timer(&l), 4, 4.08);
	assert_true(l.out.send && l.a.is_open);
}

static void test_reach_register(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	assert_false(l.out.reach_changed);
	lab_good(&l);
	assert_int_equal(l.a.reach, 1);
	lab_next_request(&l);
	assert_int_equal(l.a.reach, 1);		/* nothing is missed yet */
	lab_next_request(&l);
	assert_int_equal(l.a.reach, 2);
	assert_true(l.out.reach_changed);
	lab_good(&l);
	assert_int_equal(l.a.reach, 5);
	lab_next_request(&l);
	h = lab_answer(&l);
	h.leap = 3;
	assert_int_equal(lab_deliver(&l, &h), DROP_UNSYNC);
	assert_true(l.out.is_valid && !l.out.is_synchronised && l.out.close);
	assert_int_equal(l.a.reach, 10);
	assert_int_equal(l.a.reach_size, 4);
}

static void test_offline_and_online(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	for (int i = 0; i < 4; i++) {
		lab_next_request(&l);
		lab_good(&l);
	}
	lab_next_request(&l);
	assoc_online(&l.a, false, l.now);
	assert_int_equal(l.a.reach_size, 0);
	assert_int_equal(lab_good(&l), DROP_NO_REQUEST);
	lab_timer(&l);
	assert_true(l.out.close && !l.out.send);
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
	/* The interval since the last request is kept; then a burst. */
	l.now = mono_add(l.now, 10);
	assoc_online(&l.a, true, l.now);
	in_range("online", lab_next_request(&l), 64, 65.28);
	in_range("burst", lab_next_request(&l), 2, 2.04);
	/* After a longer pause it asks at once. */
	assoc_online(&l.a, false, l.now);
	lab_timer(&l);
	l.now = mono_add(l.now, 1000);
	assoc_online(&l.a, true, l.now);
	in_range("later", lab_timer(&l), 0.2, 0.204);
	assert_true(l.out.send);
}

static void test_starts_offline(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.offline = true;
	lab_start(&l);
	assert_false(assoc_is_active(&l.a));
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
}

static void test_burst_of_an_offline_source(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.offline = true;
	lab_start(&l);
	/* Two good ones are asked for and come. */
	assoc_burst(&l.a, 2, 5, l.now);
	assert_true(assoc_is_active(&l.a));
	in_range("first", lab_next_request(&l), 0, 0);
	lab_good(&l);
	in_range("second", lab_next_request(&l), 2, 2.04);
	assert_int_equal(lab_good(&l), DROP_OK);
	assert_true(l.out.is_good && l.out.close);
	assert_false(assoc_is_active(&l.a));
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
	/* None come: three requests, then the last answer's time is over. */
	l.requests = 0;
	l.now = mono_add(l.now, 100);
	assoc_burst(&l.a, 2, 3, l.now);
	for (int i = 0; i < 3; i++)
		lab_next_request(&l);
	in_range("end", lab_timer(&l), 7, 7);
	assert_true(l.out.close && !l.out.send);
	assert_int_equal(l.requests, 3);
	assert_false(assoc_is_active(&l.a));
}

static void test_send_failures(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	/* Unreachable: the burst goes on until the network comes. */
	for (int i = 0; i < 20; i++) {
		lab_next_request(&l);
		lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
		assert_true(l.out.close && !l.a.is_open);
		assert_int_equal(l.a.burst_total, 8);
	}
	assert_int_equal(l.a.count.sent, 0);
	assert_int_equal(l.a.poll, 6);
	assert_true(l.a.score == 0);
	assert_int_equal(l.a.reach_size, 8);
	in_range("spacing", lab_next_request(&l), 2, 2.04);
	lab_good(&l);
	/* Reachable: it counts. */
	lab_next_request(&l);
	assert_int_equal(l.a.burst_total, 6);
	lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	assert_int_equal(l.a.burst_total, 6);
	/* Also for a burst by command. */
	assoc_online(&l.a, false, l.now);
	lab_timer(&l);
	assoc_burst(&l.a, 1, 2, l.now);
	for (int i = 0; i < 2; i++) {
		lab_next_request(&l);
		lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	}
	lab_timer(&l);
	assert_false(l.out.send);
	assert_false(assoc_is_active(&l.a));
}

static void test_last_of_burst_fails(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	for (int i = 0; i < 8; i++)
		lab_next_request(&l);
	assert_int_equal(l.a.burst_total, 0);
	lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	assert_int_equal(l.a.burst_total, 1);
	in_range("again", lab_next_request(&l), 2, 2.04);
	/* A failure outside a burst does not start one. */
	lab_next_request(&l);
	lab_step(&l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	assert_int_equal(l.a.burst_total, 0);
}

static void test_reset(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	lab_good(&l);
	assoc_interval(&l.a, 300);
	assert_int_equal(l.a.poll, 8);
	lab_next_request(&l);
	assoc_reset(&l.a, l.now);
	assert_int_equal(l.a.poll, 6);
	assert_true(l.a.score == 0);
	assert_int_equal(l.a.reach_size, 0);
	assert_false(l.a.report.has_response);
	assert_int_equal(lab_good(&l), DROP_NO_REQUEST);
	in_range("next", lab_next_request(&l), 2, 2.04);
	assert_int_equal(lab_good(&l), DROP_OK);
}

/* A step between T1 and T4 does not spoil the sample. */
static void test_step_during_exchange(void **state)
{
	struct lab l;
	struct ntp_header h;
	int64_t step_ns = 100 * NS_PER_S;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	h = lab_answer(&l);
	assoc_clock_stepped(&l.a, (double)step_ns * 1e-9);
	l.now.ns += step_ns;		/* the lab's wall clock follows it */
	assert_int_equal(lab_deliver(&l, &h), DROP_OK);
	in_range("offset", l.out.sample.offset_s, SERVER_FAST_S - 100 - 1e-6,
	    SERVER_FAST_S - 100 + 1e-6);
	in_range("delay", l.out.sample.delay_s, 2 * PATH_S - 1e-7,
	    2 * PATH_S + 1e-7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request_discloses_nothing),
		cmocka_unit_test(test_nonce_is_never_zero),
		cmocka_unit_test(test_measurement),
		cmocka_unit_test(test_delay_is_at_least_precision),
		cmocka_unit_test(test_kernel_transmit_stamp),
		cmocka_unit_test(test_measurement_over_decades),
		cmocka_unit_test(test_iburst_of_four_answers),
		cmocka_unit_test(test_iburst_without_answers),
		cmocka_unit_test(test_burst_spacing_of_short_polls),
		cmocka_unit_test(test_socket_lifetime),
		cmocka_unit_test(test_reach_register),
		cmocka_unit_test(test_offline_and_online),
		cmocka_unit_test(test_starts_offline),
		cmocka_unit_test(test_burst_of_an_offline_source),
		cmocka_unit_test(test_send_failures),
		cmocka_unit_test(test_last_of_burst_fails),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_step_during_exchange),
	};

	return cmocka_run_group_tests_name("ntp/assoc", tests, NULL, NULL);
}
