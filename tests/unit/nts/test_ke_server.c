/* SPDX-License-Identifier: Apache-2.0 */
#include "nts/ke_server.h"

#include "nts/ke_client.h"
#include "wire/ke.h"

#include "unit/nts/fixture.h"
#include "unit/nts/pieces.h"

static const uint16_t enabled[] = { 30, 15 };
static const struct ke_server_config plain = {
	.aeads = enabled, .aead_count = 2, .ntp_port = 123 };

#define GRANT KE_ANSWER_COOKIES, 0
#define BAD KE_ANSWER_ERROR, KE_ERROR_BAD_REQUEST
#define UNKNOWN KE_ANSWER_ERROR, KE_ERROR_UNKNOWN_CRITICAL
#define NO_PROTOCOL KE_ANSWER_NO_PROTOCOL, 0
#define NO_AEAD KE_ANSWER_NO_AEAD, 0
#define CLOSE KE_ANSWER_CLOSE, 0

/* The table of reference/behaviour.md 4.3. */
static const struct {
	enum ke_answer answer;
	uint16_t error;
	struct piece pieces[6];
} cases[] = {
	{ GRANT, { PROTOCOL, AEAD_15, LAST } },
	{ GRANT, { AEAD_15, PROTOCOL, LAST } },
	{ GRANT, { PROTOCOL, { 4, 2, "\0\x0f" }, LAST } },
	{ GRANT, { { 0x8001, 4, "\0\1\0\0" }, AEAD_15, LAST } },
	{ GRANT, { PROTOCOL, { 0x8004, 6, "\0\x10\0\x0f\0\x11" }, LAST } },
	{ NO_PROTOCOL, { { 0x8001, 2, "\0\1" }, AEAD_15, LAST } },
	{ NO_PROTOCOL, { { 0x8001, 4, "\0\1\0\2" }, LAST } },
	{ NO_AEAD, { PROTOCOL, { 0x8004, 2, "\0\x10" }, LAST } },
	{ NO_AEAD, { PROTOCOL, { 0x8004, 2, "\0\0" }, LAST } },
	{ BAD, { PROTOCOL, LAST } },
	{ BAD, { AEAD_15, LAST } },
	{ BAD, { LAST } },
	{ BAD, { PROTOCOL, PROTOCOL, AEAD_15, LAST } },
	{ BAD, { PROTOCOL, AEAD_15, AEAD_15, LAST } },
	{ BAD, { { 1, 2, "\0\0" }, AEAD_15, LAST } },
	{ BAD, { { 0x8001, 0, NULL }, AEAD_15, LAST } },
	{ BAD, { { 0x8001, 3, NULL }, AEAD_15, LAST } },
	{ BAD, { { 0x8001, 1, NULL }, AEAD_15, LAST } },
	{ BAD, { PROTOCOL, { 0x8004, 0, NULL }, LAST } },
	{ BAD, { PROTOCOL, { 0x8004, 3, "\0\x0f\0" }, LAST } },
	{ BAD, { PROTOCOL, AEAD_15, { 0x8002, 2, NULL }, LAST } },
	{ BAD, { PROTOCOL, AEAD_15, { 3, 2, NULL }, LAST } },
	{ BAD, { PROTOCOL, AEAD_15, { 5, 100, NULL }, LAST } },
	{ BAD, { PROTOCOL, AEAD_15, { 1024, 1, NULL }, LAST } },
	{ GRANT, { PROTOCOL, AEAD_15, { 1024, 0, NULL }, LAST } },
	{ GRANT, { PROTOCOL, AEAD_15, { 0x8000 | 1024, 0, NULL }, LAST } },
	{ UNKNOWN, { PROTOCOL, AEAD_15, { 0x8008, 0, NULL }, LAST } },
	{ UNKNOWN, { PROTOCOL, AEAD_15, { 0xffff, 2, NULL }, LAST } },
	{ UNKNOWN, { PROTOCOL, AEAD_15, { 0x8006, 1, "a" }, LAST } },
	{ UNKNOWN, { PROTOCOL, AEAD_15, { 0x8007, 2, NULL }, LAST } },
	{ GRANT, { PROTOCOL, AEAD_15, { 8, 3, NULL }, LAST } },
	{ GRANT, { PROTOCOL, AEAD_15, { 6, 1, "a" }, { 7, 2, NULL }, LAST } },
	{ CLOSE, { PROTOCOL, AEAD_15, { 0, 0, NULL } } },
	{ CLOSE, { PROTOCOL, AEAD_15, { 0x8000, 1, NULL } } },
};

static void test_judge(void **state)
{
	uint8_t message[4096];

	(void)state;
	for (size_t i = 0; i < COUNT(cases); i++) {
		size_t n = pieces_build(cases[i].pieces, message);
		struct ke_judgement j = ke_server_judge(&plain, message, n);

		if (j.answer != cases[i].answer || j.error != cases[i].error)
			fail_msg("case %zu: %d, %d", i, j.answer, j.error);
		if (j.answer == KE_ANSWER_COOKIES)
			assert_int_equal(j.aead, 15);
		assert_false(j.compliant_export);
		/* At the end of the stream nothing may be missing or follow. */
		for (size_t cut = 0; cut < n; cut++)
			assert_int_equal(ke_server_judge(&plain, message,
			    cut).answer, KE_ANSWER_CLOSE);
		message[n] = 0;
		assert_int_equal(ke_server_judge(&plain, message, n + 1).answer,
		    KE_ANSWER_CLOSE);
	}
}

/* Only 128 values of a record are looked at. */
static void test_values_max(void **state)
{
	uint8_t message[4096];
	char body[258];
	struct piece pieces[] = { PROTOCOL, { 0x8004, 256, body }, LAST };
	struct piece protocols[] = { { 0x8001, 256, body }, AEAD_15, LAST };

	(void)state;
	memset(body, 1, sizeof(body));
	memcpy(body + 254, "\0\x0f", 2);
	assert_int_equal(ke_server_judge(&plain, message,
	    pieces_build(pieces, message)).answer, KE_ANSWER_COOKIES);
	memcpy(body + 254, "\0\0", 2);
	assert_int_equal(ke_server_judge(&plain, message,
	    pieces_build(protocols, message)).answer, KE_ANSWER_COOKIES);
	pieces[1].length = protocols[0].length = 258;
	memcpy(body + 254, "\1\1\0\x0f", 4);
	assert_int_equal(ke_server_judge(&plain, message,
	    pieces_build(pieces, message)).answer, KE_ANSWER_NO_AEAD);
	memcpy(body + 256, "\0\0", 2);
	assert_int_equal(ke_server_judge(&plain, message,
	    pieces_build(protocols, message)).answer, KE_ANSWER_NO_PROTOCOL);
}

/* The client's order decides, among what is enabled and supported. */
static void test_choice(void **state)
{
	const struct piece siv_first[] = { PROTOCOL,
		{ 0x8004, 4, "\0\x0f\0\x1e" }, { 1024, 0, NULL }, LAST };
	const struct piece gcm_first[] = { PROTOCOL,
		{ 0x8004, 4, "\0\x1e\0\x0f" }, { 1024, 0, NULL }, LAST };
	const struct ke_server_config only_30 = { enabled, 1, 123, NULL };
	const struct ke_server_config none = { enabled, 0, 123, NULL };
	bool has_30 = aead_supported(30);
	uint8_t message[4096];
	struct ke_judgement j;

	(void)state;
	j = ke_server_judge(&plain, message, pieces_build(siv_first, message));
	assert_int_equal(j.aead, 15);
	assert_false(j.compliant_export);
	j = ke_server_judge(&plain, message, pieces_build(gcm_first, message));
	assert_int_equal(j.aead, has_30 ? 30 : 15);
	assert_int_equal(j.compliant_export, has_30);
	j = ke_server_judge(&only_30, message, pieces_build(siv_first, message));
	assert_int_equal(j.answer, has_30 ? KE_ANSWER_COOKIES :
	    KE_ANSWER_NO_AEAD);
	j = ke_server_judge(&none, message, pieces_build(siv_first, message));
	assert_int_equal(j.answer, KE_ANSWER_NO_AEAD);
}

static void test_short_replies(void **state)
{
	static const struct {
		struct ke_judgement j;
		size_t length;
		uint8_t bytes[16];
	} replies[] = {
		{ { .answer = KE_ANSWER_CLOSE }, 0, { 0 } },
		{ { .answer = KE_ANSWER_ERROR, .error = 1 }, 10,
			{ 0x80, 2, 0, 2, 0, 1, 0x80, 0, 0, 0 } },
		{ { .answer = KE_ANSWER_NO_PROTOCOL }, 8,
			{ 0x80, 1, 0, 0, 0x80, 0, 0, 0 } },
		{ { .answer = KE_ANSWER_NO_AEAD }, 14,
			{ 0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 0, 0x80, 0, 0, 0 } },
	};
	uint8_t out[KE_REPLY_MAX], random[KE_SERVER_RANDOM] = { 0 };

	(void)state;
	for (size_t i = 0; i < COUNT(replies); i++) {
		assert_int_equal(ke_server_reply(&plain, &replies[i].j, NULL,
		    NULL, random, out), replies[i].length);
		assert_memory_equal(out, replies[i].bytes, replies[i].length);
	}
}

/* Records of the reply, in order. */
static void expect(struct reader *r, uint16_t type, bool critical,
    size_t length)
{
	struct ke_record record;

	assert_true(ke_next(r, &record));
	assert_int_equal(record.type, type);
	assert_int_equal(record.is_critical, critical);
	assert_int_equal(record.length, length);
}

static void test_grant(void **state)
{
	static const struct {
		uint16_t port;
		const char *server;
		bool compliant;
	} configs[] = {
		{ 123, NULL, false }, { 123, "", false }, { 0, NULL, false },
		{ 11123, NULL, false }, { 123, "ntp.example", false },
		{ 11123, "ntp.example", true },
	};
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15);
	uint8_t out[KE_REPLY_MAX], random[KE_SERVER_RANDOM];

	(void)state;
	scatter(random, sizeof(random), 5);
	for (size_t i = 0; i < COUNT(configs); i++) {
		struct ke_server_config c = { enabled, 2, configs[i].port,
			configs[i].server };
		struct ke_judgement j = { .answer = KE_ANSWER_COOKIES,
			.aead = 15, .compliant_export = configs[i].compliant };
		size_t n = ke_server_reply(&c, &j, &s, &ring, random, out);
		struct reader r = reader_of(out, n);

		assert_int_equal(ke_message_state(out, n), KE_COMPLETE);
		expect(&r, KE_NEXT_PROTOCOL, true, 2);
		expect(&r, KE_AEAD, true, 2);
		if (configs[i].compliant)
			expect(&r, KE_COMPLIANT_EXPORT, false, 0);
		if (configs[i].port != 123)
			expect(&r, KE_PORT, true, 2);
		if (configs[i].server && configs[i].server[0])
			expect(&r, KE_SERVER, true, 11);
		for (int k = 0; k < 8; k++)
			expect(&r, KE_COOKIE, false, 100);
		expect(&r, KE_END, true, 0);
	}
	cookie_ring_clear(&ring);
}

/* What our server sends, our client takes. */
static void test_with_client(void **state)
{
	const struct ke_server_config c = { enabled, 2, 11123, "ntp.example" };
	struct cookie_ring ring = fixture_ring(15, 3);
	struct nts_session s = fixture_session(15), back;
	uint8_t request[KE_REQUEST_MAX], out[KE_REPLY_MAX];
	uint8_t random[KE_SERVER_RANDOM];
	const uint16_t offer[] = { 15 };
	struct ke_judgement j;
	struct ke_response r;
	const char *reason = "";
	size_t n = ke_client_request(offer, 1, request);

	(void)state;
	scatter(random, sizeof(random), 5);
	j = ke_server_judge(&c, request, n);
	assert_int_equal(j.answer, KE_ANSWER_COOKIES);
	n = ke_server_reply(&c, &j, &s, &ring, random, out);
	if (!ke_client_response(out, n, offer, 1, &r, &reason))
		fail_msg("%s", reason);
	assert_int_equal(r.port, 11123);
	assert_string_equal(r.server, "ntp.example");
	assert_int_equal(r.cookie_count, 8);
	for (int i = 0; i < 8; i++) {
		assert_true(cookie_open(&ring, r.cookies[i].bytes,
		    r.cookies[i].length, &back));
		assert_memory_equal(&back, &s, sizeof(s));
		for (int k = 0; k < i; k++)
			assert_memory_not_equal(r.cookies[i].bytes,
			    r.cookies[k].bytes, 100);
	}
	cookie_ring_clear(&ring);
}

/* What stops the exchange without a reply. */
static void test_no_reply(void **state)
{
	char name[258];
	struct ke_server_config c = { enabled, 2, 123, name };
	struct ke_judgement j = { .answer = KE_ANSWER_COOKIES, .aead = 15 };
	struct cookie_ring ring = fixture_ring(15, 3), none = { 0 };
	struct nts_session s = fixture_session(15);
	uint8_t out[KE_REPLY_MAX], random[KE_SERVER_RANDOM] = { 0 };

	(void)state;
	memset(name, 'n', sizeof(name));
	name[256] = '\0';
	assert_true(ke_server_reply(&c, &j, &s, &ring, random, out) > 0);
	name[256] = 'n';
	name[257] = '\0';
	assert_int_equal(ke_server_reply(&c, &j, &s, &ring, random, out), 0);
	c.ntp_server = NULL;
	assert_int_equal(ke_server_reply(&c, &j, &s, &none, random, out), 0);
	j.aead = 30;			/* other keys than judged */
	assert_int_equal(ke_server_reply(&c, &j, &s, &ring, random, out), 0);
	cookie_ring_clear(&ring);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_judge),
		cmocka_unit_test(test_values_max),
		cmocka_unit_test(test_choice),
		cmocka_unit_test(test_short_replies),
		cmocka_unit_test(test_grant),
		cmocka_unit_test(test_with_client),
		cmocka_unit_test(test_no_reply),
	};

	return cmocka_run_group_tests_name("nts/ke_server", tests, NULL, NULL);
}
