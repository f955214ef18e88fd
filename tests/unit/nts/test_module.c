/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/module.h"

#include "nts/aead.h"
#include "nts/mac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>
#include <ctype.h>
#include <limits.h>

/* Each bit that can be set has a name, those of keys are their numbers'. */
static void test_names(void **state)
{
	(void)state;
	assert_string_equal(module_bit_name(MAC_MD5), "MD5");
	assert_string_equal(module_bit_name(MAC_AES256), "AES256");
	assert_string_equal(module_bit_name(MODULE_BIT_AEAD),
	    "AES-SIV-CMAC-256");
	assert_string_equal(module_bit_name(MODULE_BITS - 1),
	    "AES-128-GCM-SIV");
	assert_null(module_bit_name(MAC_NONE));
	assert_null(module_bit_name(MODULE_BIT_AEAD - 1));
	assert_null(module_bit_name(MODULE_BITS));
	assert_null(module_bit_name(UINT_MAX));
}

/* Refused is what is known and not done; nothing of it without FIPS mode. */
static void test_refused(void **state)
{
	uint32_t refused = module_refused();

	(void)state;
	assert_true(isdigit((unsigned char)*module_version()));
	if (!module_is_fips())
		assert_int_equal(refused, 0);
	for (unsigned bit = 0; bit < MODULE_BIT_AEAD; bit++) {
		assert_int_equal(refused >> bit & 1, mac_known(bit) &&
		    !mac_supported((enum mac_type)bit));
		if (refused >> bit & 1)
			assert_non_null(module_bit_name(bit));
	}
	assert_int_equal(refused >> MODULE_BIT_AEAD & 1,
	    !aead_supported(AEAD_AES_SIV_CMAC_256));
	assert_int_equal(refused >> MODULE_BITS, 0);
}

/* What the library has no algorithm for is unknown, not refused. */
static void test_unknown(void **state)
{
	(void)state;
	assert_false(mac_known(MAC_NONE));
	assert_false(mac_known(MAC_WHIRLPOOL));
	assert_false(mac_known(UINT_MAX));
	assert_true(mac_known(MAC_MD5));
	assert_true(aead_known(AEAD_AES_SIV_CMAC_256));
	assert_false(aead_known(0));
	assert_false(aead_known(UINT16_MAX));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests_name("nts/module", tests, NULL, NULL);
}
