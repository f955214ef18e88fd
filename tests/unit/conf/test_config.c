/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/config.h"

#include "conf/parse.h"
#include "conf/source.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* One line of a .sources file; false when it is skipped. */
static bool parse(const char *line, struct source_config *ret)
{
	struct source_config *list;
	size_t count;

	assert_int_equal(conf_parse_sources(line, strlen(line), NULL, NULL,
	    &list, &count), 0);
	if (count == 1)
		*ret = list[0];
	free(list);
	return count == 1;
}

/* Does some value of the option make a line that is not `plain`? */
static bool makes_another(const struct conf_word *option,
    const struct source_config *plain)
{
	static const char *const values[] = { "", "1", "7", "0.1", "F323" };
	bool is_parsed = false;

	for (size_t i = 0; i < sizeof(values) / sizeof(values[0]); i++) {
		struct source_config other;
		char line[100];

		snprintf(line, sizeof(line), "server a.example %s %s\n",
		    option->name, values[i]);
		if (!parse(line, &other))
			continue;
		is_parsed = true;
		assert_true(source_config_equal(&other, &other));
		if (!source_config_equal(&other, plain))
			return true;
	}
	if (!is_parsed)
		fail_msg("no value for option %s", option->name);
	return false;
}

/* An option that does not count would be lost when the line changes. */
static void every_option_makes_another_line(void **state)
{
	struct source_config plain, other;

	(void)state;
	assert_true(parse("server a.example\n", &plain));
	for (size_t i = 0; i < conf_source_options.count; i++) {
		const struct conf_word *option = &conf_source_options.rows[i];

		/* minpoll 7 and the like say something; some say the default */
		if (option->parse && !makes_another(option, &plain))
			fail_msg("option %s does not count", option->name);
	}
	assert_true(parse("server b.example\n", &other));
	assert_false(source_config_equal(&plain, &other));
	/* of a pool only */
	assert_true(parse("pool a.example\n", &plain));
	assert_true(parse("pool a.example maxsources 2\n", &other));
	assert_false(source_config_equal(&plain, &other));
	assert_true(parse("server a.example\n", &other));
	assert_false(source_config_equal(&plain, &other));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_option_makes_another_line),
	};

	return cmocka_run_group_tests_name("conf/config", tests, NULL, NULL);
}
