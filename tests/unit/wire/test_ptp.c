/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ptp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define NTP 48			/* bytes of the packet inside */

/* A request of Debian's chronyd 4.3, domain 123. */
static const uint8_t seen[PTP_NTP_HEAD] = {
	0x01, 0x02, 0x00, 0x60, 0x7b, 0x00, 0x04, 0x00,
	[44] = 0x20, 0x23, 0x00, 0x30,
};

static void as_the_peer_writes_it(void **state)
{
	uint8_t out[PTP_NTP_HEAD];

	(void)state;
	memset(out, 0xff, sizeof(out));
	ptp_ntp_write(123, NTP, out);
	assert_memory_equal(out, seen, sizeof(out));
}

static void what_is_taken(void **state)
{
	static const struct {
		const char *name;
		int at, cut;		/* byte to change, bytes cut off */
		uint8_t value;
		bool is_taken;
	} cases[] = {
		{ "as seen", 0, 0, 0x01, true },
		{ "Sync", 0, 0, 0x00, false },
		{ "transport bits", 0, 0, 0x11, false },
		{ "version 1", 1, 0, 1, false },
		{ "minor version", 1, 0, 0x12, false },
		{ "longer than it is", 3, 0, 0x61, false },
		{ "shorter than it is", 3, 0, 0x5f, false },
		{ "length of 64 K more", 2, 0, 1, false },
		{ "another domain", 4, 0, 122, false },
		{ "minor SDO", 5, 0, 1, true },
		{ "not unicast", 6, 0, 0, false },
		{ "more flags", 7, 0, 2, false },
		{ "correction", 8, 0, 1, true },
		{ "timestamp", 43, 0, 1, true },
		{ "another TLV", 45, 0, 0x24, false },
		{ "TLV too long", 47, 0, 0x31, false },
		{ "TLV too short", 47, 0, 0x2f, false },
		{ "cut", 0, 1, 0x01, false },
		{ "head alone", 0, NTP, 0x01, false },
		{ "cut head", 0, NTP + 1, 0x01, false },
		{ "empty", 0, NTP + PTP_NTP_HEAD, 0x01, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t message[PTP_NTP_HEAD + NTP] = { 0 };

		memcpy(message, seen, sizeof(seen));
		message[cases[i].at] = cases[i].value;
		if (ptp_ntp_is(message, sizeof(message) - (size_t)cases[i].cut,
		    123) != cases[i].is_taken)
			fail_msg("%s", cases[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_peer_writes_it),
		cmocka_unit_test(what_is_taken),
	};

	return cmocka_run_group_tests_name("wire/ptp", tests, NULL, NULL);
}
