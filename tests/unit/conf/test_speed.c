/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time grows with the lines, not with their square: 10,000 lines of any kind
 * are parsed and checked in less than 0.1 s of a processor (0.06 s at most where
 * it was measured; the bound is for slower ones).
 */
#include "conf/examine.h"

#include "conf/load.h"
#include "conf/problems.h"
#include "unit/conf/fake_files.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <time.h>

#include <cmocka.h>

#define LINES 10000
#ifdef __SANITIZE_ADDRESS__
#define LIMIT_S 3.0
#else
#define LIMIT_S 0.3
#endif

static char text[LINES * 100];

/* A kind of line; %u is its number. */
static const struct kind {
	const char *name, *format;
	bool is_bad;
} kinds[] = {
	{ "servers", "server host-%u.example iburst minpoll 4 maxpoll 8\n", false },
	{ "one server", "server host.example nts # %u\n", false },
	{ "rules", "allow 10.0.0.0/%u2\n", false },
	{ "IPv6 rules", "cmddeny 2001:db8:%x::/48\n", false },
	{ "numbers", "maxdistance 3.%u\n", false },
	{ "comments", "! %u\n", false },
	{ "wrong words", "srever host-%u.example\n", true },
	{ "wrong values", "server host-%u.example minpoll x\n", true },
};

static double seconds(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + 1e-9 * (double)t.tv_nsec;
}

static void write_lines(const struct kind *k)
{
	size_t n = 0;

	for (unsigned i = 0; i < LINES; i++) {
		/* Prefix lengths end at 32: 2, 12 and 22 in turn. */
		unsigned number = strncmp(k->name, "rules", 5) == 0 ? i % 3 : i;

		n += (size_t)snprintf(text + n, sizeof(text) - n, k->format,
		    number);
	}
	assert_true(n < sizeof(text) - 1);
}

static void examine(const struct conf_files *real, struct conf_problems *p)
{
	struct conf_keep keep = { .real = real };
	struct conf_files files = conf_keep_files(&keep);
	struct conf_facts facts = { "/f", true, false };
	struct conf_examined examined;
	char shown[CONF_SHOW_SIZE];

	conf_examine(&files, "/f", NULL, 0, &facts, conf_problems_add, p,
	    &examined);
	conf_problems_sort(p, &keep);
	for (size_t i = 0; i < p->count; i++)
		conf_problem_show(&p->list[i], &keep, shown);
	conf_examined_free(&examined);
	conf_keep_free(&keep);
}

static void test_kinds(void **state)
{
	static const struct fake_file tree[] = { { "/f", text }, { 0 } };
	struct conf_files files = fake_files(tree);

	(void)state;
	for (size_t i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		struct conf_problems problems = { 0 };
		struct conf_error error;
		struct conf_text flat;
		struct config config;
		double start, loaded, examined;

		write_lines(&kinds[i]);
		start = seconds();
		assert_true(conf_load(&files, "/f", NULL, 0, NULL, NULL,
			&config, &flat, &error) == !kinds[i].is_bad);
		conf_text_free(&flat);
		config_free(&config);
		loaded = seconds();
		examine(&files, &problems);
		examined = seconds();
		printf("# %d %s: loaded in %.3f s, examined in %.3f s\n", LINES,
		    kinds[i].name, loaded - start, examined - loaded);
		assert_true(problems.errors ==
		    (kinds[i].is_bad ? CONF_PROBLEMS_MAX : 0));
		assert_true(loaded - start < LIMIT_S);
		assert_true(examined - loaded < LIMIT_S);
		conf_problems_free(&problems);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests_name("conf/speed", tests, NULL, NULL);
}
