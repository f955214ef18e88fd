/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/client.h"

#include "nts/server.h"
#include "wire/ntp.h"
#include "wire/nts_ef.h"

#include "unit/nts/fixture.h"

/* A client with keys and n cookies of `length` bytes, cookie i all i + 1. */
static struct nts_client client(int n, size_t length)
{
	struct nts_session s = fixture_session(15);
	struct nts_client c = { 0 };
	uint8_t cookie[NTS_COOKIE_MAX];

	nts_client_set(&c, s.aead, s.key_length, s.c2s, s.s2c);
	for (int i = 0; i < n; i++) {
		memset(cookie, i + 1, sizeof(cookie));
		assert_true(nts_client_add_cookie(&c, cookie, length));
	}
	return c;
}

/* Bytes to send; `packet` has room for 1100. */
static size_t request(struct nts_client *c, uint8_t *packet, uint32_t seed)
{
	uint8_t random[48];

	scatter(random, sizeof(random), seed);
	memset(packet, 0, NTP_HEADER_SIZE);
	packet[0] = 4 << 3 | NTP_MODE_CLIENT;
	packet[47] = (uint8_t)seed;
	return nts_client_request(c, packet, 48, 1100, random);
}

/* Fields of a response to build, in this order. */
struct response {
	unsigned cookies;	/* sealed */
	size_t cookie_length;
	bool plain_cookie;	/* one more, not encrypted */
	bool bad_plain;		/* what is sealed ends inside a field */
};

/* A response to the open request of `c` under the key `s2c`. */
static size_t respond(const struct nts_client *c, const struct response *r,
    const uint8_t *s2c, uint8_t packet[1100])
{
	uint8_t plain[800], bytes[NTS_COOKIE_MAX + 4];
	struct writer w = writer_of(packet, 1100);
	struct writer fields = writer_of(plain, sizeof(plain));
	struct aead_header h = { (const uint8_t *)"0123456789abcdef", 16,
		packet, 0 };
	struct aead a;
	uint8_t *place;
	size_t n;

	put_zero(&w, NTP_HEADER_SIZE);
	packet[0] = 4 << 3 | NTP_MODE_SERVER;
	packet[1] = 1;
	ef_put(&w, NTP_EF_UNIQUE_ID, c->uid, 32, 16);
	memset(bytes, 0x77, sizeof(bytes));
	if (r->plain_cookie)
		ef_put(&w, NTP_EF_COOKIE, bytes, 100, 16);
	for (unsigned i = 0; i < r->cookies; i++)
		ef_put(&fields, NTP_EF_COOKIE, bytes, r->cookie_length, 16);
	n = writer_length(&fields) - (r->bad_plain ? 4 : 0);
	h.ad_length = writer_length(&w);
	place = nts_authenticator_put(&w, h.nonce, 16, n + AEAD_TAG,
	    nts_authenticator_size(16, n + AEAD_TAG));
	assert_non_null(place);
	assert_true(aead_init(&a, 15, s2c, 32));
	assert_true(aead_seal(&a, &h, plain, n, place));
	aead_clear(&a);
	return writer_length(&w);
}

static size_t make_nak(const struct nts_client *c, uint8_t packet[1100])
{
	struct nts_request q = { .uid = c->uid, .uid_length = 32 };

	memset(packet, 0, NTP_HEADER_SIZE);
	packet[0] = 4 << 3 | NTP_MODE_SERVER;
	return nts_server_nak(&q, packet, 1100);
}

static void test_add_cookie(void **state)
{
	static const struct {
		size_t length;
		bool ok;
	} cases[] = {
		{ 0, false }, { 1, false }, { 3, false }, { 4, true },
		{ 99, false }, { 100, true }, { 252, true }, { 256, true },
		{ 257, false }, { 260, false }, { 65536, false },
	};
	static const uint8_t bytes[65536];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nts_client c = client(0, 0);

		assert_int_equal(nts_client_add_cookie(&c, bytes,
		    cases[i].length), cases[i].ok);
		assert_int_equal(nts_client_ready(&c), cases[i].ok);
	}
	struct nts_client c = client(8, 100);

	assert_false(nts_client_add_cookie(&c, bytes, 100));
	assert_int_equal(c.cookie_count, 8);
}

static void test_set(void **state)
{
	struct nts_client c = client(3, 100);
	struct nts_session s = fixture_session(15);

	(void)state;
	assert_true(nts_client_ready(&c));
	nts_client_set(&c, 15, 31, s.c2s, s.s2c);
	assert_int_equal(c.aead, 0);
	assert_int_equal(c.cookie_count, 0);
	nts_client_set(&c, 14, 32, s.c2s, s.s2c);
	assert_int_equal(c.aead, 0);
	nts_client_set(&c, 0, 0, s.c2s, s.s2c);
	assert_true(nts_client_add_cookie(&c, s.c2s, 32));
	assert_false(nts_client_ready(&c));
}

/* Cookies held before, their length: placeholders and length of the request. */
static void test_request_layout(void **state)
{
	static const struct {
		int held;
		size_t cookie;
		unsigned placeholders;
	} cases[] = {
		{ 8, 100, 0 }, { 7, 100, 1 }, { 2, 100, 6 }, { 1, 100, 7 },
		{ 1, 104, 7 },		/* 8 x 108 = 864: just fits */
		{ 1, 108, 6 },		/* 8 x 112 = 896: does not */
		{ 1, 256, 2 }, { 8, 256, 0 }, { 1, 4, 7 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nts_client c = client(cases[i].held, cases[i].cookie);
		size_t field = cases[i].cookie + 4 < 16 ? 16 : cases[i].cookie + 4;
		uint8_t packet[1100];
		size_t n = request(&c, packet, 7);
		struct nts_fields f;

		assert_int_equal(n, 48 + 36 + field * (1 + cases[i].placeholders) +
		    40);
		assert_int_equal(nts_request_fields(packet, n, &f), DROP_OK);
		assert_int_equal(f.placeholders, cases[i].placeholders);
		assert_memory_equal(f.uid, c.uid, 32);
		assert_int_equal(f.cookie[0], 1);	/* the oldest */
		assert_int_equal(f.cookie_length, field - 4);
		assert_int_equal(f.auth.nonce_length, 16);
		assert_int_equal(f.auth.ciphertext_length, 16);
		assert_int_equal(c.cookie_count, cases[i].held - 1);
		assert_int_equal(packet[47], 7);	/* the header is kept */
		assert_true(c.is_open);
	}
}

/* No cookie is sent twice, and the last one is the end. */
static void test_cookies_are_spent(void **state)
{
	struct nts_client c = client(8, 100);
	uint8_t packet[1100];

	(void)state;
	for (int i = 0; i < 8; i++) {
		struct nts_fields f;
		size_t n = request(&c, packet, (uint32_t)i);

		assert_int_equal(nts_request_fields(packet, n, &f), DROP_OK);
		assert_int_equal(f.cookie[0], i + 1);
	}
	assert_false(nts_client_ready(&c));
	assert_int_equal(request(&c, packet, 9), 0);
	assert_false(c.is_open);
}

static void test_no_room(void **state)
{
	struct nts_client c;
	uint8_t packet[1100], random[48] = { 0 };

	(void)state;
	for (size_t size = 0; size <= 228; size++) {
		c = client(8, 100);
		assert_int_equal(nts_client_request(&c, packet, 48, size,
		    random),
		    size < 228 ? 0 : 228);
		assert_int_equal(c.is_open, size == 228);
	}
}

static void test_response(void **state)
{
	static const struct {
		const char *name;
		int held;		/* after the request */
		struct response r;
		enum drop drop;
		int after;
	} cases[] = {
		{ "one cookie", 7, { 1, 100, 0, 0 }, DROP_OK, 8 },
		{ "six more", 2, { 6, 100, 0, 0 }, DROP_OK, 8 },
		{ "more than wanted", 6, { 6, 100, 0, 0 }, DROP_OK, 8 },
		{ "other length", 3, { 2, 256, 0, 0 }, DROP_OK, 5 },
		{ "shortest", 3, { 1, 12, 0, 0 }, DROP_OK, 4 },
		{ "too long", 3, { 1, 260, 0, 0 }, DROP_NTS_NO_COOKIE, 3 },
		{ "none", 3, { 0, 0, 0, 0 }, DROP_NTS_NO_COOKIE, 3 },
		{ "none but in the open", 3, { 0, 0, 1, 0 },
			DROP_NTS_NO_COOKIE, 3 },
		{ "one in the open", 3, { 1, 100, 1, 0 }, DROP_OK, 4 },
		{ "ends inside a cookie", 3, { 2, 100, 0, 1 },
			DROP_NTS_FIELDS, 3 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nts_client c = client(cases[i].held + 1, 100);
		uint8_t packet[1100];
		size_t n;

		assert_true(request(&c, packet, 1) > 0);
		n = respond(&c, &cases[i].r, c.s2c, packet);
		if (nts_client_response(&c, packet, n) != cases[i].drop)
			fail_msg("%s", cases[i].name);
		assert_int_equal(c.cookie_count, cases[i].after);
		assert_int_equal(c.is_open, cases[i].drop != DROP_OK);
		assert_int_equal(c.had_answer, cases[i].drop == DROP_OK);
		if (cases[i].drop == DROP_OK)
			assert_int_equal(c.cookies[c.cookie_count - 1].bytes[0],
			    0x77);
	}
}

static void test_once(void **state)
{
	struct nts_client c = client(4, 100);
	uint8_t packet[1100], copy[1100];
	size_t n;

	(void)state;
	assert_true(request(&c, packet, 1) > 0);
	n = respond(&c, &(struct response){ .cookies = 1,
	    .cookie_length = 100 }, c.s2c, packet);
	memcpy(copy, packet, n);
	assert_int_equal(nts_client_response(&c, packet, n), DROP_OK);
	assert_int_equal(nts_client_response(&c, copy, n), DROP_NTS_UID);
	assert_int_equal(c.cookie_count, 4);
	assert_true(request(&c, packet, 2) > 0);
	assert_int_equal(nts_client_response(&c, copy, n), DROP_NTS_UID);
}

/* Each bit of a response: refused, and nothing changes. */
static void test_every_bit(void **state)
{
	struct nts_client c = client(3, 100), before;
	uint8_t packet[1100];
	size_t n;

	(void)state;
	assert_true(request(&c, packet, 1) > 0);
	n = respond(&c, &(struct response){ .cookies = 2,
	    .cookie_length = 100 }, c.s2c, packet);
	before = c;
	for (size_t bit = 0; bit < 8 * n; bit++) {
		enum drop drop;

		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		drop = nts_client_response(&c, packet, n);
		if (drop == DROP_OK || drop == DROP_NTS_NAK)
			fail_msg("bit %zu: %s", bit, drop_text(drop));
		assert_memory_equal(&c, &before, sizeof(c));
		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < n; cut++) {
		assert_int_not_equal(nts_client_response(&c, packet, cut),
		    DROP_OK);
		assert_memory_equal(&c, &before, sizeof(c));
	}
	assert_int_equal(nts_client_response(&c, packet, n), DROP_OK);
}

/* Bytes of the additional padding are authenticated by nobody: a change there
 * is allowed and has no effect. */
static void test_padding(void **state)
{
	struct nts_client c = client(3, 100);
	uint8_t packet[1100];
	size_t n;

	(void)state;
	assert_true(request(&c, packet, 1) > 0);
	n = respond(&c, &(struct response){ .cookies = 2,
	    .cookie_length = 100 }, c.s2c, packet);
	memset(packet + n, 0xa5, 4);
	packet[48 + 36 + 3] += 4;
	assert_int_equal(nts_client_response(&c, packet, n + 4), DROP_OK);
	assert_int_equal(c.cookie_count, 4);
}

static void test_wrong_keys(void **state)
{
	struct nts_client c = client(3, 100);
	uint8_t packet[1100];
	struct response r = { .cookies = 1, .cookie_length = 100 };
	size_t n;

	(void)state;
	assert_true(request(&c, packet, 1) > 0);
	n = respond(&c, &r, c.c2s, packet);
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_AEAD);
	n = respond(&c, &r, c.s2c, packet);
	packet[52] ^= 1;
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_UID);
	assert_int_equal(nts_client_response(&c, packet, 48), DROP_AUTH_MISSING);
	packet[52] ^= 1;
	assert_int_equal(nts_client_response(&c, packet, n), DROP_OK);
}

static void test_nak(void **state)
{
	struct nts_client c = client(3, 100);
	uint8_t packet[1100];
	size_t n;

	(void)state;
	assert_true(request(&c, packet, 1) > 0);
	n = make_nak(&c, packet);
	assert_int_equal(n, 48 + 36);
	packet[1] = 1;			/* stratum */
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_FIELDS);
	packet[1] = 0;
	packet[15] ^= 1;		/* refid */
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_FIELDS);
	packet[15] ^= 1;
	packet[60] ^= 1;		/* unique identifier */
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_UID);
	packet[60] ^= 1;
	assert_false(c.has_nak);
	assert_true(nts_client_ready(&c));
	assert_int_equal(nts_client_response(&c, packet, n), DROP_NTS_NAK);
	assert_true(c.has_nak);
	assert_true(c.is_open);
	assert_false(nts_client_ready(&c));	/* NTS-KE is due */
	/* A genuine answer to the same request proves the NAK forged. */
	n = respond(&c, &(struct response){ .cookies = 1,
	    .cookie_length = 100 }, c.s2c, packet);
	assert_int_equal(nts_client_response(&c, packet, n), DROP_OK);
	assert_false(c.has_nak);
	assert_true(nts_client_ready(&c));
}

static void test_alternative(void **state)
{
	struct nts_client c = client(3, 100);
	uint8_t packet[1100], old[32], c2s[32], s2c[32];
	size_t n;

	(void)state;
	scatter(c2s, 32, 201);
	scatter(s2c, 32, 202);
	nts_client_set_alternative(&c, c2s, s2c);
	memcpy(old, c.s2c, 32);
	assert_true(request(&c, packet, 1) > 0);
	assert_int_equal(nts_client_response(&c, packet, make_nak(&c, packet)),
	    DROP_NTS_NAK);
	assert_memory_equal(c.s2c, old, 32);	/* not before the next request */
	assert_true(nts_client_ready(&c));
	assert_true(request(&c, packet, 2) > 0);
	assert_memory_equal(c.s2c, s2c, 32);
	assert_memory_equal(c.c2s, c2s, 32);
	assert_false(c.has_alternative);
	/* The second NAK is the end of these cookies. */
	assert_int_equal(nts_client_response(&c, packet, make_nak(&c, packet)),
	    DROP_NTS_NAK);
	assert_false(nts_client_ready(&c));
	assert_int_equal(request(&c, packet, 3), 0);
	/* Once the first keys have worked, the others are forgotten. */
	c = client(3, 100);
	nts_client_set_alternative(&c, c2s, s2c);
	assert_true(request(&c, packet, 1) > 0);
	n = respond(&c, &(struct response){ .cookies = 1,
	    .cookie_length = 100 }, c.s2c, packet);
	assert_int_equal(nts_client_response(&c, packet, n), DROP_OK);
	assert_false(c.has_alternative);
	assert_true(request(&c, packet, 2) > 0);
	assert_int_equal(nts_client_response(&c, packet, make_nak(&c, packet)),
	    DROP_NTS_NAK);
	assert_false(nts_client_ready(&c));
}

static void test_has_fields(void **state)
{
	struct nts_client c = client(3, 100);
	uint8_t packet[1100];
	size_t n = request(&c, packet, 1);

	(void)state;
	assert_true(nts_has_fields(packet, n));
	assert_false(nts_has_fields(packet, 48));
	assert_false(nts_has_fields(packet, 0));
	assert_false(nts_has_fields(packet, n - 2));
	packet[0] = 3 << 3 | NTP_MODE_CLIENT;
	assert_false(nts_has_fields(packet, n));
}

static void test_wipe(void **state)
{
	static const struct nts_client zero;
	struct nts_client c = client(8, 256);

	(void)state;
	nts_client_wipe(&c);
	assert_memory_equal(&c, &zero, sizeof(c));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_add_cookie),
		cmocka_unit_test(test_set),
		cmocka_unit_test(test_request_layout),
		cmocka_unit_test(test_cookies_are_spent),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_once),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_padding),
		cmocka_unit_test(test_wrong_keys),
		cmocka_unit_test(test_nak),
		cmocka_unit_test(test_alternative),
		cmocka_unit_test(test_has_fields),
		cmocka_unit_test(test_wipe),
	};

	return cmocka_run_group_tests_name("nts/client", tests, NULL, NULL);
}
