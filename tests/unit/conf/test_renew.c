/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/renew.h"

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
	char *all = arg;

	strcat(all, line);
	strcat(all, "|");
}

static const struct {
	const char *running, *fresh;
	const char *result;	/* lines of the text, each with a | */
	const char *names;
} cases[] = {
	{ "", "", "", "" },
	{ "allow\n", "deny\nlog tracking\n", "deny|log tracking|", "" },
	/* kept as in force: one that goes, one that comes, one that changes */
	{ "user a\n", "deny\n", "deny|user a|", "user" },
	{ "deny\n", "user a\nallow\n", "allow|", "user" },
	{ "port 1\n", "allow\nport 2\n", "allow|port 1|", "port" },
	{ "port 1\nuser a\n", "port 2\nuser a\n", "user a|port 1|", "port" },
	{ "port 1\nuser a\n", "user b\nport 2\n", "port 1|user a|",
	  "port, user" },
	/* the same in other words */
	{ "port 1\n", "PORT   1\n", "PORT 1|", "" },
	{ "port 123\n", "", "", "" },
	{ "", "port 123\n", "port 123|", "" },
	{ "", "port 124\n", "", "port" },
	{ "", "port 123\nport 124\n", "", "port" },
	{ "port 123\nport 124\n", "", "port 123|port 124|", "port" },
	/* several lines: all of them, in order */
	{ "bindaddress 10.0.0.1\nbindaddress ::1\n",
	  "bindaddress 10.0.0.1\nallow\nbindaddress ::1\n",
	  "bindaddress 10.0.0.1|allow|bindaddress ::1|", "" },
	{ "bindaddress 10.0.0.1\nbindaddress ::1\n", "bindaddress ::1\n",
	  "bindaddress 10.0.0.1|bindaddress ::1|", "bindaddress" },
};

static void restarts_are_kept_apart(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct conf_text running = { (char *)cases[i].running,
			strlen(cases[i].running), 0 };
		struct conf_text fresh = { (char *)cases[i].fresh,
			strlen(cases[i].fresh), 0 };
		char names[CONF_RENEW_NAMES], all[500] = "";
		struct conf_text result;

		assert_int_equal(conf_renew(&running, &fresh, &result, names),
		    0);
		conf_print(result.text, result.length, NULL, add_line, all);
		conf_text_free(&result);
		if (strcmp(all, cases[i].result) != 0 ||
		    strcmp(names, cases[i].names) != 0)
			fail_msg("case %zu: %s (%s)", i, all, names);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(restarts_are_kept_apart),
	};

	return cmocka_run_group_tests_name("conf/renew", tests, NULL, NULL);
}
