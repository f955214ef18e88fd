/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ntp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define FIRST(leap, version, mode) ((leap) << 6 | (version) << 3 | (mode))

static const uint8_t sample[NTP_HEADER_SIZE] = {
	FIRST(1, 4, 4), 2, 0xfa, 0xe9,	/* poll -6, precision -23 */
	0, 1, 0x80, 0, 0, 0, 0x40, 0, 192, 0, 2, 1,
	1, 2, 3, 4, 5, 6, 7, 8, 11, 12, 13, 14, 15, 16, 17, 18,
	21, 22, 23, 24, 25, 26, 27, 28, 0xff, 32, 33, 34, 35, 36, 37, 38,
};

static void test_header(void **state)
{
	struct ntp_header h;
	uint8_t out[NTP_HEADER_SIZE];

	(void)state;
	assert_int_equal(ntp_header_read(sample, sizeof(sample), &h), DROP_OK);
	assert_int_equal(h.leap, 1);
	assert_int_equal(h.version, 4);
	assert_int_equal(h.mode, NTP_MODE_SERVER);
	assert_int_equal(h.stratum, 2);
	assert_int_equal(h.poll, -6);
	assert_int_equal(h.precision, -23);
	assert_int_equal(h.root_delay, 0x18000);
	assert_int_equal(h.root_dispersion, 0x4000);
	assert_int_equal(h.refid, 0xc0000201);
	assert_true(h.reference == UINT64_C(0x0102030405060708));
	assert_true(h.origin == UINT64_C(0x0b0c0d0e0f101112));
	assert_true(h.receive == UINT64_C(0x15161718191a1b1c));
	assert_true(h.transmit == UINT64_C(0xff20212223242526));
	ntp_header_write(&h, out);
	assert_memory_equal(out, sample, sizeof(sample));
}

static void test_header_bits(void **state)
{
	struct ntp_header h = { .leap = 7, .version = 12, .mode = 11 };
	uint8_t out[NTP_HEADER_SIZE];

	(void)state;
	ntp_header_write(&h, out);
	assert_int_equal(out[0], FIRST(3, 4, 3));
}

static void test_header_refused(void **state)
{
	static const struct {
		size_t length;
		unsigned version;
		enum drop drop;
	} cases[] = {
		{ 0, 4, DROP_SHORT },
		{ 44, 4, DROP_SHORT },
		{ 47, 4, DROP_SHORT },
		{ 48, 4, DROP_OK },
		{ 49, 4, DROP_LENGTH },
		{ 50, 4, DROP_LENGTH },
		{ 52, 4, DROP_OK },
		{ 48, 0, DROP_VERSION },
		{ 48, 1, DROP_OK },
		{ 48, 3, DROP_OK },
		{ 48, 5, DROP_VERSION },
		{ 48, 7, DROP_VERSION },
	};
	uint8_t packet[64] = { 0 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ntp_header h = { .stratum = 99 };

		packet[0] = (uint8_t)FIRST(0, cases[i].version, 3);
		assert_int_equal(ntp_header_read(packet, cases[i].length, &h),
		    cases[i].drop);
		assert_int_equal(h.stratum, cases[i].drop ? 99 : 0);
	}
}

static void test_ef_next(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[4];
		size_t length;
		enum drop drop;
	} cases[] = {
		{ "empty",		{ 0 },			0,  DROP_SHORT },
		{ "half a header",	{ 1, 4, 0 },		3,  DROP_SHORT },
		{ "length 0",		{ 1, 4, 0, 0 },		20, DROP_EF_LENGTH },
		{ "length 12",		{ 1, 4, 0, 12 },	20, DROP_EF_LENGTH },
		{ "length 16",		{ 1, 4, 0, 16 },	20, DROP_OK },
		{ "length 18",		{ 1, 4, 0, 18 },	20, DROP_EF_LENGTH },
		{ "one byte missing",	{ 1, 4, 0, 20 },	19, DROP_SHORT },
		{ "exact",		{ 1, 4, 0, 20 },	20, DROP_OK },
		{ "one word missing",	{ 1, 4, 0, 24 },	20, DROP_SHORT },
		{ "longest",		{ 1, 4, 0xff, 0xfc },	20, DROP_SHORT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t bytes[20] = { 0 };
		struct reader r = reader_of(bytes, cases[i].length);
		struct ef ef = { 0 };

		memcpy(bytes, cases[i].bytes, 4);
		if (ef_next(&r, &ef) != cases[i].drop)
			fail_msg("%s", cases[i].name);
		if (cases[i].drop != DROP_OK)
			continue;
		assert_int_equal(ef.type, NTP_EF_UNIQUE_ID);
		assert_ptr_equal(ef.body, bytes + 4);
		assert_int_equal(ef.length, cases[i].bytes[3] - 4);
		assert_ptr_equal(r.at, bytes + cases[i].bytes[3]);
	}
}

static void test_ef_put(void **state)
{
	static const struct {
		size_t length, min, field;
	} cases[] = {
		{ 0, 0, 16 }, { 12, 0, 16 }, { 13, 0, 20 }, { 16, 0, 20 },
		{ 12, 28, 28 }, { 24, 28, 28 }, { 25, 28, 32 }, { 0, 29, 32 },
		{ 60, 16, 64 }, { 61, 16, 0 },
	};
	uint8_t body[64];

	(void)state;
	memset(body, 0xaa, sizeof(body));
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t out[64];
		struct writer w = writer_of(out, sizeof(out));
		struct reader r;
		struct ef ef;

		memset(out, 0x55, sizeof(out));
		ef_put(&w, 0x204, body, cases[i].length, cases[i].min);
		assert_int_equal(w.bad, cases[i].field == 0);
		if (w.bad)
			continue;
		assert_int_equal(writer_length(&w), cases[i].field);
		r = reader_of(out, sizeof(out));
		assert_int_equal(ef_next(&r, &ef), DROP_OK);
		assert_int_equal(ef.type, 0x204);
		assert_int_equal(ef.length + 4, cases[i].field);
		assert_memory_equal(ef.body, body, cases[i].length);
		for (size_t k = cases[i].length; k < ef.length; k++)
			assert_int_equal(ef.body[k], 0);
	}
}

/* A row of extension fields and a remainder behind a header. */
struct tail_case {
	const char *name;
	unsigned version;
	unsigned fields[4];		/* lengths; 0 ends */
	size_t rest;			/* further bytes */
	uint8_t fill;			/* their value */
	enum drop drop;
	enum ntp_trailer trailer;
	size_t ef_length;
};

static const struct tail_case tails[] = {
	{ "nothing", 4, { 0 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 0 },
	{ "crypto-NAK", 4, { 0 }, 4, 0, DROP_OK, NTP_TRAILER_CRYPTO_NAK, 0 },
	{ "4 other bytes", 4, { 0 }, 4, 1, DROP_TRAILER, 0, 0 },
	{ "8 bytes", 4, { 0 }, 8, 0, DROP_TRAILER, 0, 0 },
	{ "12 bytes", 4, { 0 }, 12, 0, DROP_TRAILER, 0, 0 },
	{ "16 bytes, no field", 4, { 0 }, 16, 0, DROP_EF_LENGTH, 0, 0 },
	{ "MAC of 20", 4, { 0 }, 20, 9, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "MAC of 24", 4, { 0 }, 24, 9, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "28 bytes, no field", 4, { 0 }, 28, 0, DROP_EF_LENGTH, 0, 0 },
	{ "field of 16", 4, { 16 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 16 },
	{ "field of 20 is a MAC", 4, { 20 }, 0, 0, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "field of 24 is a MAC", 4, { 24 }, 0, 0, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "field of 28", 4, { 28 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 28 },
	{ "two fields", 4, { 20, 28 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 48 },
	{ "fields, MAC", 4, { 16, 32 }, 20, 9, DROP_OK, NTP_TRAILER_MAC, 48 },
	{ "field, NAK", 4, { 32 }, 4, 0, DROP_OK, NTP_TRAILER_CRYPTO_NAK, 32 },
	{ "field, 8 bytes", 4, { 32 }, 8, 0, DROP_TRAILER, 0, 0 },
	{ "1024 bytes", 4, { 512, 512 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 1024 },
	{ "1024 and MAC", 4, { 1024 }, 24, 9, DROP_OK, NTP_TRAILER_MAC, 1024 },
	{ "1028 bytes", 4, { 512, 516 }, 0, 0, DROP_LONG, 0, 0 },
	{ "v3 nothing", 3, { 0 }, 0, 0, DROP_OK, NTP_TRAILER_NONE, 0 },
	{ "v3 NAK", 3, { 0 }, 4, 0, DROP_OK, NTP_TRAILER_CRYPTO_NAK, 0 },
	{ "v3 4 bytes", 3, { 0 }, 4, 1, DROP_TRAILER, 0, 0 },
	{ "v3 8 bytes", 3, { 0 }, 8, 1, DROP_TRAILER, 0, 0 },
	{ "v3 12 bytes", 3, { 0 }, 12, 1, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "v3 field is a MAC", 3, { 28 }, 0, 0, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "v1 MAC of 68", 1, { 0 }, 68, 1, DROP_OK, NTP_TRAILER_MAC, 0 },
	{ "v3 72 bytes", 3, { 0 }, 72, 1, DROP_TRAILER, 0, 0 },
};

static size_t build(const struct tail_case *c, uint8_t packet[1200])
{
	struct writer w = writer_of(packet, 1200);

	put_zero(&w, NTP_HEADER_SIZE);
	packet[0] = (uint8_t)FIRST(0, c->version, 3);
	for (int i = 0; i < 4 && c->fields[i]; i++) {
		put_be(&w, 0x1234, 2);
		put_be(&w, c->fields[i], 2);
		put_zero(&w, c->fields[i] - 4);
	}
	for (size_t i = 0; i < c->rest; i++)
		put_be(&w, c->fill, 1);
	assert_false(w.bad);
	return writer_length(&w);
}

static void test_tail(void **state)
{
	uint8_t packet[1200];

	(void)state;
	for (size_t i = 0; i < sizeof(tails) / sizeof(tails[0]); i++) {
		const struct tail_case *c = &tails[i];
		size_t n = build(c, packet);
		struct ntp_tail t = { .key_id = 77 };

		if (ntp_tail_read(packet, n, &t) != c->drop)
			fail_msg("%s", c->name);
		if (c->drop != DROP_OK) {
			assert_int_equal(t.key_id, 77);
			continue;
		}
		if (t.trailer != c->trailer || t.ef_length != c->ef_length)
			fail_msg("%s", c->name);
		assert_false(t.has_nts);
		if (c->trailer == NTP_TRAILER_MAC && c->rest) {
			assert_int_equal(t.key_id, 0x01010101u * c->fill);
			assert_int_equal(t.digest_length, c->rest - 4);
			assert_ptr_equal(t.digest + t.digest_length, packet + n);
		}
	}
}

static void test_tail_lengths(void **state)
{
	uint8_t packet[64] = { FIRST(0, 4, 3) };
	struct ntp_tail t;

	(void)state;
	assert_int_equal(ntp_tail_read(packet, 47, &t), DROP_SHORT);
	assert_int_equal(ntp_tail_read(packet, 50, &t), DROP_LENGTH);
}

static void test_has_nts(void **state)
{
	static const struct {
		uint16_t type;
		bool is_nts;
	} cases[] = {
		{ NTP_EF_UNIQUE_ID, true }, { NTP_EF_COOKIE, true },
		{ NTP_EF_PLACEHOLDER, true }, { NTP_EF_AUTHENTICATOR, true },
		{ 0x0103, false }, { 0x0105, false }, { 0x8104, false },
		{ 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		uint8_t packet[256] = { FIRST(0, 4, 3) };
		struct writer w = writer_of(packet, sizeof(packet));
		struct ntp_tail t;

		w.at += NTP_HEADER_SIZE;
		ef_put(&w, cases[i].type, NULL, 0, 16);
		ef_put(&w, 0x4321, NULL, 0, 28);
		assert_int_equal(ntp_tail_read(packet, writer_length(&w), &t),
		    DROP_OK);
		assert_int_equal(t.has_nts, cases[i].is_nts);
		/* Version 3 has no extension fields. */
		packet[0] = FIRST(0, 3, 3);
		assert_int_equal(ntp_tail_read(packet, writer_length(&w), &t),
		    DROP_OK);
		assert_false(t.has_nts);
	}
}

/* Every prefix of a packet, in a block of exactly that size: what reads past
 * the end shows under the sanitizer. */
static void test_truncated(void **state)
{
	uint8_t packet[1200];
	size_t n = build(&(struct tail_case){ "", 4, { 16, 28, 64 }, 20, 7,
	    DROP_OK, 0, 0 }, packet);

	(void)state;
	for (size_t i = 0; i <= n; i++) {
		uint8_t *cut = malloc(i ? i : 1);
		struct ntp_tail t;
		enum drop drop;

		memcpy(cut, packet, i);
		drop = ntp_tail_read(cut, i, &t);
		if (i < NTP_HEADER_SIZE)
			assert_int_equal(drop, DROP_SHORT);
		else if (i % 4)
			assert_int_equal(drop, DROP_LENGTH);
		free(cut);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_header),
		cmocka_unit_test(test_header_bits),
		cmocka_unit_test(test_header_refused),
		cmocka_unit_test(test_ef_next),
		cmocka_unit_test(test_ef_put),
		cmocka_unit_test(test_tail),
		cmocka_unit_test(test_tail_lengths),
		cmocka_unit_test(test_has_nts),
		cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests_name("wire/ntp", tests, NULL, NULL);
}
