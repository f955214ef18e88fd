/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/address.h"

#include <limits.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

static void test_normalise(void **state)
{
	static const struct { const char *line, *want; } rows[] = {
		{ "", "" }, { "  \t\n", "" }, { "tracking\n", "tracking" },
		{ "  burst \t 1/2   ::1 \r\n", "burst 1/2 ::1" },
		{ "# tracking", "" }, { "!x", "" }, { " ;x", "" }, { "%", "" },
		{ "a #b", "a #b" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		char line[80];

		strcpy(line, rows[i].line);
		normalise_line(line);
		assert_string_equal(line, rows[i].want);
	}
}

static void test_words(void **state)
{
	char line[] = "one two";
	char *rest = line;

	(void)state;
	assert_string_equal(next_word(&rest), "one");
	assert_string_equal(next_word(&rest), "two");
	assert_string_equal(next_word(&rest), "");
	assert_string_equal(next_word(&rest), "");
	assert_true(has_option("-a -v", "-v"));
	assert_true(has_option("x -a", "-a"));
	assert_false(has_option("-av", "-a"));
	assert_false(has_option("-va", "-a"));
	assert_false(has_option("", "-a"));
}

static void test_leading_int(void **state)
{
	static const struct { const char *word; int want; const char *end; }
	rows[] = {
		{ "100", 100, "" }, { "100x", 100, "x" }, { "-1/5", -1, "/5" },
		{ "+7", 7, "" }, { "", 0, "" }, { "x1", 0, "x1" },
		{ "2147483647", INT_MAX, "" }, { "2147483648", INT_MAX, "" },
		{ "-2147483648", INT_MIN, "" }, { "-2147483649", INT_MIN, "" },
		{ "4294967396", INT_MAX, "" },
		{ "99999999999999999999/", INT_MAX, "/" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const char *end;

		assert_int_equal(leading_int(rows[i].word, &end), rows[i].want);
		assert_string_equal(end, rows[i].end);
		assert_int_equal(leading_int(rows[i].word, NULL), rows[i].want);
	}
}

static void test_address(void **state)
{
	static const struct {
		int family;
		const char *word, *text;	/* NULL: refused */
	} rows[] = {
		{ AF_UNSPEC, "192.0.2.1", "192.0.2.1" },
		{ AF_UNSPEC, "::1", "::1" },
		{ AF_INET, "192.0.2.1", "192.0.2.1" },
		{ AF_INET, "::1", NULL },
		{ AF_INET6, "192.0.2.1", NULL },
		{ AF_INET6, "ID#3", "ID#0000000003" },
		{ AF_UNSPEC, "ID#0000000007", "ID#0000000007" },
		{ AF_UNSPEC, "", NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session s = { .family = rows[i].family };
		struct control_addr a;
		char buf[ADDRESS_TEXT_SIZE];
		bool ok = read_address(&s, rows[i].word, &a);

		if (ok != (rows[i].text != NULL))
			fail_msg("%s", rows[i].word);
		if (ok)
			assert_string_equal(address_text(&a, buf), rows[i].text);
	}
}

static void test_sources(void **state)
{
	static const struct { const char *word, *mask, *address; } rows[] = {
		{ "", "[UNSPEC]", "[UNSPEC]" },
		{ "10.0.0.1", "255.255.255.255", "10.0.0.1" },
		{ "10.0.0.0/8", "255.0.0.0", "10.0.0.0" },
		{ "10.0.0.0/0", "0.0.0.0", "10.0.0.0" },
		{ "10.0.0.0/32", "255.255.255.255", "10.0.0.0" },
		{ "10.0.0.0/33", "255.255.255.255", "10.0.0.0" },
		{ "10.0.0.0/-1", "255.255.255.255", "10.0.0.0" },
		{ "10.0.0.0/99999999999999999999", "255.255.255.255", "10.0.0.0" },
		{ "255.254.0.0/10.0.0.1", "255.254.0.0", "10.0.0.1" },
		{ "2001:db8::/33", "ffff:ffff:8000::", "2001:db8::" },
		{ "ID#5", "[UNSPEC]", "ID#0000000005" },
		{ "10.0.0.0/::1", NULL, NULL },
		{ "10.0.0.0/x", NULL, NULL },
		{ "x/8", NULL, NULL },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct session s = { .family = AF_UNSPEC };
		struct source_mask m;
		char buf[ADDRESS_TEXT_SIZE];
		bool ok = read_sources(&s, rows[i].word, &m);

		if (ok != (rows[i].mask != NULL))
			fail_msg("%s", rows[i].word);
		if (!ok)
			continue;
		assert_string_equal(address_text(&m.mask, buf), rows[i].mask);
		assert_string_equal(address_text(&m.address, buf),
		    rows[i].address);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_normalise),
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_leading_int),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests_name("horac/address", tests, NULL, NULL);
}
