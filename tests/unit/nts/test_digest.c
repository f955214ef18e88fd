/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/digest.h"

#include "unit/nts/fixture.h"

#include <gnutls/crypto.h>

static uint32_t refid(const char *text)
{
	struct ip_addr a;

	assert_true(ip_parse(text, &a));
	return refid_of_addr(&a);
}

static void test_refid(void **state)
{
	static const uint8_t zero[16];
	uint8_t digest[16];

	(void)state;
	assert_int_equal(refid("192.0.2.1"), 0xc0000201);
	assert_int_equal(refid("255.255.255.255"), 0xffffffff);
	assert_int_equal(refid_of_addr(&(struct ip_addr){ 0 }), 0);
	if (gnutls_hash_fast(GNUTLS_DIG_MD5, zero, 16, digest) < 0) {
		/* FIPS mode: SHA-256 of the same bytes. */
		assert_int_equal(refid("::"), 0x374708ff);
		return;
	}
	/* MD5 of 16 zero bytes, and of ::1, by coreutils' md5sum. */
	assert_int_equal(refid("::"), 0x4ae71336);
	assert_int_equal(refid("::1"), 0xcf404dc8);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refid),
	};

	return cmocka_run_group_tests_name("nts/digest", tests, NULL, NULL);
}
