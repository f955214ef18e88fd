/* SPDX-License-Identifier: Apache-2.0 */
/* An association with NTS against the server's own code. */
#include "unit/ntp/assoc_lab.h"

#include "nts/server.h"

struct nts_lab {
	struct lab l;
	struct cookie_ring ring;
	struct nts_session session;
	uint8_t packet[ASSOC_PACKET_MAX];	/* the response */
	size_t length;
};

static void give_keys(struct nts_lab *n, int cookies)
{
	uint8_t random[COOKIE_NONCE] = { 7 }, cookie[NTS_COOKIE_MAX];

	nts_client_set(&n->l.nts, n->session.aead, n->session.key_length,
	    n->session.c2s, n->session.s2c);
	for (int i = 0; i < cookies; i++) {
		size_t length;

		random[1] = (uint8_t)i;
		length = cookie_seal(&n->ring, &n->session, random, cookie,
		    sizeof(cookie));
		assert_true(length > 0);
		assert_true(nts_client_add_cookie(&n->l.nts, cookie, length));
	}
	assoc_keys_came(&n->l.a, n->l.now);
}

/* Keys of a server that knows nothing of the client's cookies. */
static void new_ring(struct nts_lab *n, uint8_t fill)
{
	struct nts_keyring keys = { 0 };

	for (uint32_t i = 0; i < NTS_RING_KEYS; i++) {
		keys.keys[i].id = i;
		keys.keys[i].aead = AEAD_AES_SIV_CMAC_256;
		keys.keys[i].length = 32;
		memset(keys.keys[i].key, fill + (int)i, 32);
	}
	cookie_ring_clear(&n->ring);
	assert_true(cookie_ring_set(&n->ring, &keys));
}

static void setup(struct nts_lab *n)
{
	memset(n, 0, sizeof(*n));
	lab_defaults(&n->l);
	n->l.config.nts = true;
	n->session.aead = AEAD_AES_SIV_CMAC_256;
	n->session.key_length = 32;
	memset(n->session.c2s, 0xc2, 32);
	memset(n->session.s2c, 0x52, 32);
	new_ring(n, 1);
	lab_start(&n->l);
}

static void finish(struct nts_lab *n)
{
	cookie_ring_clear(&n->ring);
	nts_client_wipe(&n->l.nts);
}

/* What the server answers to the last request goes to n->packet. */
static enum drop answer(struct nts_lab *n)
{
	struct ntp_header h = lab_answer(&n->l);
	uint8_t random[NTS_SERVER_RANDOM];
	struct nts_request q;
	enum drop d = nts_server_open(&n->ring, n->l.request,
	    n->l.request_length, &q);

	memset(random, n->l.requests, sizeof(random));
	ntp_header_write(&h, n->packet);
	n->length = d == DROP_OK ?
	    nts_server_seal(&n->ring, &q, n->packet,
	    NTP_HEADER_SIZE, sizeof(n->packet), random) :
	    nts_server_nak(&q, n->packet, sizeof(n->packet));
	assert_true(n->length > 0);
	nts_server_done(&q);
	return d;
}

static enum drop deliver(struct nts_lab *n)
{
	n->l.now = mono_add(n->l.now, 2 * PATH_S + HOLD_S);
	return lab_step(&n->l, ASSOC_REPLY, n->packet, n->length, STAMP_KERNEL);
}

static void test_waits_for_keys(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	n.l.config.iburst = true;
	assoc_reset(&n.l.a, n.l.now);
	in_range("first", lab_timer(&n.l), 0.2, 0.204);
	for (int i = 1; i <= 9; i++) {
		assert_true(n.l.out.needs_keys && !n.l.out.send);
		assert_true(n.l.out.reach_changed && n.l.a.reach == 0);
		assert_int_equal(n.l.a.reach_size, i < 8 ? i : 8);
		in_range("poll", lab_timer(&n.l), 2, 2.04);
	}
	assert_int_equal(n.l.a.count.sent, 0);
	assert_int_equal(n.l.a.burst_total, 8);	/* does not count down */
	assert_int_equal(n.l.a.poll, 6);
	/* They come: it asks at once. */
	n.l.now = mono_add(n.l.now, 0.1);
	give_keys(&n, 8);
	in_range("at once", lab_timer(&n.l), 0, 0);
	assert_true(n.l.out.send && !n.l.out.needs_keys);
	assert_int_equal(answer(&n), DROP_OK);
	assert_int_equal(deliver(&n), DROP_OK);
	assert_true(n.l.out.is_good && n.l.a.report.is_authenticated);
	assert_int_equal(n.l.nts.cookie_count, 8);
	/* Keys that nobody waits for change no timer: */
	n.l.a.burst_total = 0;
	lab_next_request(&n.l);
	n.l.now = mono_add(n.l.now, 10);
	give_keys(&n, 8);
	in_range("poll", lab_next_request(&n.l), 64, 65.28);
	finish(&n);
}

/* It never asked: that is at once with keys, 0.2 s later without them. */
static void test_first_request(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	assert_false(n.l.a.has_sent);
	give_keys(&n, 8);
	in_range("keys came", lab_timer(&n.l), 0, 0);
	assert_true(n.l.out.send);
	assert_int_equal(n.l.a.reach_size, 0);
	finish(&n);

	setup(&n);
	in_range("no keys", lab_timer(&n.l), 0.2, 0.204);
	assert_true(n.l.out.needs_keys && !n.l.out.send);
	finish(&n);
}

static void test_cookies_run_out(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	for (int i = 0; i < 8; i++) {
		lab_next_request(&n.l);
		assert_int_equal(n.l.nts.cookie_count, 7 - i);
	}
	do
		lab_timer(&n.l);
	while (n.l.out.close);
	assert_true(n.l.out.needs_keys && !n.l.out.send);
	assert_int_equal(n.l.a.reach_size, 8);
	finish(&n);
}

static void test_cookie_of_unsent_request_is_kept(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	give_keys(&n, 1);
	for (int i = 0; i < 20; i++) {
		lab_next_request(&n.l);
		assert_int_equal(n.l.nts.cookie_count, 0);
		lab_step(&n.l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
		assert_int_equal(n.l.nts.cookie_count, 1);
	}
	lab_next_request(&n.l);
	assert_int_equal(answer(&n), DROP_OK);
	assert_int_equal(deliver(&n), DROP_OK);
	finish(&n);
}

/* RFC 8915 section 5.7: what may have been seen on the path is used up. */
static void test_cookie_of_sent_request_is_not_kept(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	give_keys(&n, 2);
	lab_next_request(&n.l);
	lab_step(&n.l, ASSOC_SENT, NULL, 0, STAMP_DAEMON);
	lab_step(&n.l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	assert_int_equal(n.l.nts.cookie_count, 1);
	/* A timestamp that is of no use tells that it left all the same. */
	lab_next_request(&n.l);
	n.l.now = mono_add(n.l.now, 1.5);
	lab_step(&n.l, ASSOC_SENT, NULL, 0, STAMP_KERNEL);
	lab_step(&n.l, ASSOC_SEND_FAILED, NULL, 0, STAMP_DAEMON);
	assert_int_equal(n.l.nts.cookie_count, 0);
	finish(&n);
}

static void test_nak_then_answer(void **state)
{
	struct nts_lab n;
	uint8_t good[ASSOC_PACKET_MAX];
	size_t good_length;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	lab_next_request(&n.l);
	assert_int_equal(answer(&n), DROP_OK);
	memcpy(good, n.packet, n.length);
	good_length = n.length;
	new_ring(&n, 100);
	assert_int_equal(answer(&n), DROP_NTS_COOKIE);
	/* The NAK is noted; the request stays open for the true answer. */
	assert_int_equal(deliver(&n), DROP_NTS_NAK);
	assert_true(n.l.nts.has_nak && n.l.a.is_open && !n.l.out.close);
	memcpy(n.packet, good, good_length);
	n.length = good_length;
	assert_int_equal(deliver(&n), DROP_OK);
	assert_false(n.l.nts.has_nak);
	lab_next_request(&n.l);
	assert_true(n.l.out.send);
	/* A NAK alone: cookies are dropped at the next poll. */
	assert_int_equal(answer(&n), DROP_NTS_COOKIE);
	assert_int_equal(deliver(&n), DROP_NTS_NAK);
	assert_int_equal(n.l.a.count.dropped[DROP_NTS_NAK], 2);
	do
		lab_timer(&n.l);
	while (n.l.out.close);
	assert_true(n.l.out.needs_keys);
	assert_int_equal(n.l.nts.cookie_count, 0);
	give_keys(&n, 8);
	lab_timer(&n.l);
	assert_int_equal(answer(&n), DROP_OK);
	assert_int_equal(deliver(&n), DROP_OK);
	finish(&n);
}

/* Senders of a NAK may leave its timestamps zero; its origin must be right. */
static void test_nak_without_times(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	lab_next_request(&n.l);
	new_ring(&n, 100);
	assert_int_equal(answer(&n), DROP_NTS_COOKIE);
	memset(n.packet + 32, 0, 16);
	n.packet[24] ^= 1;
	assert_int_equal(deliver(&n), DROP_ORIGIN);
	n.packet[24] ^= 1;
	n.packet[60] ^= 1;		/* unique identifier */
	assert_int_equal(deliver(&n), DROP_NTS_UID);
	assert_false(n.l.nts.has_nak);
	n.packet[60] ^= 1;
	assert_int_equal(deliver(&n), DROP_NTS_NAK);
	finish(&n);
}

/* Every bit flipped, every length cut: refused, and the request stays open. */
static void test_no_forged_response(void **state)
{
	struct nts_lab n;
	size_t length;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	lab_next_request(&n.l);
	assert_int_equal(answer(&n), DROP_OK);
	length = n.length;
	for (size_t bit = 0; bit < 8 * length; bit++) {
		n.packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (deliver(&n) == DROP_OK)
			fail_msg("bit %zu was not noticed", bit);
		n.packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		n.l.now = n.l.a.last_sent;
	}
	for (n.length = 0; n.length < length; n.length++)
		if (deliver(&n) == DROP_OK)
			fail_msg("%zu bytes were taken", n.length);
	assert_int_equal(n.l.a.reach, 0);
	assert_int_equal(n.l.nts.cookie_count, 7);
	n.l.now = n.l.a.last_sent;
	assert_int_equal(deliver(&n), DROP_OK);
	assert_int_equal(deliver(&n), DROP_NO_REQUEST);
	/* The same again, for the next request. */
	lab_next_request(&n.l);
	assert_int_equal(deliver(&n), DROP_DUPLICATE);
	finish(&n);
}

static void test_answers_without_authentication(void **state)
{
	struct nts_lab n;
	struct ntp_header h;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	lab_next_request(&n.l);
	assert_int_equal(lab_good(&n.l), DROP_AUTH_MISSING);
	h = lab_answer(&n.l);
	h.version = 3;
	assert_int_equal(lab_deliver(&n.l, &h), DROP_AUTH_MISSING);
	/* Neither may slow us down. */
	h = lab_answer(&n.l);
	h.leap = 3;
	h.stratum = 0;
	h.refid = NTP_KOD_RATE;
	assert_int_equal(lab_deliver(&n.l, &h), DROP_AUTH_MISSING);
	h.refid = NTP_KOD_NTSN;
	assert_int_equal(lab_deliver(&n.l, &h), DROP_AUTH_MISSING);
	assert_false(n.l.nts.has_nak);
	assert_true(n.l.a.is_open);
	finish(&n);
}

/* A source without NTS refuses the best of authenticated answers. */
static void test_plain_source_refuses_nts(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	give_keys(&n, 8);
	lab_next_request(&n.l);
	assert_int_equal(answer(&n), DROP_OK);
	n.l.a.nts = NULL;
	assert_int_equal(deliver(&n), DROP_AUTH_UNWANTED);
	finish(&n);
}

/* An offline source in a burst does not stay active without keys. */
static void test_offline_burst_without_keys(void **state)
{
	struct nts_lab n;

	(void)state;
	setup(&n);
	assoc_online(&n.l.a, false, n.l.now);
	lab_timer(&n.l);
	assoc_burst(&n.l.a, 1, 3, n.l.now);
	for (int i = 0; i < 3; i++) {
		lab_timer(&n.l);
		assert_true(n.l.out.needs_keys);
	}
	lab_timer(&n.l);
	assert_false(n.l.out.needs_keys);
	assert_false(assoc_is_active(&n.l.a));
	finish(&n);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_waits_for_keys),
		cmocka_unit_test(test_first_request),
		cmocka_unit_test(test_cookies_run_out),
		cmocka_unit_test(test_cookie_of_unsent_request_is_kept),
		cmocka_unit_test(test_cookie_of_sent_request_is_not_kept),
		cmocka_unit_test(test_nak_then_answer),
		cmocka_unit_test(test_nak_without_times),
		cmocka_unit_test(test_no_forged_response),
		cmocka_unit_test(test_answers_without_authentication),
		cmocka_unit_test(test_plain_source_refuses_nts),
		cmocka_unit_test(test_offline_burst_without_keys),
	};

	return cmocka_run_group_tests_name("ntp/assoc_nts", tests, NULL, NULL);
}
