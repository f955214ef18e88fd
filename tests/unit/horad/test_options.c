/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/options.h"

#include "build_config.h"
#include "ipc/messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define WORDS 8

static enum options_result parse(const char *const words[WORDS],
    struct options *o, char reason[OPTIONS_REASON_SIZE])
{
	static char *argv[WORDS + 2];
	int argc = 1;

	argv[0] = (char *)(uintptr_t)"/usr/sbin/horad";
	for (; words[argc - 1] && argc <= WORDS; argc++)
		argv[argc] = (char *)(uintptr_t)words[argc - 1];
	argv[argc] = NULL;
	reason[0] = '\0';
	return options_parse(argc, argv, o, reason);
}

/* --check, anywhere among the words, needs no root. */
static void check_is_told(void **state)
{
	static const char *const words[WORDS] = { "port 0", "--check", "--json" };
	static const char *const none[WORDS] = { "port 0" };
	struct options o;
	char reason[OPTIONS_REASON_SIZE];

	(void)state;
	assert_int_equal(parse(words, &o, reason), OPTIONS_RUN);
	assert_true(o.check_config && o.check_json && o.skip_root_check);
	assert_false(o.check_strict);
	assert_int_equal(o.directive_count, 1);
	assert_string_equal(o.directives[0], "port 0");
	assert_int_equal(parse(none, &o, reason), OPTIONS_RUN);
	assert_false(o.check_config || o.skip_root_check);
}

static void results_are_as_documented(void **state)
{
	static const struct {
		const char *words[WORDS];
		enum options_result result;
		const char *reason;
	} cases[] = {
		{ { NULL }, OPTIONS_RUN, "" },
		{ { "-h" }, OPTIONS_HELP, "" },
		{ { "-Z", "--help" }, OPTIONS_HELP, "" },
		{ { "-v" }, OPTIONS_VERSION, "" },
		{ { "-x", "--version", "-Z" }, OPTIONS_VERSION, "" },
		{ { "-Z" }, OPTIONS_BAD, "unknown option -Z" },
		{ { "--foo" }, OPTIONS_BAD, "unknown option --foo" },
		{ { "-dZ" }, OPTIONS_BAD, "unknown option -Z" },
		{ { "-f" }, OPTIONS_BAD, "option -f needs an argument" },
		{ { "--check" }, OPTIONS_RUN, "" },
		{ { "--check", "--strict", "--json" }, OPTIONS_RUN, "" },
		{ { "--strict" }, OPTIONS_BAD, "are for --check" },
		{ { "--json", "port 0" }, OPTIONS_BAD, "are for --check" },
		{ { "-t", "5x" }, OPTIONS_BAD, "5x" },
		{ { "-t", "-1" }, OPTIONS_BAD, "-1" },
		{ { "-t", "0" }, OPTIONS_RUN, "" },
		{ { "-t", "4294967295" }, OPTIONS_RUN, "" },
		{ { "-t", "4294967296" }, OPTIONS_BAD, "4294967296" },
		{ { "-L", "x" }, OPTIONS_BAD, "x of option -L" },
		{ { "-L", "" }, OPTIONS_BAD, "from -1 to 3" },
		{ { "-F", "0" }, OPTIONS_RUN, "" },
		{ { "-F", "2" }, OPTIONS_RUN, "" },
		{ { "-F", "-2" }, OPTIONS_RUN, "" },
		{ { "-F", "3" }, OPTIONS_BAD, "Invalid argument" },
		{ { "-F", "-3" }, OPTIONS_BAD, "Invalid argument" },
		{ { "-P", "0" }, OPTIONS_RUN, "" },
		{ { "-P", "100" }, OPTIONS_RUN, "" },
		{ { "-P", "-1" }, OPTIONS_BAD, "Invalid argument" },
		{ { "-P", "101" }, OPTIONS_BAD, "Invalid argument" },
		{ { "-m" }, OPTIONS_RUN, "" },
		{ { "-s" }, OPTIONS_RUN, "" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char reason[OPTIONS_REASON_SIZE];
		struct options o;
		enum options_result r = parse(cases[i].words, &o, reason);

		if (r != cases[i].result || !strstr(reason, cases[i].reason) ||
		    (r != OPTIONS_BAD && *reason))
			fail_msg("case %zu (%s): %d, \"%s\"", i,
			    cases[i].words[0], r, reason);
	}
}

static void flags_are_as_documented(void **state)
{
	static const struct {
		const char *words[WORDS];
		uint32_t flags;
		bool is_foreground, to_stderr, skips_root;
		int level;
	} cases[] = {
		{ { NULL }, 0, false, false, false, 0 },
		{ { "-n" }, 0, true, false, false, 0 },
		{ { "-d" }, 0, true, true, false, 0 },
		{ { "-dd" }, 0, true, true, false, SEV_DEBUG },
		{ { "-d", "-d", "-L", "2" }, 0, true, true, false, SEV_DEBUG },
		{ { "-n", "-d" }, 0, true, true, false, 0 },
		{ { "-L", "2" }, 0, false, false, false, SEV_ERROR },
		{ { "-L", "2000" }, 0, false, false, false, SEV_FATAL },
		{ { "-L", "-5" }, 0, false, false, false, SEV_DEBUG },
		{ { "-4", "-6" }, IPC_ONLY_V6, false, false, false, 0 },
		{ { "-6", "-4" }, IPC_ONLY_V4, false, false, false, 0 },
		{ { "-x" }, IPC_NO_CLOCK, false, false, false, 0 },
		{ { "-R" }, IPC_OPT_RESTART, false, false, false, 0 },
		{ { "-r" }, IPC_RELOAD, false, false, false, 0 },
		{ { "-U" }, 0, false, false, true, 0 },
		{ { "-q" }, IPC_ONCE_SET, true, true, false, 0 },
		{ { "-Q" }, IPC_ONCE_PRINT | IPC_NO_CLOCK, true, true, true,
			0 },
		{ { "-Q", "-q" }, IPC_ONCE_SET | IPC_NO_CLOCK, true, true,
			true, 0 },
		{ { "-q", "-Q" }, IPC_ONCE_PRINT | IPC_NO_CLOCK, true, true,
			true, 0 },
		{ { "-p" }, 0, true, true, true, 0 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		char reason[OPTIONS_REASON_SIZE];
		struct options o;

		assert_int_equal(parse(cases[i].words, &o, reason),
		    OPTIONS_RUN);
		if (o.flags != cases[i].flags ||
		    o.is_foreground != cases[i].is_foreground ||
		    o.log_to_stderr != cases[i].to_stderr ||
		    o.skip_root_check != cases[i].skips_root ||
		    (int)o.log_level != cases[i].level)
			fail_msg("case %zu (%s)", i, cases[i].words[0]);
	}
}

static void words_are_kept(void **state)
{
	static const char *const words[WORDS] = { "server a iburst", "-f",
		"/x/y.conf", "port 0", "-u", "someone", "-t3", NULL };
	static const char *const none[WORDS] = { NULL };
	static const char *const time[WORDS] = { "-s", NULL };
	char reason[OPTIONS_REASON_SIZE];
	struct options o;

	(void)state;
	assert_int_equal(parse(words, &o, reason), OPTIONS_RUN);
	assert_string_equal(o.program, "horad");
	assert_string_equal(o.config_file, "/x/y.conf");
	assert_string_equal(o.user, "someone");
	assert_int_equal(o.timeout_s, 3);
	assert_int_equal(o.directive_count, 2);
	assert_string_equal(o.directives[0], "server a iburst");
	assert_string_equal(o.directives[1], "port 0");
	assert_int_equal(parse(none, &o, reason), OPTIONS_RUN);
	assert_string_equal(o.config_file, HORA_CONFIG_FILE);
	assert_null(o.user);
	assert_false(o.use_file_time);
	assert_int_equal(o.directive_count, 0);
	assert_int_equal(parse(time, &o, reason), OPTIONS_RUN);
	assert_true(o.use_file_time);
}

/* On by default; the sign makes no difference. */
static void filter_has_levels(void **state)
{
	static const struct {
		const char *words[WORDS];
		int level;
	} cases[] = {
		{ { NULL }, 1 },
		{ { "-F", "0" }, 0 }, { { "-F", "1" }, 1 }, { { "-F", "-1" }, 1 },
		{ { "-F", "2" }, 2 }, { { "-F", "-2" }, 2 },
		{ { "-F", "2", "-F", "0" }, 0 },
	};
	char reason[OPTIONS_REASON_SIZE];
	struct options o;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(parse(cases[i].words, &o, reason),
		    OPTIONS_RUN);
		assert_int_equal(o.filter_level, cases[i].level);
	}
}

/* Every option that is taken is in the help. */
static void help_and_options_agree(void **state)
{
	(void)state;
	for (const char *c = "46fFndlLmpPqQtrRsuUxvh"; *c; c++) {
		char option[4] = { '-', *c, '\0' };

		if (!strstr(options_help(), option))
			fail_msg("%s is not in the help", option);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(check_is_told),
		cmocka_unit_test(results_are_as_documented),
		cmocka_unit_test(flags_are_as_documented),
		cmocka_unit_test(words_are_kept),
		cmocka_unit_test(filter_has_levels),
		cmocka_unit_test(help_and_options_agree),
	};

	return cmocka_run_group_tests_name("horad/options", tests, NULL, NULL);
}
