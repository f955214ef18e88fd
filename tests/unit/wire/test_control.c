/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/control.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <cmocka.h>

static void test_float_table(void **state)
{
	/* The table of the reference, section 3.4, and the words of its test
	 * vectors. */
	static const struct { double value; uint32_t word; } rows[] = {
		{ 0, 0x00000000 },
		{ 1.0, 0x04800000 },
		{ 3.0, 0x06c00000 },
		{ 4.0, 0x08800000 },
		{ 10.0, 0x0aa00000 },
		{ 0.1, 0xfccccccd },
		{ -1.0, 0x03000000 },
		/* rounded to the nearest, also below 1 */
		{ 13421772.6 / (1 << 27), 0xfccccccd },
		{ 1e-9, 0xc889705f },
		{ -1e-6, 0xdd79c843 },
		{ 2000, 0x18fa0000 },
		{ 1e20, 0x7effffff },
		{ 1e200, 0x7effffff },
		{ -1e20, 0x7f000000 },
		{ -1e200, 0x7f000000 },
		{ 1e-25, 0x8000003d },
		{ 1e-40, 0x00000000 },
		{ 1e-101, 0x00000000 },
		{ NAN, 0x00000000 },
		{ INFINITY, 0x7effffff },
		{ -INFINITY, 0x7f000000 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint32_t word = control_float_encode(rows[i].value);

		if (word != rows[i].word)
			fail_msg("%g: %08x instead of %08x", rows[i].value,
			    word, rows[i].word);
	}
}

static void test_float_back(void **state)
{
	(void)state;
	assert_true(control_float_decode(0x04800000) == 1.0);
	assert_true(control_float_decode(0x03000000) == -1.0);
	assert_true(control_float_decode(0x18fa0000) == 2000);
	assert_true(control_float_decode(0) == 0);
	assert_true(fabs(control_float_decode(0xc889705f) - 1e-9) < 1e-16);
	assert_true(fabs(control_float_decode(0xdd79c843) + 1e-6) < 1e-13);
	/* Every magnitude comes back within the 24 bits of the coefficient. */
	for (int e = -40; e <= 60; e++)
		for (double m = 1; m < 2; m += 0.37) {
			double v = ldexp(e % 2 ? m : -m, e);
			double back = control_float_decode(
			    control_float_encode(v));

			assert_true(fabs(back - v) <= fabs(v) * 0x1p-23);
		}
}

/* Write, compare with `bytes`, read back. */
static void check_address(const struct control_addr *a, const uint8_t bytes[20])
{
	uint8_t out[20];
	struct writer w = writer_of(out, sizeof(out));
	struct reader r = reader_of(bytes, 20);
	struct control_io writing = { .out = &w }, reading = { .in = &r };
	struct control_addr copy = *a, back;

	control_address(&writing, &copy);
	assert_false(w.bad);
	assert_memory_equal(out, bytes, 20);
	control_address(&reading, &back);
	assert_false(r.bad);
	assert_true(control_addr_equal(&back, a));
}

static void test_addresses(void **state)
{
	struct control_addr a = { 0 };
	static const uint8_t none[20] = { 0 };
	static const uint8_t v4[20] = { 192, 0, 2, 1, [17] = 1 };
	static const uint8_t v6[20] = {
		0x20, 0x01, 0x0d, 0xb8, [15] = 1, [17] = 2,
	};
	static const uint8_t id[20] = { 0, 0, 0, 7, [17] = 3 };

	(void)state;
	check_address(&a, none);
	assert_true(ip_parse("192.0.2.1", &a.ip));
	check_address(&a, v4);
	assert_true(ip_parse("2001:db8::1", &a.ip));
	check_address(&a, v6);
	a = (struct control_addr){ .is_id = true, .id = 7 };
	check_address(&a, id);
}

static void test_address_unknown(void **state)
{
	static const uint8_t odd[20] = { 1, 2, 3, 4, [17] = 9 };
	struct reader r = reader_of(odd, 20), s = reader_of(odd, 19);
	struct control_io io = { .in = &r }, cut = { .in = &s };
	struct control_addr a;

	(void)state;
	control_address(&io, &a);
	assert_false(r.bad);
	assert_false(a.is_id);
	assert_int_equal(a.ip.family, IP_NONE);
	control_address(&cut, &a);
	assert_true(s.bad);
	assert_int_equal(a.ip.family, IP_NONE);
}

static void test_time(void **state)
{
	static const struct { uint32_t high, low, ns; int64_t value; } rows[] = {
		{ 0, 0, 0, 0 },
		{ 0, 0x6b033039, 585932489, 1795371065585932489 },
		{ 0x7fffffff, 5, 0, 5000000000 },	/* 32-bit sender */
		{ 0, 1, 999999999, 1999999999 },
		{ 0, 1, 1000000000, 1999999999 },	/* clamped */
		{ 0xffffffff, 0xffffffff, 500000000, -500000000 },
		{ 0x7ffffffe, 0, 0, INT64_MAX },
		{ 0x80000000, 0, 0, INT64_MIN },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint8_t bytes[12];
		struct writer w = writer_of(bytes, sizeof(bytes));
		struct reader r = reader_of(bytes, sizeof(bytes));
		struct control_io io = { .in = &r };
		struct wall_time t;

		put_be(&w, rows[i].high, 4);
		put_be(&w, rows[i].low, 4);
		put_be(&w, rows[i].ns, 4);
		control_time(&io, &t);
		if (t.ns != rows[i].value)
			fail_msg("row %zu: %lld", i, (long long)t.ns);
	}
}

static void test_time_written(void **state)
{
	static const uint8_t before_epoch[12] = {
		0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		0x1d, 0xcd, 0x65, 0x00,
	};
	uint8_t out[12];
	struct writer w = writer_of(out, sizeof(out));
	struct control_io io = { .out = &w };
	struct wall_time t = { -500000000 };

	(void)state;
	control_time(&io, &t);
	assert_memory_equal(out, before_epoch, 12);
	assert_true(t.ns == -500000000);
}

static void test_name(void **state)
{
	uint8_t full[CONTROL_NAME_SIZE];
	struct reader r = reader_of(full, sizeof(full));
	struct control_io io = { .in = &r };
	char name[CONTROL_NAME_SIZE];

	(void)state;
	memset(full, 'a', sizeof(full));
	control_name(&io, name);
	assert_true(r.bad);
	assert_string_equal(name, "");
	full[255] = '\0';
	r = reader_of(full, sizeof(full));
	control_name(&io, name);
	assert_false(r.bad);
	assert_int_equal(strlen(name), 255);
}

/* A reply must never be longer than its request (reference: 4.2). */
static void test_no_amplification(void **state)
{
	int rules = 0;

	(void)state;
	for (unsigned code = 0; code <= UINT16_MAX; code++) {
		const struct control_rule *rule = control_rule(code);
		size_t n;

		if (!rule)
			continue;
		rules++;
		assert_int_equal(rule->code, code);
		assert_true(rule->least >= CONTROL_REPLY_HEADER);
		assert_true(rule->full >= rule->least);
		assert_true(rule->full <= CONTROL_REQUEST_MAX);
		for (n = 0; n <= CONTROL_REQUEST_MAX; n++) {
			unsigned reply = control_reply_for(rule, n);

			assert_int_equal(reply == 0, n < rule->least);
			assert_true(control_reply_length(reply) <= n);
			if (reply)
				assert_true(control_reply_fits(rule, reply));
		}
		assert_int_equal(control_reply_for(rule, rule->full),
		    rule->reply);
		assert_false(control_reply_fits(rule, 0));
		assert_false(control_reply_fits(rule, 99));
	}
	assert_int_equal(rules, 66);		/* two of them hora's own */
	assert_null(control_rule(10));
	assert_null(control_rule(76));
	assert_null(control_rule(65535));
}

/* The reply that each version of the client understands (reference: 11). */
static void test_old_clients(void **state)
{
	static const struct { unsigned code; size_t length; unsigned reply; } rows[] = {
		{ CONTROL_SERVERSTATS, 59, 0 }, { CONTROL_SERVERSTATS, 60, 22 },
		{ CONTROL_SERVERSTATS, 71, 22 }, { CONTROL_SERVERSTATS, 72, 24 },
		{ CONTROL_SERVERSTATS, 195, 24 }, { CONTROL_SERVERSTATS, 196, 25 },
		{ CONTROL_SERVERSTATS, 860, 25 },
		{ CONTROL_NTPDATA, 151, 0 }, { CONTROL_NTPDATA, 152, 16 },
		{ CONTROL_NTPDATA, 171, 16 }, { CONTROL_NTPDATA, 172, 26 },
		{ CONTROL_TRACKING, 103, 0 }, { CONTROL_TRACKING, 104, 5 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		assert_int_equal(control_reply_for(control_rule(rows[i].code),
		    rows[i].length), rows[i].reply);
}

static void test_statuses(void **state)
{
	(void)state;
	assert_string_equal(control_status_text(0), "200 OK");
	assert_string_equal(control_status_text(19), "518 Packet length mismatch");
	assert_string_equal(control_status_text(20),
	    "520 Got unexpected error from daemon");
	assert_string_equal(control_status_text(22),
	    "520 Got unexpected error from daemon");
	for (unsigned i = 0; i < 30; i++)
		assert_int_equal(control_status_is_success(i),
		    i == 0 || i == 8 || i == 9);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_float_table),
		cmocka_unit_test(test_float_back),
		cmocka_unit_test(test_addresses),
		cmocka_unit_test(test_address_unknown),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_time_written),
		cmocka_unit_test(test_name),
		cmocka_unit_test(test_no_amplification),
		cmocka_unit_test(test_old_clients),
		cmocka_unit_test(test_statuses),
	};

	return cmocka_run_group_tests_name("wire/control", tests, NULL, NULL);
}
