/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/expand.h"

#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

static const struct fake_file tree[] = {
	{ "/plain", "port 0\n\n  # c\n  rtcsync  # d\nlogdir /x" },
	{ "/empty", "" },
	{ "/one", "user a\ninclude /plain\nuser b\n" },
	{ "/ONE", "INCLUDE /plain\n" },
	{ "/glob", "include /d/*.inc\nuser b\n" },
	{ "/noglob", "include /d/*.none\nuser b\n" },
	{ "/missing", "user a\ninclude /none\nuser b\n" },
	{ "/badglob", "include /secret/*\n" },
	{ "/noarg", "\ninclude\n" },
	{ "/twoargs", "include /plain /plain\n" },
	{ "/locked", NULL },
	{ "/dirs", "confdir /d /e /none /secret\nuser b\n" },
	{ "/dirs2", "confdir /e /d\n" },
	{ "/nodirs", "confdir\n" },
	{ "/tendirs", "confdir 1 2 3 4 5 6 7 8 9 10\n" },
	{ "/manydirs", "confdir 1 2 3 4 5 6 7 8 9 10 11\n" },
	{ "/dirlocked", "confdir /l\n" },
	{ "/loop", "user a\ninclude /loop\n" },
	{ "/control", "user a\nport \0010\n" },
	{ "/mark", "\0017 /fake\n" },
	{ "/sourcedir", "sourcedir /d\n" },
	{ "/d/b.inc", "user db\n" },
	{ "/d/a.inc", "user da\n" },
	{ "/d/20.conf", "user d20\n" },
	{ "/d/10.conf", "user d10\nuser d11\n" },
	{ "/d/README", "user dr\n" },
	{ "/e/20.conf", "user e20\n" },
	{ "/e/15.conf", "user e15\n" },
	{ "/e/9.conf", "user e9\n" },
	{ "/l/1.conf", NULL },
	{ 0 },
};

#define PLAIN \
	"@1 /plain\nport 0\n@4 /plain\n  rtcsync  # d\n@5 /plain\nlogdir /x\n"

static const struct expand_case {
	const char *path;
	const char *want;		/* with @ for the mark */
	const char *error;		/* the message */
} cases[] = {
	{ "/plain", PLAIN, NULL },
	{ "/empty", "", NULL },
	{ "/one", "@1 /one\nuser a\n" PLAIN "@3 /one\nuser b\n", NULL },
	{ "/ONE", PLAIN, NULL },
	{ "/glob", "@1 /d/b.inc\nuser db\n@1 /d/a.inc\nuser da\n"
	  "@2 /glob\nuser b\n", NULL },
	{ "/noglob", "@2 /noglob\nuser b\n", NULL },
	{ "/none", "", "cannot read '/none': No such file or directory" },
	{ "/missing", "@1 /missing\nuser a\n",
	  "/missing:2: include: cannot read '/none': No such file or "
	  "directory" },
	{ "/badglob", "", "/badglob:1: include: cannot search for "
	  "'/secret/*': Permission denied" },
	{ "/noarg", "", "/noarg:2: include: a value is missing; use: include "
	  "PATTERN" },
	{ "/twoargs", "", "/twoargs:1: include: '/plain' is one word too many; "
	  "use: include PATTERN" },
	{ "/locked", "", "cannot read '/locked': Permission denied" },
	/* Names of files in byte order; the first directory wins. */
	{ "/dirs", "@1 /d/10.conf\nuser d10\n@2 /d/10.conf\nuser d11\n"
	  "@1 /e/15.conf\nuser e15\n@1 /d/20.conf\nuser d20\n"
	  "@1 /e/9.conf\nuser e9\n@2 /dirs\nuser b\n", NULL },
	{ "/dirs2", "@1 /d/10.conf\nuser d10\n@2 /d/10.conf\nuser d11\n"
	  "@1 /e/15.conf\nuser e15\n@1 /e/20.conf\nuser e20\n"
	  "@1 /e/9.conf\nuser e9\n", NULL },
	{ "/nodirs", "", "/nodirs:1: confdir: a value is missing; use: confdir "
	  "DIRECTORY..." },
	{ "/tendirs", "", NULL },
	{ "/manydirs", "", "/manydirs:1: confdir: more than 10 directories in a "
	  "line; use: confdir DIRECTORY..." },
	{ "/dirlocked", "", "/dirlocked:1: confdir: cannot read '/l/1.conf': "
	  "Permission denied" },
	{ "/control", "@1 /control\nuser a\n",
	  "/control:2: control character 0x01 in the line" },
	{ "/mark", "", "/mark:1: control character 0x01 in the line" },
	{ "/sourcedir", "@1 /sourcedir\nsourcedir /d\n", NULL },
};

/* Marks made readable; then freed. */
static void check_text(struct conf_text *text, const char *want)
{
	assert_int_equal(strlen(text->text), text->length);
	for (char *c = text->text; *c; c++)
		if (*c == CONF_MARK)
			*c = '@';
	assert_string_equal(text->text, want);
	conf_text_free(text);
	assert_null(text->text);
}

static void test_files(void **state)
{
	struct conf_files files = fake_files(tree);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct expand_case *c = &cases[i];
		struct conf_error error;
		struct conf_text text;
		char message[CONF_ERROR_SIZE];

		if (conf_expand_file(&files, c->path, &text, &error))
			assert_null(c->error);
		else
			assert_string_equal(conf_error_message(&error, message,
				sizeof(message)), c->error ? c->error : "");
		check_text(&text, c->want);
	}
}

/* Ten files in each other are fine, eleven are not (reference 1.3). */
static void test_nesting(void **state)
{
	static const struct fake_file chain[] = {
		{ "/1", "include /2\n" }, { "/2", "include /3\n" },
		{ "/3", "include /4\n" }, { "/4", "include /5\n" },
		{ "/5", "include /6\n" }, { "/6", "include /7\n" },
		{ "/7", "include /8\n" }, { "/8", "include /9\n" },
		{ "/9", "include /10\n" }, { "/10", "user x\n" },
		{ "/0", "user y\ninclude /1\n" }, { 0 },
	};
	struct conf_files files = fake_files(chain);
	struct conf_files loop = fake_files(tree);
	struct conf_error error;
	struct conf_text text;
	char message[CONF_ERROR_SIZE];

	(void)state;
	assert_true(conf_expand_file(&files, "/1", &text, &error));
	check_text(&text, "@1 /10\nuser x\n");
	assert_false(conf_expand_file(&files, "/0", &text, &error));
	check_text(&text, "@1 /0\nuser y\n");
	assert_string_equal(conf_error_message(&error, message,
		sizeof(message)), "/9:1: include: files are nested deeper than "
	    "10 (in a loop?)");
	assert_false(conf_expand_file(&loop, "/loop", &text, &error));
	assert_int_equal(error.place.line, 2);
	conf_text_free(&text);
}

/* Files that name each other a thousand times end, too. */
static void test_bounds(void **state)
{
	static char many[100 * 11 + 1], large[1000 * 101 + 1];
	struct fake_file bush[] = {
		{ "/a", many }, { "/b", many }, { "/c", large }, { 0 },
	};
	struct conf_files files = fake_files(bush);
	struct conf_error error;
	struct conf_text text;

	(void)state;
	for (int i = 0; i < 100; i++)
		strcat(many, "include /b\n");
	bush[1].text = "include /e\n";
	assert_false(conf_expand_file(&files, "/a", &text, &error));
	assert_string_equal(error.text,
	    "include: cannot read '/e': No such file or directory");
	conf_text_free(&text);

	memset(large, 'x', sizeof(large) - 1);
	for (size_t i = 100; i < sizeof(large) - 1; i += 101)
		large[i] = '\n';
	bush[1].text = "include /c\ninclude /c\n";
	assert_false(conf_expand_file(&files, "/a", &text, &error));
	assert_string_equal(error.text,
	    "the whole configuration is too large");
	assert_true(text.length < CONF_TEXT_MAX);
	conf_text_free(&text);

	bush[1].text = "include /c\ninclude /c\n";
	bush[2].text = many;		/* /c includes /b again: a loop */
	assert_false(conf_expand_file(&files, "/a", &text, &error));
	assert_non_null(strstr(error.text, "nested deeper"));
	conf_text_free(&text);
}

static int one_file(void *arg, const char *path, char **ret_text,
    size_t *ret_length)
{
	/* /a names /b 200 times, /b names /c 200 times, /c is empty. */
	unsigned *reads = arg;
	size_t n = 0;
	char *text = calloc(1, 200 * 11 + 1);

	++*reads;
	for (int i = 0; i < 200 && strcmp(path, "/c") != 0; i++)
		n += (size_t)sprintf(text + n, "include /%c\n", path[1] + 1);
	*ret_text = text;
	*ret_length = n;
	return 0;
}

static void test_number_of_files(void **state)
{
	unsigned reads = 0;
	struct conf_files files = { &reads, one_file, fake_glob, fake_list };
	struct conf_error error;
	struct conf_text text;

	(void)state;
	assert_false(conf_expand_file(&files, "/a", &text, &error));
	assert_string_equal(error.text, "include: more than 10000 files");
	assert_int_equal(reads, CONF_FILES_MAX);
	conf_text_free(&text);
}

static void test_names_in_marks(void **state)
{
	static char path[CONFIG_PATH_SIZE + 1];
	struct fake_file odd[] = {
		{ "/a", "include /d/*\n" }, { "/d/x\ny", "user a\n" },
		{ path, "user b\n" }, { 0 },
	};
	struct conf_files files = fake_files(odd);
	struct conf_error error;
	struct conf_text text;

	(void)state;
	assert_false(conf_expand_file(&files, "/a", &text, &error));
	assert_string_equal(error.text, "include: file name '/d/x\ny' is too "
	    "long or has a line break");
	conf_text_free(&text);
	memset(path, 'p', CONFIG_PATH_SIZE - 1);
	assert_true(conf_expand_file(&files, path, &text, &error));
	conf_text_free(&text);
	memset(path, 'p', CONFIG_PATH_SIZE);
	assert_false(conf_expand_file(&files, path, &text, &error));
	conf_text_free(&text);
}

static void test_arguments(void **state)
{
	static const struct {
		const char *arguments[3];
		size_t count;
		const char *want, *error;
	} lines[] = {
		{ { "server  a iburst", "# x", "port 0" }, 3,
		  "@1 \nserver  a iburst\n@3 \nport 0\n", NULL },
		{ { "" }, 1, "", NULL },
		{ { 0 }, 0, "", NULL },
		{ { "user x", "include /plain" }, 2,
		  "@1 \nuser x\n" PLAIN, NULL },
		{ { "user x", "include /none" }, 2, "@1 \nuser x\n",
		  "at argument 2: include: cannot read '/none': No such file or "
		  "directory" },
		{ { "user x\nport 0" }, 1, "",
		  "at argument 1: a line break in a directive" },
		{ { "user x", "\0017 /f" }, 2, "@1 \nuser x\n",
		  "at argument 2: control character 0x01 in the line" },
		{ { "include /loop" }, 1, NULL, "/loop:2: include: files are "
		  "nested deeper than 10 (in a loop?)" },
	};
	struct conf_files files = fake_files(tree);

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct conf_error error;
		struct conf_text text;
		char message[CONF_ERROR_SIZE];

		if (conf_expand_arguments(&files, lines[i].arguments,
			lines[i].count, &text, &error))
			assert_null(lines[i].error);
		else
			assert_string_equal(conf_error_message(&error, message,
				sizeof(message)),
			    lines[i].error ? lines[i].error : "");
		if (lines[i].want)
			check_text(&text, lines[i].want);
		conf_text_free(&text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_files),
		cmocka_unit_test(test_nesting),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_number_of_files),
		cmocka_unit_test(test_names_in_marks),
		cmocka_unit_test(test_arguments),
	};

	return cmocka_run_group_tests_name("conf/expand", tests, NULL, NULL);
}
