/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/word.h"

#include "conf/values.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* What does not matter here. */
#define REST "-", "old", "", CONF_LEFT_OUT("")

static const struct conf_word rows[] = {
	{ "alpha", "A", REST },
	{ "beta", "", REST },
	{ "alphabet", "", REST },
	{ "nts", "", REST },
};
static const struct conf_words words = CONF_ROWS(rows);

static void test_find(void **state)
{
	static const struct conf_words none = { NULL, 0 };

	(void)state;
	assert_ptr_equal(conf_word_find(&words, "alpha"), &rows[0]);
	assert_ptr_equal(conf_word_find(&words, "ALPHABET"), &rows[2]);
	assert_null(conf_word_find(&words, "alphab"));
	assert_null(conf_word_find(&words, ""));
	assert_null(conf_word_find(&none, "alpha"));
}

/* One slip in a short word, two in one of 5 to 8 letters, three in longer. */
static void test_nearest(void **state)
{
	static const struct {
		const char *word, *want;
	} cases[] = {
		{ "alpa", "alpha" }, { "Alpha", "alpha" }, { "bate", NULL },
		{ "btea", "beta" }, { "ntss", "nts" }, { "nst", "nts" },
		{ "n", NULL }, { "", NULL }, { "alphxx", "alpha" },
		{ "alxxxt", NULL }, { "alphabexx", "alphabet" },
		{ "alphaxxxt", "alphabet" }, { "alphaxxxx", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *got = conf_word_nearest(&words, cases[i].word);

		assert_string_equal(got ? got : "-",
		    cases[i].want ? cases[i].want : "-");
	}
}

/* What a refusal says of the range of a row. */
static void test_ranges(void **state)
{
	static const struct {
		struct conf_word word;
		const char *want;
	} cases[] = {
		{ { "w", "N", REST, .min = 1, .max = 5 },
		  "d w: 'v' is bad; use: w N (1 to 5)" },
		{ { "w", "N", REST, .min = -0.5, .max = 0.5,
		    .unit = "s" }, "d w: 'v' is bad; use: w N (-0.5 to 0.5, in s)" },
		{ { "w", "N", REST, .min = 1, .max = INT_MAX },
		  "d w: 'v' is bad; use: w N (1 or more)" },
		{ { "w", "N", REST, .min = INT_MIN, .max = INT_MAX,
		    .unit = "ppm" }, "d w: 'v' is bad; use: w N (in ppm)" },
		{ { "w", "", REST }, "d w: 'v' is bad; use: w" },
		{ { "D", "N", REST },
		  "d: 'v' is bad; use: D N" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct conf_error error;
		struct conf_line line = { .error = &error, .text = "d",
			.words = { line.text }, .count = 1 };
		char got[CONF_ERROR_SIZE];

		assert_false(conf_refuse(&line, &cases[i].word, "v", "is bad"));
		assert_string_equal(conf_error_message(&error, got,
			sizeof(got)), cases[i].want);
	}
}

/* Words as long as a line can hold make a message that is cut, not too long. */
static void test_long_words(void **state)
{
	char text[CONF_LINE_MAX];
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;

	(void)state;
	memset(text, 'x', sizeof(text));
	text[1000] = ' ';
	conf_lines_init(&lines, text, sizeof(text) - 1, "", false);
	assert_int_equal(conf_lines_next(&lines, &line), CONF_NEXT_LINE);
	conf_refuse(&line, &rows[0], line.words[1], "is bad");
	assert_non_null(strstr(error.text, "is bad"));
	assert_string_equal(error.hint, "use: alpha A");
	line.next = 1;
	assert_false(conf_options(&line, &words, NULL));
	assert_true(strlen(error.text) < CONF_ERROR_TEXT);
}

/* Growing keeps what was there and clears what is new. */
static void test_grow(void **state)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	void *array = NULL;

	(void)state;
	for (size_t i = 0; i < 100; i++) {
		int *new = conf_grow(&line, &array, i, sizeof(*new));

		assert_ptr_equal(new, (int *)array + i);
		assert_int_equal(*new, 0);
		*new = (int)i;
	}
	for (size_t i = 0; i < 100; i++)
		assert_int_equal(((int *)array)[i], (int)i);
	free(array);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_nearest),
		cmocka_unit_test(test_ranges),
		cmocka_unit_test(test_long_words),
		cmocka_unit_test(test_grow),
	};

	return cmocka_run_group_tests_name("conf/word", tests, NULL, NULL);
}
