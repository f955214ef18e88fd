/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/server.h"

#include "nts/client.h"
#include "wire/ntp.h"
#include "wire/nts_ef.h"

#include "unit/nts/fixture.h"

/* A request to build. */
struct ask {
	unsigned placeholders, hidden;	/* in the plain and encrypted part */
	size_t uid, other, padding;	/* bytes: uid, foreign field, padding */
	bool bad_plain;
};

/* A request with a cookie of `ring`, as `ask` says. Returns its length. */
static size_t build(const struct cookie_ring *ring, const struct nts_session *s,
    const struct ask *ask, uint8_t packet[1100])
{
	uint8_t uid[64], nonce[16], plain[900], cookie[COOKIE_SIZE_MAX];
	struct writer w = writer_of(packet, 1100);
	struct writer fields = writer_of(plain, sizeof(plain));
	struct aead_header h = { nonce, aead_nonce_length(s->aead), packet, 0 };
	size_t n, length;
	struct aead a;
	uint8_t *place;

	scatter(uid, sizeof(uid), 11);
	scatter(nonce, sizeof(nonce), 12);
	put_zero(&w, NTP_HEADER_SIZE);
	packet[0] = 4 << 3 | NTP_MODE_CLIENT;
	ef_put(&w, NTP_EF_UNIQUE_ID, uid, ask->uid, 16);
	n = cookie_seal(ring, s, nonce, cookie, sizeof(cookie));
	assert_true(n > 0);
	ef_put(&w, NTP_EF_COOKIE, cookie, n, 16);
	for (unsigned i = 0; i < ask->placeholders; i++)
		ef_put(&w, NTP_EF_PLACEHOLDER, NULL, 0, 4 + n);
	for (unsigned i = 0; i < ask->hidden; i++)
		ef_put(&fields, NTP_EF_PLACEHOLDER, NULL, 0, 4 + n);
	if (ask->other)
		ef_put(&w, 0x4321, NULL, 0, ask->other);
	h.ad_length = writer_length(&w);
	length = writer_length(&fields) - (ask->bad_plain ? 4 : 0);
	place = nts_authenticator_put(&w, nonce, h.nonce_length,
	    length + AEAD_TAG, ask->padding +
	    nts_authenticator_size(h.nonce_length, length + AEAD_TAG));
	assert_non_null(place);
	assert_true(aead_init(&a, s->aead, s->c2s, s->key_length));
	assert_true(aead_seal(&a, &h, plain, length, place));
	aead_clear(&a);
	return writer_length(&w);
}

/* Cookies in the response, after its authenticator was checked. */
static int open_response(const struct cookie_ring *ring,
    const struct nts_session *s, const uint8_t *packet, size_t n)
{
	struct nts_fields f;
	struct aead_header h;
	struct aead a;
	uint8_t plain[1100];
	struct reader r;
	struct ef ef;
	int count = 0;

	assert_int_equal(nts_response_fields(packet, n, &f), DROP_OK);
	assert_non_null(f.auth.nonce);
	h = (struct aead_header){ f.auth.nonce, f.auth.nonce_length, packet,
		f.auth.offset };
	assert_true(aead_init(&a, s->aead, s->s2c, s->key_length));
	assert_true(aead_open(&a, &h, f.auth.ciphertext,
	    f.auth.ciphertext_length, plain));
	aead_clear(&a);
	r = reader_of(plain, f.auth.ciphertext_length - AEAD_TAG);
	for (; reader_left(&r) > 0; count++) {
		struct nts_session back;

		assert_int_equal(ef_next(&r, &ef), DROP_OK);
		assert_int_equal(ef.type, NTP_EF_COOKIE);
		assert_true(cookie_open(ring, ef.body, ef.length, &back));
		assert_memory_equal(&back, s, sizeof(back));
	}
	return count;
}

static void test_answer(void **state)
{
	static const struct {
		const char *name;
		struct ask ask;
		int cookies;
	} cases[] = {
		{ "one cookie", { .uid = 32 }, 1 },
		{ "one placeholder", { .uid = 32, .placeholders = 1 }, 2 },
		{ "seven", { .uid = 32, .placeholders = 7 }, 8 },
		{ "eight, one too many", { .uid = 32, .placeholders = 8 }, 8 },
		{ "hidden ones", { .uid = 32, .hidden = 3 }, 4 },
		{ "both", { .uid = 32, .placeholders = 2, .hidden = 3 }, 6 },
		{ "long identifier", { .uid = 64 }, 1 },
		{ "foreign field", { .uid = 32, .other = 32 }, 1 },
		{ "padding", { .uid = 32, .placeholders = 1, .padding = 64 }, 2 },
		{ "padding for more", { .uid = 32, .padding = 416 }, 1 },
	};
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15);
	uint8_t random[NTS_SERVER_RANDOM];

	(void)state;
	scatter(random, sizeof(random), 21);
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t packet[1100], reply[1100];
		size_t n = build(&ring, &s, &cases[i].ask, packet);
		struct nts_request q;

		if (nts_server_open(&ring, packet, n, &q) != DROP_OK)
			fail_msg("%s", cases[i].name);
		assert_int_equal(q.cookies, cases[i].cookies);
		assert_memory_equal(&q.session, &s, sizeof(s));
		memset(reply, 0xee, sizeof(reply));
		memset(reply, 0, 48);
		reply[0] = 4 << 3 | NTP_MODE_SERVER;
		assert_int_equal(nts_server_seal(&ring, &q, reply,
		    NTP_HEADER_SIZE, n - 1,
		    random), 0);
		assert_int_equal(nts_server_seal(&ring, &q, reply,
		    NTP_HEADER_SIZE, n, random), n);
		assert_int_equal(reply[n], 0xee);
		assert_memory_equal(reply + 52, packet + 52, cases[i].ask.uid);
		assert_int_equal(open_response(&ring, &s, reply, n),
		    cases[i].cookies);
		nts_server_done(&q);
		assert_int_equal(q.session.aead, 0);
	}
	cookie_ring_clear(&ring);
}

/* Our client against our server: eight cookies again after each exchange. */
static void test_with_client(void **state)
{
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15);
	struct nts_client c = { 0 };
	uint8_t random[NTS_SERVER_RANDOM], cookie[COOKIE_SIZE_MAX];

	(void)state;
	nts_client_set(&c, s.aead, s.key_length, s.c2s, s.s2c);
	scatter(random, sizeof(random), 1);
	assert_int_equal(cookie_seal(&ring, &s, random, cookie,
	    sizeof(cookie)), 100);
	assert_true(nts_client_add_cookie(&c, cookie, 100));
	for (uint32_t i = 0; i < 5; i++) {
		uint8_t packet[1100] = { 4 << 3 | NTP_MODE_CLIENT };
		uint8_t reply[1100] = { 4 << 3 | NTP_MODE_SERVER };
		struct nts_request q;
		size_t n;

		scatter(random, sizeof(random), 100 + i);
		n = nts_client_request(&c, packet, 48, sizeof(packet),
		    random);
		assert_int_equal(n, i ? 228 : 956);
		assert_int_equal(nts_server_open(&ring, packet, n, &q), DROP_OK);
		scatter(random, sizeof(random), 200 + i);
		assert_int_equal(nts_server_seal(&ring, &q, reply,
		    NTP_HEADER_SIZE, sizeof(reply), random), n);
		assert_int_equal(nts_client_response(&c, reply, n), DROP_OK);
		assert_int_equal(c.cookie_count, 8);
		nts_server_done(&q);
	}
	cookie_ring_clear(&ring);
}

static void test_refused(void **state)
{
	struct cookie_ring ring = fixture_ring(15, 3);
	struct cookie_ring other = fixture_ring(15, 4), none = { 0 };
	struct nts_session s = fixture_session(15);
	uint8_t packet[1100];
	struct nts_request q;
	size_t n = build(&ring, &s, &(struct ask){ .uid = 32 }, packet);

	(void)state;
	assert_int_equal(nts_server_open(&other, packet, n, &q), DROP_NTS_COOKIE);
	assert_int_equal(q.length, n);
	assert_memory_equal(q.uid, packet + 52, 32);
	assert_int_equal(nts_server_open(&none, packet, n, &q), DROP_NTS_COOKIE);
	packet[40] ^= 1;		/* header */
	assert_int_equal(nts_server_open(&ring, packet, n, &q), DROP_NTS_AEAD);
	assert_int_equal(q.session.aead, 0);
	packet[40] ^= 1;
	assert_int_equal(nts_server_open(&ring, packet, 48, &q),
	    DROP_NTS_FIELDS);
	n = build(&ring, &s, &(struct ask){ .uid = 28 }, packet);
	assert_int_equal(nts_server_open(&ring, packet, n, &q),
	    DROP_NTS_FIELDS);
	n = build(&ring, &s, &(struct ask){ .uid = 32, .hidden = 1,
	    .bad_plain = true }, packet);
	assert_int_equal(nts_server_open(&ring, packet, n, &q),
	    DROP_NTS_FIELDS);
	cookie_ring_clear(&ring);
	cookie_ring_clear(&other);
}

/* No bit of a request can be changed without notice, and none makes the server
 * answer with anything but silence or a NAK. */
static void test_every_bit(void **state)
{
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15);
	uint8_t packet[1100];
	size_t n = build(&ring, &s, &(struct ask){ .uid = 32,
	    .placeholders = 1 }, packet);
	struct nts_request q;

	(void)state;
	for (size_t bit = 0; bit < 8 * n; bit++) {
		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
		if (nts_server_open(&ring, packet, n, &q) == DROP_OK)
			fail_msg("bit %zu", bit);
		packet[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_int_not_equal(nts_server_open(&ring, packet, cut, &q),
		    DROP_OK);
	assert_int_equal(nts_server_open(&ring, packet, n, &q), DROP_OK);
	cookie_ring_clear(&ring);
}

/* A request shorter than our cookies ask for: fewer cookies, or no answer. */
static void test_short_room(void **state)
{
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15);
	uint8_t packet[1100], reply[1100] = { 4 << 3 | NTP_MODE_SERVER };
	uint8_t random[NTS_SERVER_RANDOM] = { 0 };
	size_t n = build(&ring, &s, &(struct ask){ .uid = 32,
	    .placeholders = 2 }, packet), i;
	struct nts_request q;

	(void)state;
	assert_int_equal(nts_server_open(&ring, packet, n, &q), DROP_OK);
	assert_int_equal(q.cookies, 3);
	for (i = n; i > 48 + 36; i -= 4) {
		size_t fit = i < 48 + 36 + 40 ? 0 : (i - 48 - 36 - 40) / 104;

		q.length = i;
		assert_int_equal(nts_server_seal(&ring, &q, reply,
		    NTP_HEADER_SIZE, i, random),
		    fit ? i : 0);
		if (fit)
			assert_int_equal(open_response(&ring, &s, reply, i), fit);
	}
	q.length = 48;
	assert_int_equal(nts_server_seal(&ring, &q, reply,
	    NTP_HEADER_SIZE, 1100, random), 0);
	cookie_ring_clear(&ring);
	q.length = n;
	assert_int_equal(nts_server_seal(&ring, &q, reply,
	    NTP_HEADER_SIZE, 1100, random), 0);
}

static void test_nak(void **state)
{
	struct cookie_ring ring = fixture_ring(15, 3);
	struct cookie_ring other = fixture_ring(15, 4);
	struct nts_session s = fixture_session(15);
	uint8_t packet[1100], reply[1100];
	struct ntp_header h = { .version = 4, .mode = NTP_MODE_SERVER,
		.stratum = 2, .refid = 77, .origin = 1234 };
	struct nts_request q;
	struct nts_fields f;
	size_t n = build(&ring, &s, &(struct ask){ .uid = 40 }, packet);

	(void)state;
	assert_int_equal(nts_server_open(&other, packet, n, &q), DROP_NTS_COOKIE);
	ntp_header_write(&h, reply);
	assert_int_equal(nts_server_nak(&q, reply, 48 + 43), 0);
	ntp_header_write(&h, reply);
	assert_int_equal(nts_server_nak(&q, reply, 48 + 44), 48 + 44);
	assert_int_equal(ntp_header_read(reply, 92, &h), DROP_OK);
	assert_int_equal(h.leap, 3);
	assert_int_equal(h.stratum, 0);
	assert_int_equal(h.refid, NTP_KOD_NTSN);
	assert_true(h.origin == 1234);
	assert_int_equal(nts_response_fields(reply, 92, &f), DROP_OK);
	assert_null(f.auth.nonce);
	assert_int_equal(f.uid_length, 40);
	assert_memory_equal(f.uid, packet + 52, 40);
	q.uid = NULL;
	assert_int_equal(nts_server_nak(&q, reply, 1100), 0);
	cookie_ring_clear(&ring);
	cookie_ring_clear(&other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_answer),
		cmocka_unit_test(test_with_client),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_short_room),
		cmocka_unit_test(test_nak),
	};

	return cmocka_run_group_tests_name("nts/server", tests, NULL, NULL);
}
