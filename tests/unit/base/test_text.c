/* SPDX-License-Identifier: Apache-2.0 */
#include "base/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static void test_hex(void **state)
{
	static const struct {
		const char *text;
		size_t size;
		int length;
	} cases[] = {
		{ "", 0, 0 },
		{ "00", 1, 1 },
		{ "0fA9", 2, 2 },
		{ "0fA9", 1, -1 },
		{ "0fA", 8, -1 },
		{ "0g", 8, -1 },
		{ "g0", 8, -1 },
		{ "0:", 8, -1 },	/* the characters beside the ranges */
		{ "0/", 8, -1 },
		{ "0@", 8, -1 },
		{ "0`", 8, -1 },
		{ " 00", 8, -1 },
	};
	uint8_t out[8];
	char text[17];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(hex_decode(cases[i].text, out, cases[i].size),
		    cases[i].length);
	assert_int_equal(hex_decode("0123456789abCDeF", out, 8), 8);
	hex_encode(out, 8, text);
	assert_string_equal(text, "0123456789ABCDEF");
	hex_encode(out, 0, text);
	assert_string_equal(text, "");
}

static void test_parse_long(void **state)
{
	static const struct {
		const char *word;
		long long min, max, value;
		bool ok;
	} cases[] = {
		{ "0", 0, 9, 0, true },
		{ "9", 0, 9, 9, true },
		{ "10", 0, 9, 0, false },
		{ "-1", 0, 9, 0, false },
		{ "-6", -6, 17, -6, true },
		{ "-7", -6, 17, 0, false },
		{ "+5", 0, 9, 5, true },
		{ "007", 0, 9, 7, true },
		{ "", 0, 9, 0, false },
		{ "-", -9, 9, 0, false },
		{ "+-1", -9, 9, 0, false },
		{ " 1", 0, 9, 0, false },
		{ "1 ", 0, 9, 0, false },
		{ "0x1", 0, 9, 0, false },
		{ "1.0", 0, 9, 0, false },
		{ "9223372036854775807", 0, INT64_MAX, INT64_MAX, true },
		{ "9223372036854775808", 0, INT64_MAX, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		long long v = 42;

		assert_int_equal(parse_long(cases[i].word, cases[i].min,
		    cases[i].max, &v), cases[i].ok);
		assert_int_equal(v, cases[i].ok ? cases[i].value : 42);
	}
}

static void test_parse_double(void **state)
{
	static const struct {
		const char *word;
		double value;
		bool ok;
	} cases[] = {
		{ "0", 0, true },
		{ "-1.5", -1.5, true },
		{ "+1e-3", 1e-3, true },
		{ ".5", .5, true },
		{ "1E2", 100, true },
		{ "", 0, false },
		{ ".", 0, false },
		{ "e", 0, false },
		{ "1e", 0, false },
		{ "1,5", 0, false },
		{ "1 ", 0, false },
		{ "0x10", 0, false },
		{ "inf", 0, false },
		{ "nan", 0, false },
		{ "1e308", 1e308, true },
		{ "1e309", 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		double v = 42;

		assert_int_equal(parse_double(cases[i].word, &v), cases[i].ok);
		assert_true(v == (cases[i].ok ? cases[i].value : 42));
	}
}

static void test_distance(void **state)
{
	static const struct {
		const char *a, *b;
		unsigned distance;
	} cases[] = {
		{ "", "", 0 },
		{ "server", "server", 0 },
		{ "Server", "sERVER", 0 },
		{ "server", "srever", 1 },	/* swap */
		{ "server", "serve", 1 },
		{ "serve", "server", 1 },
		{ "server", "sorver", 1 },
		{ "", "abc", 3 },
		{ "pool", "peer", 3 },
	};
	char longest[42];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		assert_int_equal(text_distance(cases[i].a, cases[i].b),
		    cases[i].distance);
	memset(longest, 'a', 41);
	longest[41] = '\0';
	assert_int_equal(text_distance(longest, longest), 41);
	longest[40] = '\0';
	assert_int_equal(text_distance(longest, longest), 0);
}

static void test_equal_nocase(void **state)
{
	(void)state;
	assert_true(text_equal_nocase("", ""));
	assert_true(text_equal_nocase("AllowZ", "aLLOWz"));
	assert_false(text_equal_nocase("allow", "allows"));
	assert_false(text_equal_nocase("allows", "allow"));
	assert_false(text_equal_nocase("[", "{"));	/* 32 apart, no letters */
	assert_false(text_equal_nocase("@", "`"));
}

static void test_copy(void **state)
{
	char out[4] = "xxx";

	(void)state;
	assert_true(text_copy(out, sizeof(out), "abc"));
	assert_string_equal(out, "abc");
	assert_false(text_copy(out, sizeof(out), "defg"));
	assert_string_equal(out, "def");
	assert_true(text_copy(out, sizeof(out), ""));
	assert_string_equal(out, "");
	assert_false(text_copy(out, 1, "a"));
	assert_string_equal(out, "");
}

static void test_wipe(void **state)
{
	char secret[8] = "secret!";
	static const char zero[8];

	(void)state;
	wipe(secret, 7);
	assert_memory_equal(secret, zero, 8);
	wipe(secret, 0);
}

static void test_defuse(void **state)
{
	static const struct {
		const char *from, *to;
	} rows[] = {
		{ "", "" }, { "plain text, 100 %", "plain text, 100 %" },
		{ "a\nb\rc\td\033e\177f", "a?b?c?d?e?f" },
		{ "gr\xc3\xbc\xc3\x9f \xe6\x97\xb6 \xf0\x9f\x95\x90",
		  "gr\xc3\xbc\xc3\x9f \xe6\x97\xb6 \xf0\x9f\x95\x90" },
		/* C1 controls, alone and in UTF-8 */
		{ "a\x9b" "2Jb", "a?2Jb" }, { "a\xc2\x9b" "2J", "a??2J" },
		{ "a\xc2\xa0", "a\xc2\xa0" },
		/* separators, and what turns the direction */
		{ "a\xe2\x80\xa8z\xe2\x80\xaez\xe2\x81\xa6", "a???z???z???" },
		/* cut off, too long, surrogates, beyond the last */
		{ "a\xe2\x80", "a??" }, { "\xc3", "?" }, { "\xc3z", "?z" },
		{ "\xc0\x8a", "??" }, { "\xe0\x80\x8a", "???" },
		{ "\xed\xa0\x80", "???" }, { "\xf4\x90\x80\x80", "????" },
		{ "\xff\xfe", "??" },
	};
	char buf[64];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		text_copy(buf, sizeof(buf), rows[i].from);
		text_defuse(buf);
		assert_string_equal(buf, rows[i].to);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_hex),
		cmocka_unit_test(test_parse_long),
		cmocka_unit_test(test_parse_double),
		cmocka_unit_test(test_distance),
		cmocka_unit_test(test_equal_nocase),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_wipe),
		cmocka_unit_test(test_defuse),
	};

	return cmocka_run_group_tests_name("base/text", tests, NULL, NULL);
}
