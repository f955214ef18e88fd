/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The rows of all tables: what each says of itself is complete, and the default
 * that it names is the one that config_init sets.
 */
#include "conf/directives.h"
#include "conf/parse.h"
#include "conf/serving.h"

#include "unit/conf/describe.h"

#include <math.h>
#include <setjmp.h>
#include <stdlib.h>

#include <cmocka.h>

static void each_table(void (*what)(const struct conf_words *table))
{
	what(&conf_directives);
	for (size_t i = 0; i < conf_directives.count; i++)
		if (conf_directives.rows[i].options)
			what(conf_directives.rows[i].options);
}

/* "old", or numbers with points. */
static bool is_release(const char *since)
{
	size_t n = strspn(since, "0123456789.");

	return strcmp(since, "old") == 0 ||
	    (n >= 3 && !since[n] && strchr(since, '.') && since[n - 1] != '.');
}

static void complete_rows(const struct conf_words *table)
{
	for (size_t i = 0; i < table->count; i++) {
		const struct conf_word *w = &table->rows[i];

		if (conf_word_find(table, w->name) != w)
			fail_msg("'%s' is there twice", w->name);
		if (!w->args || !w->by_default || !*w->by_default)
			fail_msg("'%s' says nothing of values", w->name);
		if (!is_release(w->since))
			fail_msg("'%s': since '%s'?", w->name, w->since);
		if (!*w->help || strchr(w->help, '\n') ||
		    w->help[strlen(w->help) - 1] == '.')
			fail_msg("'%s': help is no phrase", w->name);
		if (w->min > w->max)
			fail_msg("'%s': range is empty", w->name);
		if (w->is_limit && !isfinite(w->no_limit))
			fail_msg("'%s': an infinite number", w->name);
		if (!*w->args && strcmp(w->by_default, "-") != 0)
			fail_msg("'%s': default without values", w->name);
	}
}

static void test_complete(void **state)
{
	(void)state;
	each_table(complete_rows);
}

/* What a configuration comes to; whether a port was given does not count. */
static void outcome(const char *text, struct description *ret)
{
	struct config config;
	struct conf_error error = { .text = "" };

	if (!conf_parse_text(text, strlen(text), &config, &error))
		fail_msg("'%s': %s", text, error.text);
	config.has_port = config.has_cmdport = false;
	describe_config(ret, &config);
	config_free(&config);
}

static void same_outcome(const char *with, const char *without)
{
	static struct description a, b;

	outcome(with, &a);
	outcome(without, &b);
	if (strcmp(a.text, b.text) != 0)
		fail_msg("'%s' is not the default:\n%s\n%s", with, a.text,
		    b.text);
}

static bool has_default(const struct conf_word *w)
{
	return w->parse && strcmp(w->by_default, "-") != 0;
}

static void test_directive_defaults(void **state)
{
	char text[1000], values[1000], *value, *rest = values;
	unsigned tested = 0;

	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *w = &conf_directives.rows[i];

		if (!has_default(w) || w->parse == conf_bindcmdaddress)
			continue;
		snprintf(text, sizeof(text), "%s %s", w->name, w->by_default);
		same_outcome(text, "");
		tested++;
	}
	assert_true(tested >= 25);
	/* A line for each value. */
	snprintf(values, sizeof(values), "%s",
	    conf_directive("bindcmdaddress")->by_default);
	while ((value = strsep(&rest, " "))) {
		snprintf(text, sizeof(text), "bindcmdaddress %s", value);
		same_outcome(text, "");
	}
}

/* What must stand between a directive and its first option. */
static const char *first_word(const struct conf_word *directive)
{
	if (strncmp(directive->args, "HOST ", 5) == 0 ||
	    strncmp(directive->args, "NAME ", 5) == 0)
		return " a";
	return strncmp(directive->args, "FILE ", 5) == 0 ? " /a" : "";
}

static void test_option_defaults(void **state)
{
	char with[1000], without[100];
	unsigned tested = 0;

	(void)state;
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *d = &conf_directives.rows[i];

		for (size_t k = 0; d->parse && d->options &&
		    k < d->options->count; k++) {
			const struct conf_word *o = &d->options->rows[k];

			if (!has_default(o))
				continue;
			snprintf(without, sizeof(without), "%s%s", d->name,
			    first_word(d));
			snprintf(with, sizeof(with), "%s %s %s", without,
			    o->name, o->by_default);
			same_outcome(with, without);
			tested++;
		}
	}
	assert_true(tested >= 30);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_directive_defaults),
		cmocka_unit_test(test_option_defaults),
	};

	return cmocka_run_group_tests_name("conf/rows", tests, NULL, NULL);
}
