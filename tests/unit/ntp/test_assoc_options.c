/* SPDX-License-Identifier: Apache-2.0 */
/* What options of a source change in its requests and in what is made of the
 * answers: burst, presend, version, copy, minstratum, auto_offline, extfield. */
#include "unit/ntp/assoc_lab.h"

#include "wire/mono_ef.h"

/* --- burst ------------------------------------------------------------------------ */

/* A poll above minpoll without any answer: how many requests it takes. */
static void test_burst_length(void **state)
{
	static const struct {
		int minpoll, poll, requests;
	} cases[] = {
		{ 6, 6, 1 }, { 6, 7, 2 }, { 6, 8, 4 }, { 6, 9, 4 }, { 6, 10, 4 },
		{ -7, 10, 4 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;

		lab_defaults(&l);
		l.config.burst = true;
		l.config.minpoll = cases[i].minpoll;
		lab_start(&l);
		l.a.poll = cases[i].poll;
		lab_next_request(&l);
		for (int n = 1; n < cases[i].requests; n++)
			in_range("in the burst", lab_next_request(&l), 2, 2.04);
		in_range("after it", lab_next_request(&l),
		    ldexp(1, cases[i].poll), INFINITY);
	}
}

/* It ends with the first good sample. */
static void test_burst_ends(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	l.config.burst = true;
	lab_start(&l);
	l.a.poll = 8;
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
	in_range("one was enough", lab_next_request(&l), 256, 262);
	h = lab_answer(&l);
	h.leap = NTP_LEAP_UNSYNC;
	lab_deliver(&l, &h);
	in_range("not good", lab_next_request(&l), 2, 2.04);
	lab_good(&l);
	in_range("good", lab_next_request(&l), 256, 300);
}

/* A burst by command or at the start goes on as it is. */
static void test_burst_during_another(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.burst = true;
	lab_start(&l);
	l.a.poll = 8;
	assoc_burst(&l.a, 3, 7, l.now);
	lab_next_request(&l);
	assert_int_equal(l.a.burst_good, 3);
	assert_int_equal(l.a.burst_total, 6);
}

/* --- presend ---------------------------------------------------------------------- */


static void test_presend(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.presend = 6;
	lab_start(&l);
	lab_next_request(&l);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(lab_good(&l), DROP_PRESEND);
		assert_false(l.out.is_good);
		assert_true(l.out.is_valid && l.out.is_synchronised);
		assert_int_equal(l.out.tests, TESTS_GOOD & ~TEST_A);
		in_range("measurement", lab_next_request(&l), 2, 2.04);
		assert_int_equal(lab_good(&l), DROP_OK);
		assert_true(l.out.is_good);
		assoc_interval(&l.a, 64);
		in_range("next extra one", lab_next_request(&l), 64, 65.28);
	}
	assert_int_equal(l.a.reach, 0x3f);
}

static void test_presend_below_its_poll(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.presend = 7;
	lab_start(&l);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
	l.a.poll = 7;
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_PRESEND);
}

/* It comes without an answer to the extra request, too. */
static void test_presend_without_answers(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.presend = 6;
	l.config.maxpoll = 6;
	lab_start(&l);
	lab_next_request(&l);
	in_range("measurement", lab_next_request(&l), 2, 2.04);
	in_range("extra", lab_next_request(&l), 64, 65.28);
	in_range("measurement", lab_next_request(&l), 2, 2.04);
	assert_int_equal(lab_good(&l), DROP_OK);
}

static void test_presend_not_in_bursts(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.presend = 0;
	l.config.iburst = true;
	lab_start(&l);
	for (int i = 0; i < 4; i++) {
		lab_next_request(&l);
		assert_int_equal(lab_good(&l), DROP_OK);
	}
	assoc_interval(&l.a, 64);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_PRESEND);
	/* A burst by command begins with a measurement. */
	assoc_burst(&l.a, 1, 1, l.now);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
}

/* Two extra requests: what is measured is the exchange before the last. */
static void test_presend_interleaved(void **state)
{
	struct lab l;
	int64_t second;

	(void)state;
	lab_defaults(&l);
	l.config.presend = 6;
	l.config.xleave = true;
	lab_start(&l);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_PRESEND);
	in_range("second", lab_next_request(&l), 2, 2.04);
	second = lab_wall(&l).ns;
	assert_int_equal(lab_good(&l), DROP_PRESEND);
	in_range("measurement", lab_next_request(&l), 2, 2.04);
	{
		struct ntp_header q, h = lab_answer(&l);

		ntp_header_read(l.request, l.request_length, &q);
		h.origin = q.receive;
		h.transmit = l.a.interleave.last.t3;
		/* Answered in basic mode, but not measured. */
		assert_int_equal(lab_deliver(&l, &h), DROP_OK);
	}
	assoc_interval(&l.a, 64);
	in_range("middle", (double)(l.out.sample.at.ns - second) * 1e-9, 0,
	    0.001);
	in_range("next", lab_next_request(&l), 64, 65.28);
}

/* --- version ---------------------------------------------------------------------- */

static void test_version(void **state)
{
	static const struct {
		int version, first_byte;
		bool is_interleaved;
	} cases[] = {
		{ 0, 0x23, true }, { 1, 0x0b, false }, { 2, 0x13, false },
		{ 3, 0x1b, false }, { 4, 0x23, true },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;
		struct ntp_header q;

		lab_defaults(&l);
		l.config.version = cases[i].version;
		l.config.xleave = true;
		l.config.mono_ef = true;
		lab_start(&l);
		lab_next_request(&l);
		assert_int_equal(l.request[0], cases[i].first_byte);
		assert_int_equal(lab_good(&l), DROP_OK);
		lab_next_request(&l);
		assert_int_equal(ntp_header_read(l.request, l.request_length,
		    &q), DROP_OK);
		assert_int_equal(q.origin != 0, cases[i].is_interleaved);
		assert_int_equal(l.request_length, NTP_HEADER_SIZE +
		    (cases[i].is_interleaved ? MONO_EF_SIZE : 0));
	}
}

/* --- copy, minstratum -------------------------------------------------------------- */

static void test_stratum(void **state)
{
	static const struct {
		int received, minstratum, stratum, copied;
	} cases[] = {
		{ 1, 0, 1, 0 }, { 3, 0, 3, 2 }, { 3, 2, 3, 2 }, { 3, 3, 3, 3 },
		{ 3, 7, 7, 7 }, { 15, 0, 15, 14 }, { 1, 15, 15, 15 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;
		struct ntp_header h;

		lab_defaults(&l);
		l.config.minstratum = cases[i].minstratum;
		lab_start(&l);
		assert_int_equal(assoc_stratum(&l.a), 0);
		lab_next_request(&l);
		h = lab_answer(&l);
		h.stratum = (uint8_t)cases[i].received;
		assert_int_equal(lab_deliver(&l, &h), DROP_OK);
		assert_int_equal(assoc_stratum(&l.a), cases[i].stratum);
		assert_int_equal(l.a.report.stratum, cases[i].received);
		l.config.copy = true;
		assert_int_equal(assoc_stratum(&l.a), cases[i].copied);
		assert_true(l.a.refid == h.refid);
	}
}

/* --- auto_offline ------------------------------------------------------------------ */

static void fail_to_send(struct lab *l)
{
	lab_next_request(l);
	lab_step(l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
}

static void test_auto_offline(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	fail_to_send(&l);
	assert_true(l.a.online && !l.out.went_offline);

	lab_defaults(&l);
	l.config.auto_offline = true;
	l.config.iburst = true;
	lab_start(&l);
	lab_next_request(&l);
	lab_good(&l);
	fail_to_send(&l);
	assert_true(l.out.went_offline && l.out.close);
	assert_false(assoc_is_active(&l.a));
	assert_int_equal(l.a.reach_size, 0);
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
	/* A burst by command may try; it stays offline. */
	assoc_burst(&l.a, 1, 2, l.now);
	fail_to_send(&l);
	assert_false(l.out.went_offline);
	assert_true(assoc_is_active(&l.a));
	lab_next_request(&l);
	lab_good(&l);
	assert_false(assoc_is_active(&l.a));
	/* Back by command, with a burst. */
	assoc_online(&l.a, true, l.now);
	assert_int_equal(l.a.burst_total, 8);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
}

/* --- extfield F323 ----------------------------------------------------------------- */

/* An answer with the field behind its header. */
static enum drop deliver_with(struct lab *l, struct ntp_header *h,
    const struct mono_ef *m)
{
	uint8_t packet[NTP_HEADER_SIZE + MONO_EF_SIZE];

	ntp_header_write(h, packet);
	mono_ef_write(m, packet + NTP_HEADER_SIZE);
	l->now = mono_add(l->now, 2 * PATH_S + HOLD_S);
	return lab_step(l, ASSOC_REPLY, packet, sizeof(packet), STAMP_KERNEL);
}

static void test_fine_root(void **state)
{
	static const struct {
		bool is_asked;
		int version;		/* of the answer */
		uint32_t header;	/* 2^-16 s */
		double fine_s, expected_s;
	} cases[] = {
		{ true, 4, 1, 1e-6, 269 * 0x1p-28 },
		{ false, 4, 1, 1e-6, 0x1p-16 },
		{ true, 4, 15 << 16, 14.75, 14.75 },
		/* Its range ends at 16 s: the header knows more. */
		{ true, 4, 20 << 16, 15.999999, 20 },
	};
	static const uint8_t wanted[8] = {
		0xf3, 0x23, 0, 28, 0xf5, 0xbe, 0xdd, 0x9a,
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct mono_ef m = { .root_delay_s = cases[i].fine_s,
			.root_dispersion_s = cases[i].fine_s };
		struct ntp_header h;
		struct lab l;

		lab_defaults(&l);
		l.config.mono_ef = cases[i].is_asked;
		lab_start(&l);
		lab_next_request(&l);
		if (cases[i].is_asked) {
			assert_int_equal(l.request_length, 76);
			assert_memory_equal(l.request + 48, wanted, 8);
		}
		h = lab_answer(&l);
		h.version = (uint8_t)cases[i].version;
		h.root_delay = h.root_dispersion = cases[i].header;
		deliver_with(&l, &h, &m);
		assert_true(l.a.report.root_delay_s == cases[i].expected_s);
		assert_true(l.a.report.root_dispersion_s ==
		    cases[i].expected_s);
	}
}

/* A server that does not know the field is as good as before. */
static void test_no_field(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.mono_ef = true;
	lab_start(&l);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
	in_range("root delay", l.out.sample.root_delay_s, 0.00999, 0.01001);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_burst_length),
		cmocka_unit_test(test_burst_ends),
		cmocka_unit_test(test_burst_during_another),
		cmocka_unit_test(test_presend),
		cmocka_unit_test(test_presend_below_its_poll),
		cmocka_unit_test(test_presend_without_answers),
		cmocka_unit_test(test_presend_not_in_bursts),
		cmocka_unit_test(test_presend_interleaved),
		cmocka_unit_test(test_version),
		cmocka_unit_test(test_stratum),
		cmocka_unit_test(test_auto_offline),
		cmocka_unit_test(test_fine_root),
		cmocka_unit_test(test_no_field),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
