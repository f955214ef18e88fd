/* SPDX-License-Identifier: Apache-2.0 */
/* An association with a symmetric key: what it sends, and what it believes. */
#include "unit/ntp/assoc_lab.h"

#include "ntp/packet_mac.h"

static const struct mac_key sha1 = { .id = 7, .type = MAC_SHA1, .length = 16,
	.bytes = (const uint8_t *)"0123456789abcdef" };
static const struct mac_key sha256 = { .id = 7, .type = MAC_SHA256,
	.length = 16, .bytes = (const uint8_t *)"0123456789abcdef" };

static void start(struct lab *l, const struct mac_key *key)
{
	lab_defaults(l);
	l->config.key = 7;
	lab_start(l);
	assoc_key(&l->a, key, l->now);
}

static enum drop check(const struct mac_key *key, const uint8_t *packet,
    size_t length)
{
	struct ntp_tail tail;

	assert_int_equal(ntp_tail_read(packet, length, &tail), DROP_OK);
	return packet_mac_check(key, packet, length, &tail);
}

/* Deliver a packet after one round trip. */
static enum drop deliver(struct lab *l, const uint8_t *packet, size_t length)
{
	l->now = mono_add(l->now, 2 * PATH_S + HOLD_S);
	return lab_step(l, ASSOC_REPLY, packet, length, STAMP_KERNEL);
}

/* A good answer to the last request, with the MAC of a key; its length. */
static size_t answer(struct lab *l, const struct mac_key *key, uint8_t version,
    uint8_t packet[ASSOC_PACKET_MAX])
{
	struct ntp_header h = lab_answer(l);

	h.version = version;
	ntp_header_write(&h, packet);
	return key ? packet_mac_put(key, packet, NTP_HEADER_SIZE,
	    ASSOC_PACKET_MAX) : NTP_HEADER_SIZE;
}

static void requests_carry_the_mac(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct lab l;

	(void)state;
	start(&l, &sha1);
	lab_next_request(&l);
	assert_int_equal(l.request_length, 72);
	assert_int_equal(l.request[0], 4 << 3 | NTP_MODE_CLIENT);
	assert_int_equal(check(&sha1, l.request, 72), DROP_OK);
	assert_int_equal(deliver(&l, packet, answer(&l, &sha1, 4, packet)),
	    DROP_OK);
	assert_true(l.out.is_good);
	assert_true(l.a.report.is_authenticated);
	assert_int_equal(l.a.report.tests, TESTS_GOOD);
}

/* What version 4 would cut goes in version 3; interleaved mode has only 4. */
static void version_follows_the_digest(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct lab l;

	(void)state;
	start(&l, &sha256);
	lab_next_request(&l);
	assert_int_equal(l.request_length, 84);
	assert_int_equal(l.request[0], 3 << 3 | NTP_MODE_CLIENT);
	assert_int_equal(check(&sha256, l.request, 84), DROP_OK);
	assert_int_equal(deliver(&l, packet, answer(&l, &sha256, 3, packet)),
	    DROP_OK);
	assert_int_equal(l.a.report.version, 3);

	lab_defaults(&l);
	l.config.key = 7;
	l.config.xleave = true;
	lab_start(&l);
	assoc_key(&l.a, &sha256, l.now);
	lab_next_request(&l);
	assert_int_equal(l.request_length, 72);
	assert_int_equal(l.request[0], 4 << 3 | NTP_MODE_CLIENT);
	assert_int_equal(check(&sha256, l.request, 72), DROP_OK);
}

static void exactly_the_configured_key(void **state)
{
	struct mac_key other = sha1;
	uint8_t packet[ASSOC_PACKET_MAX];
	struct lab l;
	size_t n;

	(void)state;
	start(&l, &sha1);
	lab_next_request(&l);
	n = answer(&l, NULL, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_AUTH_MISSING);
	/* Test 5 alone has failed. */
	assert_int_equal(l.out.tests, TEST_1 | TEST_2 | TEST_3);
	other.id = 8;
	n = answer(&l, &other, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_KEY_UNKNOWN);
	other = sha1;
	other.bytes = (const uint8_t *)"0123456789abcdeg";
	n = answer(&l, &other, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_AUTH_BAD);
	n = answer(&l, &sha1, 4, packet);
	packet[60] ^= 1;
	assert_int_equal(deliver(&l, packet, n), DROP_AUTH_BAD);
	memset(packet + 48, 0, 4);
	assert_int_equal(deliver(&l, packet, 52), DROP_AUTH_BAD);
	assert_int_equal(l.a.count.valid, 0);
	assert_int_equal(l.a.reach, 0);
	/* None of them has used up the request. */
	n = answer(&l, &sha1, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_OK);
}

/* A field of NTS makes it an NTS packet, whatever MAC is behind it. */
static void nts_is_not_what_was_asked(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct writer w = writer_of(packet + NTP_HEADER_SIZE, 64);
	struct lab l;
	size_t n;

	(void)state;
	start(&l, &sha1);
	lab_next_request(&l);
	answer(&l, NULL, 4, packet);
	ef_put(&w, NTP_EF_UNIQUE_ID, "0123456789abcdef0123456789abcdef", 32, 0);
	n = packet_mac_put(&sha1, packet, NTP_HEADER_SIZE + writer_length(&w),
	    sizeof(packet));
	assert_true(n > 0);
	assert_int_equal(deliver(&l, packet, n), DROP_AUTH_UNWANTED);
}

/* Without option key a MAC is not wanted, though it may be right. */
static void plain_source_takes_no_mac(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct lab l;

	(void)state;
	lab_defaults(&l);
	lab_start(&l);
	assoc_key(&l.a, &sha1, l.now);
	assert_null(l.a.key);
	assert_false(assoc_wants_key(&l.a));
	lab_next_request(&l);
	assert_int_equal(l.request_length, NTP_HEADER_SIZE);
	assert_int_equal(deliver(&l, packet, answer(&l, &sha1, 4, packet)),
	    DROP_AUTH_UNWANTED);
	assert_int_equal(lab_good(&l), DROP_OK);
	assert_false(l.a.report.is_authenticated);
}

/* NTS comes first where both are configured. */
static void nts_overrides_the_key(void **state)
{
	struct lab l;

	(void)state;
	lab_defaults(&l);
	l.config.key = 7;
	l.config.nts = true;
	lab_start(&l);
	assoc_key(&l.a, &sha1, l.now);
	assert_null(l.a.key);
	lab_timer(&l);
	assert_false(l.out.send);
	assert_true(l.out.needs_keys);
}

/* Nothing is sent without the key; it comes, it goes. */
static void waits_for_its_key(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct lab l;
	size_t n;

	(void)state;
	start(&l, NULL);
	for (int i = 0; i < 10; i++) {
		lab_timer(&l);
		assert_false(l.out.send);
		assert_true(l.out.needs_keys);
		assert_int_equal(l.a.reach, 0);
	}
	assert_int_equal(l.a.count.sent, 0);
	assoc_key(&l.a, &sha1, l.now);
	assert_true(l.a.wake.ns <= l.now.ns);	/* not at its next poll */
	lab_timer(&l);
	assert_true(l.out.send);
	n = answer(&l, &sha1, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_OK);

	/* Gone while a request is open: its answer can not be judged. */
	lab_next_request(&l);
	n = answer(&l, &sha1, 4, packet);
	assoc_key(&l.a, NULL, l.now);
	assert_int_equal(deliver(&l, packet, n), DROP_KEY_UNKNOWN);
	for (int i = 0; i < 10; i++) {
		lab_timer(&l);
		assert_false(l.out.send);
	}
	assert_int_equal(l.a.reach, 0);
}

/* Another key of the same number counts from the next request on. */
static void key_is_replaced(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct mac_key other = sha1;
	struct lab l;
	size_t n;

	(void)state;
	other.bytes = (const uint8_t *)"fedcba9876543210";
	start(&l, &sha1);
	lab_next_request(&l);
	assoc_key(&l.a, &other, l.now);
	n = answer(&l, &sha1, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_AUTH_BAD);
	lab_next_request(&l);
	assert_int_equal(check(&other, l.request, l.request_length), DROP_OK);
	n = answer(&l, &other, 4, packet);
	assert_int_equal(deliver(&l, packet, n), DROP_OK);
}

/* A kiss slows down only if it is authentic (test 5). */
static void kiss_must_be_authentic(void **state)
{
	uint8_t packet[ASSOC_PACKET_MAX];
	struct ntp_header h;
	struct lab l;
	size_t n;

	(void)state;
	start(&l, &sha1);
	lab_next_request(&l);
	h = lab_answer(&l);
	h.leap = NTP_LEAP_UNSYNC;
	h.stratum = 0;
	h.refid = NTP_KOD_RATE;
	assert_int_equal(lab_deliver(&l, &h), DROP_AUTH_MISSING);
	assert_false(l.out.kod_rate);
	ntp_header_write(&h, packet);
	n = packet_mac_put(&sha1, packet, NTP_HEADER_SIZE, sizeof(packet));
	assert_int_equal(deliver(&l, packet, n), DROP_KOD_RATE);
	assert_true(l.out.kod_rate);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_carry_the_mac),
		cmocka_unit_test(version_follows_the_digest),
		cmocka_unit_test(exactly_the_configured_key),
		cmocka_unit_test(nts_is_not_what_was_asked),
		cmocka_unit_test(plain_source_takes_no_mac),
		cmocka_unit_test(nts_overrides_the_key),
		cmocka_unit_test(waits_for_its_key),
		cmocka_unit_test(key_is_replaced),
		cmocka_unit_test(kiss_must_be_authentic),
	};

	return cmocka_run_group_tests_name("ntp/assoc: symmetric keys", tests,
	    NULL, NULL);
}
