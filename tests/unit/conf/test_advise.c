/* SPDX-License-Identifier: Apache-2.0 */
/* What is legal but harmful: both sides of each rule. */
#include "conf/advise.h"

#include "conf/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

/* What else there is to say when this is all. */
#define STEP "makestep 1 3\n"
#define THREE "server a\nserver b\nserver c\n" STEP
#define NTS3 "server a nts\nserver b nts\nserver c nts\n" STEP
#define FEW2 ": there are only two sources: when they differ, nothing tells " \
	"which is wrong; have three or more, or a pool\n"
#define FEW1 ": there is only one source: when it is wrong, nothing tells; " \
	"have three or more, or a pool\n"
#define PLAIN ": the time of this source is not authenticated, and moves the " \
	"clock within the bounds of the authenticated ones; authselectmode " \
	"require keeps it out; authselectmode mix says that it is meant\n"
#define NOSTEP "/f: no makestep, and this machine has no real-time clock: a " \
	"clock that is years wrong at start is slewed, which takes years; " \
	"add makestep 1.0 3\n"

static const struct advise_case {
	const char *text, *sources;
	bool has_rtc;
	const char *want;		/* "LINE:COLUMN: TEXT; HINT" */
} cases[] = {
	{ THREE, "", false, "" },
	{ NTS3, "", false, "" },

	/* few sources; a pool is as many as it may have */
	{ "server a\n" STEP, "", false, "1:8" FEW1 },
	{ "server a\nserver b\n" STEP, "", false, "1:8" FEW2 },
	{ "server a\nserver b noselect\nserver c\n" STEP, "", false,
	  "1:8" FEW2 },
	{ "pool p\n" STEP, "", false, "" },
	{ "pool p maxsources 3\n" STEP, "", false, "" },
	{ "pool p maxsources 2\n" STEP, "", false, "1:6" FEW2 },
	{ "server a\nserver b\n" STEP, "server c\n", false, "" },
	{ STEP, "server a\n", false, "1:8" FEW1 },
	{ "server a noselect\n" STEP, "", false, "1:8: all sources are "
	  "noselect: the clock will never be corrected\n" },
	{ "", "", false, "/f: no source of time, and no local: nothing corrects "
	  "the clock, and no time is served; add server or pool lines\n" },
	{ "local\n", "", false, "" },
	{ "sourcedir /x\n", "", false, "" },
	{ THREE "minsources 3\n", "", false, "" },
	{ THREE "minsources 4\n", "", false, "5:12: minsources 4, but there are "
	  "only 3: the clock will never be corrected\n" },

	/* what authentication means */
	{ NTS3 "server d\n", "", false, "5:8" PLAIN },
	{ NTS3, "server d\n", false, "1:8" PLAIN },
	{ NTS3 "server d noselect\n", "", false, "" },
	{ NTS3 "server d\nauthselectmode mix\n", "", false, "" },
	{ NTS3 "server d\nauthselectmode prefer\n", "", false, "" },
	{ NTS3 "server d\nauthselectmode require\n", "", false, "" },
	{ NTS3 "server d\nauthselectmode ignore\n", "", false, "6:1: sources "
	  "without authentication can outvote those with it; use mix, prefer "
	  "or require\n" },
	{ NTS3 "authselectmode ignore\n", "", false, "" },
	{ THREE "authselectmode ignore\n", "", false, "" },
	{ THREE "authselectmode require\n", "", false, "5:1: no source is "
	  "authenticated: the clock will never be corrected; give a source the "
	  "option nts or key\n" },
	{ "server a key 1\nserver b nts\nserver c\n" STEP, "", false,
	  "3:8" PLAIN },
	{ THREE "server d key 1\nauthselectmode require\n", "", false, "" },

	/* the clock at start */
	{ "pool p\n", "", true, "" },
	{ "pool p\n", "", false, NOSTEP },
	{ "pool p\nmakestep 1 0\n", "", false, NOSTEP },
	{ "pool p\nmakestep 1 -1\n", "", false, "" },

	/* maxdistance: 2 ppm of 2^maxpoll seconds, with maxclockerror 1 */
	{ "pool p maxpoll 20\n" STEP, "", false, "" },
	{ "pool p maxpoll 21\n" STEP, "", false, "1:6: between two polls of "
	  "2^21 s the root distance grows by 4.19 s, above maxdistance 3; take "
	  "a smaller maxpoll, or a larger maxdistance\n" },
	{ THREE "server d noselect maxpoll 24\n", "", false, "" },
	{ "pool p\nmaxdistance 0.00205\n" STEP, "", false, "" },
	{ "pool p\nmaxdistance 0.002\n" STEP, "", false, "1:6: between two "
	  "polls of 2^10 s the root distance grows by 0.00205 s, above "
	  "maxdistance 0.002; take a smaller maxpoll, or a larger "
	  "maxdistance\n" },
	{ "pool p\nmaxdistance 0.002\nmaxclockerror 0.5\n" STEP, "", false,
	  "" },

	/* local */
	{ THREE "local stratum 4\n", "", false, "" },
	{ THREE "local stratum 3 orphan\n", "", false, "" },
	{ THREE "local stratum 3\n", "", false, "5:1: local stratum 3: a client "
	  "that has lost its servers looks as good as they are; use local "
	  "stratum 10 orphan\n" },
	{ "local stratum 1\n", "", false, "" },

	/* certificates */
	{ THREE "nocerttimecheck 0\n", "", false, "" },
	{ THREE "nocerttimecheck 1\n", "", false, "5:1: expired certificates "
	  "are taken until the clock was updated 1 time; remove the line when "
	  "the clock is about right at start\n" },

	/* words of old */
	{ THREE "dumponexit\n", "", false,
	  "5:1: directive 'dumponexit' is deprecated; remove the line\n" },
	{ THREE "NTSCACHEDIR /x\n", "", false, "5:1: directive 'ntscachedir' is "
	  "deprecated; its name now is ntsdumpdir\n" },
	{ THREE "ntsdumpdir /x\n", "", false, "" },

	/* numbers that are taken as others */
	{ "pool p minpoll 4 maxpoll 24 maxsources 16\nmaxdistance 100\n" STEP,
	  "", false, "" },
	{ "pool p minpoll -8\npool q maxsources 17 maxdelay 1001\n" STEP, "",
	  false, "1:16: minpoll -8: taken as 6\n"
	  "2:19: maxsources 17: taken as 16\n"
	  "2:31: maxdelay 1001: taken as 1000\n" },
	{ "pool p minpoll 9 maxpoll 8\n" STEP, "", false,
	  "1:26: maxpoll 8: taken as 9\n" },
	{ THREE "ratelimit interval 12 leak 4\n", "", false, "" },
	{ THREE "ratelimit interval 13 leak 5\nntsratelimit interval 13\n", "",
	  false, "5:20: interval 13: taken as 12\n5:28: leak 5: taken as 4\n"
	  "6:23: interval 13: taken as 12\n" },
	/* what a later line says is no other number */
	{ THREE "ratelimit interval 1\nratelimit interval 4\n", "", false, "" },
	{ THREE "cmdratelimit interval -20 burst 255\n", "", false,
	  "5:23: interval -20: taken as -19\n" },

	/* twice the same */
	{ "server a\nserver a\nserver b\n" STEP, "", false, "2:8: 'a' is there "
	  "twice; of one address there is only one source; remove one of the "
	  "lines\n" },
	{ "server a\nserver a port 124\nserver b\n" STEP, "", false, "" },
	{ THREE, "server d\nserver b\n", false, "2:8: 'b' is there twice; of "
	  "one address there is only one source; remove one of the lines\n" },

	/* what has no effect */
	{ THREE "fallbackdrift 16 19\n", "", false, "" },
	{ THREE "fallbackdrift 19 16\n", "", false, "5:1: fallbackdrift has no "
	  "effect: the second number is less than the first\n" },
	{ THREE "allow 10/8\nport 0\n", "", false, "6:6: port 0: nobody is "
	  "served, whatever allow says; remove it, or the allow lines\n" },
	{ THREE "deny\nport 0\n", "", false, "" },
	{ THREE "port 0\n", "", false, "" },
	{ THREE "cmdallow 127/8\ncmdallow ::1\n", "", false, "" },
	{ THREE "cmdallow\n", "", false, "5:1: cmdallow has no effect: commands "
	  "of other machines are not received; add bindcmdaddress ADDRESS\n" },
	{ THREE "cmdallow 10/8\nbindcmdaddress 0.0.0.0\n", "", false, "" },
	{ THREE "cmdallow 10/8\nbindcmdaddress 0.0.0.0\ncmdport 0\n", "", false,
	  "5:1: cmdallow has no effect: commands of other machines are not "
	  "received; remove cmdport 0\n" },
};

struct told {
	char text[2000];
};

static void tell(void *arg, const struct conf_error *e)
{
	struct told *t = arg;
	char place[CONFIG_PATH_SIZE + 30];
	size_t n = strlen(t->text);

	if (e->place.line > 0)
		snprintf(place, sizeof(place), "%u:%u", e->place.line,
		    e->place.column);
	else
		snprintf(place, sizeof(place), "%s", e->place.file);
	assert_true(e->is_warning);
	snprintf(t->text + n, sizeof(t->text) - n, "%s: %s%s%s\n", place,
	    e->text, *e->hint ? "; " : "", e->hint);
}

static void test_rules(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct advise_case *c = &cases[i];
		struct conf_facts facts = { "/f", c->has_rtc, false };
		struct told told = { .text = "" };
		struct conf_text text = { (char *)(uintptr_t)c->text,
			strlen(c->text), 0 };
		struct conf_text sources = { (char *)(uintptr_t)c->sources,
			strlen(c->sources), 0 };
		struct conf_error error;
		struct config config;

		if (!conf_parse_text(text.text, text.length, &config, &error))
			fail_msg("%s: %s", c->text, error.text);
		conf_advise(&config, &facts, &text, &sources, tell, &told);
		config_free(&config);
		if (strcmp(told.text, c->want) != 0)
			fail_msg("%s\n%s\nis not\n%s", c->text, told.text,
			    c->want);
	}
}

static void ignore(void *arg, const struct conf_error *e)
{
	(void)arg;
	(void)e;
}

/* It sets the clock at start instead of makestep, but by anybody's word. */
static void test_initstepslew(void **state)
{
	static const struct {
		const char *text, *want;
	} lines[] = {
		{ "pool p\ninitstepslew 1 h\n", "2:1: directive "
		  "'initstepslew' is deprecated; use makestep, with iburst at "
		  "the servers\n" },
		{ "pool p nts\ninitstepslew 1 h\n", "2:1: directive "
		  "'initstepslew' is deprecated; use makestep, with iburst at "
		  "the servers\n2:1: servers that are not authenticated set "
		  "the clock at start; use makestep\n" },
	};
	struct conf_facts facts = { "/f", false, false };
	struct conf_text none = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct conf_text text = { (char *)(uintptr_t)lines[i].text,
			strlen(lines[i].text), 0 };
		struct told told = { .text = "" };
		struct config config;

		conf_parse_all(text.text, text.length, &config, ignore, NULL);
		conf_advise(&config, &facts, &text, &none, tell, &told);
		config_free(&config);
		assert_string_equal(told.text, lines[i].want);
	}
}

/* Where lines are missing, nothing is said of the whole. */
static void test_with_errors(void **state)
{
	static const char line[] = "server a minpoll -8\n";
	struct conf_facts facts = { "/f", false, true };
	struct conf_text text = { (char *)(uintptr_t)line, strlen(line), 0 };
	struct conf_text none = { 0 };
	struct told told = { .text = "" };
	struct conf_error error;
	struct config config;

	(void)state;
	assert_true(conf_parse_text(line, strlen(line), &config, &error));
	conf_advise(&config, &facts, &text, &none, tell, &told);
	config_free(&config);
	assert_string_equal(told.text, "1:18: minpoll -8: taken as 6\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_initstepslew),
		cmocka_unit_test(test_with_errors),
	};

	return cmocka_run_group_tests_name("conf/advise", tests, NULL, NULL);
}
