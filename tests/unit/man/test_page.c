/* SPDX-License-Identifier: Apache-2.0 */
/* Templates: what is filled in, and every mistake with its line. */
#include "man/page.h"

#include "build_config.h"
#include "conf/directives.h"
#include "horac/commands.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <stdlib.h>
#include <string.h>

/* The page of a template, the caller's to free; NULL after a fault. */
static char *page_of(const char *template, struct page_fault *fault)
{
	FILE *in = fmemopen((void *)template, strlen(template), "r");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);
	bool ok;

	assert_non_null(in);
	assert_non_null(out);
	ok = page_write(in, out, fault);
	fclose(in);
	fclose(out);
	if (ok)
		return text;
	free(text);
	return NULL;
}

static void assert_page(const char *template, const char *wanted)
{
	struct page_fault fault;
	char *text = page_of(template, &fault);

	if (!text)
		fail_msg("%s: line %u: %s", template, fault.line, fault.text);
	assert_string_equal(text, wanted);
	free(text);
}

static void test_lines(void **state)
{
	(void)state;
	assert_page("plain\n\n.PP\nno newline",
	    "plain\n\n.PP\nno newline\n");
	assert_page("in @CONFIG_FILE@ by @USER@, @ and a@b.example, 50@\n",
	    "in " HORA_CONFIG_FILE " by " HORA_USER
	    ", @ and a@b.example, 50@\n");
}

/* All entries but those of `template`, so that it is complete. */
static char *complete(const char *template)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	fputs(template, out);
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *word = &conf_directives.rows[i];
		char line[100];

		snprintf(line, sizeof(line), "@directive %s\n", word->name);
		if (!strstr(template, line) && (word->parse || !word->instead))
			fputs(line, out);
	}
	fclose(out);
	return text;
}

static void test_entries(void **state)
{
	static const struct {
		const char *template, *wanted;
	} cases[] = {
		{ "@directive rtcsync\nMore of it.\n",
		  ".TP\n\\fBrtcsync\\fR\nThe kernel copies the time to the "
		  "real\\-time clock (since chrony 1.25).\nMore of it.\n" },
		{ "@directive authselectmode\n",
		  ".TP\n\\fBauthselectmode\\fR \\fBrequire\\fR|\\fBprefer\\fR|"
		  "\\fBmix\\fR|\\fBignore\\fR\nWhat authentication means for "
		  "selection (default mix; since chrony 4.0).\n" },
		{ "@directive driftfile\n@options driftfile\n@rest\n@end\n",
		  ".TP\n\\fBdriftfile\\fR \\fIFILE\\fR [\\fBinterval\\fR "
		  "\\fISECONDS\\fR]\nWhere the frequency is kept.\n.RS\n.TP\n"
		  "\\fBinterval\\fR" },
		{ "@directive local\n@options local\n@option orphan\nOf it.\n"
		  "@rest\n@end\n",
		  ".TP\n\\fBlocal\\fR [\\fIOPTION\\fR [\\fIVALUE\\fR]]...\n"
		  "Serve time when unsynchronised.\n.RS\n.TP\n"
		  "\\fBorphan\\fR\n" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_fault fault;
		char *template = complete(cases[i].template);
		char *text = page_of(template, &fault);

		if (!text)
			fail_msg("case %zu: line %u: %s", i, fault.line,
			    fault.text);
		if (strncmp(text, cases[i].wanted, strlen(cases[i].wanted)))
			fail_msg("case %zu: %.400s", i, text);
		free(text);
		free(template);
	}
}

static void test_mistakes(void **state)
{
	static const struct {
		const char *template;
		unsigned line;
		const char *fault;
	} cases[] = {
		{ "\n@directive nonsense\n", 2,
		  "there is no word 'nonsense' here" },
		{ "@directive port\n@directive port\n", 2,
		  "a second entry of 'port'" },
		{ "@directive refclock\n", 1,
		  "an entry of 'refclock', which is left out" },
		{ "@directive pool\n", 0, "'server' has no entry" },
		{ "@option minpoll\n", 1, "there is no word 'minpoll' here" },
		{ "@options port\n", 1, "'port' has no options" },
		{ "@options server\n@options local\n", 2,
		  "options within options" },
		{ "@options server\n@option nonsense\n", 2,
		  "there is no word 'nonsense' here" },
		{ "@options local\n@option stratum\n@end\n", 3,
		  "'local orphan' has no entry" },
		{ "@options local\n@rest\n", 0, "@end is missing" },
		{ "@end\n", 1, "no options have begun" },
		{ "@what is this\n", 1, "no such line: @what" },
		{ "a @NONSENSE@\n", 1, "no such setting: @NONSENSE@" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_fault fault;
		char *text = page_of(cases[i].template, &fault);

		if (text)
			fail_msg("case %zu: %s", i, text);
		assert_string_equal(fault.text, cases[i].fault);
		assert_int_equal(fault.line, cases[i].line);
	}
}

/* All commands with an entry, each with text, but for `but`. */
static char *all_commands(const char *before, const char *but)
{
	struct session session = { 0 };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	commands_init(&session);
	fputs(before, out);
	for (size_t i = 0; i < session.command_count; i++) {
		const struct command *c = &session.commands[i];

		if (c->name && c->run && c->usage && strcmp(c->name, but) != 0)
			fprintf(out, "@command %s\nText of it.\n", c->name);
	}
	fclose(out);
	return text;
}

static void test_commands(void **state)
{
	struct page_fault fault;
	char *template = all_commands("", "");
	char *text = page_of(template, &fault);

	(void)state;
	if (!text)
		fail_msg("line %u: %s", fault.line, fault.text);
	assert_non_null(strstr(text, ".TP\n\\fBtracking\\fR\nShow offset, "
	    "frequency and reference of the clock.\nText of it.\n"));
	/* Values, choices, a second form, a question. */
	assert_non_null(strstr(text, ".TP\n\\fBmakestep\\fR \\fIthreshold\\fR "
	    "\\fIupdates\\fR\n"));
	assert_non_null(strstr(text, "\\fBmanual\\fR \\fBoff\\fR|\\fBon\\fR|"
	    "\\fBreset\\fR\n"));
	assert_non_null(strstr(text, "[\\fB\\-a\\fR] [\\fB\\-v\\fR]\n"));
	assert_non_null(strstr(text, "ask for the time?\nText"));
	/* Kept for old scripts only. */
	assert_null(strstr(text, "dfreq"));
	free(text);
	free(template);
}

static void test_mistakes_of_commands(void **state)
{
	static const struct {
		const char *before, *but;
		unsigned line;
		const char *fault;
	} cases[] = {
		{ "@command nonsense\n", "", 1,
		  "there is no command 'nonsense'" },
		{ "@command dfreq\n", "", 1, "there is no command 'dfreq'" },
		{ "@command dump\nText.\n@command dump\n", "", 3,
		  "a second entry of 'dump'" },
		{ "", "settime", 0, "the command 'settime' has no entry" },
		{ "@command dump\n@command rekey\n", "", 2,
		  "no text of the command above" },
		{ "@command dump\n.SS Others\n", "", 2,
		  "no text of the command above" },
	};
	struct page_fault fault;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char *template = all_commands(cases[i].before, cases[i].but);

		if (page_of(template, &fault))
			fail_msg("case %zu", i);
		assert_string_equal(fault.text, cases[i].fault);
		assert_int_equal(fault.line, cases[i].line);
		free(template);
	}
	assert_null(page_of("@command dump\n", &fault));
	assert_string_equal(fault.text, "no text of the last command");
}

/* Every word is in the page that is shipped; that is checked by the build. */
static void test_left_out(void **state)
{
	struct page_fault fault;
	char *text = page_of("@left-out\n", &fault);

	(void)state;
	assert_non_null(text);
	assert_non_null(strstr(text, ".TP\n\\fBrefclock\\fR\nA hardware "
	    "reference clock; instead: take time from servers.\n"));
	assert_non_null(strstr(text, ".TP\n\\fBlog rtc\\fR\n"));
	assert_null(strstr(text, "server\\fR"));
	free(text);
}

static void test_lists(void **state)
{
	static const struct {
		const char *template;
		const char *has[2], *lacks;
	} cases[] = {
		{ "@for-each <%n|%h>\n",
		  { "<server|a server to take time from>\n" }, "refclock" },
		{ "@for-words %n=%w;100%\n",
		  { "leapsecmode=system step slew ignore;100%\n" }, "port=" },
		{ "@for-files %n;\n", { "driftfile;\n", "sourcedir;\n" },
		  "server;\n" },
		{ "@for-flags %n %f %h\n@for-arguments %n %f %a\n",
		  { "-6 -s 6 use only IPv4, or only IPv6\n", "-f -s f FILE\n" },
		  "-f -s f configuration" },
		{ "<@DIRECTIVES@\n@OPTIONS@\n",
		  { "<server pool ", "\n-4 -6 -f " }, "refclock" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct page_fault fault;
		char *text = page_of(cases[i].template, &fault);

		assert_non_null(text);
		for (int k = 0; k < 2 && cases[i].has[k]; k++)
			if (!strstr(text, cases[i].has[k]))
				fail_msg("case %zu: no %s", i, cases[i].has[k]);
		if (strstr(text, cases[i].lacks))
			fail_msg("case %zu: %s", i, cases[i].lacks);
		free(text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_entries),
		cmocka_unit_test(test_mistakes),
		cmocka_unit_test(test_commands),
		cmocka_unit_test(test_mistakes_of_commands),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_lists),
	};

	return cmocka_run_group_tests_name("man/page", tests, NULL, NULL);
}
