/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "unit/horac/fake_daemon.h"

/* Commands that ask no daemon: whether they succeed and what they say. */
static void test_arguments(void **state)
{
	static const struct { const char *line; bool ok; const char *err; } rows[] = {
		{ "dns", false, "Unrecognized dns command\n" },
		{ "dns -n", true, "" }, { "dns +n", true, "" },
		{ "dns -4", true, "" }, { "dns -6", true, "" },
		{ "dns -46", true, "" },
		{ "dns -5", false, "Unrecognized dns command\n" },
		{ "dns -n x", false, "Unrecognized dns command\n" },
		{ "timeout 99", false, "Timeout 99 is too short\n" },
		{ "timeout 100", true, "" },
		{ "timeout", false, "Timeout 0 is too short\n" },
		{ "retries -1", false, "Invalid maximum number of retries\n" },
		{ "retries 0", true, "" }, { "retries 30", true, "" },
		{ "retries 31", false, "Invalid maximum number of retries\n" },
		{ "authhash SHA1", true,
		    "Authentication is no longer supported\n" },
		{ "password x", true,
		    "Authentication is no longer supported\n" },
		{ "exit x", true, "" }, { "quit", true, "" },
		{ "", true, "" }, { "! tracking", true, "" },
		{ "frobnicate", false, "Unrecognized command\n" },
		{ "Tracking", false, "Unrecognized command\n" },
	};
	static struct fake f;

	(void)state;
	for (size_t i = 0; i < COUNT(rows); i++) {
		fake_init(&f);
		if (fake_run(&f, rows[i].line) != rows[i].ok ||
		    strcmp(f.err, rows[i].err) || *f.out || f.asked_count)
			fail_msg("'%s': '%s' '%s'", rows[i].line, f.out, f.err);
		fake_free(&f);
	}
}

static void test_settings(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	fake_run(&f, "timeout 250");
	fake_run(&f, "retries 7");
	fake_run(&f, "dns -6");
	fake_run(&f, "dns +n");
	assert_true(f.session.link.timeout_s == 0.25);
	assert_int_equal(f.session.link.retries, 7);
	assert_int_equal(f.session.family, AF_INET6);
	assert_false(f.session.no_lookup);
	assert_false(f.session.quit);
	fake_run(&f, "quit");
	assert_true(f.session.quit);
	fake_free(&f);
}

/* -e: a dot after each response, none after an empty line. */
static void test_dot(void **state)
{
	static struct fake f;

	(void)state;
	fake_init(&f);
	f.session.dot = true;
	fake_run(&f, "rekey");
	assert_string_equal(f.out, "200 OK\n.\n");
	fake_run(&f, "frobnicate");
	assert_string_equal(f.out, ".\n");
	fake_run(&f, "# rekey");
	assert_string_equal(f.out, "");
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_arguments),
		cmocka_unit_test(test_settings),
		cmocka_unit_test(test_dot),
	};

	return cmocka_run_group_tests_name("horac/client_commands", tests, NULL, NULL);
}
