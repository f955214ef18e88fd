/* SPDX-License-Identifier: Apache-2.0 */
/* Whole texts; the single words are in test_directives.c. */
#include "conf/parse.h"

#include "unit/conf/describe.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

static const char guide_client[] =
    "server time.example iburst nts\n"
    "server ntp2.example iburst nts ntsport 4461\n"
    "pool pool.example iburst maxsources 2\n"
    "ntsdumpdir /var/lib/chrony\n"
    "ntsrefresh 86400\n"
    "makestep 1.0 3\n"
    "driftfile /var/lib/chrony/drift\n"
    "rtcsync\n"
    "logdir /var/log/chrony\n"
    "log measurements statistics tracking\n";

static const char guide_server[] =
    "ntsserverkey /etc/chrony/ssl/privkey.pem\n"
    "ntsservercert /etc/chrony/ssl/fullchain.pem\n"
    "ntsprocesses 1\n"
    "ntsdumpdir /var/lib/chrony\n"
    "allow 10.0.0.0/8\n"
    "local stratum 2\n"
    "makestep 1.0 3\n"
    "driftfile /var/lib/chrony/drift\n"
    "ratelimit interval 1 burst 16\n"
    "logdir /var/log/chrony\n";

static const struct text_case {
	const char *name, *text, *want;	/* as in test_directives.c */
	unsigned line;			/* of the error */
} cases[] = {
	{ "guide, client", guide_client,
	  "server=time.example,iburst=1,nts=1 "
	  "server=ntp2.example,nts_port=4461,iburst=1,nts=1 "
	  "pool=pool.example,maxsources=2,iburst=1 ntsrefresh=86400 "
	  "ntsdumpdir=/var/lib/chrony makestep=1:3 "
	  "driftfile=/var/lib/chrony/drift rtcsync=1 logdir=/var/log/chrony "
	  "log=7", 0 },
	{ "guide, server", guide_server,
	  "ntsdumpdir=/var/lib/chrony cert=/etc/chrony/ssl/fullchain.pem "
	  "key=/etc/chrony/ssl/privkey.pem allow=yes:4:10.0.0.0/8 "
	  "ratelimit=1:1:16:2:0 local=1:2:0:1:0:0:0 makestep=1:3 "
	  "driftfile=/var/lib/chrony/drift logdir=/var/log/chrony", 0 },
	{ "nothing", "", "", 0 },
	{ "no newline at the end", "port 0", "port=0 has_port=1", 0 },
	{ "CR LF", "port 0\r\nrtcsync\r\n", "port=0 has_port=1 rtcsync=1", 0 },
	{ "the first error", "port 0\n\n# x\nport x\nfoo\n",
	  "!port: 'x' is not a whole number; use: port PORT (0 to 65535)", 4 },
	{ "control character", "rtcsync\nport \0330\n",
	  "!control character 0x1b in the line", 2 },
	{ "a marked line", "\00112 /a\nport x\n",
	  "!port: 'x' is not a whole number; use: port PORT (0 to 65535)", 12 },
};

static void test_texts(void **state)
{
	static char got[DESCRIBE_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct text_case *c = &cases[i];
		struct conf_error error = { .text = "" };
		struct config config;

		if (conf_parse_text(c->text, strlen(c->text), &config, &error))
			describe_changes(&config, got, sizeof(got));
		else
			snprintf(got, sizeof(got), "!%s%s%s", error.text,
			    *error.hint ? "; " : "", error.hint);
		config_free(&config);
		assert_string_equal(got, c->want);
		assert_int_equal(error.place.line, c->line);
	}
}

static void test_line_too_long(void **state)
{
	static char text[3000];
	struct config config;
	struct conf_error error;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "rtcsync\n#", 9);
	assert_false(conf_parse_text(text, sizeof(text), &config, &error));
	assert_string_equal(error.text, "the line is longer than 2047 bytes");
	assert_int_equal(error.place.line, 2);
	config_free(&config);
}

/* `count` lines of one directive: both sides of its bound. */
static void count_lines(const char *directive, unsigned count, const char *want)
{
	static char text[20000];
	struct config config;
	struct conf_error error = { .text = "" };
	size_t n = 0;

	for (unsigned i = 0; i < count; i++)
		n += (size_t)snprintf(text + n, sizeof(text) - n, "%s /%u\n",
		    directive, i);
	if (conf_parse_text(text, n, &config, &error))
		assert_null(want);
	else
		assert_string_equal(error.text, want ? want : "");
	config_free(&config);
}

static void test_bounds(void **state)
{
	(void)state;
	count_lines("ntsservercert", CONFIG_PAIRS, NULL);
	count_lines("ntsservercert", CONFIG_PAIRS + 1,
	    "ntsservercert: more than 16 of them");
	count_lines("ntsserverkey", CONFIG_PAIRS, NULL);
	count_lines("ntsserverkey", CONFIG_PAIRS + 1,
	    "ntsserverkey: more than 16 of them");
	count_lines("ntstrustedcerts", CONFIG_TRUSTED, NULL);
	count_lines("ntstrustedcerts", CONFIG_TRUSTED + 1,
	    "ntstrustedcerts: more than 32 of them");
	count_lines("sourcedir", CONFIG_SOURCEDIRS, NULL);
	count_lines("sourcedir", CONFIG_SOURCEDIRS + 1,
	    "sourcedir: more than 64 directories");
	count_lines("server", 1000, NULL);
}

/* A path of 1023 bytes fits, one more does not. */
static void test_longest_path(void **state)
{
	char text[1100];
	struct config config;
	struct conf_error error;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "logdir /", 8);
	assert_true(conf_parse_text(text, 7 + 1023, &config, &error));
	assert_int_equal(strlen(config.logdir), 1023);
	config_free(&config);
	assert_false(conf_parse_text(text, 7 + 1024, &config, &error));
	assert_non_null(strstr(error.text, "is too long"));
	assert_string_equal(error.hint, "use: logdir DIRECTORY");
}

static void append_error(void *arg, const struct conf_error *e)
{
	char *out = arg;
	size_t n = strlen(out);

	snprintf(out + n, 1000 - n, "%u: %s%s%s\n", e->place.line, e->text,
	    *e->hint ? "; " : "", e->hint);
}

static const struct sources_case {
	const char *text, *want, *skipped;
} sources[] = {
	{ "", "", "" },
	{ "server a iburst\npool b\n", "server=a,iburst=1 pool=b ", "" },
	{ "server a\nserver b", "server=a ", "" },
	{ "server a", "", "" },
	{ "#x\n\nserver a # c\n", "server=a ", "" },
	{ "port 0\nserver a foo\nserver\nserver \001\nsrver a\nserver b\n"
	  "peer c\ninclude /x\nserver d minpoll\n",
	  "server=b peer=c ",
	  "1: port: only server, pool and peer may stand here\n"
	  "2: server: unknown option 'foo'\n"
	  "3: server: a value is missing; use: server HOST [OPTION]...\n"
	  "4: control character 0x01 in the line\n"
	  "5: unknown directive 'srver'; did you mean 'server'?\n"
	  "8: include: only server, pool and peer may stand here\n"
	  "9: server minpoll: a value is missing; use: minpoll POLL (in log2 s)"
	  "\n" },
};

static void test_sources(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(sources) / sizeof(*sources); i++) {
		const struct sources_case *c = &sources[i];
		static struct description d;
		char skipped[1000] = "";
		struct source_config *list;
		size_t count;

		assert_int_equal(conf_parse_sources(c->text, strlen(c->text),
			append_error, skipped, &list, &count), 0);
		d.length = 0;
		d.text[0] = '\0';
		for (size_t k = 0; k < count; k++)
			describe_source(&d, &list[k]);
		free(list);
		assert_string_equal(d.text, c->want);
		assert_string_equal(skipped, c->skipped);
		/* Nobody need listen. */
		assert_int_equal(conf_parse_sources(c->text, strlen(c->text),
			NULL, NULL, &list, &count), 0);
		free(list);
	}
}

static void test_sources_too_long(void **state)
{
	static char text[3000];
	struct source_config *list;
	size_t count;

	(void)state;
	memset(text, 'x', sizeof(text));
	memcpy(text, "server a\n#", 10);
	memcpy(text + sizeof(text) - 10, "\nserver b\n", 10);
	assert_int_equal(conf_parse_sources(text, sizeof(text), NULL, NULL,
		&list, &count), 0);
	assert_int_equal(count, 1);
	assert_string_equal(list[0].name, "a");
	free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_texts),
		cmocka_unit_test(test_line_too_long),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_longest_path),
		cmocka_unit_test(test_sources),
		cmocka_unit_test(test_sources_too_long),
	};

	return cmocka_run_group_tests_name("conf/parse", tests, NULL, NULL);
}
