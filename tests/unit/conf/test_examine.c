/* SPDX-License-Identifier: Apache-2.0 */
/* All errors of all files, in order, as a person is shown them. */
#include "conf/examine.h"

#include "conf/problems.h"
#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static const struct fake_file tree[] = {
	{ "/good", "pool p\nmakestep 1 3\n" },
	{ "/main", "server a minpoll 6x\n\tprot 1 # x\ninclude /inner\n"
	  "makestep 1\ninclude /none\nallow 10/33\nconfdir /c\n"
	  "sourcedir /s\nport \0010\nrefclock SHM 0\n" },
	{ "/inner", "driftfile \"/a b\n\nserver b maxpoll\nmaxdrift 1e9\n" },
	{ "/c/x.conf", "include /inner\nlogdir \"/a\" b\n" },
	{ "/s/a.sources", "server ok iburst\nport 0\nserver x minpoll y\n"
	  "server half" },
	{ "/s/b.sources", NULL },
	{ "/loop", "include /loop\ninclude /loop\nprot 1\n" },
	{ "/locked", "confdir /l /c2\n" },
	{ "/l/x.conf", NULL },
	{ "/pairs", "pool p\nmakestep 1 3\nntsservercert /c\n"
	  "ntsservercert /d\nntsserverkey /k\nlog tracking\n" },
	{ 0 },
};

static const struct examine_case {
	const char *path, *arguments[3];
	size_t count;
	size_t errors, warnings;
	const char *want;
} cases[] = {
	{ "/good", { 0 }, 0, 0, 0, "" },
	{ "/main", { 0 }, 0, 14, 1,
	  "/main:1:18: error: server minpoll: '6x' is not a whole number; use: "
	  "minpoll POLL (in log2 s)\n"
	  "    1 | server a minpoll 6x\n"
	  "      |                  ^~\n"
	  "/main:2:2: error: unknown directive 'prot'; did you mean 'port'?\n"
	  "    2 |  prot 1 # x\n"
	  "      |  ^~~~\n"
	  "/main:4:10: error: makestep: a value is missing; use: makestep "
	  "THRESHOLD LIMIT\n"
	  "    4 | makestep 1\n"
	  "      |          ^\n"
	  "/main:5:9: error: include: cannot read '/none': No such file or "
	  "directory\n"
	  "    5 | include /none\n"
	  "      |         ^~~~~\n"
	  "/main:6:7: error: allow: '10/33' has more than 32 bits; use: allow "
	  "[all] [ADDRESS[/BITS]|NAME]\n"
	  "    6 | allow 10/33\n"
	  "      |       ^~~~~\n"
	  "/main:9:6: error: control character 0x01 in the line\n"
	  "    9 | port ?0\n"
	  "      |      ^\n"
	  "/main:10:1: error: directive 'refclock' (a hardware reference clock) "
	  "is known, but not in this version; take time from servers\n"
	  "   10 | refclock SHM 0\n"
	  "      | ^~~~~~~~\n"
	  "/inner:1:11: error: a quotation without its end; write \" behind the "
	  "last word of the name, too\n"
	  "    1 | driftfile \"/a b\n"
	  "      |           ^\n"
	  "/inner:3:10: error: server maxpoll: a value is missing; use: maxpoll "
	  "POLL (-32 to 32, in log2 s)\n"
	  "    3 | server b maxpoll\n"
	  "      |          ^~~~~~~\n"
	  "/inner:4:10: warning: maxdrift: '1e9' is out of range; taken as "
	  "500000\n"
	  "    4 | maxdrift 1e9\n"
	  "      |          ^~~\n"
	  "/c/x.conf:2:13: error: logdir: 'b' is one word too many; use: logdir "
	  "DIRECTORY\n"
	  "    2 | logdir \"/a\" b\n"
	  "      |             ^\n"
	  "/s/a.sources:2:1: error: port: only server, pool and peer may stand "
	  "here\n"
	  "    2 | port 0\n"
	  "      | ^~~~\n"
	  "/s/a.sources:3:18: error: server minpoll: 'y' is not a whole number; "
	  "use: minpoll POLL (in log2 s)\n"
	  "    3 | server x minpoll y\n"
	  "      |                  ^\n"
	  "/s/a.sources:4:1: error: the line has no end; put a newline "
	  "behind it\n"
	  "    4 | server half\n"
	  "      | ^~~~~~\n"
	  "error: cannot read '/s/b.sources': Permission denied\n" },
	{ "/none", { 0 }, 0, 1, 0,
	  "error: cannot read '/none': No such file or directory\n" },
	{ "/none", { "pool p", "prot  1", "local stratum 1" }, 3, 1, 0,
	  "argument 2:1: error: unknown directive 'prot'; did you mean 'port'?\n"
	  "    2 | prot  1\n"
	  "      | ^~~~\n" },
	{ "/none", { "pool p", "makestep 1 3", "local stratum 1" }, 3, 0, 1,
	  "argument 3:1: warning: local stratum 1: a client that has lost its "
	  "servers looks as good as they are; use local stratum 10 orphan\n"
	  "    3 | local stratum 1\n"
	  "      | ^~~~~\n" },
	{ "/locked", { 0 }, 0, 1, 0,
	  "/locked:1:9: error: confdir: cannot read '/l/x.conf': Permission "
	  "denied\n"
	  "    1 | confdir /l /c2\n"
	  "      |         ^~\n" },
	{ "/pairs", { 0 }, 0, 1, 3,
	  "/pairs:4:1: error: 2 ntsservercert and 1 ntsserverkey; each "
	  "certificate needs its key\n"
	  "    4 | ntsservercert /d\n"
	  "      | ^~~~~~~~~~~~~\n"
	  "/pairs:4:1: warning: no ntsdumpdir to save server keys: after a "
	  "restart every client needs new cookies\n"
	  "    4 | ntsservercert /d\n"
	  "      | ^~~~~~~~~~~~~\n"
	  "/pairs:4:1: warning: an NTS server, but without allow nobody is "
	  "served\n"
	  "    4 | ntsservercert /d\n"
	  "      | ^~~~~~~~~~~~~\n"
	  "/pairs:6:1: warning: log without logdir: nothing is written\n"
	  "    6 | log tracking\n"
	  "      | ^~~\n" },
};

static void examine(const struct examine_case *c, struct conf_keep *keep,
    struct conf_problems *problems)
{
	struct conf_facts facts = { c->count ? "" : c->path, false, false };
	struct conf_files files = conf_keep_files(keep);
	struct conf_examined examined;

	keep->arguments = c->arguments;
	keep->argument_count = c->count;
	conf_examine(&files, c->path, c->arguments, c->count, &facts,
	    conf_problems_add, problems, &examined);
	conf_examined_free(&examined);
	conf_problems_sort(problems, keep);
}

static void test_all_of_it(void **state)
{
	struct conf_files real = fake_files(tree);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct examine_case *c = &cases[i];
		struct conf_keep keep = { .real = &real };
		struct conf_problems problems = { 0 };
		char got[6000] = "", one[CONF_SHOW_SIZE];

		examine(c, &keep, &problems);
		for (size_t k = 0; k < problems.count; k++) {
			strncat(got, conf_problem_show(&problems.list[k],
				&keep, one), sizeof(got) - strlen(got) - 1);
		}
		assert_string_equal(got, c->want);
		assert_int_equal(problems.errors, c->errors);
		assert_int_equal(problems.warnings, c->warnings);
		conf_problems_free(&problems);
		conf_keep_free(&keep);
	}
}

/* Files in a loop end, and so does what is told of them. */
static void test_loop(void **state)
{
	static const struct examine_case c = { .path = "/loop" };
	struct conf_files real = fake_files(tree);
	struct conf_keep keep = { .real = &real };
	struct conf_problems problems = { 0 };

	(void)state;
	examine(&c, &keep, &problems);
	assert_int_equal(problems.errors, 3);
	assert_non_null(strstr(problems.list[0].text, "in a loop?"));
	conf_problems_free(&problems);
	conf_keep_free(&keep);
}

/* So many bad lines are told of, and no more: of the parser, of expansion. */
static void test_bounds(void **state)
{
	enum { LINES = CONF_PROBLEMS_MAX + 100 };
	static const char *const bad[] = { "bad\n", "include\n" };
	static char text[LINES * 8 + 1];
	static const struct fake_file files[] = { { "/f", text }, { 0 } };
	static const struct examine_case c = { .path = "/f" };
	struct conf_files real = fake_files(files);

	(void)state;
	for (size_t k = 0; k < sizeof(bad) / sizeof(*bad); k++) {
		struct conf_keep keep = { .real = &real };
		struct conf_problems problems = { 0 };
		size_t n = strlen(bad[k]);

		for (size_t i = 0; i < LINES; i++)
			memcpy(text + n * i, bad[k], n + 1);
		examine(&c, &keep, &problems);
		assert_int_equal(problems.errors, CONF_PROBLEMS_MAX);
		assert_int_equal(problems.count, PROBLEMS_MAX);
		assert_int_equal(problems.list[PROBLEMS_MAX - 1].place.line,
		    CONF_PROBLEMS_MAX);
		conf_problems_free(&problems);
		conf_keep_free(&keep);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all_of_it),
		cmocka_unit_test(test_loop),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests_name("conf/examine", tests, NULL, NULL);
}
