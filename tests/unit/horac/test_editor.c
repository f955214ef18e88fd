/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/commands.h"
#include "horac/editor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static void test_complete(void **state)
{
	static const struct { const char *before; int count; const char *common; } rows[] = {
		{ "trac", 1, "king" },
		{ "source", 3, "" },	/* sources, sourcestats, sourcename */
		{ "sources", 2, "" },
		{ "sourcest", 1, "ats" },
		{ "sou", 3, "rce" },
		{ "xyz", 0, "" },
		{ "sources ", 2, "-" },
		{ "sources -", 2, "" },
		{ "sources -a -", 2, "" },
		{ "sources -v", 1, "" },
		{ "reload ", 2, "" },
		{ "tracking ", 0, "" },
		{ "manual ", 5, "" }, { "manual l", 1, "ist" },
		{ "reset ", 1, "sources" }, { "add ", 3, "" },
		{ "add po", 1, "ol" },
		{ "q", 1, "uit" }, { "ex", 1, "it" },
		{ "maxd", 3, "elay" },
		/* Not for people. */
		{ "df", 0, "" }, { "dof", 0, "" }, { "authh", 0, "" },
		{ "pas", 0, "" },
		{ "  reload s", 1, "ources" },
	};
	struct session s = { 0 };
	char common[80];

	(void)state;
	commands_init(&s);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int n = editor_complete(&s, rows[i].before, common,
		    sizeof(common), NULL);

		if (n != rows[i].count || strcmp(common, rows[i].common))
			fail_msg("'%s': %d '%s'", rows[i].before, n, common);
	}
}

/* Every command has what help and completion need, and one row that runs. */
static void test_table(void **state)
{
	struct session s = { 0 };

	(void)state;
	commands_init(&s);
	assert_true(s.command_count > 20);
	assert_null(s.commands[0].name);
	for (size_t i = 0; i < s.command_count; i++) {
		const struct command *c = &s.commands[i];

		size_t same = 0;

		if (!c->name) {
			assert_non_null(c->usage);
			continue;
		}
		/* Known from the form of `help` alone. */
		if (c->usage)
			assert_memory_equal(c->usage, c->name, strlen(c->name));
		assert_true(!c->usage || strlen(c->text) > 0);
		for (size_t k = 0; k <= i; k++)
			same += s.commands[k].name &&
			    !strcmp(s.commands[k].name, c->name);
		assert_int_equal(same == 1, c->run != NULL);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_complete),
		cmocka_unit_test(test_table),
	};

	return cmocka_run_group_tests_name("horac/editor", tests, NULL, NULL);
}
