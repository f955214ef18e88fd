/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/access.h"

#include "conf/access_rules.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define RULES 4

struct rule_text {
	const char *action;		/* "allow", "deny", "allow all", ... */
	const char *prefix;		/* "ADDR/BITS"; NULL: both families */
};

struct access_case {
	const char *name;
	struct rule_text rules[RULES];
	const char *ip;
	bool answer;
};

static struct access_rule_config rule_of(const struct rule_text *text)
{
	struct access_rule_config rule = {
		.is_allow = strncmp(text->action, "allow", 5) == 0,
		.is_all = strstr(text->action, " all") != NULL,
	};
	char ip[64];
	char *slash;

	if (text->prefix == NULL)
		return rule;
	snprintf(ip, sizeof(ip), "%s", text->prefix);
	slash = strchr(ip, '/');
	assert_non_null(slash);
	*slash = '\0';
	assert_true(ip_parse(ip, &rule.prefix.ip));
	rule.prefix.bits = (uint8_t)atoi(slash + 1);
	return rule;
}

static const struct access_case cases[] = {
	{ "empty table denies", { { 0 } }, "10.0.0.1", false },
	{ "allow everything, IPv4", { { "allow", NULL } }, "10.0.0.1", true },
	{ "allow everything, IPv6", { { "allow", NULL } }, "2001:db8::1", true },
	{ "0/0 is IPv4 only", { { "allow", "0.0.0.0/0" } }, "::1", false },
	{ "first of /8", { { "allow", "10.0.0.0/8" } }, "10.0.0.0", true },
	{ "last of /8", { { "allow", "10.0.0.0/8" } }, "10.255.255.255", true },
	{ "before /8", { { "allow", "10.0.0.0/8" } }, "9.255.255.255", false },
	{ "after /8", { { "allow", "10.0.0.0/8" } }, "11.0.0.0", false },
	{ "host bits ignored", { { "allow", "10.1.2.3/8" } }, "10.9.9.9", true },
	{ "first of /9", { { "allow", "10.128.0.0/9" } }, "10.128.0.0", true },
	{ "last of /9", { { "allow", "10.128.0.0/9" } }, "10.255.255.255", true },
	{ "before /9", { { "allow", "10.128.0.0/9" } }, "10.127.255.255", false },
	{ "first of /7", { { "allow", "10.0.0.0/7" } }, "10.0.0.0", true },
	{ "last of /7", { { "allow", "10.0.0.0/7" } }, "11.255.255.255", true },
	{ "after /7", { { "allow", "10.0.0.0/7" } }, "12.0.0.0", false },
	{ "/30 last", { { "allow", "10.0.0.4/30" } }, "10.0.0.7", true },
	{ "/30 after", { { "allow", "10.0.0.4/30" } }, "10.0.0.8", false },
	{ "/32 exact", { { "allow", "10.0.0.4/32" } }, "10.0.0.4", true },
	{ "/32 next", { { "allow", "10.0.0.4/32" } }, "10.0.0.5", false },
	{ "/31 pair", { { "allow", "10.0.0.4/31" } }, "10.0.0.5", true },
	{ "/31 next", { { "allow", "10.0.0.4/31" } }, "10.0.0.6", false },
	{ "/1 upper half", { { "allow", "128.0.0.0/1" } }, "255.1.2.3", true },
	{ "/1 lower half", { { "allow", "128.0.0.0/1" } }, "127.1.2.3", false },
	{ "/128 exact", { { "allow", "2001:db8::1/128" } }, "2001:db8::1", true },
	{ "/128 next", { { "allow", "2001:db8::1/128" } }, "2001:db8::", false },
	{ "/127", { { "allow", "2001:db8::/127" } }, "2001:db8::1", true },
	{ "/61 last", { { "allow", "2001:db8:0:8::/61" } }, "2001:db8:0:f::1", true },
	{ "/61 after", { { "allow", "2001:db8:0:8::/61" } }, "2001:db8:0:10::1", false },
	{ "deeper deny wins", { { "allow", "10.0.0.0/8" },
	    { "deny", "10.1.0.0/16" } }, "10.1.2.3", false },
	{ "deeper deny wins, other order", { { "deny", "10.1.0.0/16" },
	    { "allow", "10.0.0.0/8" } }, "10.1.2.3", false },
	{ "beside the deeper deny", { { "deny", "10.1.0.0/16" },
	    { "allow", "10.0.0.0/8" } }, "10.2.0.0", true },
	{ "allow all forgets deeper", { { "deny", "10.1.0.0/16" },
	    { "allow all", "10.0.0.0/8" } }, "10.1.2.3", true },
	{ "allow all keeps what lies outside", { { "allow", "11.1.0.0/16" },
	    { "deny all", "10.0.0.0/8" } }, "11.1.2.3", true },
	{ "all of everything", { { "deny", "10.1.0.0/16" },
	    { "allow all", NULL } }, "10.1.2.3", true },
	{ "deny all of everything, IPv6", { { "allow", "2001:db8::/32" },
	    { "deny all", NULL } }, "2001:db8::1", false },
	{ "later rule may go deeper after all", { { "allow all", "10.0.0.0/8" },
	    { "deny", "10.1.0.0/16" } }, "10.1.2.3", false },
	/* /25 and /28 end on one level: order counts. */
	{ "same level, later wins", { { "allow", "10.0.0.0/28" },
	    { "deny", "10.0.0.0/25" } }, "10.0.0.1", false },
	{ "same level, other order", { { "deny", "10.0.0.0/25" },
	    { "allow", "10.0.0.0/28" } }, "10.0.0.1", true },
	{ "same level, beside", { { "deny", "10.0.0.0/25" },
	    { "allow", "10.0.0.0/28" } }, "10.0.0.17", false },
	/* /28 and /29 do not: the deeper wins in any order. */
	{ "next level, deeper wins", { { "allow", "10.0.0.0/29" },
	    { "deny", "10.0.0.0/28" } }, "10.0.0.1", true },
	{ "next level, other order", { { "deny", "10.0.0.0/28" },
	    { "allow", "10.0.0.0/29" } }, "10.0.0.1", true },
	{ "same prefix, last counts", { { "allow", "10.0.0.0/8" },
	    { "deny", "10.0.0.0/8" } }, "10.0.0.1", false },
};

static void lookups(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct access_case *c = &cases[i];
		struct access_rule_config rules[RULES];
		struct access_table t;
		struct ip_addr ip;
		size_t n = 0;

		while (n < RULES && c->rules[n].action != NULL) {
			rules[n] = rule_of(&c->rules[n]);
			n++;
		}
		assert_true(ip_parse(c->ip, &ip));
		assert_int_equal(access_from_config(rules, n, &t), 0);
		if (access_allows(&t, &ip) != c->answer)
			fail_msg("%s: not %d", c->name, c->answer);
		access_free(&t);
	}
}

static const struct {
	const char *name;
	struct access_rule_config rule;
	int answer;
} additions[] = {
	{ "longest IPv4", { .prefix = { { .family = IP_V4 }, 32 } }, 0 },
	{ "too long for IPv4", { .prefix = { { .family = IP_V4 }, 33 } }, -EINVAL },
	{ "longest IPv6", { .prefix = { { .family = IP_V6 }, 128 } }, 0 },
	{ "too long for IPv6", { .prefix = { { .family = IP_V6 }, 129 } }, -EINVAL },
	{ "both families", { .prefix = { { .family = IP_NONE }, 0 } }, 0 },
	{ "bits without family", { .prefix = { { .family = IP_NONE }, 1 } }, -EINVAL },
	{ "unknown family", { .prefix = { { .family = 5 }, 0 } }, -EINVAL },
};

static void refusals(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(additions) / sizeof(additions[0]); i++) {
		struct access_table t = { 0 };
		int r = access_add(&t, &additions[i].rule);

		if (r != additions[i].answer)
			fail_msg("%s: %d", additions[i].name, r);
		access_free(&t);
	}
}

static void any_of_a_family(void **state)
{
	struct access_rule_config allow = {
		.is_allow = true, .prefix = { { .family = IP_V4, { 10 } }, 7 },
	};
	struct access_rule_config deny = {
		.prefix = { { .family = IP_V4, { 10 } }, 8 },
	};
	struct access_rule_config deny2 = {
		.prefix = { { .family = IP_V4, { 11 } }, 8 },
	};
	struct access_table t = { 0 };

	(void)state;
	assert_false(access_allows_any(&t, IP_V4));
	assert_int_equal(access_add(&t, &allow), 0);
	assert_true(access_allows_any(&t, IP_V4));
	assert_false(access_allows_any(&t, IP_V6));
	assert_int_equal(access_add(&t, &deny), 0);
	assert_true(access_allows_any(&t, IP_V4));
	assert_int_equal(access_add(&t, &deny2), 0);
	assert_false(access_allows_any(&t, IP_V4));
	access_free(&t);
}

/* A name without an address lets nobody in; the socket is to be there. */
static void names_wait(void **state)
{
	struct access_rule_config rules[] = {
		{ .prefix = { { .family = IP_V4, { 10 } }, 8 } },
		{ .name = 1 },
		{ .name = 2, .is_all = true },
		{ .is_allow = true, .name = 3 },
		{ .is_allow = true, .is_all = true, .name = 4 },
	};
	struct access_rule_config ten = { .is_allow = true,
		.prefix = { { .family = IP_V4, { 10 } }, 8 } };
	struct ip_addr a = { .family = IP_V4, { 10 } };
	struct ip_addr six = { .family = IP_V6 };
	struct access_table t, none = { 0 };

	(void)state;
	assert_int_equal(access_from_config(rules, 3, &t), 0);
	assert_false(access_allows_any(&t, IP_V4));
	/* what was set stays, "all" or not */
	assert_int_equal(access_add(&t, &ten), 0);
	assert_int_equal(access_add(&t, &rules[2]), 0);
	assert_true(access_allows(&t, &a));
	assert_false(access_gains(&none, &t, IP_V6));
	access_free(&t);
	assert_int_equal(access_from_config(rules, 5, &t), 0);
	assert_false(access_allows(&t, &a));
	assert_false(access_allows(&t, &six));
	assert_true(access_allows_any(&t, IP_V4));
	assert_true(access_allows_any(&t, IP_V6));
	assert_true(access_gains(&none, &t, IP_V6));
	access_free(&t);
	assert_false(access_allows_any(&t, IP_V4));
}

static void bounded(void **state)
{
	struct access_table t = { 0 };
	struct access_rule_config rule = {
		.is_allow = true, .prefix = { { .family = IP_V6 }, 125 },
	};
	int r = 0;

	(void)state;
	/* Descending addresses would make each insertion move the array. */
	for (unsigned i = 0; i <= ACCESS_NODES_MAX / 8 && r == 0; i++) {
		rule.prefix.ip.bytes[0] = (uint8_t)(i >> 8);
		rule.prefix.ip.bytes[1] = (uint8_t)i;
		r = access_add(&t, &rule);
	}
	assert_int_equal(r, -E2BIG);
	assert_true(t.count <= ACCESS_NODES_MAX);
	access_free(&t);
}

/* What the check of a configuration counts on is what a rule takes here. */
static void nodes_of_a_rule(void **state)
{
	struct access_rule_config rule = { .is_allow = true };
	struct access_table t;

	(void)state;
	assert_int_equal(access_from_config(&rule, 1, &t), 0);
	assert_int_equal(t.count, access_rule_nodes(&rule));
	access_free(&t);
	for (unsigned i = 0; i <= 32 + 1 + 128; i++) {
		rule.prefix.ip.family = i <= 32 ? IP_V4 : IP_V6;
		rule.prefix.bits = (uint8_t)(i <= 32 ? i : i - 33);
		assert_int_equal(access_from_config(&rule, 1, &t), 0);
		assert_int_equal(t.count, access_rule_nodes(&rule));
		access_free(&t);
	}
	assert_int_equal(rule.prefix.bits, 128);
	rule.name = 1;
	assert_int_equal(access_rule_nodes(&rule), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(lookups),
		cmocka_unit_test(refusals),
		cmocka_unit_test(any_of_a_family),
		cmocka_unit_test(names_wait),
		cmocka_unit_test(bounded),
		cmocka_unit_test(nodes_of_a_rule),
	};

	return cmocka_run_group_tests_name("ntp/access", tests, NULL, NULL);
}
