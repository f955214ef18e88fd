/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/check.h"

#include "conf/parse.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define PAIR "ntsservercert /c\nntsserverkey /k\n"

static const struct check_case {
	const char *text, *error, *warnings;
} cases[] = {
	{ "", NULL, "" },
	{ "server a iburst nts\nlogdir /l\nlog tracking\n", NULL, "" },
	{ PAIR "ntsdumpdir /d\nallow\n", NULL, "" },
	{ PAIR PAIR "ntsdumpdir /d\nallow\n", NULL, "" },

	{ PAIR "port 0\nntsservercert /c2\nport 0\n",
	  "4: 2 ntsservercert and 1 ntsserverkey; each certificate needs its "
	  "key", "4: no ntsdumpdir to save server keys: after a restart every "
	  "client needs new cookies\n4: an NTS server, but without allow "
	  "nobody is served\n" },
	{ "ntsserverkey /k\n",
	  "1: 0 ntsservercert and 1 ntsserverkey; each certificate needs its "
	  "key", "" },

	{ "ratelimit\nnoclientlog\n", "2: Rate limiting cannot be enabled with "
	  "noclientlog; leave out noclientlog or ratelimit", "" },
	{ "noclientlog\nport 0\nntsratelimit\n", "1: Rate limiting cannot be "
	  "enabled with noclientlog; leave out noclientlog or ntsratelimit",
	  "" },
	{ "noclientlog\ncmdratelimit\n", "1: Rate limiting cannot be "
	  "enabled with noclientlog; leave out noclientlog or cmdratelimit",
	  "" },
	{ "noclientlog\n", NULL, "" },

	{ PAIR "allow\n", NULL, "1: no ntsdumpdir to save server keys: after a "
	  "restart every client needs new cookies\n" },
	{ PAIR "ntsdumpdir /d\n", NULL,
	  "1: an NTS server, but without allow nobody is served\n" },
	{ "log\n", NULL, "" },
	{ "\nlog tracking\n", NULL,
	  "2: log without logdir: nothing is written\n" },
	{ "linux_hz 100\nCommandKey 1\ndumponexit\n", NULL,
	  "1: directive 'linux_hz' is no longer supported; it has no effect\n"
	  "2: directive 'commandkey' is no longer supported; it has no effect\n" },
	{ "server 192.0.2.1 ipv4\nserver ::1 ipv4\nserver a ipv6\n"
	  "server 192.0.2.1 ipv6\n", NULL,
	  "2: ::1 is no IPv4 address; the source cannot be used\n"
	  "4: 192.0.2.1 is no IPv6 address; the source cannot be used\n" },
	{ "peer a minpoll 4 NTS key 5\npeer b xleave\npeer c iburst\n",
	  NULL, "1: peer: NTS not supported with peers; 'key' authenticates "
	  "them\n3: peer: 'iburst' has no effect on peers\n" },
	{ "server a nts\nserver b\nntsaeads 17\n", NULL,
	  "1: no NTS with a: ntsaeads names no algorithm that is known; 15 is "
	  "AES-SIV-CMAC-256\n" },
	{ "server a nts certset 2\nserver b nts certset 3\n"
	  "ntstrustedcerts 2 /x\nserver c certset 4\n", NULL,
	  "2: no NTS with b: there is no certificate to trust in set 3; use: "
	  "ntstrustedcerts 3 PATH\n" },
	{ "server a nts\nnosystemcert\n", NULL,
	  "1: no NTS with a: there is no certificate to trust in set 0; use: "
	  "ntstrustedcerts 0 PATH\n" },
	{ "server a nts\nnosystemcert\nntstrustedcerts /x\n", NULL, "" },
	{ "server a extfield F323\nserver b extfield F324\n", NULL,
	  "2: extfield of b: corrections of the network by PTP hardware are not "
	  "available; used without\n" },
	{ "server a version 4 nts\nserver b version 3\nserver c nts version 3"
	  "\nserver d xleave version 2\nserver e version 1 extfield F323\n",
	  NULL,
	  "3: version 3 of c: NTS needs version 4, which is sent\n"
	  "4: version 2 of d: xleave and extfield need version 4; used without\n"
	  "5: version 1 of e: xleave and extfield need version 4; used without"
	  "\n" },
	{ "maxdrift 0\nmaxdrift 500000\ncombinelimit 0\nmaxslewrate 0\n"
	  "corrtimeratio 0.000001\nmaxclockerror 0\n", NULL, "" },
	{ "maxdrift -0.5\nmaxdrift 500000.5\n", NULL,
	  "1: maxdrift: '-0.5' is out of range; taken as 0\n"
	  "2: maxdrift: '500000.5' is out of range; taken as 500000\n" },
	{ "corrtimeratio 0\nMaxSlewRate -1\n", NULL,
	  "1: corrtimeratio: '0' is out of range; taken as 1e-06\n"
	  "2: maxslewrate: '-1' is out of range; taken as 0\n" },
};

struct told {
	char errors[600], warnings[1000];
};

static void tell(void *arg, const struct conf_error *e)
{
	struct told *t = arg;
	char *out = e->is_warning ? t->warnings : t->errors;
	size_t size = e->is_warning ? sizeof(t->warnings) : sizeof(t->errors);
	size_t n = strlen(out);

	snprintf(out + n, size - n, "%u: %s%s%s%s", e->place.line, e->text,
	    *e->hint ? "; " : "", e->hint, e->is_warning ? "\n" : "");
}

static void test_check(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const struct check_case *c = &cases[i];
		struct told told = { "", "" };
		struct config config;
		struct conf_error error = { .text = "" };
		size_t n = strlen(c->text);
		bool good;

		if (!conf_parse_text(c->text, n, &config, &error))
			fail_msg("%s", error.text);
		good = conf_check(&config, c->text, n, tell, &told);
		assert_true(good == !c->error);
		assert_string_equal(told.errors, c->error ? c->error : "");
		assert_string_equal(told.warnings, c->warnings);
		config_free(&config);
	}
}

/*
 * A table of access has 65536 entries; 256 are for addresses of names and 8 the
 * room for a last rule. Each line after the first ones takes 8.
 */
static void test_access_rules_fit(void **state)
{
	static const struct {
		const char *first, *directive;
		int count;
		const char *error;	/* its begin; NULL: none */
	} rows[] = {
		{ "", "allow", 8159, NULL },
		{ "", "allow", 8160, "8160: allow: with this rule there are "
		    "more than the 65272 entries of a table of access; " },
		{ "", "cmddeny", 8159, NULL },
		{ "", "cmddeny", 8170, "8160: cmddeny: " },
		{ "cmdallow\ncmddeny 10/9\n", "deny", 8159, NULL },
		{ "allow\ndeny all\nallow\ndeny\n", "deny", 8158, NULL },
		{ "allow\nallow 10/7\nallow\nallow 10/6\nallow 10\n", "deny",
		    8158, "8163: deny: " },
		{ "allow a.example\ndeny all b.example\n", "deny", 8159, NULL },
	};
	static char text[9000 * 24];

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size_t n = strlen(strcpy(text, rows[i].first));
		const char *want = rows[i].error ? rows[i].error : "";
		struct told told = { "", "" };
		struct config config;
		struct conf_error error = { .text = "" };

		for (int k = 0; k < rows[i].count; k++)
			n += (size_t)sprintf(text + n, "%s 10.0.0.0/9\n",
			    rows[i].directive);
		if (!conf_parse_text(text, n, &config, &error))
			fail_msg("%s", error.text);
		assert_true(conf_check(&config, text, n, tell, &told) ==
		    !rows[i].error);
		told.errors[strlen(want)] = '\0';
		assert_string_equal(told.errors, want);
		config_free(&config);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_check),
		cmocka_unit_test(test_access_rules_fit),
	};

	return cmocka_run_group_tests_name("conf/check", tests, NULL, NULL);
}
