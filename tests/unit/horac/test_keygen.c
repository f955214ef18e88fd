/* SPDX-License-Identifier: Apache-2.0 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "nts/mac.h"
#include "unit/horac/fake_daemon.h"

/* What stands before the key, and how many digits it has. */
static void test_lines(void **state)
{
	static const struct { const char *line, *head; size_t digits; } rows[] = {
		{ "keygen", "1 SHA1 HEX:", 40 },
		{ "keygen 5", "5 SHA1 HEX:", 40 },
		{ "keygen 4294967295 MD5", "4294967295 MD5 HEX:", 40 },
		{ "keygen 1 SHA512", "1 SHA512 HEX:", 40 },
		{ "keygen 1 SHA1 79", "1 SHA1 HEX:", 20 },
		{ "keygen 1 SHA1 80", "1 SHA1 HEX:", 20 },
		{ "keygen 1 SHA1 81", "1 SHA1 HEX:", 22 },
		{ "keygen 1 SHA1 -5", "1 SHA1 HEX:", 20 },
		{ "keygen 1 SHA1 4088", "1 SHA1 HEX:", 1022 },
		{ "keygen 1 SHA1 4096", "1 SHA1 HEX:", 1024 },
		{ "keygen 1 SHA1 2147483647", "1 SHA1 HEX:", 1024 },
		{ "keygen 3 AES128", "3 AES128 HEX:", 32 },
		{ "keygen 3 AES128 999", "3 AES128 HEX:", 32 },
		{ "keygen 3 AES256 1", "3 AES256 HEX:", 64 },
	};
	static struct fake f;
	char before[1100] = "";

	(void)state;
	fake_init(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		size_t n = strlen(rows[i].head);

		/* Not in FIPS mode, where the library refuses MD5. */
		if (strstr(rows[i].line, "MD5") && !mac_supported(MAC_MD5))
			continue;
		assert_true(fake_run(&f, rows[i].line));
		assert_string_equal(f.err, "");
		assert_memory_equal(f.out, rows[i].head, n);
		assert_int_equal(strspn(f.out + n, "0123456789ABCDEF"),
		    rows[i].digits);
		assert_string_equal(f.out + n + rows[i].digits, "\n");
		assert_string_not_equal(f.out, before);
		strcpy(before, f.out);
	}
	/* Never the same twice. */
	assert_true(fake_run(&f, "keygen"));
	strcpy(before, f.out);
	assert_true(fake_run(&f, "keygen"));
	assert_string_not_equal(f.out, before);
	fake_free(&f);
}

static void test_refusals(void **state)
{
	static const char syntax[] = "Invalid syntax for keygen command\n";
	static const struct { const char *line, *err; } rows[] = {
		{ "keygen 0", syntax }, { "keygen -1", syntax },
		{ "keygen 4294967296", syntax }, { "keygen x", syntax },
		{ "keygen 1x", syntax }, { "keygen 1 SHA1 x", syntax },
		{ "keygen 1 SHA1 100x", syntax },
		{ "keygen 1 SHA1 2147483648", syntax },
		{ "keygen 1 SHA1 100 x", syntax }, { "keygen 1 FOO x", syntax },
		{ "keygen 1 FOO", "Unknown hash function or cipher FOO\n" },
		{ "keygen 1 sha1", "Unknown hash function or cipher sha1\n" },
		{ "keygen 1 TIGER 80",
		    "Unknown hash function or cipher TIGER\n" },
	};
	static struct fake f;

	(void)state;
	fake_init(&f);
	for (size_t i = 0; i < COUNT(rows); i++) {
		assert_false(fake_run(&f, rows[i].line));
		assert_string_equal(f.err, rows[i].err);
		assert_string_equal(f.out, "");
	}
	fake_free(&f);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lines),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests_name("horac/keygen", tests, NULL, NULL);
}
