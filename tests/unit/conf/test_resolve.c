/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/resolve.h"

#include "conf/parse.h"
#include "conf/print.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void add_line(void *arg, const char *line)
{
	strcat(arg, line);
	strcat(arg, "|");
}

/* Known are four.example, six.example and mapped.example. */
static const struct ip_addr *address(void *arg, const char *name)
{
	struct ip_addr *ip = arg;
	static const struct {
		const char *name, *ip;
	} known[] = {
		{ "four.example", "192.0.2.4" },
		{ "six.example", "2001:db8::6" },
		{ "mapped.example", "::ffff:192.0.2.4" },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++)
		if (strcmp(name, known[i].name) == 0) {
			assert_true(ip_parse(known[i].ip, ip));
			return ip;
		}
	return NULL;
}

static const struct {
	const char *text, *result;
} cases[] = {
	{ "", "" },
	{ "allow\ndeny all\nallow 10\n", "allow|deny all|allow 10|" },
	{ "allow four.example\nallow 10\ndeny six.example\n",
	  "allow 192.0.2.4|allow 10|deny 2001:db8::6|" },
	{ "cmdallow four.example\ncmddeny all  six.example # x\n",
	  "cmdallow 192.0.2.4|cmddeny all 2001:db8::6|" },
	{ "ALLOW four.example\n", "ALLOW 192.0.2.4|" },
	/* not known: it stands as it was, and where it was */
	{ "allow a.example\nallow four.example\n",
	  "allow a.example|allow 192.0.2.4|" },
	{ "allow mapped.example\n", "allow ::ffff:192.0.2.4|" },
	/* names of other directives are the engine's */
	{ "server four.example\nntsntpserver four.example\n",
	  "server four.example|ntsntpserver four.example|" },
};

static void known_names_become_addresses(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf_text from = { (char *)cases[i].text,
			strlen(cases[i].text), 0 };
		struct conf_text result;
		struct conf_error error;
		struct config config;
		struct ip_addr ip;
		char all[500] = "";

		assert_int_equal(conf_resolve(&from, address, &ip, &result), 0);
		conf_print(result.text, result.length, NULL, add_line, all);
		assert_string_equal(all, cases[i].result);
		assert_true(conf_parse_text(result.text, result.length,
		    &config, &error));
		config_free(&config);
		conf_text_free(&result);
	}
}

static size_t names_text(char *text, size_t n)
{
	size_t used = 0;

	for (size_t i = 0; i < n; i++)
		used += (size_t)sprintf(text + used, "%s a%zu\n",
		    i % 2 ? "cmddeny" : "allow", i);
	/* again: no name more */
	return used + (size_t)sprintf(text + used, "deny A0\n");
}

static void names_are_bounded(void **state)
{
	static char text[16384];
	char message[CONF_ERROR_SIZE];
	struct conf_error error;
	struct config config;

	(void)state;
	assert_true(conf_parse_text(text, names_text(text, CONFIG_RULE_NAMES),
	    &config, &error));
	assert_int_equal(config.rule_name_count, CONFIG_RULE_NAMES);
	assert_int_equal(config.allow[CONFIG_RULE_NAMES / 2].name, 1);
	config_free(&config);
	assert_false(conf_parse_text(text, names_text(text,
	    CONFIG_RULE_NAMES + 1), &config, &error));
	conf_error_message(&error, message, sizeof(message));
	assert_non_null(strstr(message, "allow: more than 256 host names in "
	    "access rules; addresses are not limited"));
	assert_int_equal(error.place.line, CONFIG_RULE_NAMES + 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_names_become_addresses),
		cmocka_unit_test(names_are_bounded),
	};

	return cmocka_run_group_tests_name("conf/resolve", tests, NULL, NULL);
}
