/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language: for every word that is wired, forms that are accepted with what
 * they change, and forms that are refused with the exact message. A row of a
 * table without its cases (language_*.h) fails.
 */
#include "conf/directives.h"
#include "conf/parse.h"
#include "conf/serving.h"
#include "conf/source.h"
#include "conf/system.h"
#include "conf/values.h"

#include "unit/conf/describe.h"
#include "unit/conf/language_clock.h"
#include "unit/conf/language_nts.h"
#include "unit/conf/language_rest.h"
#include "unit/conf/language_serving.h"
#include "unit/conf/language_sources.h"

#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

/* The tables of the language_*.h. */
#define SUBJECTS(X) \
	X(source_cases) \
	X(nts_cases) \
	X(clock_cases) \
	X(serving_cases) \
	X(rest_cases)

#define COUNT(table) (sizeof(table) / sizeof(*(table)))
#define AND_COUNT(table) + COUNT(table)
#define CASES (0 SUBJECTS(AND_COUNT))

static const struct language_case *case_at(size_t i)
{
#define SUBJECT(table) { table, COUNT(table) },
	static const struct {
		const struct language_case *cases;
		size_t count;
	} subjects[] = { SUBJECTS(SUBJECT) };
	size_t k = 0;

	while (i >= subjects[k].count)
		i -= subjects[k++].count;
	return &subjects[k].cases[i];
}

/* "!" and what is said, without the place. */
static void message(struct conf_error *error, char *buf, size_t size)
{
	error->place.line = 0;
	*buf = '!';
	conf_error_message(error, buf + 1, size - 1);
}

static void test_case(void **state)
{
	const struct language_case *c = *state;
	static char got[DESCRIBE_SIZE];
	struct conf_error error = { .text = "" };
	struct config config;

	if (conf_parse_text(c->text, strlen(c->text), &config, &error)) {
		describe_changes(&config, got, sizeof(got));
	} else {
		assert_string_equal(error.place.file, "");
		assert_int_equal(error.place.line, 1);
		assert_int_not_equal(error.place.column, 0);
		message(&error, got, sizeof(got));
	}
	config_free(&config);
	assert_string_equal(got, c->want);
}

/* Is there a case of `directive` (and of its option), accepted or refused? */
static bool has_case(const char *directive, const char *option, bool refused)
{
	for (size_t i = 0; i < CASES; i++) {
		const char *text = case_at(i)->text, *at;
		size_t n = strlen(directive);

		if ((case_at(i)->want[0] == '!') != refused ||
		    strncmp(text, directive, n) != 0 || !strchr(" \n", text[n]))
			continue;
		if (!option)
			return true;
		n = strlen(option);
		for (at = text; (at = strstr(at, option)); at += n)
			if (at[-1] == ' ' && strchr(" \n", at[n]))
				return true;
	}
	return false;
}

static void test_every_directive_has_cases(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *w = &conf_directives.rows[i];
		bool takes_all = w->parse == conf_ignored ||
		    w->parse == conf_obsolete;

		if (!w->parse)
			continue;
		if (w->parse != conf_expanded && !has_case(w->name, NULL, false))
			fail_msg("no accepted form of '%s'", w->name);
		if (!takes_all && strcmp(w->name, "pool") != 0 &&
		    !has_case(w->name, NULL, true))
			fail_msg("no refused form of '%s'", w->name);
	}
}

static void every_option(const char *directive, const char *instead,
    const struct conf_words *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct conf_word *w = &table->rows[i];

		if (!w->parse)
			continue;
		if (!has_case(directive, w->name, false) &&
		    !has_case(instead, w->name, false))
			fail_msg("no accepted form of '%s %s'", directive,
			    w->name);
		if (*w->args && !has_case(directive, w->name, true) &&
		    !has_case(instead, w->name, true))
			fail_msg("no refused form of '%s %s'", directive,
			    w->name);
	}
}

static void test_every_option_has_cases(void **state)
{
	(void)state;
	every_option("server", "pool", &conf_source_options);
	every_option("local", "local", &conf_local_options);
	every_option("ratelimit", "ratelimit", &conf_ratelimit_options);
	every_option("log", "log", &conf_log_words);
	every_option("driftfile", "driftfile", &conf_driftfile_options);
}

static void refused(const char *text, const char *want)
{
	struct config config;
	struct conf_error error = { .text = "" };
	char got[CONF_ERROR_SIZE];

	assert_false(conf_parse_text(text, strlen(text), &config, &error));
	message(&error, got, sizeof(got));
	assert_string_equal(got + 1, want);
}

/* What has a row but no parser says so, with any arguments. */
static void refused_word(const char *head, const char *kind,
    const struct conf_word *w)
{
	char text[100], want[300];

	if (w->parse)
		return;
	snprintf(text, sizeof(text), "%s%s x", head, w->name);
	assert_non_null(w->instead);
	snprintf(want, sizeof(want), "%s '%s' (%s) is known, but not in this "
	    "version; %s", kind, w->name, w->help, w->instead);
	refused(text, want);
}

static void test_left_out(void **state)
{
	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++)
		refused_word("", "directive", &conf_directives.rows[i]);
	for (size_t i = 0; i < conf_source_options.count; i++)
		refused_word("server a ", "option",
		    &conf_source_options.rows[i]);
	for (size_t i = 0; i < conf_log_words.count; i++)
		refused_word("log ", "option", &conf_log_words.rows[i]);
}

/* All words of the reference are there. */
static void test_names(void **state)
{
	(void)state;
	assert_int_equal(conf_directives.count, 100);
	assert_int_equal(conf_source_options.count, 37);
	assert_null(conf_directive("serve"));
	assert_null(conf_directive(""));
}

int main(void)
{
	static struct CMUnitTest tests[CASES + 4];
	static char names[CASES][60];
	static const struct CMUnitTest others[] = {
		cmocka_unit_test(test_every_directive_has_cases),
		cmocka_unit_test(test_every_option_has_cases),
		cmocka_unit_test(test_left_out),
		cmocka_unit_test(test_names),
	};

	for (size_t i = 0; i < CASES; i++) {
		/* A name is one line. */
		snprintf(names[i], sizeof(names[i]), "%s", case_at(i)->text);
		for (char *c = names[i]; *c; c++)
			if (*c == '\n')
				*c = ';';
		tests[i] = (struct CMUnitTest){ .name = names[i],
			.test_func = test_case,
			.initial_state = (void *)case_at(i) };
	}
	memcpy(tests + CASES, others, sizeof(others));
	return cmocka_run_group_tests_name("conf/directives", tests, NULL, NULL);
}
