/* SPDX-License-Identifier: Apache-2.0 */
/* Symmetric associations of two sides that can hear each other. */
#include "unit/ntp/peer_lab.h"

#include "conf/config.h"

static void expect_good(const struct lab *l, int at_least, double worst_s)
{
	for (int i = 0; i < 2; i++) {
		const struct side *s = &l->side[i];

		if (s->good < at_least)
			fail_msg("side %d: %d samples (%d valid, %d sent)", i,
			    s->good, s->valid, s->sent);
		if (!(s->worst_s <= worst_s))
			fail_msg("side %d: offset wrong by %g s", i,
			    s->worst_s);
		if (!(s->worst_delay_s <= 2 * worst_s))
			fail_msg("side %d: delay wrong by %g s", i,
			    s->worst_delay_s);
	}
}

/* Both have samples within seconds, right ones, and send few packets. */
static void test_start(void **state)
{
	struct lab l;
	struct ntp_header h;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_run(&l, 3);
	expect_good(&l, 1, 1e-6);
	lab_run(&l, 20);
	expect_good(&l, 2, 1e-6);
	for (int i = 0; i < 2; i++) {
		assert_true(l.side[i].sent <= 6);
		assert_int_equal(ntp_header_read(l.side[i].last, 48, &h),
		    DROP_OK);
		assert_int_equal(h.mode, NTP_MODE_ACTIVE);
		assert_int_equal(h.version, 4);
		assert_int_equal(h.stratum, 2);
		assert_int_equal(h.poll, 6);
		assert_int_equal(h.refid, 0x0a000001 + i);
		assert_true(h.origin && h.receive && h.transmit);
		assert_int_equal(l.side[i].a.report.mode, NTP_MODE_ACTIVE);
	}
}

/* One is there long before the other. */
static void test_late_start(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	l.is_quiet[1] = true;
	lab_run(&l, 5000);
	assert_int_equal(l.side[0].valid, 0);
	assert_int_equal(l.side[0].a.reach, 0);
	l.is_quiet[1] = false;
	lab_start_side(&l, 1);
	lab_run(&l, 10);
	expect_good(&l, 1, 1e-6);
}

/* Even strata: halfway between the other's packets, each once an interval. */
static void test_even(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_run(&l, 100);
	for (int i = 0; i < 2; i++) {
		l.side[i].sent = l.side[i].good = 0;
		l.side[i].longest_gap_s = l.side[i].last_good_s = 0;
	}
	lab_run(&l, 6600);
	for (int i = 0; i < 2; i++) {
		assert_true(l.side[i].sent >= 95 && l.side[i].sent <= 104);
		assert_true(l.side[i].good >= l.side[i].sent - 1);
		assert_true(l.side[i].longest_gap_s < 70);
		assert_int_equal(l.side[i].a.reach, 0xff);
	}
	assert_true(fabs(l.side[0].last_good_s - l.side[1].last_good_s) > 25);
	expect_good(&l, 90, 1e-6);
}

/*
 * The one nearer to the time answers at once, so that the other's exchanges are
 * as short as with a server.
 */
static void test_turns(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_stratum(&l, 0, 1);
	lab_start(&l);
	lab_run(&l, 5000);
	expect_good(&l, 60, 1e-6);
	assert_int_equal(l.side[0].a.peer.turn, PEER_TELLS);
	assert_int_equal(l.side[1].a.peer.turn, PEER_ASKS);
	assert_true(l.side[1].a.report.response_time_s < 0.001);
	assert_true(l.side[0].a.report.response_time_s > 60);
	assert_true(l.side[1].sent < 5000 / 58);
}

/* Unsynchronised ones hear each other, but give no samples. */
static void test_unsynchronised(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_stratum(&l, 1, 0);
	lab_start(&l);
	lab_run(&l, 1000);
	assert_true(l.side[0].valid > 10);
	assert_int_equal(l.side[0].good, 0);
	assert_int_equal(l.side[0].a.reach, 0);
	assert_true(l.side[1].good > 10);
}

/* The shorter interval of both counts, but not below one's own minpoll. */
static void test_poll(void **state)
{
	static const struct {
		int poll[2], minpoll[2], want;
	} rows[] = {
		{ { 10, 6 }, { 6, 6 }, 64 },
		{ { 6, 10 }, { 6, 6 }, 64 },
		{ { 10, 4 }, { 6, 4 }, 64 },
		{ { 9, 10 }, { 9, 10 }, 512 },
	};

	(void)state;
	for (size_t k = 0; k < sizeof(rows) / sizeof(*rows); k++) {
		struct lab l;
		double per_s;

		lab_defaults(&l);
		for (int i = 0; i < 2; i++) {
			l.side[i].config.minpoll = rows[k].minpoll[i];
			l.side[i].config.maxpoll = rows[k].poll[i];
			l.side[i].interval_s = exp2(rows[k].poll[i]);
		}
		lab_start(&l);
		lab_run(&l, 4000);
		l.side[0].sent = 0;
		lab_run(&l, 100.0 * rows[k].want);
		per_s = 100.0 * rows[k].want / l.side[0].sent;
		if (per_s < 0.85 * rows[k].want || per_s > 1.15 * rows[k].want)
			fail_msg("row %zu: every %g s, not %d", k, per_s,
			    rows[k].want);
	}
}

static void test_losses(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.loss_percent = 30;
	lab_start(&l);
	lab_run(&l, 64000);
	expect_good(&l, 400, 1e-6);
	for (int i = 0; i < 2; i++)
		assert_true(l.side[i].longest_gap_s < 1500);
}

/* One forgets everything: heard again without waiting for a long interval. */
static void test_restart(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.side[0].interval_s = l.side[1].interval_s = 1024;
	lab_start(&l);
	lab_run(&l, 20000);
	lab_start_side(&l, 1);
	for (int i = 0; i < 2; i++)
		l.side[i].good = 0;
	lab_run(&l, 10);
	expect_good(&l, 1, 1e-6);
}

/* The local clocks are stepped, in the middle of an exchange. */
static void test_step(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	for (int k = 0; k < 20; k++) {
		lab_run(&l, 37.7);
		l.side[k % 2].ahead_s += 10;
		assoc_clock_stepped(&l.side[k % 2].a, 10);
	}
	/* Told before the step and measured after it: wrong for one round. */
	lab_run(&l, 300);
	for (int i = 0; i < 2; i++) {
		l.side[i].good = 0;
		l.side[i].worst_s = l.side[i].worst_delay_s = 0;
	}
	lab_run(&l, 1000);
	expect_good(&l, 10, 1e-6);
}

/* --- interleaved ---------------------------------------------------------- */

/* Transmit timestamps of the basic mode are too early by what passes after. */
static void test_interleaved(void **state)
{
	for (int turn = 0; turn < 2; turn++)
		for (int xleave = 0; xleave < 2; xleave++) {
			struct lab l;

			lab_defaults(&l);
			lab_stratum(&l, 0, turn == 0 ? 2 : 1);
			for (int i = 0; i < 2; i++) {
				l.side[i].config.xleave = xleave;
				l.side[i].stamp_late_s = 0.0004 * i;
			}
			lab_start(&l);
			lab_run(&l, 500);
			for (int i = 0; i < 2; i++)
				l.side[i].worst_s = l.side[i].worst_delay_s = 0;
			lab_run(&l, 5000);
			expect_good(&l, 60, 0.0005);
			assert_true(l.side[0].interleaved >= 60 * xleave);
			assert_true(l.side[1].interleaved >= 60 * xleave);
			assert_true(xleave || l.side[0].worst_s > 0.00019);
			assert_true(!xleave || l.side[0].worst_s < 1e-6);
			assert_true(!xleave || l.side[1].worst_s < 1e-6);
		}
	(void)state;
}

/* Losses end in the basic mode, and never in a wrong pair of timestamps. */
static void test_interleaved_losses(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	for (int i = 0; i < 2; i++)
		l.side[i].config.xleave = true;
	l.loss_percent = 30;
	lab_start(&l);
	lab_run(&l, 640000);
	expect_good(&l, 2000, 1e-6);
	assert_true(l.side[0].interleaved > 500);
	assert_true(l.side[1].interleaved > 500);
}

/* Only one of both knows interleaved mode: basic. */
static void test_interleaved_one_sided(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.side[0].config.xleave = true;
	lab_start(&l);
	lab_run(&l, 6400);
	assert_int_equal(l.side[0].interleaved + l.side[1].interleaved, 0);
	assert_true(l.side[0].good > 40);
}

/* --- attacks -------------------------------------------------------------- */

/* A packet as an attacker makes it who can not read along. */
static void forge(struct lab *l, int to, uint64_t origin)
{
	uint8_t packet[NTP_HEADER_SIZE];
	struct ntp_header h = {
		.version = 4, .stratum = 1, .poll = 3, .precision = -20,
		.mode = lab_random(l) % 2 ? NTP_MODE_ACTIVE : NTP_MODE_PASSIVE,
		.origin = origin,
		.receive = (uint64_t)lab_random(l) << 32 | lab_random(l),
		.transmit = (uint64_t)lab_random(l) << 32 | lab_random(l),
	};

	ntp_header_write(&h, packet);
	assert_int_not_equal(lab_deliver(l, to, packet, sizeof(packet)),
	    DROP_OK);
}

static void test_forged(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_run(&l, 30);
	l.side[0].sent = l.side[1].sent = 0;
	for (int k = 0; k < 20000; k++) {
		lab_run(&l, 0.5);
		forge(&l, k % 2, k % 3 == 0 ? 0 :
		    (uint64_t)lab_random(&l) << 32 | lab_random(&l));
	}
	expect_good(&l, 10000 / 80, 1e-6);
	for (int i = 0; i < 2; i++) {
		const struct side *s = &l.side[i];

		assert_true(s->longest_gap_s < 100);
		/* Claims are answered, but so many times only. */
		assert_true(s->sent < 10000 / 64 * (PEER_CLAIMS + 2));
		assert_int_equal(s->a.reach, 0xff);
	}
}

#define KEPT 64

static struct {
	uint8_t packet[KEPT][NTP_HEADER_SIZE];
	int from[KEPT], count;
} recorded;

static void record(struct lab *l, int from, const uint8_t *packet, size_t n)
{
	int at = recorded.count++ % KEPT;

	(void)l;
	assert_int_equal(n, NTP_HEADER_SIZE);
	memcpy(recorded.packet[at], packet, n);
	recorded.from[at] = from;
}

/* Genuine packets again, to both sides, at any time. */
static void test_replayed(void **state)
{
	uint8_t packet[NTP_HEADER_SIZE];
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.spy = record;
	recorded.count = 0;
	lab_start(&l);
	lab_run(&l, 100);
	for (int k = 0; k < 10000; k++) {
		int kept = recorded.count < KEPT ? recorded.count : KEPT;
		int which = (int)(lab_random(&l) % (uint32_t)kept);

		int from = recorded.from[which];

		memcpy(packet, recorded.packet[which], sizeof(packet));
		/* Those on their way arrive first. */
		lab_run(&l, 1);
		assert_int_not_equal(lab_deliver(&l, !from, packet,
		    sizeof(packet)), DROP_OK);
		/* Back to its sender: never of use either. */
		assert_int_not_equal(lab_deliver(&l, from, packet,
		    sizeof(packet)), DROP_OK);
	}
	expect_good(&l, 10000 / 80, 1e-6);
	for (int i = 0; i < 2; i++)
		assert_true(l.side[i].longest_gap_s < 100);
}

/* What is no packet of a peer. */
static void test_refused(void **state)
{
	struct lab l;
	uint8_t packet[NTP_HEADER_SIZE + 24] = { 0 };
	struct ntp_header h, valid;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	lab_run(&l, 30);
	assert_int_equal(ntp_header_read(l.side[0].last, 48, &h), DROP_OK);
	valid = (struct ntp_header){ .version = 4, .mode = NTP_MODE_ACTIVE,
		.stratum = 2, .origin = h.transmit, .receive = 5,
		.transmit = 7 };
	for (int mode = 0; mode < 8; mode++) {
		h = valid;
		h.mode = (uint8_t)mode;
		ntp_header_write(&h, packet);
		if (mode != NTP_MODE_ACTIVE && mode != NTP_MODE_PASSIVE)
			assert_int_equal(lab_deliver(&l, 0, packet, 48),
			    DROP_MODE);
	}
	ntp_header_write(&valid, packet);
	assert_int_equal(lab_deliver(&l, 0, packet, 47), DROP_SHORT);
	packet[51] = 1;			/* a MAC that nobody asked for */
	assert_int_equal(lab_deliver(&l, 0, packet, 72), DROP_AUTH_UNWANTED);
	for (int zero = 0; zero < 2; zero++) {
		h = valid;
		*(zero ? &h.receive : &h.transmit) = 0;
		ntp_header_write(&h, packet);
		assert_int_equal(lab_deliver(&l, 0, packet, 48),
		    DROP_ZERO_TIME);
	}
	/* It may be answered once. */
	ntp_header_write(&valid, packet);
	assert_int_not_equal(lab_deliver(&l, 0, packet, 48), DROP_ORIGIN);
	assert_true(l.side[0].a.report.has_response);
	assert_int_equal(lab_deliver(&l, 0, packet, 48), DROP_DUPLICATE);
	valid.transmit = 8;
	ntp_header_write(&valid, packet);
	assert_int_equal(lab_deliver(&l, 0, packet, 48), DROP_ORIGIN);
}

/* Options of clients do nothing. */
static void test_no_bursts(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.side[0].config.iburst = true;
	l.is_quiet[1] = true;
	lab_start(&l);
	assoc_burst(&l.side[0].a, 4, 4, lab_mono(&l));
	lab_run(&l, 60);
	assert_int_equal(l.side[0].sent, 1);
	/* Offline is quiet, and closes the socket. */
	assoc_online(&l.side[0].a, false, lab_mono(&l));
	assert_int_equal(l.side[0].a.wake.ns, lab_mono(&l).ns);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_late_start),
		cmocka_unit_test(test_even),
		cmocka_unit_test(test_turns),
		cmocka_unit_test(test_unsynchronised),
		cmocka_unit_test(test_poll),
		cmocka_unit_test(test_losses),
		cmocka_unit_test(test_restart),
		cmocka_unit_test(test_step),
		cmocka_unit_test(test_interleaved),
		cmocka_unit_test(test_interleaved_losses),
		cmocka_unit_test(test_interleaved_one_sided),
		cmocka_unit_test(test_forged),
		cmocka_unit_test(test_replayed),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_no_bursts),
	};

	return cmocka_run_group_tests_name("ntp/peer", tests, NULL, NULL);
}
