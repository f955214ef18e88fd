/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/cookie.h"

#include "unit/nts/fixture.h"

/* A cookie of a running chrony (reference: files-and-logs.md 5.2). */
static const char chrony_cookie[] =
	"DF606767B595A50E34CC2C05BD242723C63D6A5CC266C26B3485AD9697A9E9F8"
	"5519124699CB3A66E0E25CB60ACD1CD87854B7D4D139015D8B248A82DDD3BBB9"
	"5FB8DD238A83511FF6812AA5B04ADED5CD468B1F094BAAF78A9CAA9CDE742FF7"
	"1090EA79";
static const char chrony_key[] =
	"9FCBBB33683BFFB224EEE4DC8E73180CD29D974E2E4C119DB812A61730B651CE";
static const char chrony_s2c[] =
	"C8EA1D8F67073573DCCF79B211D601D4029ED294CCB444F2E11F62B8D8567189";
static const char chrony_c2s[] =
	"5DB8E3F1392BD974CE448953347B4D642E721F0CCD2774D9465FE4DAE39BB8AA";

static void test_chrony_vector(void **state)
{
	struct nts_keyring keys = fixture_keyring(15, 1);
	struct nts_key *k = &keys.keys[KEYRING_CURRENT];
	struct cookie_ring ring = { 0 };
	struct nts_session s;
	uint8_t cookie[COOKIE_SIZE_MAX], again[COOKIE_SIZE_MAX], key[32];

	(void)state;
	k->id = 0xDF606767;
	unhex(chrony_key, k->key, sizeof(k->key));
	assert_true(cookie_ring_set(&ring, &keys));
	assert_int_equal(unhex(chrony_cookie, cookie, sizeof(cookie)), 100);
	assert_true(cookie_open(&ring, cookie, 100, &s));
	assert_int_equal(s.aead, 15);
	assert_int_equal(s.key_length, 32);
	unhex(chrony_c2s, key, 32);
	assert_memory_equal(s.c2s, key, 32);
	unhex(chrony_s2c, key, 32);
	assert_memory_equal(s.s2c, key, 32);
	/* The same nonce gives the same cookie. */
	assert_int_equal(cookie_size(&ring, 32), 100);
	assert_int_equal(cookie_seal(&ring, &s, cookie + 4, again,
	    sizeof(again)), 100);
	assert_memory_equal(again, cookie, 100);
	cookie_ring_clear(&ring);
}

/* Every pair of server key and client AEAD. */
static void test_round_trip(void **state)
{
	static const struct {
		uint16_t server, client;
		size_t length;
	} cases[] = {
		{ 15, 15, 100 }, { 15, 30, 68 }, { 30, 15, 96 }, { 30, 30, 64 },
	};
	uint8_t nonce[COOKIE_NONCE];

	(void)state;
	scatter(nonce, sizeof(nonce), 9);
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct nts_session s = fixture_session(cases[i].client), back;
		struct cookie_ring ring;
		uint8_t cookie[COOKIE_SIZE_MAX];
		size_t n = cases[i].length;

		if (!aead_supported(cases[i].server))
			continue;
		ring = fixture_ring(cases[i].server, 3);
		assert_int_equal(cookie_size(&ring, s.key_length), n);
		assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, n - 1), 0);
		assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, n), n);
		assert_true(cookie_open(&ring, cookie, n, &back));
		assert_memory_equal(&back, &s, sizeof(s));
		assert_false(cookie_open(&ring, cookie, n - 1, &back));
		cookie_ring_clear(&ring);
	}
}

static void test_every_bit(void **state)
{
	static const struct nts_session zero;
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15), back;
	uint8_t nonce[COOKIE_NONCE] = { 1 }, cookie[COOKIE_SIZE_MAX + 4] = { 0 };

	(void)state;
	assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, 100), 100);
	for (size_t bit = 0; bit < 800; bit++) {
		cookie[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(cookie_open(&ring, cookie, 100, &back));
		assert_memory_equal(&back, &zero, sizeof(zero));
		cookie[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < sizeof(cookie); n++)
		assert_int_equal(cookie_open(&ring, cookie, n, &back), n == 100);
	cookie_ring_clear(&ring);
}

/* A cookie lives through two rotations and dies with the third. */
static void test_rotation(void **state)
{
	struct nts_keyring keys = fixture_keyring(15, 3);
	struct cookie_ring ring = { 0 };
	struct nts_session s = fixture_session(15), back;
	uint8_t nonce[COOKIE_NONCE] = { 1 }, cookie[COOKIE_SIZE_MAX];
	uint8_t random[KEYRING_KEY_RANDOM];

	(void)state;
	assert_true(cookie_ring_set(&ring, &keys));
	assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, 100), 100);
	for (uint32_t i = 0; i < 4; i++) {
		assert_int_equal(cookie_open(&ring, cookie, 100, &back), i < 3);
		scatter(random, sizeof(random), 50 + i);
		assert_true(keyring_rotate(&keys, 15, random));
		assert_true(cookie_ring_set(&ring, &keys));
	}
	cookie_ring_clear(&ring);
	assert_false(cookie_open(&ring, cookie, 100, &back));
}

/* A server that shares the keys and has rotated already seals with our next. */
static void test_next_key(void **state)
{
	struct nts_keyring ours = fixture_keyring(15, 3), theirs = ours;
	struct cookie_ring ring = { 0 }, other = { 0 };
	struct nts_session s = fixture_session(15), back;
	uint8_t nonce[COOKIE_NONCE] = { 1 }, cookie[COOKIE_SIZE_MAX];
	uint8_t random[KEYRING_KEY_RANDOM] = { 0 };

	(void)state;
	assert_true(keyring_rotate(&theirs, 15, random));
	assert_true(cookie_ring_set(&ring, &ours));
	assert_true(cookie_ring_set(&other, &theirs));
	assert_int_equal(cookie_seal(&other, &s, nonce, cookie, 100), 100);
	assert_true(cookie_open(&ring, cookie, 100, &back));
	assert_memory_equal(&back, &s, sizeof(s));
	cookie_ring_clear(&ring);
	cookie_ring_clear(&other);
}

static void test_refused(void **state)
{
	struct nts_keyring keys = fixture_keyring(15, 3);
	struct cookie_ring ring = { 0 };
	struct nts_session s = fixture_session(15);
	uint8_t nonce[COOKIE_NONCE] = { 1 }, cookie[COOKIE_SIZE_MAX];

	(void)state;
	assert_int_equal(cookie_size(&ring, 32), 0);
	assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, 100), 0);
	keys.keys[0].length = 31;	/* an old one is left out */
	assert_true(cookie_ring_set(&ring, &keys));
	s.aead = 30;			/* does not fit the length */
	assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, 100), 0);
	s.aead = 15;
	s.key_length = 33;
	assert_int_equal(cookie_seal(&ring, &s, nonce, cookie, 100), 0);
	keys.keys[KEYRING_CURRENT].aead = 99;
	assert_false(cookie_ring_set(&ring, &keys));
	assert_int_equal(cookie_size(&ring, 32), 0);
	cookie_ring_clear(&ring);
}

/* A sealed text of another length than two keys. */
static void test_plain_lengths(void **state)
{
	struct nts_keyring keys = fixture_keyring(15, 3);
	const struct nts_key *k = &keys.keys[KEYRING_CURRENT];
	struct cookie_ring ring = fixture_ring(15, 3);
	uint8_t cookie[256] = { 0 }, plain[80] = { 7 };
	struct aead_header h = { cookie + 4, 16, NULL, 0 };
	struct aead a;

	(void)state;
	assert_true(aead_init(&a, 15, k->key, 32));
	for (int i = 0; i < 4; i++)
		cookie[i] = (uint8_t)(k->id >> (24 - 8 * i));
	for (size_t n = 0; n <= 80; n++) {
		struct nts_session s;

		assert_true(aead_seal(&a, &h, plain, n, cookie + 20));
		assert_int_equal(cookie_open(&ring, cookie, 36 + n, &s),
		    n == 32 || n == 64);
	}
	aead_clear(&a);
	cookie_ring_clear(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_chrony_vector),
		cmocka_unit_test(test_round_trip),
		cmocka_unit_test(test_every_bit),
		cmocka_unit_test(test_rotation),
		cmocka_unit_test(test_next_key),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_plain_lengths),
	};

	return cmocka_run_group_tests_name("nts/cookie", tests, NULL, NULL);
}
