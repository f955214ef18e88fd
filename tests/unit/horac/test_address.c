/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/address.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <cmocka.h>

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
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_sources),
	};

	return cmocka_run_group_tests_name("horac/address", tests, NULL, NULL);
}
