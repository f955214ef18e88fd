/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/access_rules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#define NO_ADDRESS "is neither an address nor a host name"
#define NO_BITS "has no number of bits after the /"

/* `want` is ADDRESS/BITS, or "!" and the reason. */
static const struct {
	const char *word, *want;
} subnets[] = {
	{ "1.2.3.4", "1.2.3.4/32" },
	{ "0.0.0.0", "0.0.0.0/32" },
	{ "2001:db8::1", "2001:db8::1/128" },
	{ "1.2.3.4/24", "1.2.3.0/24" },
	{ "1.2.3.255/25", "1.2.3.128/25" },
	{ "1.2.3.255/31", "1.2.3.254/31" },
	{ "1.2.3.4/32", "1.2.3.4/32" },
	{ "1.2.3.4/33", "!has more than 32 bits" },
	{ "1.2.3.4/0", "0.0.0.0/0" },
	{ "ffff::ffff/127", "ffff::fffe/127" },
	{ "ffff::/1", "8000::/1" },
	{ "::/0", "::/0" },
	{ "::1/128", "::1/128" },
	{ "::1/129", "!has more than 128 bits" },
	{ "10", "10.0.0.0/8" },
	{ "1.2", "1.2.0.0/16" },
	{ "3.4.5", "3.4.5.0/24" },
	{ "0/0", "0.0.0.0/0" },
	{ "10/33", "!has more than 32 bits" },
	{ "1.2.3/12", "1.0.0.0/12" },
	{ "10/12", "10.0.0.0/12" },
	{ "255", "255.0.0.0/8" },
	{ "256", "!" NO_ADDRESS },
	{ "1.256", "!" NO_ADDRESS },
	{ "0001", "!" NO_ADDRESS },
	{ "10.", "!" NO_ADDRESS },
	{ ".10", "!" NO_ADDRESS },
	{ "1..2", "!" NO_ADDRESS },
	{ "1.2.3.4.5", "!" NO_ADDRESS },
	{ "1.2.3.256", "!" NO_ADDRESS },
	{ "-1", "!" NO_ADDRESS },
	{ "", "!" NO_ADDRESS },
	{ "/8", "!" NO_ADDRESS },
	{ "fe80::1%eth0", "!" NO_ADDRESS },
	{ "a.example", "!" NO_ADDRESS },	/* no subnet */
	{ "1111:2222:3333:4444:5555:6666:7777:8888:9999:aaaa:bbbb",
	  "!" NO_ADDRESS },
	{ "1.2.3.4/", "!" NO_BITS },
	{ "1.2.3.4/-1", "!" NO_BITS },
	{ "1.2.3.4/8x", "!" NO_BITS },
	{ "1.2.3.4/8/8", "!" NO_BITS },
	{ "1.2.3.4/99999", "!" NO_BITS },
};

static void test_subnets(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(subnets) / sizeof(*subnets); i++) {
		struct ip_prefix p;
		const char *why = subnet_parse(subnets[i].word, &p);
		char text[IP_TEXT_SIZE], got[100];

		if (why)
			snprintf(got, sizeof(got), "!%s", why);
		else
			snprintf(got, sizeof(got), "%s/%u",
			    ip_text(&p.ip, text), p.bits);
		assert_string_equal(got, subnets[i].want);
	}
}

static void test_rules(void **state)
{
	static const struct {
		const char *words[3];
		size_t count;
		bool is_all;
		uint8_t families, bits;
		const char *why, *blamed, *name;
	} cases[] = {
		{ { 0 }, 0, false, IP_NONE, 0, NULL, NULL, NULL },
		{ { "all" }, 1, true, IP_NONE, 0, NULL, NULL, NULL },
		{ { "10" }, 1, false, IP_V4, 8, NULL, NULL, NULL },
		{ { "::1" }, 1, false, IP_V6, 128, NULL, NULL, NULL },
		{ { "all", "::/0" }, 2, true, IP_V6, 0, NULL, NULL, NULL },
		{ { "a.example" }, 1, false, IP_NONE, 0, NULL, NULL,
		  "a.example" },
		{ { "all", "a" }, 2, true, IP_NONE, 0, NULL, NULL, "a" },
		{ { "a.example", "b", NULL }, 2, false, 0, 0, "is one word too many",
		  "b", NULL },
		{ { "a.example/8", NULL }, 1, false, 0, 0, NO_ADDRESS,
		  "a.example/8", NULL },
		{ { "All" }, 1, false, 0, 0, NO_ADDRESS, "All", NULL },
		{ { "all", "all" }, 2, false, 0, 0, NO_ADDRESS, "all",
		  NULL },
		{ { "10", "all" }, 2, false, 0, 0, "is one word too many",
		  "all", NULL },
		{ { "all", "10", "11" }, 3, false, 0, 0,
		  "is one word too many", "11", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		struct access_rule_config rule;
		const char *blamed = NULL, *name = NULL;
		const char *why = access_rule_parse(cases[i].words,
		    cases[i].count, &rule, &name, &blamed);

		if (cases[i].why) {
			assert_non_null(why);
			assert_string_equal(why, cases[i].why);
			assert_string_equal(blamed, cases[i].blamed);
			continue;
		}
		assert_null(why);
		assert_string_equal(name ? name : "",
		    cases[i].name ? cases[i].name : "");
		assert_int_equal(rule.is_all, cases[i].is_all);
		assert_int_equal(rule.families, cases[i].families);
		assert_int_equal(rule.prefix.ip.family, cases[i].families);
		assert_int_equal(rule.prefix.bits, cases[i].bits);
	}
}

/* 63 and 64 bytes; 255 and 256 of them in labels. */
#define A63 "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define A255 A63 "." A63 "." A63 "." A63

static void test_names(void **state)
{
	static const struct {
		const char *word;
		bool is_name;
	} cases[] = {
		{ "localhost", true }, { "a", true }, { "a.b.example", true },
		{ "a.example.", true }, { "a..example", false },
		{ ".example", false }, { ".", false }, { "..", false },
		{ "4.example", true }, { "example.4", false },
		{ "1.2.3.4.5", false }, { "300.1.1.1", false },
		{ "1.2.3.4.", false }, { "0x7f", false }, { "a.0X7f", false },
		{ "0x7g", true }, { "0x", true }, { "1e", true },
		{ "-a.example", false }, { "a-.example", false },
		{ "a-b.example", true }, { "_ntp.example", true },
		{ "a.example/8", false }, { "a.example/", false },
		{ "a*", false }, { "caf\303\251", false }, { "a:1", false },
		{ "ALL", false }, { "all", false }, { "all.example", true },
		{ A63, true }, { A63 "a", false }, { A63 "a.example", false },
		{ A255, true }, { A255 ".", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		const char *words[] = { "all", cases[i].word };
		struct access_rule_config rule;
		const char *blamed = NULL, *name = NULL;
		const char *why = access_rule_parse(words, 2, &rule, &name,
		    &blamed);

		if (!!why == cases[i].is_name)
			fail_msg("%s: %s", cases[i].word, why ? why : "taken");
		if (why)
			assert_string_equal(why, NO_ADDRESS);
		else
			assert_ptr_equal(name, cases[i].word);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_subnets),
		cmocka_unit_test(test_rules),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests_name("conf/access_rules", tests, NULL,
	    NULL);
}
