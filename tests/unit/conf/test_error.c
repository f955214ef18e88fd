/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/error.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#define AT(name, number, what) { .text = what, \
	.place = { .file = name, .line = number, .column = 9, .width = 1 } }

static void test_places(void **state)
{
	static const struct {
		struct conf_error error;
		const char *want;
	} cases[] = {
		{ AT("/a", 3, "t"), "/a:3: t" },
		{ AT("/a", 0, "t"), "/a: t" },
		{ AT("", 3, "t"), "at argument 3: t" },
		{ AT("", 0, "t"), "t" },
		{ { .place = { .file = "/a", .line = 3 }, .text = "t",
		    .hint = "h" }, "/a:3: t; h" },
		{ { .place = { .file = "/a" }, .text = "t", .hint = "h" },
		  "/a: t; h" },
		{ { .place = { .line = 3 }, .text = "t", .hint = "h" },
		  "at argument 3: t; h" },
		{ { .text = "t", .hint = "h" }, "t; h" },
		{ AT("/a\033\n", 3, "t\tu\177"), "/a??:3: t?u?" },
	};
	char buf[CONF_ERROR_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(conf_error_message(&cases[i].error, buf,
			sizeof(buf)), cases[i].want);
}

static void test_longest_fits(void **state)
{
	struct conf_error e;
	char buf[CONF_ERROR_SIZE], small[4];

	(void)state;
	memset(&e, 'a', sizeof(e));
	e.place.file[sizeof(e.place.file) - 1] = '\0';
	e.place.line = UINT32_MAX;
	e.text[sizeof(e.text) - 1] = '\0';
	e.hint[sizeof(e.hint) - 1] = '\0';
	conf_error_message(&e, buf, sizeof(buf));
	assert_int_equal(strlen(buf), CONFIG_PATH_SIZE - 1 + 1 + 10 + 2 +
	    CONF_ERROR_TEXT - 1 + 2 + CONF_ERROR_HINT - 1);
	assert_string_equal(conf_error_message(&e, small, sizeof(small)), "aaa");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_places),
		cmocka_unit_test(test_longest_fits),
	};

	return cmocka_run_group_tests_name("conf/error", tests, NULL, NULL);
}
