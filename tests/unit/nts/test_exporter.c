/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/exporter.h"

#include "unit/nts/fixture.h"

static void test_context(void **state)
{
	static const struct {
		uint16_t aead;
		bool compliant;
		enum nts_direction direction;
		uint8_t context[EXPORTER_CONTEXT_SIZE];
	} cases[] = {
		{ 15, false, NTS_C2S, { 0, 0, 0, 15, 0 } },
		{ 15, false, NTS_S2C, { 0, 0, 0, 15, 1 } },
		{ 15, true, NTS_S2C, { 0, 0, 0, 15, 1 } },
		{ 30, true, NTS_C2S, { 0, 0, 0, 30, 0 } },
		{ 30, true, NTS_S2C, { 0, 0, 0, 30, 1 } },
		{ 30, false, NTS_C2S, { 0, 0, 0, 15, 0 } },
		{ 30, false, NTS_S2C, { 0, 0, 0, 15, 1 } },
		{ 0x1234, false, NTS_S2C, { 0, 0, 0x12, 0x34, 1 } },
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t out[EXPORTER_CONTEXT_SIZE];

		exporter_context(cases[i].aead, cases[i].compliant,
		    cases[i].direction, out);
		assert_memory_equal(out, cases[i].context, sizeof(out));
	}
	assert_true(exporter_has_alternative(30, false));
	assert_false(exporter_has_alternative(30, true));
	assert_false(exporter_has_alternative(15, false));
	assert_string_equal(EXPORTER_LABEL, "EXPORTER-network-time-security");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_context),
	};

	return cmocka_run_group_tests_name("nts/exporter", tests, NULL, NULL);
}
