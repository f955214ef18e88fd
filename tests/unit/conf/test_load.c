/* SPDX-License-Identifier: Apache-2.0 */
/* Load, and print what was loaded: what `horad -p` does. */
#include "conf/load.h"

#include "conf/parse.h"
#include "conf/print.h"
#include "unit/conf/describe.h"
#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdint.h>

#include <cmocka.h>

static const struct fake_file tree[] = {
	{ "/good", "server  a   iburst\nconfdir /d\ninclude /inc\n"
	  "sourcedir /s\nlog tracking # x\n" },
	{ "/d/1.conf", "port 0\n" },
	{ "/inc", "# x\nrtcsync\n" },
	{ "/parse", "port 0\nprot 1\nrtcsync\n" },
	{ "/deep", "port 0\ninclude /parse\nrtcsync\n" },
	{ "/both", "port 0\nprot 1\ninclude /none\n" },
	{ "/expand", "port 0\ninclude /none\nprot 1\n" },
	{ "/whole", "ntsservercert /x\nport 0\n" },
	{ 0 },
};

static const struct load_case {
	const char *path, *arguments[2];
	size_t count;
	const char *want;		/* changes, or "!" and the message */
	const char *lines, *warnings;
} cases[] = {
	{ "/good", { 0 }, 0,
	  "server=a,iburst=1 sourcedir=0:/s port=0 has_port=1 rtcsync=1 log=4",
	  "server a iburst|port 0|rtcsync|sourcedir /s|log tracking|",
	  "/good:5: log without logdir: nothing is written|" },
	{ "/parse", { 0 }, 0,
	  "!/parse:2: unknown directive 'prot'; did you mean 'port'?",
	  "port 0|prot 1|", "" },
	{ "/deep", { 0 }, 0,
	  "!/parse:2: unknown directive 'prot'; did you mean 'port'?",
	  "port 0|port 0|prot 1|", "" },
	{ "/both", { 0 }, 0,
	  "!/both:2: unknown directive 'prot'; did you mean 'port'?",
	  "port 0|prot 1|", "" },
	{ "/expand", { 0 }, 0,
	  "!/expand:2: include: cannot read '/none': No such file or directory",
	  "port 0|", "" },
	{ "/whole", { 0 }, 0,
	  "!/whole:1: 1 ntsservercert and 0 ntsserverkey; each certificate "
	  "needs its key", "ntsservercert /x|", "" },
	{ "/none", { 0 }, 0,
	  "!cannot read '/none': No such file or directory", "", "" },
	{ "/none", { "port  0", "include /inc" }, 2,
	  "port=0 has_port=1 rtcsync=1", "port 0|rtcsync|", "" },
	{ NULL, { "port  0", "port 1 2" }, 2, "!at argument 2: port: '2' is one "
	  "word too many; use: port PORT (0 to 65535)", "port 0|port 1 2|", "" },
};

static void append(char *out, const char *text)
{
	size_t n = strlen(out);

	snprintf(out + n, 1000 - n, "%s|", text);
}

static void add_warning(void *arg, const struct conf_error *e)
{
	char message[CONF_ERROR_SIZE];

	append(arg, conf_error_message(e, message, sizeof(message)));
}

static void add_line(void *arg, const char *line)
{
	append(arg, line);
}

static void test_load(void **state)
{
	struct conf_files files = fake_files(tree);
	static char got[DESCRIBE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct load_case *c = &cases[i];
		char lines[1000] = "", warnings[1000] = "", message[1100];
		struct config config;
		struct conf_text text;
		struct conf_error error;
		bool ok = conf_load(&files, c->path, c->arguments, c->count,
		    add_warning, warnings, &config, &text, &error);

		if (ok)
			describe_changes(&config, got, sizeof(got));
		else
			snprintf(got, sizeof(got), "!%s", conf_error_message(
				&error, message, sizeof(message)));
		conf_print(text.text, text.length, ok ? NULL : &error.place,
		    add_line, lines);
		conf_text_free(&text);
		config_free(&config);
		assert_string_equal(got, c->want);
		assert_string_equal(lines, c->lines);
		assert_string_equal(warnings, c->warnings);
	}
}

/* A role parses the flat text into the same values. */
static void test_same_for_roles(void **state)
{
	struct conf_files files = fake_files(tree);
	static struct description here, there;
	struct config config;
	struct conf_text text;
	struct conf_error error;

	(void)state;
	assert_true(conf_load(&files, "/good", NULL, 0, NULL, NULL, &config,
		&text, &error));
	describe_config(&here, &config);
	config_free(&config);
	assert_true(conf_parse_text(text.text, text.length, &config, &error));
	describe_config(&there, &config);
	config_free(&config);
	conf_text_free(&text);
	assert_string_equal(here.text, there.text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_load),
		cmocka_unit_test(test_same_for_roles),
	};

	return cmocka_run_group_tests_name("conf/load", tests, NULL, NULL);
}
