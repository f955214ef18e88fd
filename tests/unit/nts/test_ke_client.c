/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/ke_client.h"

#include "wire/ke.h"

#include "unit/nts/fixture.h"
#include "unit/nts/pieces.h"

static const uint16_t offered[] = { 15 };

static void test_request(void **state)
{
	static const uint8_t siv_only[] = {
		0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 15, 0x80, 0, 0, 0 };
	static const uint8_t both[] = {
		0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 4, 0, 30, 0, 15,
		4, 0, 0, 0, 0x80, 0, 0, 0 };
	static const uint16_t wanted[] = { 16, 30, 15 };
	static const uint16_t many[] = { 15, 15, 15, 15, 15, 15 };
	uint8_t out[KE_REQUEST_MAX];
	size_t n;

	(void)state;
	n = ke_client_request(offered, 1, out);
	assert_int_equal(n, sizeof(siv_only));
	assert_memory_equal(out, siv_only, n);
	n = ke_client_request(wanted, 3, out);
	if (aead_supported(30)) {
		assert_int_equal(n, sizeof(both));
		assert_memory_equal(out, both, n);
	} else {
		assert_int_equal(n, sizeof(siv_only));
		assert_memory_equal(out, siv_only, n);
	}
	assert_int_equal(ke_client_request(many, 6, out), sizeof(siv_only) + 6);
	assert_int_equal(ke_client_request(wanted, 1, out), 0);
	assert_int_equal(ke_client_request(wanted, 0, out), 0);
	n = ke_client_request(many, 4, out);
	assert_int_equal(ke_message_state(out, n), KE_COMPLETE);
}

#define COOKIE { 5, 100, NULL }

struct response_case {
	const char *reason;	/* part of it; NULL = taken */
	struct piece pieces[16];
};

static const struct response_case cases[] = {
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, LAST } },
	{ NULL, { COOKIE, AEAD_15, PROTOCOL, LAST } },
	{ NULL, { PROTOCOL, { 4, 2, "\0\x0f" }, COOKIE, LAST } },
	{ "no Next Protocol", { AEAD_15, COOKIE, LAST } },
	{ "no AEAD", { PROTOCOL, COOKIE, LAST } },
	{ "no cookies", { PROTOCOL, AEAD_15, LAST } },
	{ "no Next Protocol", { LAST } },
	{ "repeated Next Protocol", { PROTOCOL, PROTOCOL, AEAD_15, COOKIE, LAST } },
	{ "repeated AEAD", { PROTOCOL, AEAD_15, AEAD_15, COOKIE, LAST } },
	{ "not critical", { { 1, 2, "\0\0" }, AEAD_15, COOKIE, LAST } },
	{ "does not offer", { { 0x8001, 0, NULL }, LAST } },
	{ "not NTPv4", { { 0x8001, 2, "\0\1" }, AEAD_15, COOKIE, LAST } },
	{ "not NTPv4", { { 0x8001, 4, "\0\0\0\1" }, AEAD_15, COOKIE, LAST } },
	{ "not NTPv4", { { 0x8001, 1, "\0" }, AEAD_15, COOKIE, LAST } },
	{ "none of our", { PROTOCOL, { 0x8004, 0, NULL }, LAST } },
	{ "one AEAD", { PROTOCOL, { 0x8004, 4, "\0\x0f\0\x0f" }, COOKIE, LAST } },
	{ "one AEAD", { PROTOCOL, { 0x8004, 1, "\0" }, COOKIE, LAST } },
	{ "not offered", { PROTOCOL, { 0x8004, 2, "\0\x1e" }, COOKIE, LAST } },
	{ "unrecognized", { { 0x8002, 2, "\0\0" }, LAST } },
	{ "bad request", { { 0x8002, 2, "\0\1" }, LAST } },
	{ "internal", { { 0x8002, 2, "\0\2" }, LAST } },
	{ "unknown kind", { { 0x8002, 2, "\0\3" }, LAST } },
	{ "unknown kind", { { 2, 0, NULL }, LAST } },
	{ "warning", { PROTOCOL, AEAD_15, COOKIE, { 3, 2, "\0\1" }, LAST } },
	{ "unknown critical", { PROTOCOL, AEAD_15, COOKIE, { 0x8008, 0, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 8, 0, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 8, 257, NULL }, LAST } },
	{ "too long", { PROTOCOL, AEAD_15, COOKIE, { 0x8005, 257, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 5, 260, NULL }, LAST } },
	{ "no cookies", { PROTOCOL, AEAD_15, { 5, 260, NULL }, LAST } },
	{ "no cookies", { PROTOCOL, AEAD_15, { 5, 99, NULL }, LAST } },
	{ "no cookies", { PROTOCOL, AEAD_15, { 5, 0, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, { 5, 4, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, { 5, 256, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 0x8005, 100, NULL }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 0x8006, 12, "time.example" }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 6, 256, NULL }, LAST } },
	{ "too long", { PROTOCOL, AEAD_15, COOKIE, { 0x8006, 257, NULL }, LAST } },
	{ "empty", { PROTOCOL, AEAD_15, COOKIE, { 6, 0, NULL }, LAST } },
	{ "printable", { PROTOCOL, AEAD_15, COOKIE, { 6, 3, "a b" }, LAST } },
	{ "printable", { PROTOCOL, AEAD_15, COOKIE, { 6, 3, "a\0b" }, LAST } },
	{ "printable", { PROTOCOL, AEAD_15, COOKIE, { 6, 2, "a\n" }, LAST } },
	{ "printable", { PROTOCOL, AEAD_15, COOKIE, { 6, 1, "\x7f" }, LAST } },
	{ "printable", { PROTOCOL, AEAD_15, COOKIE, { 6, 1, "\x80" }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 6, 2, "!~" }, LAST } },
	{ "repeated server", { PROTOCOL, AEAD_15, COOKIE, { 6, 1, "a" }, { 6, 1, "a" }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 0x8007, 2, "\0\x7b" }, LAST } },
	{ "one port", { PROTOCOL, AEAD_15, COOKIE, { 0x8007, 1, "\0" }, LAST } },
	{ "one port", { PROTOCOL, AEAD_15, COOKIE, { 0x8007, 4, "\0\0\0\0" }, LAST } },
	{ "repeated port", { PROTOCOL, AEAD_15, COOKIE, { 7, 2, "\0\0" }, { 7, 2, "\0\0" }, LAST } },
	{ NULL, { PROTOCOL, AEAD_15, COOKIE, { 1024, 0, NULL }, LAST } },
	{ "1024", { PROTOCOL, AEAD_15, COOKIE, { 1024, 2, "\0\0" }, LAST } },
	{ "not whole", { PROTOCOL, AEAD_15, COOKIE, { 0, 0, NULL } } },
	{ "not whole", { PROTOCOL, AEAD_15, COOKIE, { 0x8000, 1, "" } } },
};

static void test_response(void **state)
{
	uint8_t message[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = pieces_build(cases[i].pieces, message);
		struct ke_response r;
		const char *reason = "taken";
		bool ok = ke_client_response(message, n, offered, 1, &r, &reason);

		if (ok != (cases[i].reason == NULL) ||
		    (!ok && !strstr(reason, cases[i].reason)))
			fail_msg("case %zu: %s", i, reason);
	}
}

static void test_values(void **state)
{
	struct piece pieces[16] = { PROTOCOL, AEAD_15, { 7, 2, "\x11\xd7" },
		{ 6, 12, "time.example" }, { 1024, 0, NULL } };
	char bodies[9][4];
	uint8_t message[4096];
	struct ke_response r;
	const char *reason;
	size_t n;

	(void)state;
	for (int i = 0; i < 9; i++) {
		memset(bodies[i], '1' + i, 4);
		pieces[5 + i] = (struct piece){ 5, 4, bodies[i] };
	}
	pieces[14] = (struct piece)LAST;
	n = pieces_build(pieces, message);
	assert_true(ke_client_response(message, n, offered, 1, &r, &reason));
	assert_int_equal(r.aead, 15);
	assert_true(r.compliant_export);
	assert_int_equal(r.port, 4567);
	assert_string_equal(r.server, "time.example");
	assert_int_equal(r.cookie_count, 8);	/* the ninth is left out */
	for (int i = 0; i < 8; i++) {
		assert_int_equal(r.cookies[i].length, 4);
		assert_memory_equal(r.cookies[i].bytes, bodies[i], 4);
	}
	for (size_t cut = 0; cut < n; cut++)
		assert_false(ke_client_response(message, cut, offered, 1, &r,
		    &reason));
	n = pieces_build(cases[0].pieces, message);
	assert_true(ke_client_response(message, n, offered, 1, &r, &reason));
	assert_int_equal(r.port, 0);
	assert_string_equal(r.server, "");
	assert_false(r.compliant_export);
	assert_false(ke_client_response(message, n, offered, 0, &r, &reason));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_request),
		cmocka_unit_test(test_response),
		cmocka_unit_test(test_values),
	};

	return cmocka_run_group_tests_name("nts/ke_client", tests, NULL, NULL);
}
