/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/words.h"

#include "unit/nts/fixture.h"

static void test_lines(void **state)
{
	const char *text = "one\n\n  two\tthree  \r\na b c d\nlast";
	struct words w;

	(void)state;
	assert_int_equal(words_next(&text, &w), 1);
	assert_string_equal(w.word[0], "one");
	assert_int_equal(words_next(&text, &w), 0);
	assert_int_equal(words_next(&text, &w), 2);
	assert_string_equal(w.word[0], "two");
	assert_string_equal(w.word[1], "three");
	assert_int_equal(words_next(&text, &w), 4);
	assert_string_equal(w.word[3], "d");
	assert_int_equal(words_next(&text, &w), 1);
	assert_string_equal(w.word[0], "last");
	assert_int_equal(words_next(&text, &w), -1);
	assert_string_equal(text, "");
}

static void test_too_much(void **state)
{
	char line[WORDS_LINE_MAX + 1];
	const char *five = "a b c d e\n", *text = line;
	struct words w;

	(void)state;
	assert_int_equal(words_next(&five, &w), -1);
	memset(line, 'x', sizeof(line));
	line[WORDS_LINE_MAX - 1] = '\n';
	line[WORDS_LINE_MAX] = '\0';
	assert_int_equal(words_next(&text, &w), 1);
	assert_int_equal(strlen(w.word[0]), WORDS_LINE_MAX - 1);
	line[WORDS_LINE_MAX - 1] = 'x';
	text = line;
	assert_int_equal(words_next(&text, &w), -1);
	assert_ptr_equal(text, line);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_too_much),
	};

	return cmocka_run_group_tests_name("nts/words", tests, NULL, NULL);
}
