/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ptp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof((a)[0]))
#define NTP 48			/* bytes of the packet inside */
#define MOST (PTP_NTP_HEAD_MAX + NTP)

/* Requests of Debian's chronyd, domain 123, the number but for the first one. */
static const uint8_t seen[][PTP_NTP_HEAD_MAX] = {
	[PTP_STANDARD] = {	/* 4.9 */
		0x01, 0x02, 0x00, 0x68, 0x7b, 0x00, 0x04, 0x00,
		[30] = 0x01, 0x02, [44] = 0x00, 0x03, 0x00, 0x38,
		0x00, 0x00, 0x5e, 0x00, 0x00, 0x01,
	},
	[PTP_EXPERIMENTAL] = {	/* 4.6.1 */
		0x01, 0x02, 0x00, 0x60, 0x7b, 0x00, 0x04, 0x00,
		[30] = 0x01, 0x02, [44] = 0x20, 0x23, 0x00, 0x30,
	},
};

static void as_the_peers_write_it(void **state)
{
	(void)state;
	assert_int_equal(ptp_ntp_head(PTP_STANDARD), 56);
	assert_int_equal(ptp_ntp_head(PTP_EXPERIMENTAL), 48);
	for (unsigned form = 0; form < COUNT(seen); form++) {
		size_t head = ptp_ntp_head((enum ptp_form)form);
		uint8_t out[PTP_NTP_HEAD_MAX + 1];

		memset(out, 0xff, sizeof(out));
		ptp_ntp_write((enum ptp_form)form, 123, 0x0102, NTP, out);
		assert_memory_equal(out, seen[form], head);
		/* not a byte more */
		for (size_t i = head; i < sizeof(out); i++)
			assert_int_equal(out[i], 0xff);
	}
}

struct change {
	const char *name;
	int at, cut;			/* byte to change, bytes cut off */
	uint8_t value;
	bool is_taken;
};

/* Of both forms, which have the same header. */
static const struct change of_header[] = {
	{ "as seen", 0, 0, 0x01, true },
	{ "Sync", 0, 0, 0x00, true },
	{ "Pdelay_Req", 0, 0, 0x02, false },
	{ "transport bits", 0, 0, 0x11, false },
	{ "version 1", 1, 0, 1, false },
	{ "version 3", 1, 0, 3, false },
	{ "version 2.1", 1, 0, 0x12, true },
	{ "version 2.2", 1, 0, 0x22, false },
	{ "length of 64 K more", 2, 0, 1, false },
	{ "another domain", 4, 0, 122, false },
	{ "minor SDO", 5, 0, 1, true },
	{ "not unicast", 6, 0, 0, false },
	{ "two steps", 6, 0, 6, false },
	{ "more flags", 7, 0, 2, false },
	{ "correction", 8, 0, 1, true },
	{ "port", 29, 0, 1, true },
	{ "number", 30, 0, 0xff, true },
	{ "control", 32, 0, 1, true },
	{ "interval", 33, 0, 0x7f, true },
	{ "timestamp", 43, 0, 1, true },
	{ "TLV of 64 K more", 46, 0, 1, false },
	{ "cut", 0, 1, 0x01, false },
	{ "TLV head alone", 0, NTP, 0x01, false },
};

static const struct change of_standard[] = {
	{ "longer than it is", 3, 0, 0x69, false },
	{ "shorter than it is", 3, 0, 0x67, false },
	{ "type not propagated", 44, 0, 0x80, false },	/* 0x8003 */
	{ "type propagated", 44, 0, 0x40, false },
	{ "another type", 45, 0, 4, false },
	{ "TLV too long", 47, 0, 0x39, false },
	{ "TLV too short", 47, 0, 0x37, false },
	{ "TLV of the packet", 47, 0, 0x30, false },
	{ "organisation, first", 48, 0, 1, false },
	{ "organisation, second", 49, 0, 1, false },
	{ "organisation, third", 50, 0, 0x5f, false },
	{ "subtype, first", 51, 0, 1, false },
	{ "subtype, second", 52, 0, 1, false },
	{ "subtype 0", 53, 0, 0, false },
	{ "subtype 2", 53, 0, 2, false },
	{ "without meaning, first", 54, 0, 1, true },
	{ "without meaning, second", 55, 0, 1, true },
};

static const struct change of_experimental[] = {
	{ "longer than it is", 3, 0, 0x61, false },
	{ "shorter than it is", 3, 0, 0x5f, false },
	{ "another type", 45, 0, 0x24, false },
	{ "another type, first", 44, 0, 0x21, false },
	{ "TLV too long", 47, 0, 0x31, false },
	{ "TLV too short", 47, 0, 0x2f, false },
	{ "TLV of the other form", 47, 0, 0x38, false },
};

static void check(enum ptp_form form, const struct change *cases, size_t count)
{
	size_t head = ptp_ntp_head(form);

	for (size_t i = 0; i < count; i++) {
		uint8_t message[MOST] = { 0 };
		enum ptp_form other = form == PTP_STANDARD ? PTP_EXPERIMENTAL :
		    PTP_STANDARD, got = other;
		bool is_taken;

		memcpy(message, seen[form], head);
		message[cases[i].at] = cases[i].value;
		is_taken = ptp_ntp_read(message,
		    head + NTP - (size_t)cases[i].cut, 123, &got);
		if (is_taken != cases[i].is_taken ||
		    got != (is_taken ? form : other))
			fail_msg("form %d, %s", form, cases[i].name);
	}
}

static void what_is_taken(void **state)
{
	(void)state;
	check(PTP_STANDARD, of_header, COUNT(of_header));
	check(PTP_EXPERIMENTAL, of_header, COUNT(of_header));
	check(PTP_STANDARD, of_standard, COUNT(of_standard));
	check(PTP_EXPERIMENTAL, of_experimental, COUNT(of_experimental));
}

/* ORGANIZATION_EXTENSION_DO_NOT_PROPAGATE. */
static void not_propagated(void **state)
{
	uint8_t message[MOST] = { 0 };
	enum ptp_form form = PTP_EXPERIMENTAL;

	(void)state;
	memcpy(message, seen[PTP_STANDARD], PTP_NTP_HEAD_MAX);
	message[44] = 0x80;
	message[45] = 0;
	assert_true(ptp_ntp_read(message, sizeof(message), 123, &form));
	assert_int_equal(form, PTP_STANDARD);
	message[45] = 1;
	assert_false(ptp_ntp_read(message, sizeof(message), 123, &form));
	message[44] = 0;
	assert_false(ptp_ntp_read(message, sizeof(message), 123, &form));
}

/* A message of that length whose lengths say what is there, as far as it goes. */
static bool is_taken(enum ptp_form form, size_t length)
{
	/* On the heap of its size, so that a sanitizer sees what is read. */
	uint8_t *message = test_malloc(length + 1), head[PTP_NTP_HEAD_MAX];
	size_t n = ptp_ntp_head(form);
	enum ptp_form got;
	bool taken;

	ptp_ntp_write(form, 123, 0, length - n, head);
	memset(message, 0, length + 1);
	memcpy(message, head, length < n ? length : n);
	taken = ptp_ntp_read(message, length, 123, &got);
	test_free(message);
	assert_true(!taken || got == form);
	return taken;
}

/* Of every length up to a packet's: from the whole head on. */
static void lengths(void **state)
{
	(void)state;
	for (unsigned form = 0; form < COUNT(seen); form++)
		for (size_t length = 0; length <= MOST; length++)
			if (is_taken((enum ptp_form)form, length) !=
			    (length >= ptp_ntp_head((enum ptp_form)form)))
				fail_msg("form %u, %zu bytes", form, length);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(as_the_peers_write_it),
		cmocka_unit_test(what_is_taken),
		cmocka_unit_test(not_propagated),
		cmocka_unit_test(lengths),
	};

	return cmocka_run_group_tests_name("wire/ptp", tests, NULL, NULL);
}
