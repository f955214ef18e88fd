/* SPDX-License-Identifier: Apache-2.0 */
/* The tests 1 to D of a response: each failing alone, on both sides. */
#include "unit/ntp/assoc_lab.h"

#define DISTANCE 0x00100000	/* 16 s in short format */

/* One change to a perfect answer or to what is known, and the verdict. */
struct change {
	const char *name;
	void (*make)(struct lab *l, struct ntp_header *h);
	enum drop drop;
	unsigned tests;
};

#define CHANGE(what, code) \
	static void what(struct lab *l, struct ntp_header *h) \
	{ (void)l; (void)h; code; }

CHANGE(nothing, )
CHANGE(mode_client, h->mode = NTP_MODE_CLIENT)
CHANGE(mode_passive, h->mode = NTP_MODE_PASSIVE)
CHANGE(mode_broadcast, h->mode = NTP_MODE_BROADCAST)
CHANGE(version_0, h->version = 0)
CHANGE(version_1, h->version = 1)
CHANGE(version_5, h->version = 5)
CHANGE(duplicate, h->receive = l->a.last_rx; h->transmit = l->a.last_tx)
CHANGE(same_receive, h->receive = l->a.last_rx; h->transmit = h->receive)
CHANGE(origin_bit, h->origin ^= UINT64_C(1) << 63)
CHANGE(origin_low_bit, h->origin ^= 1)
CHANGE(origin_zero, h->origin = 0)
CHANGE(receive_zero, h->receive = 0)
CHANGE(transmit_zero, h->transmit = 0)
CHANGE(leap_3, h->leap = 3)
CHANGE(leap_2, h->leap = 2)
CHANGE(stratum_0, h->stratum = 0)
CHANGE(stratum_1, h->stratum = 1)
CHANGE(stratum_15, h->stratum = 15)
CHANGE(stratum_16, h->stratum = 16)
CHANGE(distance_16, h->root_delay = DISTANCE; h->root_dispersion = DISTANCE / 2)
CHANGE(distance_below, h->root_delay = DISTANCE - 2;
    h->root_dispersion = DISTANCE / 2)
CHANGE(delay_max, l->config.maxdelay_s = 0.000999)
CHANGE(delay_below, l->config.maxdelay_s = 0.001001)
/* 1 ms of delay of which 0.49 ms may be imagined. */
CHANGE(delay_unsure, l->config.maxdelay_s = 0.00052; h->precision = -11)
CHANGE(delay_sure, l->config.maxdelay_s = 0.0005; h->precision = -11)
CHANGE(precision_max, l->config.maxdelay_s = 0.5; h->precision = -1)
CHANGE(precision_absurd, h->precision = 127)
CHANGE(hold_4, l->a.t1.wall.ns -= 4 * NS_PER_S; l->a.t1.free.ns -= 4 * NS_PER_S;
    h->receive -= (UINT64_C(4) << 32) - (UINT64_C(1) << 32) / 10000)
CHANGE(hold_longer, l->a.t1.wall.ns -= 4 * NS_PER_S;
    l->a.t1.free.ns -= 4 * NS_PER_S;
    h->receive -= (UINT64_C(4) << 32) + (UINT64_C(1) << 32) / 1000)
CHANGE(held_longer_than_waited, h->receive -= (UINT64_C(1) << 32) / 100)
CHANGE(sent_before_received, h->transmit = h->receive - (UINT64_C(1) << 32) / 100)
CHANGE(ratio_exceeded, l->config.maxdelayratio = 2; l->view.samples = 4;
    l->view.min_delay_s = 0.00049)
CHANGE(ratio_met, l->config.maxdelayratio = 2; l->view.samples = 4;
    l->view.min_delay_s = 0.00051)
CHANGE(ratio_aged, l->config.maxdelayratio = 2; l->view.samples = 4;
    l->view.min_delay_s = 0.00049; l->view.min_delay_age_s = 30)
CHANGE(ratio_below_1, l->config.maxdelayratio = 0.99; l->view.samples = 4;
    l->view.min_delay_s = 0.0001)
CHANGE(ratio_no_samples, l->config.maxdelayratio = 2;
    l->view.min_delay_s = 0.0001)

/* Delay 400 us above the least, at 10 x stddev = 100 us of allowance. */
static void far_delay(struct lab *l)
{
	l->view.samples = 4;
	l->view.has_prediction = true;
	l->view.min_delay_s = 0.0006;
	l->view.stddev_s = 1e-5;
	l->view.predicted_offset_s = SERVER_FAST_S;
}
CHANGE(dev_exceeded, far_delay(l))
CHANGE(dev_met, far_delay(l); l->view.stddev_s = 2.1e-5)
CHANGE(dev_aged, far_delay(l); l->view.min_delay_age_s = 101)
CHANGE(dev_off, far_delay(l); l->config.maxdelaydevratio = 0)
/* With a quantile the deviations do not matter, either way; 0.22 us of the
 * delay is imagined. */
CHANGE(quant_met, far_delay(l); l->config.maxdelayquant = 0.5;
    l->view.most_delay_s = 0.0009998)
CHANGE(quant_exceeded, far_delay(l); l->view.stddev_s = 1;
    l->config.maxdelayquant = 0.5; l->view.most_delay_s = 0.00099975)
CHANGE(quant_unknown, l->config.maxdelayquant = 0.05;
    l->view.most_delay_s = INFINITY)
CHANGE(dev_no_prediction, far_delay(l); l->view.has_prediction = false)
/* Increase 200 us and limit 100 us: an error above 300 us is no delay. */
CHANGE(dev_clock_moved, far_delay(l); l->view.predicted_offset_s += 0.00031)
CHANGE(dev_clock_near, far_delay(l); l->view.predicted_offset_s -= 0.00029)

static void serving(struct lab *l, const struct ntp_header *h)
{
	l->view.is_serving = true;
	l->view.own_refid = 0x7f000001;
	l->view.own.stratum = h->stratum;
	l->view.own.refid = h->refid;
	l->view.own.root_delay_s = s_from_ntp_short(h->root_delay);
	l->view.own.ref_time = wall_from_ntp(h->reference);
}
/* A reference time that a wall_time holds exactly. */
CHANGE(loop_same, h->reference &= ~UINT64_C(0xffffffff); serving(l, h))
CHANGE(loop_not_serving, h->reference &= ~UINT64_C(0xffffffff); serving(l, h);
    l->view.is_serving = false)
CHANGE(loop_stratum, serving(l, h); l->view.own.stratum++)
CHANGE(loop_refid, serving(l, h); l->view.own.refid++)
CHANGE(loop_delay, serving(l, h); l->view.own.root_delay_s += 0.001)
CHANGE(loop_time, serving(l, h); l->view.own.ref_time.ns -= 1000)
CHANGE(loop_us, serving(l, h); l->view.own.stratum = 5; h->refid = 0x7f000001)
CHANGE(loop_us_stratum_1, serving(l, h); h->stratum = 1; h->refid = 0x7f000001)
CHANGE(unsynchronised_and_far, h->leap = 3; h->root_dispersion = DISTANCE)

#define ALL TESTS_GOOD
static const struct change changes[] = {
	{ "perfect",			nothing,	DROP_OK, ALL },
	{ "mode client",		mode_client,	DROP_MODE, 0 },
	{ "mode symmetric passive",	mode_passive,	DROP_MODE, 0 },
	{ "mode broadcast",		mode_broadcast,	DROP_MODE, 0 },
	{ "version 0",			version_0,	DROP_VERSION, 0 },
	{ "version 1",			version_1,	DROP_OK, ALL },
	{ "version 5",			version_5,	DROP_VERSION, 0 },
	{ "1: both times again",	duplicate,	DROP_DUPLICATE, 0 },
	{ "1: receive again",		same_receive,	DROP_OK, ALL },
	{ "2: first bit",		origin_bit,	DROP_ORIGIN, TEST_1 },
	{ "2: last bit",		origin_low_bit,	DROP_ORIGIN, TEST_1 },
	{ "2: zero",			origin_zero,	DROP_ORIGIN, TEST_1 },
	{ "3: receive",			receive_zero,	DROP_ZERO_TIME,
	    TEST_1 | TEST_2 },
	{ "3: transmit",		transmit_zero,	DROP_ZERO_TIME,
	    TEST_1 | TEST_2 },
	{ "6: leap 3",			leap_3,		DROP_UNSYNC, ALL & ~TEST_6 },
	{ "6: leap 2",			leap_2,		DROP_OK, ALL },
	{ "6: stratum 0",		stratum_0,	DROP_UNSYNC, ALL & ~TEST_6 },
	{ "6: stratum 1",		stratum_1,	DROP_OK, ALL },
	{ "6: stratum 15",		stratum_15,	DROP_OK, ALL },
	{ "6: stratum 16",		stratum_16,	DROP_UNSYNC, ALL & ~TEST_6 },
	{ "7: 16 s",			distance_16,	DROP_ROOT_DISTANCE,
	    ALL & ~TEST_7 },
	{ "7: below",			distance_below,	DROP_OK, ALL },
	{ "A: delay",			delay_max,	DROP_MAX_DELAY,
	    ALL & ~TEST_A },
	{ "A: delay below",		delay_below,	DROP_OK, ALL },
	{ "A: delay less dispersion",	delay_unsure,	DROP_OK, ALL },
	{ "A: still too long",		delay_sure,	DROP_MAX_DELAY,
	    ALL & ~TEST_A },
	{ "A: precision",		precision_max,	DROP_MAX_DELAY,
	    ALL & ~TEST_A },
	{ "A: absurd precision",	precision_absurd, DROP_MAX_DELAY,
	    ALL & ~TEST_A },
	{ "A: processing of 4 s",	hold_4,		DROP_OK, ALL },
	{ "A: processing above",	hold_longer,	DROP_MAX_DELAY,
	    ALL & ~TEST_A },
	{ "A: held longer than waited",	held_longer_than_waited,
	    DROP_MAX_DELAY, ALL & ~TEST_A },
	{ "A: sent before received",	sent_before_received, DROP_OK, ALL },
	{ "B: exceeded",		ratio_exceeded,	DROP_DELAY_RATIO,
	    ALL & ~TEST_B },
	{ "B: met",			ratio_met,	DROP_OK, ALL },
	{ "B: met with age",		ratio_aged,	DROP_OK, ALL },
	{ "B: ratio below 1",		ratio_below_1,	DROP_OK, ALL },
	{ "B: no samples",		ratio_no_samples, DROP_OK, ALL },
	{ "C: exceeded",		dev_exceeded,	DROP_DELAY_DEV,
	    ALL & ~TEST_C },
	{ "C: met",			dev_met,	DROP_OK, ALL },
	{ "C: met with age",		dev_aged,	DROP_OK, ALL },
	{ "C: not asked for",		dev_off,	DROP_OK, ALL },
	{ "C: no prediction",		dev_no_prediction, DROP_OK, ALL },
	{ "C: the clock moved",		dev_clock_moved, DROP_OK, ALL },
	{ "C: not far enough",		dev_clock_near,	DROP_DELAY_DEV,
	    ALL & ~TEST_C },
	{ "C: within the quantile",	quant_met,	DROP_OK, ALL },
	{ "C: above the quantile",	quant_exceeded,	DROP_DELAY_DEV,
	    ALL & ~TEST_C },
	{ "C: no quantile yet",		quant_unknown,	DROP_OK, ALL },
	{ "D: same update as ours",	loop_same,	DROP_LOOP, ALL & ~TEST_D },
	{ "D: we do not serve",		loop_not_serving, DROP_OK, ALL },
	{ "D: other stratum",		loop_stratum,	DROP_OK, ALL },
	{ "D: other refid",		loop_refid,	DROP_OK, ALL },
	{ "D: other root delay",	loop_delay,	DROP_OK, ALL },
	{ "D: other reference time",	loop_time,	DROP_OK, ALL },
	{ "D: synchronised to us",	loop_us,	DROP_LOOP, ALL & ~TEST_D },
	{ "D: refid of stratum 1",	loop_us_stratum_1, DROP_OK, ALL },
	{ "6 before 7",			unsynchronised_and_far, DROP_UNSYNC,
	    ALL & ~TEST_6 & ~TEST_7 },
};

/* A lab with one good answer behind it and a request open. */
static void prepare(struct lab *l)
{
	lab_defaults(l);
	lab_start(l);
	lab_next_request(l);
	assert_int_equal(lab_good(l), DROP_OK);
	lab_next_request(l);
}

static void test_each_test_alone(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		const struct change *c = &changes[i];
		bool valid = (c->tests & TESTS_VALID) == TESTS_VALID;
		struct ntp_header h;
		struct lab l;
		enum drop d;

		prepare(&l);
		h = lab_answer(&l);
		c->make(&l, &h);
		d = lab_deliver(&l, &h);
		if (d != c->drop)
			fail_msg("%s: %s", c->name, drop_text(d));
		if (l.out.tests != c->tests)
			fail_msg("%s: tests %03x", c->name, l.out.tests);
		if (l.out.is_valid != valid || l.out.close != valid ||
		    l.out.is_good != (c->drop == DROP_OK))
			fail_msg("%s: wrong consequences", c->name);
		assert_int_equal(l.a.count.dropped[c->drop],
		    c->drop != DROP_OK);
		assert_int_equal(l.a.count.received, 2);
	}
}

/* After any refused packet the true answer is still taken. */
static void test_invalid_leaves_request_open(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(changes); i++) {
		const struct change *c = &changes[i];
		struct ntp_header h, good;
		struct lab l;

		if ((c->tests & TESTS_VALID) == TESTS_VALID)
			continue;
		prepare(&l);
		good = lab_answer(&l);
		h = good;
		c->make(&l, &h);
		lab_deliver(&l, &h);
		assert_int_equal(l.a.reach, 1);
		assert_int_equal(lab_deliver(&l, &good), DROP_OK);
		assert_int_equal(l.a.reach, 3);
	}
}

static void test_only_first_valid_response(void **state)
{
	struct ntp_header h;
	struct lab l;

	(void)state;
	prepare(&l);
	h = lab_answer(&l);
	assert_int_equal(lab_deliver(&l, &h), DROP_OK);
	assert_int_equal(lab_deliver(&l, &h), DROP_NO_REQUEST);
	assert_int_equal(l.a.count.valid, 2);
	assert_int_equal(l.a.reach, 3);
	/* Replayed to the next request. */
	lab_next_request(&l);
	assert_int_equal(lab_deliver(&l, &h), DROP_DUPLICATE);
	h.transmit++;
	assert_int_equal(lab_deliver(&l, &h), DROP_ORIGIN);
}

/* Bytes that are no plain response of 48 bytes. */
static void test_format(void **state)
{
	static const struct {
		const char *name;
		size_t length;
		uint8_t tail[4];	/* bytes 48 to 51; the others zero */
		enum drop drop;
	} cases[] = {
		{ "nothing",		0,	{ 0 }, DROP_SHORT },
		{ "one byte missing",	47,	{ 0 }, DROP_SHORT },
		{ "header",		48,	{ 0 }, DROP_OK },
		{ "one byte more",	49,	{ 0 }, DROP_LENGTH },
		{ "crypto-NAK",		52,	{ 0 }, DROP_AUTH_UNWANTED },
		{ "MAC of 20 bytes",	68,	{ 0, 0, 0, 1 },
		    DROP_AUTH_UNWANTED },
		{ "MAC of 24 bytes",	72,	{ 0, 0, 0, 1 },
		    DROP_AUTH_UNWANTED },
		{ "unknown field",	76,	{ 0x12, 0x34, 0, 28 }, DROP_OK },
		{ "NTS field",		84,	{ 0x01, 0x04, 0, 36 },
		    DROP_AUTH_UNWANTED },
		{ "field past the end",	84,	{ 0x01, 0x04, 0, 40 },
		    DROP_SHORT },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t packet[ASSOC_PACKET_MAX] = { 0 };
		struct ntp_header h;
		struct lab l;
		enum drop d;

		prepare(&l);
		h = lab_answer(&l);
		ntp_header_write(&h, packet);
		memcpy(packet + 48, cases[i].tail, 4);
		l.now = mono_add(l.now, 2 * PATH_S + HOLD_S);
		d = lab_step(&l, ASSOC_REPLY, packet, cases[i].length,
		    STAMP_KERNEL);
		if (d != cases[i].drop)
			fail_msg("%s: %s", cases[i].name, drop_text(d));
	}
}

/* The option `offset` is added to what was measured, wherever it shows. */
static void test_offset(void **state)
{
	static const double offsets[] = { 0, 0.25, -0.25, 1e-9 };

	(void)state;
	for (size_t i = 0; i < COUNT(offsets); i++) {
		struct ntp_header h;
		struct lab l;

		prepare(&l);
		l.config.offset_s = offsets[i];
		h = lab_answer(&l);
		assert_int_equal(lab_deliver(&l, &h), DROP_OK);
		in_range("sample", l.out.sample.offset_s - SERVER_FAST_S,
		    offsets[i] - 1e-10, offsets[i] + 1e-10);
		assert_true(l.a.report.offset_s == l.out.sample.offset_s);
		in_range("delay", l.out.sample.delay_s, 2 * PATH_S - 1e-9,
		    2 * PATH_S + 1e-9);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_each_test_alone),
		cmocka_unit_test(test_invalid_leaves_request_open),
		cmocka_unit_test(test_only_first_valid_response),
		cmocka_unit_test(test_format),
		cmocka_unit_test(test_offset),
	};

	return cmocka_run_group_tests_name("ntp/response", tests, NULL, NULL);
}
