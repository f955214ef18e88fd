/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/nts_ef.h"

#include "wire/ntp.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

/* One field of a packet to build: type letter and length of the body. */
struct piece {
	char type;		/* u c p a o(ther); m = MAC of that length */
	unsigned body;
};

struct fields_case {
	const char *name;
	struct piece pieces[8];
	enum drop drop;
};

static uint16_t type_of(char c)
{
	switch (c) {
	case 'u':
		return NTP_EF_UNIQUE_ID;
	case 'c':
		return NTP_EF_COOKIE;
	case 'p':
		return NTP_EF_PLACEHOLDER;
	case 'a':
		return NTP_EF_AUTHENTICATOR;
	}
	return 0x4321;
}

/* A field's body is its length as a pattern; an authenticator has 16 bytes of
 * nonce and as much ciphertext as fits. */
static size_t build(const struct piece *p, uint8_t packet[1400])
{
	struct writer w = writer_of(packet, 1400);

	memset(packet, 0, 1400);
	packet[0] = 4 << 3 | NTP_MODE_CLIENT;
	w.at += NTP_HEADER_SIZE;
	for (; p->type; p++) {
		uint8_t body[600];

		memset(body, (int)p->body, sizeof(body));
		if (p->type == 'a') {
			uint8_t head[4] = { 0, 16, (uint8_t)((p->body - 20) >> 8),
				(uint8_t)(p->body - 20) };

			memcpy(body, head, 4);
		}
		if (p->type == 'm')
			put_bytes(&w, body, p->body);
		else
			ef_put(&w, type_of(p->type), body, p->body, 16);
	}
	assert_false(w.bad);
	return writer_length(&w);
}

static const struct fields_case requests[] = {
	{ "plain", { { 'u', 32 }, { 'c', 100 }, { 'a', 36 } }, DROP_OK },
	{ "placeholders", { { 'u', 32 }, { 'c', 100 }, { 'p', 100 },
		{ 'p', 100 }, { 'a', 36 } }, DROP_OK },
	{ "other order", { { 'p', 64 }, { 'c', 64 }, { 'u', 48 },
		{ 'a', 36 } }, DROP_OK },
	{ "other fields", { { 'o', 20 }, { 'u', 32 }, { 'o', 12 },
		{ 'c', 100 }, { 'a', 36 } }, DROP_OK },
	{ "no field", { { 0 } }, DROP_NTS_FIELDS },
	{ "no NTS field", { { 'o', 32 } }, DROP_NTS_FIELDS },
	{ "no identifier", { { 'c', 100 }, { 'a', 36 } }, DROP_NTS_FIELDS },
	{ "two identifiers", { { 'u', 32 }, { 'u', 32 }, { 'c', 100 },
		{ 'a', 36 } }, DROP_NTS_FIELDS },
	{ "identifier of 28", { { 'u', 28 }, { 'c', 100 }, { 'a', 36 } },
		DROP_NTS_FIELDS },
	{ "no cookie", { { 'u', 32 }, { 'a', 36 } }, DROP_NTS_FIELDS },
	{ "two cookies", { { 'u', 32 }, { 'c', 100 }, { 'c', 100 },
		{ 'a', 36 } }, DROP_NTS_FIELDS },
	{ "cookie of 256", { { 'u', 32 }, { 'c', 256 }, { 'a', 36 } }, DROP_OK },
	{ "cookie of 260", { { 'u', 32 }, { 'c', 260 }, { 'a', 36 } },
		DROP_NTS_FIELDS },
	{ "placeholder longer", { { 'u', 32 }, { 'c', 100 }, { 'p', 104 },
		{ 'a', 36 } }, DROP_NTS_FIELDS },
	{ "placeholder shorter", { { 'u', 32 }, { 'c', 100 }, { 'p', 96 },
		{ 'a', 36 } }, DROP_NTS_FIELDS },
	{ "second one longer", { { 'u', 32 }, { 'c', 100 }, { 'p', 100 },
		{ 'p', 104 }, { 'a', 36 } }, DROP_NTS_FIELDS },
	{ "no authenticator", { { 'u', 32 }, { 'c', 100 } }, DROP_NTS_FIELDS },
	{ "authenticator first", { { 'a', 36 }, { 'u', 32 }, { 'c', 100 } },
		DROP_NTS_FIELDS },
	{ "field behind it", { { 'u', 32 }, { 'c', 100 }, { 'a', 36 },
		{ 'o', 32 } }, DROP_NTS_FIELDS },
	{ "two authenticators", { { 'u', 32 }, { 'c', 100 }, { 'a', 36 },
		{ 'a', 36 } }, DROP_NTS_FIELDS },
	{ "MAC behind it", { { 'u', 32 }, { 'c', 100 }, { 'a', 36 },
		{ 'm', 20 } }, DROP_NTS_FIELDS },
	{ "rest behind it", { { 'u', 32 }, { 'c', 100 }, { 'a', 36 },
		{ 'm', 8 } }, DROP_TRAILER },
};

static const struct fields_case responses[] = {
	{ "plain", { { 'u', 32 }, { 'a', 136 } }, DROP_OK },
	{ "NAK", { { 'u', 32 } }, DROP_OK },
	{ "other fields", { { 'o', 20 }, { 'u', 32 }, { 'c', 100 },
		{ 'a', 36 } }, DROP_OK },
	{ "no field", { { 0 } }, DROP_AUTH_MISSING },
	{ "no NTS field", { { 'o', 32 } }, DROP_AUTH_MISSING },
	{ "MAC only", { { 'm', 20 } }, DROP_AUTH_MISSING },
	{ "no identifier", { { 'a', 136 } }, DROP_NTS_FIELDS },
	{ "two identifiers", { { 'u', 32 }, { 'u', 32 }, { 'a', 136 } },
		DROP_NTS_FIELDS },
	{ "two authenticators", { { 'u', 32 }, { 'a', 36 }, { 'a', 136 } },
		DROP_NTS_FIELDS },
	{ "authenticator first", { { 'a', 136 }, { 'u', 32 } },
		DROP_NTS_FIELDS },
	{ "MAC behind it", { { 'u', 32 }, { 'a', 136 }, { 'm', 24 } },
		DROP_NTS_FIELDS },
	{ "MAC behind a NAK", { { 'u', 32 }, { 'm', 20 } }, DROP_NTS_FIELDS },
};

static void test_request(void **state)
{
	uint8_t packet[1400];

	(void)state;
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct nts_fields f = { .placeholders = 99 };
		size_t n = build(requests[i].pieces, packet);

		if (nts_request_fields(packet, n, &f) != requests[i].drop)
			fail_msg("%s", requests[i].name);
		if (requests[i].drop != DROP_OK)
			assert_int_equal(f.placeholders, 99);
	}
}

static void test_request_values(void **state)
{
	uint8_t packet[1400];
	struct nts_fields f;
	size_t n = build(requests[1].pieces, packet);

	(void)state;
	assert_int_equal(nts_request_fields(packet, n, &f), DROP_OK);
	assert_ptr_equal(f.uid, packet + 52);
	assert_int_equal(f.uid_length, 32);
	assert_ptr_equal(f.cookie, packet + 48 + 36 + 4);
	assert_int_equal(f.cookie_length, 100);
	assert_int_equal(f.placeholders, 2);
	assert_int_equal(f.auth.offset, 48 + 36 + 3 * 104);
	assert_ptr_equal(f.auth.nonce, packet + f.auth.offset + 8);
	assert_int_equal(f.auth.nonce_length, 16);
	assert_ptr_equal(f.auth.ciphertext, packet + f.auth.offset + 24);
	assert_int_equal(f.auth.ciphertext_length, 16);
}

static void test_response(void **state)
{
	uint8_t packet[1400];

	(void)state;
	for (size_t i = 0; i < sizeof(responses) / sizeof(responses[0]); i++) {
		struct nts_fields f;
		size_t n = build(responses[i].pieces, packet);

		if (nts_response_fields(packet, n, &f) != responses[i].drop)
			fail_msg("%s", responses[i].name);
		if (i == 0)
			assert_int_equal(f.auth.ciphertext_length, 116);
		if (i == 1)
			assert_null(f.auth.nonce);
	}
}

/* The body of an authenticator of 60 bytes with these two lengths. */
static void test_authenticator_lengths(void **state)
{
	static const struct {
		uint16_t nonce, ciphertext;
		bool ok;
	} cases[] = {
		{ 16, 16, true }, { 1, 16, true }, { 0, 16, false },
		{ 16, 15, false }, { 16, 0, false }, { 16, 40, true },
		{ 16, 41, false }, { 40, 16, true }, { 41, 16, false },
		{ 37, 16, true },	/* padding of the nonce counts */
		{ 13, 37, true }, { 17, 37, false }, { 20, 36, true },
		{ 0xffff, 16, false }, { 16, 0xffff, false },
		{ 0xffff, 0xffff, false },
	};
	uint8_t packet[1400];
	const struct piece p[] = { { 'u', 32 }, { 'c', 100 }, { 'a', 60 }, { 0 } };
	size_t n = build(p, packet), at = 48 + 36 + 104 + 4;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct nts_fields f;

		packet[at] = (uint8_t)(cases[i].nonce >> 8);
		packet[at + 1] = (uint8_t)cases[i].nonce;
		packet[at + 2] = (uint8_t)(cases[i].ciphertext >> 8);
		packet[at + 3] = (uint8_t)cases[i].ciphertext;
		assert_int_equal(nts_request_fields(packet, n, &f),
		    cases[i].ok ? DROP_OK : DROP_NTS_FIELDS);
		if (cases[i].ok)
			assert_ptr_equal(f.auth.ciphertext, packet + at + 4 +
			    (cases[i].nonce + 3) / 4 * 4);
	}
}

static void test_plain_count(void **state)
{
	uint8_t plain[256];
	struct writer w = writer_of(plain, sizeof(plain));
	size_t n;

	(void)state;
	assert_int_equal(nts_plain_count(NULL, 0, NTP_EF_PLACEHOLDER, 64), 0);
	ef_put(&w, NTP_EF_PLACEHOLDER, NULL, 0, 68);
	ef_put(&w, NTP_EF_PLACEHOLDER, NULL, 0, 64);
	ef_put(&w, NTP_EF_COOKIE, NULL, 0, 32);
	n = writer_length(&w);
	assert_int_equal(nts_plain_count(plain, n, NTP_EF_PLACEHOLDER, 64), 1);
	assert_int_equal(nts_plain_count(plain, n, NTP_EF_PLACEHOLDER, 60), 1);
	assert_int_equal(nts_plain_count(plain, n, NTP_EF_PLACEHOLDER, 68), 0);
	assert_int_equal(nts_plain_count(plain, n - 1, NTP_EF_COOKIE, 28), -1);
	assert_int_equal(nts_plain_count(plain, n, NTP_EF_COOKIE, 28), 1);
	assert_int_equal(nts_plain_count(plain, 2, NTP_EF_COOKIE, 28), -1);
}

static void test_authenticator_put(void **state)
{
	static const struct {
		size_t nonce, ciphertext, field;
		bool ok;
	} cases[] = {
		{ 16, 16, 40, true }, { 16, 16, 36, false },
		{ 16, 16, 44, true }, { 16, 16, 42, false },
		{ 12, 16, 36, true }, { 12, 16, 32, false },
		{ 13, 17, 44, true }, { 13, 17, 40, false },
		{ 16, 40, 64, true }, { 16, 41, 68, false },	/* no room */
	};
	uint8_t nonce[16], out[64];

	(void)state;
	memset(nonce, 7, sizeof(nonce));
	assert_int_equal(nts_authenticator_size(16, 16), 40);
	assert_int_equal(nts_authenticator_size(13, 17), 44);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct writer w = writer_of(out, sizeof(out));
		uint8_t *place;

		memset(out, 0x55, sizeof(out));
		place = nts_authenticator_put(&w, nonce, cases[i].nonce,
		    cases[i].ciphertext, cases[i].field);
		assert_int_equal(place != NULL, cases[i].ok);
		assert_int_equal(w.bad, !cases[i].ok);
		if (!place)
			continue;
		assert_int_equal(writer_length(&w), cases[i].field);
		assert_int_equal(out[3], cases[i].field);
		assert_int_equal(out[5], cases[i].nonce);
		assert_int_equal(out[7], cases[i].ciphertext);
		assert_ptr_equal(place, out + 8 + (cases[i].nonce + 3) / 4 * 4);
		for (uint8_t *p = place; p < out + cases[i].field; p++)
			assert_int_equal(*p, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_request_values),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_authenticator_lengths),
		cmocka_unit_test(test_plain_count),
		cmocka_unit_test(test_authenticator_put),
	};

	return cmocka_run_group_tests_name("wire/nts_ef", tests, NULL, NULL);
}
