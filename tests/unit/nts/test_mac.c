/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/mac.h"

#include "unit/nts/fixture.h"

/* Computed by an independent implementation (hashlib of Python): the hash of
 * this key and the 48 bytes 7 i + 3. */
static const char hash_key[] = "hora-mac-key\0\1\xfe\xff";
#define HASH_KEY_LENGTH 16

static const struct {
	enum mac_type type;
	const char *name, *digest;
} hashes[] = {
	{ MAC_MD5, "MD5", "688bf861a1bad3bb9acbd7c2a47b164d" },
	{ MAC_SHA1, "SHA1", "422ef1458a2ead45e2175090f9fac7bce6fc956e" },
	{ MAC_SHA256, "SHA256", "8d8270ad63cea6b97c5ecc7f19ba357b"
	    "b8df89d3fb02b4cdcdd7a28f0e81f2c5" },
	{ MAC_SHA384, "SHA384", "9039e0af6bcbf2bb67b64de3ad55c749333741cc2a8c"
	    "3510535b041cf593c2792887b7b8f354b0b5a5a5550893a4bc22" },
	{ MAC_SHA512, "SHA512", "87fcd1310b6b6b120c4176d0b1eac3a9afd0a17ecfff"
	    "d6f1c2202a119802beff5035543f8866ada213721271e697af7302e92c9db8d9"
	    "0019d99af93d782eadd4" },
	{ MAC_SHA3_224, "SHA3-224",
	    "85ea4627609f02d6ac9f36025b02a77919aa98c11aa0e6d42ec7bc73" },
	{ MAC_SHA3_256, "SHA3-256", "aa69489faa6bd0c83508a9e2c96b84f173520f87"
	    "05f74e500e69c20ddabc6110" },
	{ MAC_SHA3_384, "SHA3-384", "1d886755965d10b7f4120bdb001e8819fbef8573"
	    "a5c0d81b1744f4a6852a32e2165f69a63842b0d34b21343ad3d4c82f" },
	{ MAC_SHA3_512, "SHA3-512", "f9222bd98189038319e45524d86ccec794e3c9f3"
	    "e4dec729e2e01ae11858ddfdb82ce0f8f5e29fc5789c9ccf4f61eb5e1937d12d"
	    "969f544a072a1fb117aa164a" },
};

/* RFC 4493 section 4, which RFC 8573 points to, and NIST SP 800-38B D.3. */
static const char cmac_text[] =
	"6bc1bee22e409f96e93d7e117393172aae2d8a571e03ac9c9eb76fac45af8e51"
	"30c81c46a35ce411e5fbc1191a0a52eff69f2445df4f9b17ad2b417be66c3710";
static const struct {
	enum mac_type type;
	const char *key;
	size_t length;
	const char *digest;
} cmacs[] = {
#define KEY_128 "2b7e151628aed2a6abf7158809cf4f3c"
#define KEY_256 "603deb1015ca71be2b73aef0857d7781" \
	"1f352c073b6108d72d9810a30914dff4"
	{ MAC_AES128, KEY_128, 0, "bb1d6929e95937287fa37d129b756746" },
	{ MAC_AES128, KEY_128, 16, "070a16b46b4d4144f79bdd9dd04a287c" },
	{ MAC_AES128, KEY_128, 40, "dfa66747de9ae63030ca32611497c827" },
	{ MAC_AES128, KEY_128, 64, "51f0bebf7e3b9d92fc49741779363cfe" },
	{ MAC_AES256, KEY_256, 0, "028962f61b7bf89efc6b551f4667d983" },
	{ MAC_AES256, KEY_256, 16, "28a7023f452e8f82bd4bf28d8c37c35c" },
	{ MAC_AES256, KEY_256, 40, "aaf3d8f1de5640c232f5b169b9c911e6" },
	{ MAC_AES256, KEY_256, 64, "e1992190549f6ed5696a2c056c315410" },
};

static void test_hashes(void **state)
{
	uint8_t text[48], digest[MAC_DIGEST_MAX], want[MAC_DIGEST_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = (uint8_t)(7 * i + 3);
	for (size_t i = 0; i < COUNT(hashes); i++) {
		struct mac_key key = { .id = 1, .type = (uint8_t)hashes[i].type,
			.length = HASH_KEY_LENGTH,
			.bytes = (const uint8_t *)hash_key };
		size_t n = unhex(hashes[i].digest, want, sizeof(want));

		assert_true(mac_supported(hashes[i].type));
		assert_int_equal(mac_digest_length(key.type), n);
		assert_int_equal(mac_key_length(key.type), 0);
		assert_int_equal(mac_digest(&key, text, sizeof(text), digest), n);
		assert_memory_equal(digest, want, n);
	}
}

static void test_cmac(void **state)
{
	uint8_t text[64], bytes[32], digest[MAC_DIGEST_MAX], want[16];

	(void)state;
	unhex(cmac_text, text, sizeof(text));
	for (size_t i = 0; i < COUNT(cmacs); i++) {
		struct mac_key key = { .id = 1, .type = (uint8_t)cmacs[i].type,
			.bytes = bytes };

		key.length = (uint16_t)unhex(cmacs[i].key, bytes, sizeof(bytes));
		unhex(cmacs[i].digest, want, sizeof(want));
		assert_true(mac_supported(cmacs[i].type));
		assert_int_equal(mac_key_length(key.type), key.length);
		assert_int_equal(mac_digest_length(key.type), 16);
		assert_int_equal(mac_digest(&key, text, cmacs[i].length,
		    digest), 16);
		assert_memory_equal(digest, want, 16);
	}
}

static void test_cipher_wants_its_length(void **state)
{
	static const uint8_t bytes[33];
	uint8_t digest[MAC_DIGEST_MAX];
	struct mac_key key = { .id = 1, .bytes = bytes };

	(void)state;
	for (uint16_t n = 0; n <= 33; n++) {
		key.length = n;
		key.type = MAC_AES128;
		assert_int_equal(mac_digest(&key, "", 0, digest) == 16, n == 16);
		key.type = MAC_AES256;
		assert_int_equal(mac_digest(&key, "", 0, digest) == 16, n == 32);
	}
}

static void test_names(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(hashes); i++) {
		assert_int_equal(mac_type_of(hashes[i].name), hashes[i].type);
		assert_string_equal(mac_name(hashes[i].type), hashes[i].name);
	}
	assert_int_equal(mac_type_of("AES128"), MAC_AES128);
	assert_int_equal(mac_type_of("AES256"), MAC_AES256);
	assert_int_equal(mac_type_of("md5"), MAC_NONE);
	assert_int_equal(mac_type_of(""), MAC_NONE);
	assert_int_equal(mac_type_of("SHA224"), MAC_NONE);
	for (unsigned type = 0; type < 300; type++)
		if (!*mac_name(type))
			assert_int_equal(mac_digest_length(type), 0);
	assert_string_equal(mac_name(12), "");
	assert_string_equal(mac_name(15), "");
}

static void test_no_library_has_them(void **state)
{
	static const enum mac_type types[] = { MAC_NONE, MAC_TIGER,
		MAC_WHIRLPOOL, (enum mac_type)12, (enum mac_type)255 };

	(void)state;
	assert_int_equal(mac_type_of("TIGER"), MAC_TIGER);
	assert_int_equal(mac_type_of("WHIRLPOOL"), MAC_WHIRLPOOL);
	for (size_t i = 0; i < COUNT(types); i++)
		assert_false(mac_supported(types[i]));
}

static void test_equal(void **state)
{
	uint8_t a[64], b[64];

	(void)state;
	scatter(a, sizeof(a), 1);
	memcpy(b, a, sizeof(b));
	assert_true(mac_equal(a, b, sizeof(a)));
	for (size_t i = 0; i < sizeof(a); i++) {
		b[i] ^= 1;
		assert_false(mac_equal(a, b, sizeof(a)));
		assert_true(mac_equal(a, b, i));
		b[i] ^= 1;
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hashes),
		cmocka_unit_test(test_cmac),
		cmocka_unit_test(test_cipher_wants_its_length),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_no_library_has_them),
		cmocka_unit_test(test_equal),
	};

	return cmocka_run_group_tests_name("nts/mac", tests, NULL, NULL);
}
