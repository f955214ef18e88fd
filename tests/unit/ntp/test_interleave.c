/* SPDX-License-Identifier: Apache-2.0 */
/* Interleaved mode of a client (RFC 9769), through an association. */
#include "unit/ntp/assoc_lab.h"

#define LATE_S 0.0003		/* response left so much later than it says */

/* A server that knows the mode: when its last response arrived and left. */
struct server {
	struct lab l;
	bool is_basic;		/* answers in basic mode only */
	uint64_t receive, left;	/* of the last response */
};

static void start(struct server *s)
{
	*s = (struct server){ 0 };
	lab_defaults(&s->l);
	s->l.config.xleave = true;
	lab_start(&s->l);
}

static struct ntp_header request(const struct server *s)
{
	struct ntp_header q;

	assert_int_equal(ntp_header_read(s->l.request, s->l.request_length, &q),
	    DROP_OK);
	return q;
}

/* The answer to the last request; every response leaves LATE_S too late. */
static struct ntp_header answer(struct server *s)
{
	struct ntp_header q = request(s), h = lab_answer(&s->l);

	if (!s->is_basic && q.origin != 0 && q.origin == s->receive) {
		h.origin = q.receive;
		h.transmit = s->left;
	}
	return h;
}

static enum drop deliver(struct server *s, const struct ntp_header *h)
{
	enum drop d;

	s->receive = h->receive;
	s->left = ntp_from_wall(wall_add(wall_from_ntp(h->receive),
	    HOLD_S + LATE_S));
	s->l.now = mono_add(s->l.now, LATE_S);
	d = lab_deliver(&s->l, h);
	return d;
}

/* The next request and its answer. */
static enum drop exchange(struct server *s)
{
	struct ntp_header h;

	lab_next_request(&s->l);
	h = answer(s);
	return deliver(s, &h);
}

static void test_request(void **state)
{
	struct server s;
	struct ntp_header q;
	uint64_t nonce, receive;

	(void)state;
	start(&s);
	lab_next_request(&s.l);
	q = request(&s);
	assert_true(q.origin == 0 && q.receive == 0);
	exchange(&s);
	lab_next_request(&s.l);
	q = request(&s);
	assert_true(q.origin == s.receive);
	memcpy(&receive, s.l.random + 64, sizeof(receive));
	memcpy(&nonce, s.l.random, sizeof(nonce));
	assert_true(s.l.a.interleave.receive == receive);
	assert_true(q.receive != q.transmit && receive != nonce);
	assert_int_equal(s.l.request_length, NTP_HEADER_SIZE);
	assert_int_equal(q.stratum, 0);
}

/* The random timestamps are neither 0 nor equal, whatever was drawn. */
static void test_random_that_does_not_do(void **state)
{
	struct interleave i = { .has_last = true, .last = { .t2 = 9 } };
	struct ntp_header h = { .transmit = 1 };
	uint8_t random[8] = { 0 };

	(void)state;
	interleave_request(&i, true, random, &h);
	assert_true(i.receive == 2 && h.receive == 2 && h.origin == 9);
}

static void test_not_asked_for(void **state)
{
	struct server s;
	struct ntp_header q;

	(void)state;
	start(&s);
	s.l.config.xleave = false;
	exchange(&s);
	lab_next_request(&s.l);
	q = request(&s);
	assert_true(q.origin == 0 && q.receive == 0);
}

/* Basic, then interleaved: the first such response repeats a measurement. */
static void test_switch(void **state)
{
	struct server s;
	const struct assoc_report *r = &s.l.a.report;
	struct free_time at;

	(void)state;
	start(&s);
	assert_int_equal(exchange(&s), DROP_OK);
	assert_true(s.l.out.is_good);
	assert_false(r->is_interleaved);
	at = s.l.out.sample.at;
	in_range("basic delay", s.l.out.sample.delay_s, 2 * PATH_S + LATE_S - 2e-9,
	    2 * PATH_S + LATE_S + 2e-9);
	assert_int_equal(exchange(&s), DROP_SPENT);
	assert_true(s.l.out.is_valid && s.l.out.is_synchronised);
	assert_false(s.l.out.is_good);
	assert_int_equal(s.l.out.tests, TESTS_GOOD & ~TEST_A);
	assert_true(r->is_interleaved);
	assert_int_equal(s.l.a.reach, 3);
	assert_true(r->at_free.ns == at.ns);
	at.ns = s.l.a.interleave.last.t1.free.ns;
	s.l.now = mono_add(s.l.now, 1);
	assert_int_equal(exchange(&s), DROP_OK);
	assert_true(s.l.out.is_good);
	in_range("offset", s.l.out.sample.offset_s, SERVER_FAST_S - 2e-9,
	    SERVER_FAST_S + 2e-9);
	in_range("delay", s.l.out.sample.delay_s, 2 * PATH_S - 2e-9,
	    2 * PATH_S + 2e-9);
	in_range("middle of the exchange before", (double)(
	    s.l.out.sample.at.ns - at.ns) * 1e-9, 0.0006, 0.0008);
	in_range("response time", r->response_time_s, HOLD_S + LATE_S - 2e-9,
	    HOLD_S + LATE_S + 2e-9);
	in_range("dispersion", s.l.out.sample.dispersion_s, 0, 3e-7);
}

/* The sources of the timestamps are those of the exchange before. */
static void test_stamps_of_the_exchange_before(void **state)
{
	struct server s;
	struct ntp_header h;

	(void)state;
	start(&s);
	exchange(&s);
	lab_next_request(&s.l);
	lab_step(&s.l, ASSOC_SENT, NULL, 0, STAMP_KERNEL);
	h = answer(&s);
	deliver(&s, &h);
	lab_next_request(&s.l);
	lab_step(&s.l, ASSOC_SENT, NULL, 0, STAMP_HARDWARE);
	h = answer(&s);
	assert_int_equal(deliver(&s, &h), DROP_OK);
	assert_int_equal(s.l.a.report.tx, STAMP_KERNEL);
	exchange(&s);
	assert_int_equal(s.l.a.report.tx, STAMP_HARDWARE);
	assert_int_equal(s.l.a.report.rx, STAMP_KERNEL);
}

/* Test 2: which origins are answers to an interleaved request. */
static void test_origin(void **state)
{
	static const struct {
		const char *name;
		int field;	/* of the request: 1 transmit, 2 receive, 3 origin */
		uint64_t flip;
		enum drop drop;
	} cases[] = {
		{ "basic", 1, 0, DROP_OK },
		{ "interleaved", 2, 0, DROP_SPENT },
		{ "one bit of basic", 1, 1, DROP_ORIGIN },
		{ "one bit of interleaved", 2, 1, DROP_ORIGIN },
		{ "first bit of interleaved", 2, UINT64_C(1) << 63, DROP_ORIGIN },
		{ "origin of the request", 3, 0, DROP_ORIGIN },
		{ "zero", 0, 0, DROP_ORIGIN },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct server s;
		struct ntp_header q, h;

		start(&s);
		exchange(&s);
		lab_next_request(&s.l);
		q = request(&s);
		h = cases[i].field == 2 ? answer(&s) : lab_answer(&s.l);
		h.origin = ((const uint64_t[]){ 0, q.transmit, q.receive,
			q.origin })[cases[i].field] ^ cases[i].flip;
		if (deliver(&s, &h) != cases[i].drop)
			fail_msg("%s", cases[i].name);
	}
}

/* A request of basic mode has no receive timestamp that could be repeated. */
static void test_no_answer_of_zero(void **state)
{
	struct server s;
	struct ntp_header h;

	(void)state;
	start(&s);
	lab_next_request(&s.l);
	h = answer(&s);
	h.origin = 0;
	assert_int_equal(deliver(&s, &h), DROP_ORIGIN);
}

static void test_duplicate(void **state)
{
	struct server s;
	struct ntp_header h, again;

	(void)state;
	start(&s);
	exchange(&s);
	exchange(&s);
	lab_next_request(&s.l);
	h = answer(&s);
	assert_int_equal(deliver(&s, &h), DROP_OK);
	assert_int_equal(deliver(&s, &h), DROP_NO_REQUEST);
	lab_next_request(&s.l);
	again = h;
	again.origin = request(&s).receive;
	assert_int_equal(deliver(&s, &again), DROP_DUPLICATE);
	again.transmit ^= UINT64_C(1) << 20;	/* 0.2 ms: none, but senseless */
	assert_int_equal(deliver(&s, &again), DROP_MAX_DELAY);
}

static void test_server_that_does_not_know_it(void **state)
{
	struct server s;

	(void)state;
	start(&s);
	s.is_basic = true;
	for (int i = 0; i < 5; i++) {
		assert_int_equal(exchange(&s), DROP_OK);
		assert_true(s.l.out.is_good);
		assert_false(s.l.a.report.is_interleaved);
		assert_int_equal(request(&s).origin != 0, i > 0);
	}
}

/* In between, one answer in basic mode: its exchange is not measured twice. */
static void test_server_that_forgot(void **state)
{
	static const enum drop drops[] = { DROP_OK, DROP_SPENT, DROP_OK,
		DROP_OK, DROP_SPENT, DROP_OK };
	struct server s;
	int64_t last = 0;

	(void)state;
	start(&s);
	for (size_t i = 0; i < COUNT(drops); i++) {
		s.is_basic = i == 3;
		assert_int_equal(exchange(&s), drops[i]);
		if (!s.l.out.is_good)
			continue;
		assert_true(s.l.out.sample.at.ns > last);
		last = s.l.out.sample.at.ns;
		assert_int_equal(s.l.a.report.is_interleaved, i == 2 || i == 5);
	}
}

/* Four requests without answer are of this mode, the fifth is basic. */
static void test_unanswered(void **state)
{
	struct server s;
	struct ntp_header q;
	uint64_t receive;

	(void)state;
	start(&s);
	exchange(&s);
	receive = s.receive;
	for (int i = 0; i < 6; i++) {
		lab_next_request(&s.l);
		q = request(&s);
		assert_true(q.origin == (i < 4 ? receive : 0));
		assert_int_equal(q.receive != 0, i < 4);
	}
	/* Its answer counts, and the mode is tried again. */
	q = answer(&s);
	assert_int_equal(deliver(&s, &q), DROP_OK);
	lab_next_request(&s.l);
	assert_true(request(&s).origin == s.receive);
}

/* The request was lost, or its answer: the exchange before is still meant. */
static void test_lost(void **state)
{
	struct server s;
	int64_t t1;

	(void)state;
	start(&s);
	exchange(&s);
	exchange(&s);
	t1 = s.l.a.interleave.last.t1.free.ns;
	lab_next_request(&s.l);
	assert_int_equal(exchange(&s), DROP_OK);
	assert_true(s.l.a.report.is_interleaved);
	in_range("middle", (double)(s.l.out.sample.at.ns - t1) * 1e-9, 0.0006,
	    0.0008);
}

/*
 * Requests as frequent as the way is long: T1 and T2 of the newest request then
 * give the newer measurement, at the same offset and delay.
 */
static void test_newest_request(void **state)
{
	static const struct {
		double pause_s;		/* from an answer to the next request */
		bool is_newest;
	} cases[] = { { 0.0138, true }, { 0.0142, false } };

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct server s;
		struct ntp_header h;
		int64_t t1, asked;

		start(&s);
		exchange(&s);
		exchange(&s);
		t1 = s.l.a.interleave.last.t1.free.ns;
		s.l.now = mono_add(s.l.now, cases[i].pause_s);
		s.l.a.wake = s.l.a.send_at = s.l.now;
		lab_timer(&s.l);
		assert_true(s.l.out.send);
		asked = lab_wall(&s.l).ns;
		h = answer(&s);
		assert_int_equal(deliver(&s, &h), DROP_OK);
		in_range("offset", s.l.out.sample.offset_s, SERVER_FAST_S - 2e-9,
		    SERVER_FAST_S + 2e-9);
		in_range("delay", s.l.out.sample.delay_s, 2 * PATH_S - 3e-9,
		    2 * PATH_S + 3e-9);
		if (cases[i].is_newest)
			in_range("middle", (double)(asked -
			    s.l.out.sample.at.ns) * 1e-9, 0.0068, 0.0070);
		else
			in_range("middle", (double)(s.l.out.sample.at.ns - t1) *
			    1e-9, 0.0006, 0.0008);
	}
}

/* What was predicted for the exchange before is what it is compared with. */
static void test_deviation_then(void **state)
{
	static const struct {
		double wrong_s;
		enum drop drop;
	} cases[] = {
		{ 0, DROP_DELAY_DEV },	/* 400 us above the least: only late */
		{ 0.01, DROP_OK },	/* more than this delay can explain */
	};
	struct server s;
	struct ntp_header h;

	(void)state;
	start(&s);
	exchange(&s);
	exchange(&s);
	s.l.view.samples = 4;
	s.l.view.has_prediction = true;
	s.l.view.min_delay_s = 0.0006;
	s.l.view.stddev_s = 1e-5;
	s.l.view.predicted_freq = 1e-3;
	for (size_t i = 0; i < COUNT(cases); i++) {
		double since_s;

		lab_next_request(&s.l);
		since_s = (double)(lab_wall(&s.l).ns -
		    s.l.a.interleave.last.t1.free.ns) * 1e-9;
		s.l.view.predicted_offset_s = SERVER_FAST_S + cases[i].wrong_s +
		    since_s * s.l.view.predicted_freq;
		h = answer(&s);
		assert_int_equal(deliver(&s, &h), cases[i].drop);
	}
}

static void test_step(void **state)
{
	struct server s;

	(void)state;
	start(&s);
	exchange(&s);
	exchange(&s);
	assoc_clock_stepped(&s.l.a, SERVER_FAST_S);
	assert_int_equal(exchange(&s), DROP_OK);
	in_range("offset", s.l.out.sample.offset_s, -2e-9, 2e-9);
	in_range("delay", s.l.out.sample.delay_s, 2 * PATH_S - 2e-9,
	    2 * PATH_S + 2e-9);
}

/* A leap second: what was before it can not be measured after it. */
static void test_forgotten(void **state)
{
	struct server s;
	struct ntp_header h;

	(void)state;
	start(&s);
	exchange(&s);
	exchange(&s);
	lab_next_request(&s.l);
	assoc_forget_exchange(&s.l.a);
	h = answer(&s);
	assert_int_equal(deliver(&s, &h), DROP_SPENT);
	assert_true(s.l.out.is_valid);
	assert_int_equal(exchange(&s), DROP_OK);
	assert_true(s.l.a.report.is_interleaved);
	assoc_forget_exchange(&s.l.a);
	lab_next_request(&s.l);
	assert_true(request(&s).origin == 0);
}

/* Starting over and going offline end the mode. */
static void test_starting_over(void **state)
{
	struct server s;

	(void)state;
	start(&s);
	exchange(&s);
	assoc_reset(&s.l.a, s.l.now);
	lab_next_request(&s.l);
	assert_true(request(&s).origin == 0);
	exchange(&s);
	assoc_online(&s.l.a, false, s.l.now);
	assoc_online(&s.l.a, true, s.l.now);
	lab_next_request(&s.l);
	assert_true(request(&s).origin == 0);
}

/* Unsynchronised responses refer to the exchange before, too. */
static void test_unsynchronised(void **state)
{
	struct server s;
	struct ntp_header h;

	(void)state;
	start(&s);
	exchange(&s);
	lab_next_request(&s.l);
	h = answer(&s);
	h.leap = NTP_LEAP_UNSYNC;
	assert_int_equal(deliver(&s, &h), DROP_UNSYNC);
	assert_true(s.l.out.is_valid);
	assert_int_equal(exchange(&s), DROP_OK);
	assert_true(s.l.a.report.is_interleaved);
}

/* Transmit timestamps that can not be those of the response before. */
static void test_wrong_transmit(void **state)
{
	static const struct {
		double later_s;
		enum drop drop;
	} cases[] = {
		{ 0, DROP_OK }, { 0.0009, DROP_OK }, { 0.005, DROP_MAX_DELAY },
		{ 64, DROP_MAX_DELAY }, { -2.9, DROP_OK },
		{ -3.1, DROP_MAX_DELAY },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct server s;
		struct ntp_header h;

		start(&s);
		exchange(&s);
		exchange(&s);
		lab_next_request(&s.l);
		h = answer(&s);
		h.transmit = ntp_from_wall(wall_add(wall_from_ntp(h.transmit),
		    cases[i].later_s));
		assert_int_equal(deliver(&s, &h), cases[i].drop);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_random_that_does_not_do),
		cmocka_unit_test(test_not_asked_for),
		cmocka_unit_test(test_switch),
		cmocka_unit_test(test_stamps_of_the_exchange_before),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_no_answer_of_zero),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_server_that_does_not_know_it),
		cmocka_unit_test(test_server_that_forgot),
		cmocka_unit_test(test_unanswered),
		cmocka_unit_test(test_lost),
		cmocka_unit_test(test_newest_request),
		cmocka_unit_test(test_deviation_then),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_forgotten),
		cmocka_unit_test(test_starting_over),
		cmocka_unit_test(test_unsynchronised),
		cmocka_unit_test(test_wrong_transmit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
