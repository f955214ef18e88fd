/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/line.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* The words of all lines with places: "LINE:word word;", "BAD;" or "LONG;". */
static void read_all(const char *text, size_t length, bool has_marks, char *out,
    size_t size)
{
	struct conf_error error = { .text = "" };
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	enum conf_next next;
	size_t n = 0;

	*out = '\0';
	conf_lines_init(&lines, text, length, "f", has_marks);
	while ((next = conf_lines_next(&lines, &line)) != CONF_NEXT_END) {
		char joined[CONF_LINE_MAX + 1];

		if (next == CONF_NEXT_LINE)
			conf_line_join(&line, joined);
		n += (size_t)snprintf(out + n, size - n, "%s%u:%s%s;",
		    strcmp(line.place.file, "f") == 0 ? "" : line.place.file,
		    line.place.line, next == CONF_NEXT_BAD ? "BAD" :
		    next == CONF_NEXT_LONG ? "LONG" : joined,
		    line.has_newline ? "" : "$");
	}
}

static const struct line_case {
	const char *name, *text;
	size_t length;			/* 0: up to the NUL */
	bool has_marks;
	const char *want;
} cases[] = {
	{ "empty", "", 0, false, "" },
	{ "blank lines", "\n \t\n\r\n", 0, false, "" },
	{ "one word", "a", 0, false, "1:a$;" },
	{ "newline", "a\nb\n", 0, false, "1:a;2:b;" },
	{ "white space is squeezed", " \t a \v\f b\t\r\n", 0, false, "1:a b;" },
	{ "comment characters", "!a\n;b\n #c\n%d\ne\n", 0, false, "5:e;" },
	{ "comment characters inside", "a!b ;c %d !e\n", 0, false,
	  "1:a!b ;c %d !e;" },
	{ "trailing comment", "a b # c\n", 0, false, "1:a b;" },
	{ "# inside a word", "a b#c\n", 0, false, "1:a b#c;" },
	{ "control character", "a b\001\nc\n", 0, false, "1:BAD;2:c;" },
	{ "delete", "a\177\n", 0, false, "1:BAD;" },
	{ "control character in a comment", "# \001\na # \033\n", 0, false,
	  "2:a;" },
	{ "NUL", "a\0b\nc\n", 6, false, "1:BAD;2:c;" },
	{ "NUL in a comment", "#\0b\nc\n", 6, false, "2:c;" },
	{ "bytes above 127", "\303\251\n", 0, false, "1:\303\251;" },
	{ "quotes", "a  \"b  c\"\t\"\" \"# d\"#\n", 0, false, "1:BAD;" },
	{ "quoted words", "a  \"b  c\"\t\"\" \"# d\" # e\n", 0, false,
	  "1:a \"b  c\" \"\" \"# d\";" },
	{ "quotes inside a word", "a b\"c d\"e\n", 0, false,
	  "1:a b\"c d\"e;" },
	{ "a quotation without end", "a \"b c\nd\n", 0, false, "1:BAD;2:d;" },
	{ "a quote is the last byte", "a \"", 0, false, "1:BAD$;" },
	{ "control character in quotes", "a \"\001\"\n", 0, false,
	  "1:BAD;" },
	{ "a mark", "\00112 g\na\nb\n\0013 h i\nc\n", 0, true,
	  "g12:a;g13:b;h i3:c;" },
	{ "a mark of the command line", "\0012 \na\n", 0, true, "2:a;" },
	{ "a mark refused", "\00112 g\na\n", 0, false, "1:BAD;2:a;" },
	{ "a mark cut short", "\001", 0, true, "" },
	{ "a mark with nothing", "\001\na\n", 0, true, "0:a;" },
};

static void test_lines(void **state)
{
	char out[200];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct line_case *c = &cases[i];

		read_all(c->text, c->length ? c->length : strlen(c->text),
		    c->has_marks, out, sizeof(out));
		assert_string_equal(out, c->want);
	}
}

/* 2046 bytes and the newline pass, one more does not (reference 1.1). */
static void test_length(void **state)
{
	char text[2049], out[4096];

	(void)state;
	memset(text, 'a', sizeof(text));
	text[2046] = '\n';
	read_all(text, 2047, false, out, sizeof(out));
	assert_int_equal(strlen(out), 2 + 2046 + 1);
	text[2046] = 'a';
	text[2047] = '\n';
	read_all(text, 2048, false, out, sizeof(out));
	assert_string_equal(out, "1:LONG;");
	/* So is one of white space, or a comment. */
	memset(text, ' ', 2047);
	read_all(text, 2048, false, out, sizeof(out));
	assert_string_equal(out, "1:LONG;");
}

/* As many words as a line can have. */
static void test_words(void **state)
{
	char text[2047], joined[CONF_LINE_MAX + 1];
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;

	(void)state;
	for (size_t i = 0; i < sizeof(text); i++)
		text[i] = i % 2 ? ' ' : 'w';
	conf_lines_init(&lines, text, 2046, "", false);
	assert_int_equal(conf_lines_next(&lines, &line), CONF_NEXT_LINE);
	assert_int_equal(line.count, 1023);
	assert_string_equal(line.words[1022], "w");
	conf_line_join(&line, joined);
	assert_memory_equal(joined, text, 2045);
	assert_int_equal(conf_lines_next(&lines, &line), CONF_NEXT_END);
}

/* Where words stand, in the line as it was written. */
static void test_columns(void **state)
{
	static const char text[] = "\t server\t\"a b\"  c ";
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	struct conf_place place;

	(void)state;
	conf_lines_init(&lines, text, strlen(text), "", false);
	assert_int_equal(conf_lines_next(&lines, &line), CONF_NEXT_LINE);
	assert_int_equal(line.raw_length, strlen(text));
	assert_ptr_equal(line.raw, text);
	place = conf_line_place(&line, 0);
	assert_int_equal(place.column, 3);
	assert_int_equal(place.width, 6);
	place = conf_line_place(&line, 1);
	assert_int_equal(place.column, 10);
	assert_int_equal(place.width, 5);
	place = conf_line_place(&line, 2);
	assert_int_equal(place.column, 17);
	assert_int_equal(place.width, 1);
	place = conf_line_place(&line, 3);
	assert_int_equal(place.column, 0);
	assert_int_equal(place.line, 1);
	/* To blame is the word taken last, or the first. */
	conf_fail(&line, "x");
	assert_int_equal(error.place.column, 3);
	line.next = 3;
	conf_fail(&line, "x");
	assert_int_equal(error.place.column, 17);
}

static void test_bad_columns(void **state)
{
	static const struct {
		const char *text;
		unsigned column;
		const char *want;
	} bad[] = {
		{ "ab \001", 4, "control character 0x01 in the line" },
		{ " a\177", 3, "control character 0x7f in the line" },
		{ "a  \"b c", 4, "a quotation without its end; write \" behind "
		  "the last word of the name, too" },
		{ "a \"b\"c d", 6, "the word goes on behind its quotation; "
		  "quote all of it" },
	};
	char buf[CONF_ERROR_SIZE], want[200];

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		struct conf_error error;
		struct conf_line line = { .error = &error };
		struct conf_lines lines;

		conf_lines_init(&lines, bad[i].text, strlen(bad[i].text), "f",
		    false);
		assert_int_equal(conf_lines_next(&lines, &line), CONF_NEXT_BAD);
		assert_int_equal(error.place.column, bad[i].column);
		assert_int_equal(error.place.width, 1);
		snprintf(want, sizeof(want), "f:1: %s", bad[i].want);
		assert_string_equal(conf_error_message(&error, buf,
			sizeof(buf)), want);
	}
}

static void test_fail(void **state)
{
	struct conf_error error;
	struct conf_line line = { .error = &error,
		.place = { .file = "x", .line = 7 } };
	char buf[CONF_ERROR_SIZE];

	(void)state;
	assert_false(conf_fail(&line, "%d\n%s", 5, "\033"));
	assert_string_equal(conf_error_message(&error, buf, sizeof(buf)),
	    "x:7: 5??");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_length),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_columns),
		cmocka_unit_test(test_bad_columns),
		cmocka_unit_test(test_fail),
	};

	return cmocka_run_group_tests_name("conf/line", tests, NULL, NULL);
}
