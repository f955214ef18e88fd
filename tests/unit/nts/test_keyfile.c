/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/keyfile.h"

#include "unit/nts/fixture.h"

#include <stdio.h>
#include <stdlib.h>

#define LOG_SIZE 16384
#define PATH "/etc/chrony.keys"

/* What the parser said, each line with a newline. */
struct heard {
	char text[LOG_SIZE];
	unsigned lines;
};

static void on_warning(void *arg, const char *text)
{
	struct heard *h = arg;
	size_t n = strlen(h->text);

	h->lines++;
	assert_null(strchr(text, '\n'));
	snprintf(h->text + n, sizeof(h->text) - n, "%s\n", text);
}

static bool without_md5(enum mac_type type)
{
	return type != MAC_MD5 && mac_supported(type);
}

static bool without_cmac(enum mac_type type)
{
	return mac_key_length(type) == 0 && mac_supported(type);
}

static void parse_with(bool (*is_supported)(enum mac_type), const char *text,
    size_t n, struct mac_keys *keys, struct heard *h)
{
	struct keyfile f = { .path = PATH, .is_supported = is_supported,
		.warn = on_warning, .arg = h };

	*h = (struct heard){ 0 };
	assert_true(keyfile_parse(&f, text, n, keys));
}

static void parse(const char *text, struct mac_keys *keys, struct heard *h)
{
	parse_with(mac_supported, text, strlen(text), keys, h);
}

static void expect(const struct mac_keys *keys, uint32_t id, enum mac_type type,
    const void *bytes, size_t n)
{
	const struct mac_key *k = mac_keys_find(keys, id);

	assert_non_null(k);
	assert_int_equal(k->id, id);
	assert_int_equal(k->type, type);
	assert_int_equal(k->length, n);
	assert_memory_equal(k->bytes, bytes, n);
}

static void test_forms(void **state)
{
	static const struct {
		const char *line;
		uint32_t id;
		enum mac_type type;
		const char *bytes;
		size_t n;
	} cases[] = {
		{ "1 MD5 HEX:B028f91E", 1, MAC_MD5, "\xb0\x28\xf9\x1e", 4 },
		{ "10 SHA1 HEX:00", 10, MAC_SHA1, "\0", 1 },
		{ "20 SHA256 ASCII:mysecret", 20, MAC_SHA256, "mysecret", 8 },
		{ "25 plainmd5key", 25, MAC_MD5, "plainmd5key", 11 },
		{ "26 HEX:ff", 26, MAC_MD5, "\xff", 1 },
		{ "27 ASCII:x", 27, MAC_MD5, "x", 1 },
		{ "28 hex:00", 28, MAC_MD5, "hex:00", 6 },
		{ "29 ascii:x", 29, MAC_MD5, "ascii:x", 7 },
		{ "30 MD5 ASCII:HEX:", 30, MAC_MD5, "HEX:", 4 },
		{ "31 SHA384 k", 31, MAC_SHA384, "k", 1 },
		{ "32 SHA512 k", 32, MAC_SHA512, "k", 1 },
		{ "33 SHA3-224 k", 33, MAC_SHA3_224, "k", 1 },
		{ "34 SHA3-256 k", 34, MAC_SHA3_256, "k", 1 },
		{ "35 SHA3-384 k", 35, MAC_SHA3_384, "k", 1 },
		{ "36 SHA3-512 k", 36, MAC_SHA3_512, "k", 1 },
		{ "37 AES128 0123456789abcdef", 37, MAC_AES128,
		    "0123456789abcdef", 16 },
		{ "38 AES256 0123456789abcdef0123456789abcdef", 38, MAC_AES256,
		    "0123456789abcdef0123456789abcdef", 32 },
		{ "39 AES128", 39, MAC_MD5, "AES128", 6 },
		{ "0040 k", 40, MAC_MD5, "k", 1 },
		{ "4294967295 k", 4294967295, MAC_MD5, "k", 1 },
		{ " \t 41 \t MD5 \v k\r", 41, MAC_MD5, "k", 1 },
		{ "42 \xc3\xa4", 42, MAC_MD5, "\xc3\xa4", 2 },
		{ "43 MD5 #k", 43, MAC_MD5, "#k", 2 },
	};
	struct mac_keys keys;
	struct heard h;

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		parse(cases[i].line, &keys, &h);
		assert_string_equal(h.text, "");
		assert_int_equal(keys.count, 1);
		expect(&keys, cases[i].id, cases[i].type, cases[i].bytes,
		    cases[i].n);
		mac_keys_free(&keys);
	}
}

static void test_comments_and_empty_lines(void **state)
{
	struct mac_keys keys;
	struct heard h;

	(void)state;
	parse("! 1 k\n\n  # 2 k\n;3 k\n\t% 4 k\n   \n5 k", &keys, &h);
	assert_string_equal(h.text, "");
	assert_int_equal(keys.count, 1);
	expect(&keys, 5, MAC_MD5, "k", 1);
	mac_keys_free(&keys);
	parse("", &keys, &h);
	assert_string_equal(h.text, "");
	assert_int_equal(keys.count, 0);
	assert_null(mac_keys_find(&keys, 1));
	mac_keys_free(&keys);
}

static void test_mistakes(void **state)
{
#define LINE_2 "Could not parse key at line 2 in file " PATH "\n"
	static const struct {
		const char *line, *message;
	} cases[] = {
		{ "1", LINE_2 },
		{ "1 MD5 k k", LINE_2 },
		{ "1 MD5 k k k k", LINE_2 },
		{ "0 MD5 k", LINE_2 },
		{ "4294967296 MD5 k", LINE_2 },
		{ "99999999999999999999 MD5 k", LINE_2 },
		{ "-1 MD5 k", LINE_2 },
		{ "+1 MD5 k", LINE_2 },
		{ "0x1 MD5 k", LINE_2 },
		{ "1x MD5 k", LINE_2 },
		{ "MD5 1 k", LINE_2 },
		{ "7 MD5 HEX:", "Could not decode key 7\n" },
		{ "7 MD5 HEX:1", "Could not decode key 7\n" },
		{ "7 MD5 HEX:123", "Could not decode key 7\n" },
		{ "7 MD5 HEX:1g", "Could not decode key 7\n" },
		{ "7 HEX:xy", "Could not decode key 7\n" },
		{ "7 MD5 ASCII:", "Could not decode key 7\n" },
		{ "7 FOO HEX:1", "Could not decode key 7\n" },
		{ "7 FOO k", "Invalid type in key 7\n" },
		{ "7 md5 k", "Invalid type in key 7\n" },
		{ "7 SHA224 k", "Invalid type in key 7\n" },
		{ "7 TIGER k", "Unsupported hash function in key 7 (TIGER)\n" },
		{ "7 WHIRLPOOL k",
		    "Unsupported hash function in key 7 (WHIRLPOOL)\n" },
		{ "7 AES128 0123456789abcde",
		    "Invalid length of AES128 key 7 (expected 128 bits)\n" },
		{ "7 AES128 0123456789abcdef0",
		    "Invalid length of AES128 key 7 (expected 128 bits)\n" },
		{ "7 AES256 0123456789abcdef0123456789abcde",
		    "Invalid length of AES256 key 7 (expected 256 bits)\n" },
		{ "7 AES256 0123456789abcdef",
		    "Invalid length of AES256 key 7 (expected 256 bits)\n" },
	};
	struct mac_keys keys;
	struct heard h;
	char text[256];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		snprintf(text, sizeof(text), "98 before\n%s\n99 after\n",
		    cases[i].line);
		parse(text, &keys, &h);
		assert_string_equal(h.text, cases[i].message);
		/* The others are used. */
		assert_int_equal(keys.count, 2);
		expect(&keys, 98, MAC_MD5, "before", 6);
		expect(&keys, 99, MAC_MD5, "after", 5);
		mac_keys_free(&keys);
	}
}

static void test_the_library_decides(void **state)
{
	static const char text[] = "1 MD5 k\n2 SHA1 k\n"
	    "3 AES128 0123456789abcdef\n";
	struct mac_keys keys;
	struct heard h;

	(void)state;
	parse_with(without_md5, text, strlen(text), &keys, &h);
	assert_string_equal(h.text,
	    "Unsupported hash function in key 1 (MD5)\n");
	assert_int_equal(keys.count, 2);
	assert_null(mac_keys_find(&keys, 1));
	mac_keys_free(&keys);
	parse_with(without_cmac, text, strlen(text), &keys, &h);
	assert_string_equal(h.text, "Unsupported cipher in key 3 (AES128)\n");
	assert_int_equal(keys.count, 2);
	mac_keys_free(&keys);
}

static void test_the_last_duplicate_is_used(void **state)
{
	struct mac_keys keys;
	struct heard h;

	(void)state;
	parse("7 MD5 first\n5 MD5 other\n7 SHA1 second\n7 SHA256 third\n"
	    "7 FOO bad\n1 x\n1 longer\n", &keys, &h);
	assert_string_equal(h.text, "Invalid type in key 7\n"
	    "Detected duplicate key 1\nDetected duplicate key 7\n"
	    "Detected duplicate key 7\n");
	assert_int_equal(keys.count, 3);
	expect(&keys, 7, MAC_SHA256, "third", 5);
	expect(&keys, 5, MAC_MD5, "other", 5);
	expect(&keys, 1, MAC_MD5, "longer", 6);
	mac_keys_free(&keys);
}

static void test_long_lines(void **state)
{
	static char text[KEYFILE_LINE_MAX + 64];
	struct mac_keys keys;
	struct heard h;

	(void)state;
	memset(text, 'k', sizeof(text));
	memcpy(text, "1 ", 2);
	parse_with(mac_supported, text, KEYFILE_LINE_MAX, &keys, &h);
	assert_string_equal(h.text, "");
	assert_int_equal(mac_keys_find(&keys, 1)->length,
	    KEYFILE_LINE_MAX - 2);
	mac_keys_free(&keys);
	parse_with(mac_supported, text, KEYFILE_LINE_MAX + 1, &keys, &h);
	assert_string_equal(h.text,
	    "Could not parse key at line 1 in file " PATH "\n");
	assert_int_equal(keys.count, 0);
	mac_keys_free(&keys);
	/* White space counts once. */
	memset(text + 1, ' ', 50);
	parse_with(mac_supported, text, KEYFILE_LINE_MAX + 49, &keys, &h);
	assert_string_equal(h.text, "");
	assert_int_equal(mac_keys_find(&keys, 1)->length,
	    KEYFILE_LINE_MAX - 2);
	mac_keys_free(&keys);
	parse_with(mac_supported, text, KEYFILE_LINE_MAX + 50, &keys, &h);
	assert_int_equal(h.lines, 1);
	mac_keys_free(&keys);
}

static void test_nul_is_no_text(void **state)
{
	static const char text[] = "1 MD5 k\0k\n2 MD5 k\n\0\n3 MD5 k";
	struct mac_keys keys;
	struct heard h;

	(void)state;
	parse_with(mac_supported, text, sizeof(text) - 1, &keys, &h);
	assert_string_equal(h.text,
	    "Could not parse key at line 1 in file " PATH "\n"
	    "Could not parse key at line 3 in file " PATH "\n");
	assert_int_equal(keys.count, 2);
	mac_keys_free(&keys);
}

static void test_many_mistakes(void **state)
{
	static char text[20 * KEYFILE_COMPLAINTS];
	struct mac_keys keys;
	struct heard h;
	size_t at = 0;

	(void)state;
	for (int i = 0; i < KEYFILE_COMPLAINTS; i++)
		at += (size_t)snprintf(text + at, sizeof(text) - at, "x\n");
	parse(text, &keys, &h);
	assert_int_equal(h.lines, KEYFILE_COMPLAINTS);
	assert_null(strstr(h.text, "More than"));
	mac_keys_free(&keys);
	snprintf(text + at, sizeof(text) - at, "x\nx\nx\n9 k\n");
	parse(text, &keys, &h);
	assert_int_equal(h.lines, KEYFILE_COMPLAINTS + 1);
	assert_non_null(strstr(h.text, "\nMore than 100 mistakes in file " PATH
	    ", the others are not named\n"));
	assert_int_equal(keys.count, 1);
	mac_keys_free(&keys);
}

static void test_many_keys(void **state)
{
	size_t size = (MAC_KEYS_MAX + 2) * 8, at = 0;
	char *text = malloc(size);
	struct mac_keys keys;
	struct heard h;

	(void)state;
	assert_non_null(text);
	for (int i = 1; i <= MAC_KEYS_MAX; i++)
		at += (size_t)snprintf(text + at, size - at, "%d k\n", i);
	parse(text, &keys, &h);
	assert_string_equal(h.text, "");
	assert_int_equal(keys.count, MAC_KEYS_MAX);
	for (uint32_t i = 1; i <= MAC_KEYS_MAX; i++)
		expect(&keys, i, MAC_MD5, "k", 1);
	assert_null(mac_keys_find(&keys, 0));
	assert_null(mac_keys_find(&keys, MAC_KEYS_MAX + 1));
	mac_keys_free(&keys);
	snprintf(text + at, size - at, "%d k\n", MAC_KEYS_MAX + 1);
	parse(text, &keys, &h);
	assert_string_equal(h.text, "More than 16384 keys in file " PATH
	    ", key 16385 is not used\n");
	assert_int_equal(keys.count, MAC_KEYS_MAX);
	mac_keys_free(&keys);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_forms),
		cmocka_unit_test(test_comments_and_empty_lines),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_the_library_decides),
		cmocka_unit_test(test_the_last_duplicate_is_used),
		cmocka_unit_test(test_long_lines),
		cmocka_unit_test(test_nul_is_no_text),
		cmocka_unit_test(test_many_mistakes),
		cmocka_unit_test(test_many_keys),
	};

	return cmocka_run_group_tests_name("nts/keyfile", tests, NULL, NULL);
}
