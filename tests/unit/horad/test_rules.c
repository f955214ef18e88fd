/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/rules.h"

#include "conf/parse.h"
#include "ntp/access.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* "+10.0.0.0/8", "-", "+*" (allow all); with a ':' before it cmdallow. */
static struct ipc_access_rule rule_of(const char *text)
{
	struct ipc_access_rule rule = { .is_command = *text == ':' };
	const char *slash;
	char ip[64] = "";

	text += rule.is_command;
	rule.is_allow = *text++ == '+';
	rule.is_all = *text == '*';
	text += rule.is_all;
	slash = strchr(text, '/');
	if (slash) {
		memcpy(ip, text, (size_t)(slash - text));
		assert_true(ip_parse(ip, &rule.ip));
		rule.bits = (uint32_t)atoi(slash + 1);
	}
	return rule;
}

static const char *add(struct rules *r, const char *text)
{
	struct ipc_access_rule rule = rule_of(text);

	return rules_add(r, &rule);
}

static void expect(const struct rules *r, const char *lines)
{
	char all[4096] = "", text[RULE_TEXT_SIZE];

	for (size_t i = 0; i < r->count; i++) {
		strcat(all, rule_text(&r->list[i], text));
		strcat(all, "\n");
	}
	assert_string_equal(all, lines);
}

static struct rules *begin(void)
{
	struct rules *r = calloc(1, sizeof(*r));

	assert_non_null(r);
	return r;
}

static void lines_say_the_same(void **state)
{
	struct rules *r = begin();

	(void)state;
	assert_null(add(r, "+"));
	assert_null(add(r, "-10.1.2.3/9"));
	assert_null(add(r, "+*fd00::1/64"));
	assert_null(add(r, ":+0.0.0.0/0"));
	assert_null(add(r, ":-*1.2.3.4/32"));
	expect(r, "allow\ndeny 10.0.0.0/9\nallow all fd00::/64\n"
	    "cmdallow 0.0.0.0/0\ncmddeny all 1.2.3.4/32\n");
	free(r);
}

static void others_are_refused(void **state)
{
	struct ipc_access_rule no_family = { .ip.family = 77 };
	struct rules *r = begin();
	struct ipc_access_rule bits = { .bits = 1 };

	(void)state;
	assert_non_null(add(r, "+1.2.3.4/33"));
	assert_non_null(add(r, "+::/129"));
	assert_non_null(rules_add(r, &bits));
	assert_non_null(rules_add(r, &no_family));
	assert_int_equal(r->count, 0);
	assert_null(add(r, "+1.2.3.4/32"));
	assert_null(add(r, "+::/128"));
	free(r);
}

static void what_has_no_effect_takes_no_room(void **state)
{
	struct rules *r = begin();

	(void)state;
	/* the same subnet again: the last word counts, in its place */
	add(r, "+10.0.0.0/8");
	add(r, "-10.1.0.0/16");
	add(r, "-10.0.0.0/8");
	expect(r, "deny 10.1.0.0/16\ndeny 10.0.0.0/8\n");
	/* all: what is inside, but not what is around it or of others */
	add(r, ":+10.0.0.0/8");
	add(r, "+11.0.0.0/8");
	add(r, "+*10.0.0.0/8");
	expect(r, "cmdallow 10.0.0.0/8\nallow 11.0.0.0/8\n"
	    "allow all 10.0.0.0/8\n");
	/* what all forgot before it stays forgotten */
	add(r, "-10.0.0.0/8");
	expect(r, "cmdallow 10.0.0.0/8\nallow 11.0.0.0/8\n"
	    "allow all 10.0.0.0/8\ndeny 10.0.0.0/8\n");
	/* of every address */
	add(r, "+fd00::/8");
	add(r, "-*");
	expect(r, "cmdallow 10.0.0.0/8\ndeny all\n");
	/* one family is not all */
	add(r, "+*0.0.0.0/0");
	expect(r, "cmdallow 10.0.0.0/8\ndeny all\nallow all 0.0.0.0/0\n");
	free(r);
}

/* Rules that were dropped change no verdict: against all of them in a table. */
static void dropping_changes_no_verdict(void **state)
{
	struct access_table whole = { 0 }, kept;
	struct rules *r = begin();
	uint32_t x = 1;

	(void)state;
	for (int n = 0; n < 3000; n++) {
		struct ipc_access_rule rule = { 0 };
		struct access_rule_config given;

		x = x * 1664525 + 1013904223;
		rule.is_allow = x >> 31;
		rule.is_all = (x >> 28 & 7) == 0;
		if ((x >> 24 & 15) != 0) {
			rule.ip = (struct ip_addr){ IP_V4, { 10,
				(uint8_t)(x >> 16 & 0x3f), (uint8_t)(x >> 8 &
				0xf0) } };
			rule.bits = 8 + (x >> 4 & 15);
		}
		assert_null(rules_add(r, &rule));
		given = r->list[r->count - 1].rule;
		assert_int_equal(access_add(&whole, &given), 0);
		if (n % 50)
			continue;
		kept = (struct access_table){ 0 };
		for (size_t i = 0; i < r->count; i++)
			assert_int_equal(access_add(&kept, &r->list[i].rule), 0);
		for (int k = 0; k < 4096; k++) {
			struct ip_addr ip = { IP_V4, { (uint8_t)(9 + k % 3),
				(uint8_t)(k >> 6), (uint8_t)(k << 2 & 0xf0),
				1 } };

			assert_int_equal(access_allows(&whole, &ip),
			    access_allows(&kept, &ip));
		}
		access_free(&kept);
	}
	assert_true(r->count < 500);
	access_free(&whole);
	free(r);
}

static void room_is_bounded(void **state)
{
	struct rules *r = begin();
	struct ipc_access_rule rule = { .is_allow = true, .bits = 32,
		.ip = { IP_V4, { 10 } } };

	(void)state;
	for (int i = 0; i < RULES_MAX; i++) {
		rule.ip.bytes[2] = (uint8_t)(i >> 8);
		rule.ip.bytes[3] = (uint8_t)i;
		assert_null(rules_add(r, &rule));
	}
	rule.ip.bytes[1] = 1;
	assert_non_null(rules_add(r, &rule));
	assert_int_equal(r->count, RULES_MAX);
	/* one that takes another's place still goes */
	rule.ip.bytes[1] = 0;
	rule.is_allow = false;
	assert_null(rules_add(r, &rule));
	assert_int_equal(r->count, RULES_MAX);
	assert_null(add(r, "-*"));
	assert_int_equal(r->count, 1);
	free(r);
}

static void tables_hold_them(void **state)
{
	struct access_rule_config *many = calloc(8200, sizeof(*many));
	struct config config = { .allow = many };
	struct rules *r = begin();

	(void)state;
	/* 8 nodes each, of different subnets */
	for (int i = 0; i < 8200; i++)
		many[i] = (struct access_rule_config){ .prefix = { { IP_V4,
			{ 10, (uint8_t)(i >> 6), (uint8_t)(i << 2) } }, 21 } };
	for (int i = 0; i < 8200; i++)
		many[i].prefix = (struct ip_prefix){ { IP_V6, { 0xfd, 0,
			(uint8_t)(i >> 8), (uint8_t)i } }, 33 };
	assert_true(rules_fit(r, &config));
	add(r, "+10.0.0.0/8");
	/* 1 entry of the command, and 65272 at the most (conf/access_rules.h) */
	config.allow_count = 8158;
	assert_true(rules_fit(r, &config));
	config.allow_count = 8159;
	assert_false(rules_fit(r, &config));
	add(r, ":+10.0.0.0/9");
	config.allow_count = 0;
	config.cmdallow = many;
	config.cmdallow_count = 8158;
	assert_true(rules_fit(r, &config));
	config.cmdallow_count = 8159;
	assert_false(rules_fit(r, &config));
	free(many);
	free(r);
}

static void texts_are_parsed_again(void **state)
{
	struct rules *r = begin();
	struct config config;
	struct conf_error error;
	struct conf_text text;

	(void)state;
	add(r, "+10.0.0.0/8");
	add(r, ":+*");
	add(r, "-*fd00::/8");
	assert_true(rules_let_in(r, RULES_NTP));
	assert_true(rules_let_in(r, RULES_COMMAND));
	for (unsigned kinds = 0; kinds < 4; kinds++) {
		assert_int_equal(conf_text_init(&text), 0);
		assert_int_equal(rules_print(r, kinds, &text), 0);
		assert_true(conf_parse_text(text.text, text.length, &config,
		    &error));
		assert_int_equal(config.allow_count, kinds & RULES_NTP ? 2 : 0);
		assert_int_equal(config.cmdallow_count,
		    kinds & RULES_COMMAND ? 1 : 0);
		if (kinds & RULES_NTP) {
			assert_true(config.allow[0].is_allow);
			assert_int_equal(config.allow[0].prefix.bits, 8);
			assert_true(config.allow[1].is_all);
			assert_int_equal(config.allow[1].prefix.ip.family,
			    IP_V6);
		}
		config_free(&config);
		conf_text_free(&text);
	}
	free(r);
}

static void other_lines_drop_them(void **state)
{
	static const struct {
		const char *old, *fresh;
		unsigned kept;
	} rows[] = {
		{ "", "", 3 },
		{ "allow\ncmdallow 1.2.3.4\n", "cmdallow 1.2.3.4/32\nallow\n", 3 },
		{ "allow\n", "allow\nlocal\n", 3 },
		{ "allow a.example\n", "cmdallow b.example\nallow A.EXAMPLE\n", 1 },
		{ "allow a.example\n", "allow b.example\n", 2 },
		{ "allow a.example\n", "allow\n", 2 },
		{ "allow\n", "deny\n", 2 },
		{ "allow\n", "allow all\n", 2 },
		{ "allow 10\n", "allow 11\n", 2 },
		{ "allow 10\n", "allow 10/9\n", 2 },
		{ "allow 10\n", "allow 10\nallow 11\n", 2 },
		{ "allow 10\nallow 11\n", "allow 10\n", 2 },
		{ "cmddeny 10\n", "cmdallow 10\n", 1 },
		{ "allow\n", "cmdallow\n", 0 },
	};
	struct config old, fresh;
	struct conf_error error;
	struct rules *r = begin();

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_true(conf_parse_text(rows[i].old, strlen(rows[i].old),
		    &old, &error));
		assert_true(conf_parse_text(rows[i].fresh,
		    strlen(rows[i].fresh), &fresh, &error));
		if (rules_kept(&old, &fresh) != rows[i].kept)
			fail_msg("row %zu: %u", i, rules_kept(&old, &fresh));
		config_free(&old);
		config_free(&fresh);
	}
	add(r, "+1.0.0.0/8");
	add(r, ":+1.0.0.0/8");
	add(r, "-2.0.0.0/8");
	assert_int_equal(rules_keep(r, RULES_NTP | RULES_COMMAND), 0);
	assert_int_equal(rules_keep(r, RULES_NTP), 1);
	expect(r, "allow 1.0.0.0/8\ndeny 2.0.0.0/8\n");
	assert_int_equal(rules_keep(r, RULES_COMMAND), 2);
	assert_false(rules_let_in(r, RULES_NTP));
	free(r);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lines_say_the_same),
		cmocka_unit_test(others_are_refused),
		cmocka_unit_test(what_has_no_effect_takes_no_room),
		cmocka_unit_test(dropping_changes_no_verdict),
		cmocka_unit_test(room_is_bounded),
		cmocka_unit_test(tables_hold_them),
		cmocka_unit_test(texts_are_parsed_again),
		cmocka_unit_test(other_lines_drop_them),
	};

	return cmocka_run_group_tests_name("horad/rules", tests, NULL, NULL);
}
