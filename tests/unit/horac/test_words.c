/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/words.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void test_normalise(void **state)
{
	static const struct { const char *line, *want; } rows[] = {
		{ "", "" }, { "  \t\n", "" }, { "tracking\n", "tracking" },
		{ "  burst \t 1/2   ::1 \r\n", "burst 1/2 ::1" },
		{ "# tracking", "" }, { "!x", "" }, { " ;x", "" }, { "%", "" },
		{ "a #b", "a #b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[80];

		strcpy(line, rows[i].line);
		normalise_line(line);
		assert_string_equal(line, rows[i].want);
	}
}

static void test_words(void **state)
{
	char line[] = "one two";
	char *rest = line;

	(void)state;
	assert_string_equal(next_word(&rest), "one");
	assert_string_equal(next_word(&rest), "two");
	assert_string_equal(next_word(&rest), "");
	assert_string_equal(next_word(&rest), "");
	assert_true(has_option("-a -v", "-v"));
	assert_true(has_option("x -a", "-a"));
	assert_false(has_option("-av", "-a"));
	assert_false(has_option("-va", "-a"));
	assert_false(has_option("", "-a"));
}

static void test_leading_int(void **state)
{
	static const struct { const char *word; int want; const char *end; }
	rows[] = {
		{ "100", 100, "" }, { "100x", 100, "x" }, { "-1/5", -1, "/5" },
		{ "+7", 7, "" }, { "", 0, "" }, { "x1", 0, "x1" },
		{ "2147483647", INT_MAX, "" }, { "2147483648", INT_MAX, "" },
		{ "-2147483648", INT_MIN, "" }, { "-2147483649", INT_MIN, "" },
		{ "4294967396", INT_MAX, "" },
		{ "99999999999999999999/", INT_MAX, "/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *end;

		assert_int_equal(leading_int(rows[i].word, &end), rows[i].want);
		assert_string_equal(end, rows[i].end);
		assert_int_equal(leading_int(rows[i].word, NULL), rows[i].want);
	}
}

/* Whole words, inside the ends of int. */
static void test_numbers(void **state)
{
	static const struct { const char *line; bool is_int, is_double; } rows[] = {
		{ "1", true, true }, { "-1 x", true, true }, { "", false, false },
		{ "1x", false, false }, { "1.5", false, true },
		{ "2147483647", true, true }, { "2147483648", false, true },
		{ "-2147483648", true, true }, { "-2147483649", false, true },
		{ "nan", false, false }, { "0x10", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[80], again[80], *rest = line;
		int32_t n;
		double d;

		strcpy(line, rows[i].line);
		strcpy(again, rows[i].line);
		if (next_int(&rest, &n) != rows[i].is_int)
			fail_msg("int %s", rows[i].line);
		rest = again;
		if (next_double(&rest, &d) != rows[i].is_double)
			fail_msg("double %s", rows[i].line);
	}
}

static void test_as_line(void **state)
{
	char text[] = "server a # b", empty[] = "";
	struct conf_error error;
	struct conf_line line;

	(void)state;
	words_as_line(text, &error, &line);
	assert_int_equal(line.count, 4);
	assert_string_equal(line.words[0], "server");
	assert_string_equal(line.words[2], "#");
	assert_int_equal(line.next, 0);
	words_as_line(empty, &error, &line);
	assert_int_equal(line.count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_leading_int),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_as_line),
	};

	return cmocka_run_group_tests_name("horac/words", tests, NULL, NULL);
}
