/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/collect.h"

#include "conf/parse.h"
#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static char long_line[3000];

static const struct fake_file tree[] = {
	{ "/d/b.sources", "server b1\n\n# x\n server  b3 # y\n" },
	{ "/d/a.sources", "server a1\nserver half" },
	{ "/d/z.sources", "server z\001\nserver z2\n" },
	{ "/d/x.conf", "server conf\n" },
	{ "/e/b.sources", "server eb\n" },
	{ "/e/c.sources", "server ec\n" },
	{ "/f/l.sources", long_line },
	{ "/f/m.sources", NULL },
	{ 0 },
};

static const struct collect_case {
	const char *directives, *want, *skipped;
} cases[] = {
	{ "", "", "" },
	{ "sourcedir /none", "", "" },
	/* Of one line: the first directory hides names of the second. */
	{ "sourcedir /d /e",
	  "@1 /d/a.sources\nserver a1\n@1 /d/b.sources\nserver b1\n"
	  "@4 /d/b.sources\n server  b3 # y\n@1 /e/c.sources\nserver ec\n"
	  "@2 /d/z.sources\nserver z2\n",
	  "/d/a.sources:2: the line has no end; put a newline behind "
	  "it\n"
	  "/d/z.sources:1: control character 0x01 in the line\n" },
	{ "sourcedir /e /d",
	  "@1 /d/a.sources\nserver a1\n@1 /e/b.sources\nserver eb\n"
	  "@1 /e/c.sources\nserver ec\n@2 /d/z.sources\nserver z2\n",
	  "/d/a.sources:2: the line has no end; put a newline behind "
	  "it\n"
	  "/d/z.sources:1: control character 0x01 in the line\n" },
	/* Of two lines: nothing is hidden. */
	{ "sourcedir /e\nsourcedir /e",
	  "@1 /e/b.sources\nserver eb\n@1 /e/c.sources\nserver ec\n"
	  "@1 /e/b.sources\nserver eb\n@1 /e/c.sources\nserver ec\n", "" },
	{ "sourcedir /f\nsourcedir /secret /e",
	  "@1 /f/l.sources\nserver l1\n@1 /e/b.sources\nserver eb\n"
	  "@1 /e/c.sources\nserver ec\n",
	  "/f/l.sources:2: the line is longer than 2047 bytes\n"
	  "cannot read '/f/m.sources': Permission denied\n" },
};

static void append_error(void *arg, const struct conf_error *e)
{
	char *out = arg, message[CONF_ERROR_SIZE];
	size_t n = strlen(out);

	snprintf(out + n, 1000 - n, "%s\n",
	    conf_error_message(e, message, sizeof(message)));
}

static void test_collect(void **state)
{
	struct conf_files files = fake_files(tree);

	(void)state;
	memset(long_line, 'x', sizeof(long_line) - 1);
	memcpy(long_line, "server l1\n#", 11);
	memcpy(long_line + 2900, "\nserver l3\n", 12);
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		char skipped[1000] = "";
		struct config config;
		struct conf_error error;
		struct conf_text text;

		assert_true(conf_parse_text(cases[i].directives,
			strlen(cases[i].directives), &config, &error));
		assert_int_equal(conf_collect_sources(&files, &config,
			append_error, skipped, &text), 0);
		config_free(&config);
		assert_int_equal(strlen(text.text), text.length);
		for (char *c = text.text; *c; c++)
			if (*c == CONF_MARK)
				*c = '@';
		assert_string_equal(text.text, cases[i].want);
		assert_string_equal(skipped, cases[i].skipped);
		conf_text_free(&text);
	}
}

/* What is collected is what is parsed, with its places. */
static void remember(void *arg, const struct conf_error *e)
{
	*(struct conf_error *)arg = *e;
}

static void test_parsed(void **state)
{
	static const struct fake_file bad[] = {
		{ "/d/a.sources", "server a\n\nserver b foo\nserver c\n" }, { 0 },
	};
	struct conf_files files = fake_files(bad);
	struct config config;
	struct conf_error error;
	struct conf_text text;
	struct source_config *sources;
	size_t count;

	(void)state;
	assert_true(conf_parse_text("sourcedir /d", 12, &config, &error));
	assert_int_equal(conf_collect_sources(&files, &config, NULL, NULL,
		&text), 0);
	assert_int_equal(conf_parse_sources(text.text, text.length, remember,
		&error, &sources, &count), 0);
	assert_int_equal(count, 2);
	assert_string_equal(sources[1].name, "c");
	assert_string_equal(error.place.file, "/d/a.sources");
	assert_int_equal(error.place.line, 3);
	free(sources);
	conf_text_free(&text);
	config_free(&config);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_collect),
		cmocka_unit_test(test_parsed),
	};

	return cmocka_run_group_tests_name("conf/collect", tests, NULL, NULL);
}
