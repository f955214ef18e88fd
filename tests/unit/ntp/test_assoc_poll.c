/* SPDX-License-Identifier: Apache-2.0 */
/* How often an association asks: wanted intervals, scores, ranges, kisses. */
#include "unit/ntp/assoc_lab.h"

#include "ntp/poll.h"

static void start(struct lab *l, int minpoll, int maxpoll)
{
	lab_defaults(l);
	l->config.minpoll = minpoll;
	l->config.maxpoll = maxpoll;
	lab_start(l);
}

/* Counted from the last request, whenever the answer came. */
static void test_interval(void **state)
{
	static const struct {
		const char *name;
		int min, max;
		double wanted_s, got_s;
		int poll;		/* in the next request */
	} cases[] = {
		{ "at once",		6, 10, 0,	64,	6 },
		{ "below minpoll",	6, 10, 63,	64,	6 },
		{ "minpoll",		6, 10, 64,	64,	6 },
		{ "between",		6, 10, 100,	100,	6 },
		{ "a step",		6, 10, 128,	128,	7 },
		{ "below maxpoll",	6, 10, 1023,	1023,	9 },
		{ "maxpoll",		6, 10, 1024,	1024,	10 },
		{ "above maxpoll",	6, 10, 1025,	1024,	10 },
		{ "endless",		6, 10, INFINITY, 1024,	10 },
		{ "fixed",		7, 7, 1e6,	128,	7 },
		{ "not near",		-4, 4, 0.1,	1,	0 },
		{ "not near",		-4, 4, 0.9,	1,	0 },
		{ "a second",		-4, 4, 1.5,	1.5,	0 },
		{ "never above",	-4, -2, 100,	1,	0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;

		start(&l, cases[i].min, cases[i].max);
		lab_next_request(&l);
		assert_int_equal(lab_good(&l), DROP_OK);
		assoc_interval(&l.a, cases[i].wanted_s);
		in_range(cases[i].name, lab_next_request(&l),
		    cases[i].got_s * 0.999999, cases[i].got_s * 1.02);
		assert_int_equal((int8_t)l.request[2], cases[i].poll);
	}
}

/* A source so near that it may be asked more often than each second. */
static void test_interval_near(void **state)
{
	static const double wanted_s[] = { 0.07, 0.1, 0.25, 0.9, 3 };

	(void)state;
	for (size_t i = 0; i < COUNT(wanted_s); i++) {
		struct lab l;

		start(&l, -4, 4);
		l.view.samples = 4;
		l.view.min_delay_s = 0.01;
		lab_next_request(&l);
		assert_int_equal(lab_good(&l), DROP_OK);
		assoc_interval(&l.a, wanted_s[i]);
		in_range("near", lab_next_request(&l), wanted_s[i] * 0.999999,
		    wanted_s[i] * 1.02);
	}
}

/* The next one replaces the last: shorter, and longer. */
static void test_interval_changes(void **state)
{
	static const double wanted_s[] = { 900, 70, 1024, 64, 300 };
	struct lab l;

	(void)state;
	start(&l, 6, 10);
	for (size_t i = 0; i < COUNT(wanted_s); i++) {
		lab_next_request(&l);
		lab_good(&l);
		assoc_interval(&l.a, 500);
		assoc_interval(&l.a, wanted_s[i]);
		in_range("wake", mono_sub(l.a.wake, l.a.last_sent),
		    wanted_s[i] * 0.999999, wanted_s[i] * 1.02);
	}
	/* A request without an answer does not bring it back to 64 s. */
	lab_next_request(&l);
	in_range("unanswered", lab_next_request(&l), 300, 306);
	in_range("and again, longer", lab_next_request(&l), 300 * exp2(0.25),
	    306 * exp2(0.25));
}

/* In a burst its own spacing counts, the interval follows. */
static void test_interval_in_burst(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	lab_next_request(&l);
	for (int i = 0; i < 3; i++) {
		lab_good(&l);
		assoc_interval(&l.a, 500);
		in_range("burst", lab_next_request(&l), 2, 2.04);
	}
	lab_good(&l);
	assoc_interval(&l.a, 500);
	in_range("after it", lab_next_request(&l), 499.999, 510);

	/* Short polls have short bursts. */
	start(&l, 1, 10);
	lab_next_request(&l);
	lab_good(&l);
	assoc_burst(&l.a, 2, 2, l.now);
	lab_next_request(&l);
	lab_good(&l);
	assoc_interval(&l.a, 0);
	in_range("burst", lab_next_request(&l), 0.5, 0.51);
	lab_good(&l);
	assoc_interval(&l.a, 3);
	in_range("after it", lab_next_request(&l), 2.999999, 3.06);
}

/* Whoever is offline stays silent, and knows the interval when it is back. */
static void test_interval_offline(void **state)
{
	struct lab l;

	(void)state;
	start(&l, 6, 10);
	lab_next_request(&l);
	lab_good(&l);
	assoc_online(&l.a, false, l.now);
	lab_timer(&l);
	assoc_interval(&l.a, 256);
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
	assert_int_equal(l.a.poll, 8);
	assoc_online(&l.a, true, l.now);
	in_range("kept", lab_next_request(&l), 256, 261.12);

	/* The last sample of a burst by command wakes nobody either. */
	lab_defaults(&l);
	l.config.offline = true;
	lab_start(&l);
	assoc_burst(&l.a, 1, 2, l.now);
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_OK);
	assoc_interval(&l.a, 64);
	assert_true(l.a.wake.ns == MONO_NEVER.ns);
}

/* A good sample leaves the poll to assoc_interval. */
static void test_good_sample_adds_nothing(void **state)
{
	struct lab l;

	(void)state;
	start(&l, 4, 10);
	l.view.samples = 64;
	assoc_interval(&l.a, 100);
	for (int i = 0; i < 20; i++) {
		lab_next_request(&l);
		assert_int_equal(lab_good(&l), DROP_OK);
		in_range("interval", poll_interval_s(l.a.poll, l.a.score, 10),
		    99.999999, 100.000001);
	}
}

static void test_score_of_other_answers(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_next_request(&l);
	h = lab_answer(&l);
	h.stratum = 16;
	lab_deliver(&l, &h);
	in_range("unsynchronised", l.a.score, 0.0999, 0.1001);
	l.config.maxdelay_s = 1e-4;
	lab_next_request(&l);
	assert_int_equal(lab_good(&l), DROP_MAX_DELAY);
	in_range("test A", l.a.score, 0.1199, 0.1201);
	lab_next_request(&l);
	in_range("first without answer", l.a.score, 0.1199, 0.1201);
	lab_next_request(&l);
	in_range("second", l.a.score, 0.3699, 0.3701);
	l.view.is_selected = true;
	lab_next_request(&l);
	in_range("selected", l.a.score, 0.4699, 0.4701);
}

static void test_polls_below_a_second(void **state)
{
	static const struct {
		const char *name;
		int samples;
		double min_delay_s;
		double low_s, high_s;
	} cases[] = {
		{ "no samples",	0, 0.001, 1, 1.02 },
		{ "near",	4, 0.01, 0.0625, 0.06375 },
		{ "too far",	4, 0.0101, 1, 1.02 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct lab l;

		lab_defaults(&l);
		l.config.minpoll = -4;
		l.config.maxpoll = -4;
		lab_start(&l);
		l.view.samples = cases[i].samples;
		l.view.min_delay_s = cases[i].min_delay_s;
		lab_next_request(&l);
		assert_int_equal(l.request[2], 0);
		assert_int_equal(lab_good(&l), DROP_OK);
		in_range(cases[i].name, lab_next_request(&l), cases[i].low_s,
		    cases[i].high_s);
	}
}

static void test_kiss_rate(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	l.config.iburst = true;
	lab_start(&l);
	lab_next_request(&l);
	h = lab_answer(&l);
	h.leap = 3;
	h.stratum = 0;
	h.refid = NTP_KOD_RATE;
	assert_int_equal(lab_deliver(&l, &h), DROP_KOD_RATE);
	assert_true(l.out.kod_rate && l.out.is_valid && l.out.close);
	assert_int_equal(l.a.reach, 0);
	assert_int_equal(l.a.burst_total, 0);
	in_range("score", l.a.score, 0.0999, 0.1001);
	/* four intervals are left out */
	in_range("interval", lab_next_request(&l), 5 * 64 * exp2(0.1),
	    (4 + 1.02) * 64 * exp2(0.1));

	/* Not for everybody to send: origin and leap must be right. */
	h = lab_answer(&l);
	h.leap = 3;
	h.stratum = 0;
	h.refid = NTP_KOD_RATE;
	h.origin ^= 1;
	assert_int_equal(lab_deliver(&l, &h), DROP_ORIGIN);
	h.origin ^= 1;
	h.leap = 0;
	assert_int_equal(lab_deliver(&l, &h), DROP_UNSYNC);
	assert_false(l.out.kod_rate);
}

static void test_poll_range(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	assoc_poll_range(&l.a, 8, 9);
	assert_int_equal(l.a.poll, 8);
	assoc_poll_range(&l.a, -8, 25);		/* both out of range */
	assert_int_equal(l.a.minpoll, 8);
	assert_int_equal(l.a.maxpoll, 9);
	assoc_poll_range(&l.a, 12, 25);
	assert_int_equal(l.a.maxpoll, 12);
	assert_int_equal(l.a.poll, 12);
	assoc_poll_range(&l.a, 25, -7);
	assert_int_equal(l.a.minpoll, -7);
	assert_int_equal(l.a.poll, -7);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interval),
		cmocka_unit_test(test_interval_near),
		cmocka_unit_test(test_interval_changes),
		cmocka_unit_test(test_interval_in_burst),
		cmocka_unit_test(test_interval_offline),
		cmocka_unit_test(test_good_sample_adds_nothing),
		cmocka_unit_test(test_score_of_other_answers),
		cmocka_unit_test(test_polls_below_a_second),
		cmocka_unit_test(test_kiss_rate),
		cmocka_unit_test(test_poll_range),
	};

	return cmocka_run_group_tests_name("ntp/assoc_poll", tests, NULL, NULL);
}
