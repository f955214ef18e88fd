/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/mono_ef.h"

#include "wire/ntp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

/* What Debian's chronyd 4.3 answered, whose clock had been stepped by 2 s. */
static const uint8_t answer[NTP_HEADER_SIZE + MONO_EF_SIZE] = {
	[0] = 0x24, 3, 0, 0xe7, [32] = 0xee, 0xae, 0x1b, 0xba,
	0x7c, 0x80, 0x4f, 0xcb,
	[48] = 0xf3, 0x23, 0x00, 0x1c, 0xf5, 0xbe, 0xdd, 0x9a,
	0x00, 0x00, 0x06, 0x88, 0x00, 0x00, 0x24, 0x2f,
	0xee, 0xae, 0x1b, 0xb8, 0x7c, 0x80, 0x6f, 0xc7,
	0x75, 0xea, 0x2e, 0x5b,
};

static void test_read(void **state)
{
	struct mono_ef m;

	(void)state;
	assert_true(mono_ef_read(answer, sizeof(answer), &m));
	assert_true(m.root_delay_s == 0x688 / 268435456.0);
	assert_true(m.root_dispersion_s == 0x242f / 268435456.0);
	assert_true(m.receive == UINT64_C(0xeeae1bb87c806fc7));
	assert_int_equal(m.epoch, 0x75ea2e5b);
}

/* One byte of the field changed, and whether it is still one. */
static void test_strange_fields(void **state)
{
	static const struct {
		size_t at;
		uint8_t byte;
		bool is_one;
	} cases[] = {
		{ 48, 0xf2, false },	/* another type */
		{ 51, 0x1d, false },	/* no multiple of 4 */
		{ 51, 0x18, false },	/* shorter, and 4 bytes behind it */
		{ 52, 0xf4, false },	/* another number */
		{ 55, 0x9b, false },
		{ 75, 0x00, true },	/* another epoch */
		{ 0, 0x1c, false },	/* version 3: all this is a MAC */
	};

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		uint8_t packet[sizeof(answer)];
		struct mono_ef m = { .epoch = 77 };

		memcpy(packet, answer, sizeof(packet));
		packet[cases[i].at] = cases[i].byte;
		assert_int_equal(mono_ef_read(packet, sizeof(packet), &m),
		    cases[i].is_one);
		assert_int_equal(m.epoch == 77, !cases[i].is_one);
	}
}

/* It may stand behind other fields; the header alone has none. */
static void test_place(void **state)
{
	uint8_t packet[NTP_HEADER_SIZE + 32 + 2 * MONO_EF_SIZE] = { 0x24 };
	struct writer w = writer_of(packet, sizeof(packet));
	struct mono_ef m;

	(void)state;
	assert_false(mono_ef_read(packet, NTP_HEADER_SIZE, &m));
	w.at += NTP_HEADER_SIZE;
	ef_put(&w, NTP_EF_UNIQUE_ID, packet, 28, 0);
	assert_false(mono_ef_read(packet, writer_length(&w), &m));
	m = (struct mono_ef){ .epoch = 1 };
	mono_ef_write(&m, w.at);
	m.epoch = 2;
	mono_ef_write(&m, w.at + MONO_EF_SIZE);
	assert_true(mono_ef_read(packet, sizeof(packet), &m));
	assert_int_equal(m.epoch, 1);
}

static void test_write(void **state)
{
	static const uint8_t wanted[MONO_EF_SIZE] = {
		0xf3, 0x23, 0, 28, 0xf5, 0xbe, 0xdd, 0x9a,
	};
	static const struct {
		double s;
		uint32_t steps;
	} cases[] = {
		{ -1, 0 }, { 0, 0 }, { 0x1p-28, 1 }, { 1.001 * 0x1p-28, 2 },
		{ 1, 1 << 28 }, { 15.9999999999, UINT32_MAX },
		{ 16, UINT32_MAX }, { 1e300, UINT32_MAX },
	};
	struct mono_ef m = { 0 };
	uint8_t out[MONO_EF_SIZE];

	(void)state;
	mono_ef_write(&m, out);
	assert_memory_equal(out, wanted, sizeof(out));
	for (size_t i = 0; i < COUNT(cases); i++) {
		struct reader r = reader_of(out + 8, 8);

		m.root_delay_s = m.root_dispersion_s = cases[i].s;
		mono_ef_write(&m, out);
		assert_true(take_be(&r, 4) == cases[i].steps);
		assert_true(take_be(&r, 4) == cases[i].steps);
	}
	memcpy(out, answer + NTP_HEADER_SIZE, sizeof(out));
	assert_true(mono_ef_read(answer, sizeof(answer), &m));
	mono_ef_write(&m, out);
	assert_memory_equal(out, answer + NTP_HEADER_SIZE, sizeof(out));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_strange_fields),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
