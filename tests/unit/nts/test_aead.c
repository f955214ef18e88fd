/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library takes one associated data and one nonce; RFC 5297 A.1 has no
 * nonce and A.2 two associated data. So the vectors check a plain S2V of this
 * test, and that checks the library, for many lengths.
 */
#include "nts/aead.h"

#include "unit/nts/fixture.h"
#include "unit/skip.h"

#include <gnutls/crypto.h>

/* One block of AES-128 (CBC of one block with a zero IV). */
static void aes(const uint8_t key[16], const uint8_t in[16], uint8_t out[16])
{
	uint8_t zero[16] = { 0 };
	gnutls_datum_t k = { (unsigned char *)key, 16 }, iv = { zero, 16 };
	gnutls_cipher_hd_t h;

	assert_int_equal(gnutls_cipher_init(&h, GNUTLS_CIPHER_AES_128_CBC, &k,
	    &iv), 0);
	assert_int_equal(gnutls_cipher_encrypt2(h, in, 16, out, 16), 0);
	gnutls_cipher_deinit(h);
}

static void dbl(uint8_t b[16])
{
	uint8_t carry = b[0] >> 7;

	for (int i = 0; i < 15; i++)
		b[i] = (uint8_t)(b[i] << 1 | b[i + 1] >> 7);
	b[15] = (uint8_t)(b[15] << 1 ^ (carry ? 0x87 : 0));
}

static void xor_16(uint8_t *a, const uint8_t *b)
{
	for (int i = 0; i < 16; i++)
		a[i] ^= b[i];
}

/* RFC 4493. */
static void cmac(const uint8_t key[16], const uint8_t *m, size_t n,
    uint8_t out[16])
{
	uint8_t sub[16], x[16] = { 0 }, last[16] = { 0 }, zero[16] = { 0 };

	aes(key, zero, sub);
	dbl(sub);
	while (n > 16) {
		xor_16(x, m);
		aes(key, x, x);
		m += 16;
		n -= 16;
	}
	if (n)
		memcpy(last, m, n);
	if (n < 16) {
		last[n] = 0x80;
		dbl(sub);
	}
	xor_16(last, sub);
	xor_16(x, last);
	aes(key, x, out);
}

struct text {
	uint8_t bytes[256];
	size_t length;
};

/* RFC 5297 section 2.4 over n header strings and the text. */
static void s2v(const uint8_t *key, const struct text *headers, size_t n,
    const struct text *plain, uint8_t iv[16])
{
	uint8_t d[16], t[16], zero[16] = { 0 };
	struct text last = *plain;

	cmac(key, zero, 16, d);
	for (size_t i = 0; i < n; i++) {
		cmac(key, headers[i].bytes, headers[i].length, t);
		dbl(d);
		xor_16(d, t);
	}
	if (last.length >= 16) {
		xor_16(last.bytes + last.length - 16, d);
	} else {
		last.bytes[last.length] = 0x80;
		memset(last.bytes + last.length + 1, 0, 15 - last.length);
		dbl(d);
		xor_16(last.bytes, d);
		last.length = 16;
	}
	cmac(key, last.bytes, last.length, iv);
}

/* RFC 5297 section 2.6: out is IV and ciphertext. */
static void siv(const uint8_t key[32], const struct text *headers, size_t n,
    const struct text *plain, uint8_t *out)
{
	uint8_t counter[16], stream[16];

	s2v(key, headers, n, plain, out);
	memcpy(counter, out, 16);
	counter[8] &= 0x7f;
	counter[12] &= 0x7f;
	for (size_t i = 0; i < plain->length; i++) {
		if (i % 16 == 0) {
			aes(key + 16, counter, stream);
			for (int k = 15; k >= 0 && ++counter[k] == 0; k--)
				;
		}
		out[16 + i] = plain->bytes[i] ^ stream[i % 16];
	}
}

static void test_rfc5297(void **state)
{
	static const struct {
		const char *key, *headers[3], *plain, *output;
	} cases[] = {
		{ "fffefdfcfbfaf9f8f7f6f5f4f3f2f1f0"
		  "f0f1f2f3f4f5f6f7f8f9fafbfcfdfeff",
		  { "101112131415161718191a1b1c1d1e1f2021222324252627" },
		  "112233445566778899aabbccddee",
		  "85632d07c6e8f37f950acd320a2ecc93"
		  "40c02b9690c4dc04daef7f6afe5c" },
		{ "7f7e7d7c7b7a79787776757473727170"
		  "404142434445464748494a4b4c4d4e4f",
		  { "00112233445566778899aabbccddeeff"
		    "deaddadadeaddadaffeeddccbbaa99887766554433221100",
		    "102030405060708090a0",
		    "09f911029d74e35bd84156c5635688c0" },
		  "7468697320697320736f6d6520706c61"
		  "696e7465787420746f20656e63727970"
		  "74207573696e67205349562d414553",
		  "7bdb6e3b432667eb06f4d14bff2fbd0f"
		  "cb900f2fddbe404326601965c889bf17"
		  "dba77ceb094fa663b7a3f748ba8af829"
		  "ea64ad544a272e9c485b62a3fd5c0d" },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t key[32], out[256], want[256];
		struct text headers[3] = { 0 }, plain = { 0 };
		size_t n = 0;

		unhex(cases[i].key, key, sizeof(key));
		for (; n < 3 && cases[i].headers[n]; n++)
			headers[n].length = unhex(cases[i].headers[n],
			    headers[n].bytes, sizeof(headers[n].bytes));
		plain.length = unhex(cases[i].plain, plain.bytes, 200);
		siv(key, headers, n, &plain, out);
		assert_int_equal(unhex(cases[i].output, want, sizeof(want)),
		    plain.length + 16);
		assert_memory_equal(out, want, plain.length + 16);
	}
}

/* The library against the S2V that the vectors proved. */
static void test_siv_lengths(void **state)
{
	static const size_t lengths[] = { 0, 1, 15, 16, 17, 31, 32, 33, 64, 150 };
	static const size_t nonces[] = { 1, 12, 16, 20, 32 };
	struct text headers[2], plain;
	uint8_t key[32], out[256], want[256], back[256];
	struct aead a;

	(void)state;
	scatter(key, sizeof(key), 1);
	scatter(headers[0].bytes, sizeof(headers[0].bytes), 2);
	scatter(headers[1].bytes, sizeof(headers[1].bytes), 3);
	scatter(plain.bytes, sizeof(plain.bytes), 4);
	assert_true(aead_init(&a, AEAD_AES_SIV_CMAC_256, key, 32));
	for (size_t i = 0; i < COUNT(lengths) * COUNT(lengths) * COUNT(nonces);
	    i++) {
		struct aead_header h = { headers[1].bytes,
			nonces[i % COUNT(nonces)], headers[0].bytes,
			lengths[i / COUNT(nonces) % COUNT(lengths)] };
		size_t n = lengths[i / COUNT(nonces) / COUNT(lengths)];

		headers[0].length = h.ad_length;
		headers[1].length = h.nonce_length;
		plain.length = n;
		siv(key, headers, 2, &plain, want);
		assert_true(aead_seal(&a, &h, plain.bytes, n, out));
		assert_memory_equal(out, want, n + AEAD_TAG);
		assert_true(aead_open(&a, &h, out, n + AEAD_TAG, back));
		assert_memory_equal(back, plain.bytes, n);
	}
	aead_clear(&a);
}

/* RFC 8452 appendix C.1. */
static void test_rfc8452(void **state)
{
	static const struct {
		const char *plain, *ad, *output;
	} cases[] = {
		{ "", "", "dc20e2d83f25705bb49e439eca56de25" },
		{ "0100000000000000", "",
		  "b5d839330ac7b786578782fff6013b815b287c22493a364c" },
		{ "010000000000000000000000", "",
		  "7323ea61d05932260047d942a4978db357391a0bc4fdec8b0d106639" },
		{ "01000000000000000000000000000000", "",
		  "743f7c8077ab25f8624e2e948579cf77"
		  "303aaf90f6fe21199c6068577437a0c4" },
		{ "0200000000000000", "01",
		  "1e6daba35669f4273b0a1a2560969cdf790d99759abd1508" },
		{ "020000000000000000000000", "01",
		  "296c7889fd99f41917f4462008299c5102745aaa3a0c469fad9e075a" },
	};
	static const uint8_t key[16] = { 1 }, nonce[13] = { 3 };
	struct aead a;

	(void)state;
	if (!aead_supported(AEAD_AES_128_GCM_SIV))
		SKIP("this GnuTLS has no AES-128-GCM-SIV");
	assert_true(aead_init(&a, AEAD_AES_128_GCM_SIV, key, 16));
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t plain[64], ad[64], want[64], out[64];
		struct aead_header h = { nonce, 12, ad,
			unhex(cases[i].ad, ad, sizeof(ad)) };
		size_t n = unhex(cases[i].plain, plain, sizeof(plain));

		assert_int_equal(unhex(cases[i].output, want, sizeof(want)),
		    n + AEAD_TAG);
		assert_true(aead_seal(&a, &h, plain, n, out));
		assert_memory_equal(out, want, n + AEAD_TAG);
		assert_true(aead_open(&a, &h, want, n + AEAD_TAG, out));
		assert_memory_equal(out, plain, n);
		h.nonce_length = 11;
		assert_false(aead_seal(&a, &h, plain, n, out));
		h.nonce_length = 13;
		assert_false(aead_open(&a, &h, want, n + AEAD_TAG, out));
	}
	aead_clear(&a);
}

static void test_lengths_of_ids(void **state)
{
	static const struct {
		uint16_t id;
		size_t key, nonce;
	} cases[] = {
		{ 15, 32, 16 }, { 30, 16, 12 }, { 0, 0, 0 }, { 14, 0, 0 },
		{ 16, 0, 0 }, { 31, 0, 0 }, { 0xffff, 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		assert_int_equal(aead_key_length(cases[i].id), cases[i].key);
		assert_int_equal(aead_nonce_length(cases[i].id), cases[i].nonce);
		if (cases[i].key == 0)
			assert_false(aead_supported(cases[i].id));
	}
	assert_true(aead_supported(AEAD_AES_SIV_CMAC_256));
}

static void test_init_refused(void **state)
{
	uint8_t key[33] = { 0 };
	struct aead a;

	(void)state;
	assert_false(aead_init(&a, AEAD_AES_SIV_CMAC_256, key, 31));
	assert_null(a.handle);
	assert_false(aead_init(&a, AEAD_AES_SIV_CMAC_256, key, 33));
	assert_false(aead_init(&a, AEAD_AES_SIV_CMAC_256, key, 0));
	assert_false(aead_init(&a, 0, key, 0));
	assert_false(aead_init(&a, 16, key, 32));
	aead_clear(&a);
	aead_clear(&a);
}

static void test_not_set(void **state)
{
	struct aead a = { 0, NULL };
	uint8_t buf[64] = { 0 };
	struct aead_header h = { buf, 16, NULL, 0 };

	(void)state;
	assert_false(aead_seal(&a, &h, buf, 0, buf + 32));
	assert_false(aead_open(&a, &h, buf, 16, buf + 32));
}

/* Each single bit of nonce, associated data, tag and ciphertext counts. */
static void test_forged(void **state)
{
	uint8_t key[32], all[16 + 20 + 16 + 24], out[24];
	struct aead_header h = { all, 16, all + 16, 20 };
	uint8_t *sealed = all + 36;
	struct aead a;

	(void)state;
	scatter(key, sizeof(key), 5);
	scatter(all, sizeof(all), 6);
	assert_true(aead_init(&a, AEAD_AES_SIV_CMAC_256, key, 32));
	assert_true(aead_seal(&a, &h, key, 24, sealed));
	assert_true(aead_open(&a, &h, sealed, 40, out));
	for (size_t bit = 0; bit < 8 * sizeof(all); bit++) {
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
		assert_false(aead_open(&a, &h, sealed, 40, out));
		all[bit / 8] ^= (uint8_t)(1 << bit % 8);
	}
	for (size_t n = 0; n < 40; n++)
		assert_false(aead_open(&a, &h, sealed, n, out));
	h.nonce_length = 0;
	assert_false(aead_open(&a, &h, sealed, 40, out));
	assert_false(aead_seal(&a, &h, key, 0, out));
	h.nonce_length = 257;
	assert_false(aead_open(&a, &h, sealed, 40, out));
	aead_clear(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rfc5297),
		cmocka_unit_test(test_siv_lengths),
		cmocka_unit_test(test_rfc8452),
		cmocka_unit_test(test_lengths_of_ids),
		cmocka_unit_test(test_init_refused),
		cmocka_unit_test(test_not_set),
		cmocka_unit_test(test_forged),
	};

	return cmocka_run_group_tests_name("nts/aead", tests, NULL, NULL);
}
