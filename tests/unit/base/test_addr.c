/* SPDX-License-Identifier: Apache-2.0 */
#include "base/addr.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

static struct ip_addr ip(const char *text)
{
	struct ip_addr a = { 0 };

	assert_true(ip_parse(text, &a));
	return a;
}

static void test_parse_and_text(void **state)
{
	static const struct {
		const char *text, *back;	/* NULL = refused */
		int family;
	} cases[] = {
		{ "192.0.2.1", "192.0.2.1", IP_V4 },
		{ "255.255.255.255", "255.255.255.255", IP_V4 },
		{ "2001:db8::1", "2001:db8::1", IP_V6 },
		{ "2001:DB8:0:0::1", "2001:db8::1", IP_V6 },
		{ "::", "::", IP_V6 },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1", IP_V6 },
		{ "192.0.2", NULL, 0 },
		{ "192.0.2.256", NULL, 0 },
		{ "192.0.2.1 ", NULL, 0 },
		{ "192.0.2.1/24", NULL, 0 },
		{ "192.0.2.1:123", NULL, 0 },
		{ "fe80::1%eth0", NULL, 0 },
		{ "2001:db8::g", NULL, 0 },
		{ "time.example", NULL, 0 },
		{ "", NULL, 0 },
	};
	char text[IP_TEXT_SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ip_addr a = { 77, { 0 } };

		assert_int_equal(ip_parse(cases[i].text, &a),
		    cases[i].back != NULL);
		if (!cases[i].back) {
			assert_int_equal(a.family, 77);
			continue;
		}
		assert_int_equal(a.family, cases[i].family);
		assert_string_equal(ip_text(&a, text), cases[i].back);
	}
	assert_string_equal(ip_text(&(struct ip_addr){ 0 }, text), "[UNSPEC]");
}

static void test_equal(void **state)
{
	struct ip_addr zero4 = ip("0.0.0.0"), zero6 = ip("::");
	struct net_addr a = { ip("192.0.2.1"), 123, 0 }, b = a;

	(void)state;
	assert_true(ip_equal(&zero4, &zero4));
	assert_false(ip_equal(&zero4, &zero6));
	assert_true(net_addr_equal(&a, &b));
	b.port = 124;
	assert_false(net_addr_equal(&a, &b));
	b = a;
	b.scope_id = 2;
	assert_false(net_addr_equal(&a, &b));
	b = a;
	b.ip.bytes[3] ^= 1;
	assert_false(net_addr_equal(&a, &b));
}

static void test_prefix(void **state)
{
	static const struct {
		const char *prefix;
		uint8_t bits;
		const char *address;
		bool inside;
	} cases[] = {
		{ "10.0.0.0", 8, "10.255.255.255", true },
		{ "10.0.0.0", 8, "11.0.0.0", false },
		{ "10.99.0.0", 8, "10.1.2.3", true },	/* host bits */
		{ "192.0.2.128", 25, "192.0.2.128", true },
		{ "192.0.2.128", 25, "192.0.2.127", false },
		{ "192.0.2.1", 32, "192.0.2.1", true },
		{ "192.0.2.1", 32, "192.0.2.0", false },
		{ "192.0.2.1", 33, "192.0.2.1", false },
		{ "0.0.0.0", 0, "203.0.113.9", true },
		{ "0.0.0.0", 0, "2001:db8::1", false },
		{ "::", 0, "2001:db8::1", true },
		{ "::", 0, "192.0.2.1", false },
		{ "2001:db8::", 33, "2001:db8:7fff::", true },
		{ "2001:db8::", 33, "2001:db8:8000::", false },
		{ "2001:db8::1", 128, "2001:db8::1", true },
		{ "2001:db8::1", 128, "2001:db8::", false },
		{ "2001:db8::1", 129, "2001:db8::1", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ip_prefix p = { ip(cases[i].prefix), cases[i].bits };
		struct ip_addr a = ip(cases[i].address);

		assert_int_equal(ip_in_prefix(&a, &p), cases[i].inside);
	}
}

static void test_kinds(void **state)
{
	static const struct {
		const char *text;
		bool localhost, link_local;
	} cases[] = {
		{ "127.0.0.1", true, false },
		{ "127.0.0.2", false, false },
		{ "::1", true, false },
		{ "::2", false, false },
		{ "::ffff:127.0.0.1", false, false },
		{ "fe80::1", false, true },
		{ "febf::1", false, true },
		{ "fec0::1", false, false },
		{ "fe7f::1", false, false },
		{ "169.254.0.1", false, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ip_addr a = ip(cases[i].text);

		assert_int_equal(ip_is_localhost(&a), cases[i].localhost);
		assert_int_equal(ip_is_link_local(&a), cases[i].link_local);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parse_and_text),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_kinds),
	};

	return cmocka_run_group_tests_name("base/addr", tests, NULL, NULL);
}
