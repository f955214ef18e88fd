/* SPDX-License-Identifier: Apache-2.0 */
/* How a problem is shown, and in which order many. */
#include "conf/problems.h"

#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static char long_line[400];

static const struct fake_file tree[] = {
	{ "/a", "one\n\ttab \001 \303\251t\303\251 word\n\"a b\" last" },
	{ "/b", "x\n" },
	{ "/long", long_line },
	{ 0 },
};

/* All files read, so that their lines are known. */
static void read_all(struct conf_keep *keep)
{
	struct conf_files files = conf_keep_files(keep);

	for (const struct fake_file *f = tree; f->path; f++) {
		char *text;
		size_t n;

		assert_int_equal(files.read(files.arg, f->path, &text, &n), 0);
		free(text);
	}
}

static struct conf_error at(const char *file, unsigned line, unsigned column,
    unsigned width)
{
	struct conf_error e = { .place = { .line = line, .column = column,
		.width = width }, .text = "t" };

	snprintf(e.place.file, sizeof(e.place.file), "%s", file);
	return e;
}

static void test_show(void **state)
{
	static const char *const arguments[] = { "arg  word" };
	static const struct {
		const char *file;
		unsigned line, column, width;
		const char *want, *word;
	} cases[] = {
		{ "/a", 1, 1, 3, "/a:1:1: error: t\n    1 | one\n      | ^~~\n",
		  "one" },
		/* Tabs and bytes of one character take one place each. */
		{ "/a", 2, 14, 4, "/a:2:14: error: t\n    2 |  tab ? "
		  "\303\251t\303\251 word\n      |            ^~~~\n", "word" },
		{ "/a", 2, 8, 5, "/a:2:8: error: t\n    2 |  tab ? "
		  "\303\251t\303\251 word\n      |        ^~~\n",
		  "\303\251t\303\251" },
		/* Quotes are marked; they are no part of the word. */
		{ "/a", 3, 1, 5, "/a:3:1: error: t\n    3 | \"a b\" last\n"
		  "      | ^~~~~\n", "a b" },
		{ "/a", 3, 7, 4, "/a:3:7: error: t\n    3 | \"a b\" last\n"
		  "      |       ^~~~\n", "last" },
		/* No word, no marks; a word beyond the line is none. */
		{ "/a", 1, 0, 0, "/a:1: error: t\n    1 | one\n", "" },
		{ "/a", 1, 4, 9, "/a:1:4: error: t\n    1 | one\n", "" },
		{ "/a", 1, 3, 9, "/a:1:3: error: t\n    1 | one\n      |   ^\n",
		  "e" },
		/* Lines that are not known. */
		{ "/a", 4, 1, 1, "/a:4:1: error: t\n", "" },
		{ "/b", 2, 0, 0, "/b:2: error: t\n    2 | \n", "" },
		{ "/c", 1, 1, 1, "/c:1:1: error: t\n", "" },
		{ "/a", 0, 0, 0, "/a: error: t\n", "" },
		{ "", 0, 0, 0, "error: t\n", "" },
		{ "", 1, 6, 4, "argument 1:6: error: t\n    1 | arg  word\n"
		  "      |      ^~~~\n", "word" },
		{ "", 2, 1, 1, "argument 2:1: error: t\n", "" },
	};
	struct conf_files real = fake_files(tree);
	struct conf_keep keep = { .real = &real, .arguments = arguments,
		.argument_count = 1 };
	char buf[CONF_SHOW_SIZE], word[20];

	(void)state;
	read_all(&keep);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct conf_error e = at(cases[i].file, cases[i].line,
		    cases[i].column, cases[i].width);

		assert_string_equal(conf_problem_show(&e, &keep, buf),
		    cases[i].want);
		assert_string_equal(conf_problem_word(&e, &keep, word,
			sizeof(word)), cases[i].word);
	}
	conf_keep_free(&keep);
}

static void test_warning_with_hint(void **state)
{
	struct conf_keep keep = { 0 };
	struct conf_error e = at("/x\n", 1, 0, 0);
	char buf[CONF_SHOW_SIZE];

	(void)state;
	e.is_warning = true;
	snprintf(e.hint, sizeof(e.hint), "h\033");
	assert_string_equal(conf_problem_show(&e, &keep, buf),
	    "/x?:1: warning: t; h?\n");
}

/* Of a long line what is around the word, and never more than fits. */
static void test_long_line(void **state)
{
	struct conf_files real = fake_files(tree);
	struct conf_keep keep = { .real = &real };
	struct conf_error e = at("/long", 1, 301, 50);
	char buf[CONF_SHOW_SIZE], want[CONF_SHOW_SIZE];

	(void)state;
	memset(long_line, 'a', sizeof(long_line) - 1);
	memset(long_line + 300, 'w', 50);
	read_all(&keep);
	snprintf(want, sizeof(want), "/long:1:301: error: t\n    1 | %.159s\n"
	    "      | %60s^%.49s\n", long_line + 240, "",
	    "~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~~");
	assert_string_equal(conf_problem_show(&e, &keep, buf), want);
	e = at("/long", 1, 1, 399);
	conf_problem_show(&e, &keep, buf);
	assert_int_equal(strlen(strchr(buf, '^')), 160 + 1);
	memset(&e, 'x', sizeof(e));
	e.is_warning = true;
	e.place.file[sizeof(e.place.file) - 1] = '\0';
	e.text[sizeof(e.text) - 1] = e.hint[sizeof(e.hint) - 1] = '\0';
	assert_true(strlen(conf_problem_show(&e, &keep, buf)) <
	    CONF_SHOW_SIZE);
	conf_keep_free(&keep);
}

/* By file as read, then line, then column; once each; no place comes last. */
static void test_order(void **state)
{
	static const struct {
		const char *file;
		unsigned line, column;
	} in[] = {
		{ "", 0, 0 }, { "/b", 1, 1 }, { "/a", 2, 3 }, { "/z", 1, 1 },
		{ "/a", 2, 1 }, { "/a", 1, 9 }, { "", 2, 1 }, { "", 1, 1 },
		{ "/a", 0, 0 }, { "/b", 1, 1 }, { "/a", 2, 3 },
	}, out[] = {
		{ "", 1, 1 }, { "", 2, 1 }, { "/a", 0, 0 }, { "/a", 1, 9 },
		{ "/a", 2, 1 }, { "/a", 2, 3 }, { "/b", 1, 1 }, { "", 0, 0 },
		{ "/z", 1, 1 },
	};
	struct conf_files real = fake_files(tree);
	struct conf_keep keep = { .real = &real };
	struct conf_problems p = { 0 };

	(void)state;
	read_all(&keep);
	for (size_t i = 0; i < sizeof(in) / sizeof(*in); i++) {
		struct conf_error e = at(in[i].file, in[i].line, in[i].column,
		    1);

		e.is_warning = i == 0;
		conf_problems_add(&p, &e);
	}
	conf_problems_sort(&p, &keep);
	assert_int_equal(p.warnings, 1);
	assert_int_equal(p.errors, 8);
	assert_int_equal(p.count, sizeof(out) / sizeof(*out));
	for (size_t i = 0; i < p.count; i++) {
		assert_string_equal(p.list[i].place.file, out[i].file);
		assert_int_equal(p.list[i].place.line, out[i].line);
		assert_int_equal(p.list[i].place.column, out[i].column);
	}
	conf_problems_free(&p);
	conf_keep_free(&keep);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_show),
		cmocka_unit_test(test_warning_with_hint),
		cmocka_unit_test(test_long_line),
		cmocka_unit_test(test_order),
	};

	return cmocka_run_group_tests_name("conf/problems", tests, NULL, NULL);
}
