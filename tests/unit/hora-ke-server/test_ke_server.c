/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/ke_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define UNLUCKY UINT32_MAX

static const uint16_t aeads[] = { AEAD_AES_SIV_CMAC_256 };
static const struct ke_server_config config = {
	.aeads = aeads, .aead_count = 1, .ntp_port = 123,
};

/* Next Protocol 0, AEAD 15, End: all critical. */
static const uint8_t request[] = {
	0x80, 1, 0, 2, 0, 0,  0x80, 4, 0, 2, 0, 15,  0x80, 0, 0, 0,
};

static struct ke_connection *connection_new(void)
{
	struct ke_connection *c = calloc(1, sizeof(*c));

	assert_non_null(c);
	ke_connection_start(c, (struct mono_time){ 5 * NS_PER_S });
	assert_int_equal(c->phase, KE_PHASE_HANDSHAKE);
	assert_true(c->deadline.ns == 7 * NS_PER_S);
	return c;
}

static void give(struct ke_connection *c, const void *bytes, size_t n)
{
	size_t size;
	uint8_t *room = ke_connection_room(c, &size);

	assert_true(size >= n);
	memcpy(room, bytes, n);
	ke_connection_received(c, &config, n);
}

static void whole_exchange(void **state)
{
	struct ke_connection *c = connection_new();
	struct nts_session session = {
		.aead = AEAD_AES_SIV_CMAC_256, .key_length = 32,
	};
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM] = { 1 };
	uint8_t nonces[KE_SERVER_RANDOM] = { 2 };
	struct nts_keyring keys;
	struct cookie_ring ring = { 0 };
	size_t half;

	(void)state;
	assert_true(keyring_make(&keys, AEAD_AES_SIV_CMAC_256, random));
	assert_true(cookie_ring_set(&ring, &keys));
	ke_connection_shaken(c, true);
	assert_int_equal(c->phase, KE_PHASE_REQUEST);
	/* one byte at a time: nothing happens before the last */
	for (size_t i = 0; i < sizeof(request); i++) {
		assert_int_equal(c->phase, KE_PHASE_REQUEST);
		give(c, request + i, 1);
	}
	assert_int_equal(c->phase, KE_PHASE_KEYS);
	assert_int_equal(c->judgement.aead, AEAD_AES_SIV_CMAC_256);
	ke_connection_keys(c, &config, &session, &ring, nonces);
	assert_int_equal(c->phase, KE_PHASE_REPLY);
	assert_true(c->reply_length > 8 * 100);
	assert_int_equal(ke_message_state(c->reply, c->reply_length),
	    KE_COMPLETE);
	half = c->reply_length / 2;
	ke_connection_sent(c, half);
	assert_int_equal(c->phase, KE_PHASE_REPLY);
	ke_connection_sent(c, c->reply_length - half);
	assert_int_equal(c->phase, KE_PHASE_BYE);
	ke_connection_left(c, (struct mono_time){ 5 * NS_PER_S + 3 });
	assert_int_equal(c->phase, KE_PHASE_LINGER);
	assert_true(c->deadline.ns == 6 * NS_PER_S + 3);
	ke_connection_eof(c);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_SERVED);
	cookie_ring_clear(&ring);
	free(c);
}

static void without_alpn(void **state)
{
	struct ke_connection *c = connection_new();

	(void)state;
	ke_connection_shaken(c, false);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_ALPN);
	assert_int_equal(c->reply_length, 0);
	free(c);
}

static void messages(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[24];
		size_t length;
		enum ke_phase phase;
		enum ke_end end;
	} cases[] = {
		{ "nothing but End", { 0x80, 0, 0, 0 }, 4, KE_PHASE_REPLY,
		    KE_END_REFUSED },
		{ "End not critical", { 0, 0, 0, 0 }, 4, KE_PHASE_CLOSED,
		    KE_END_MESSAGE },
		{ "End not empty", { 0x80, 0, 0, 1, 0 }, 5, KE_PHASE_CLOSED,
		    KE_END_MESSAGE },
		{ "bytes after End", { 0x80, 0, 0, 0, 0 }, 5, KE_PHASE_CLOSED,
		    KE_END_MESSAGE },
		{ "half a header", { 0x80, 0 }, 2, KE_PHASE_REQUEST, 0 },
		{ "unknown AEAD", { 0x80, 1, 0, 2, 0, 0, 0x80, 4, 0, 2, 0, 99,
		    0x80, 0, 0, 0 }, 16, KE_PHASE_REPLY, KE_END_REFUSED },
		{ "unknown protocol", { 0x80, 1, 0, 2, 0x12, 0x34,
		    0x80, 0, 0, 0 }, 10, KE_PHASE_REPLY, KE_END_REFUSED },
		{ "unknown critical record", { 0x80, 1, 0, 2, 0, 0,
		    0x80, 4, 0, 2, 0, 15, 0x80, 99, 0, 0, 0x80, 0, 0, 0 }, 20,
		    KE_PHASE_REPLY, KE_END_REFUSED },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct ke_connection *c = connection_new();

		ke_connection_shaken(c, true);
		give(c, cases[i].bytes, cases[i].length);
		if (c->phase != cases[i].phase ||
		    (c->phase != KE_PHASE_REQUEST && c->end != cases[i].end))
			fail_msg("%s: phase %d, %s", cases[i].name, c->phase,
			    ke_end_text(c->end));
		free(c);
	}
}

/* A record that never ends: the buffer does. */
static void too_long(void **state)
{
	struct ke_connection *c = connection_new();
	uint8_t record[4 + 1020] = { 0, 99, 1020 >> 8, 1020 & 0xff };

	(void)state;
	ke_connection_shaken(c, true);
	for (int i = 1; i < KE_MESSAGE_MAX / 1024; i++) {
		give(c, record, sizeof(record));
		assert_int_equal(c->phase, KE_PHASE_REQUEST);
	}
	/* full, and still no end: not one byte more is awaited */
	give(c, record, sizeof(record));
	assert_int_equal(c->request_length, KE_MESSAGE_MAX);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_MESSAGE);
	free(c);
}

static void keys_fail(void **state)
{
	static const struct nts_session session = {
		.aead = AEAD_AES_SIV_CMAC_256, .key_length = 32,
	};
	static const struct cookie_ring empty;
	uint8_t random[KE_SERVER_RANDOM] = { 0 };

	(void)state;
	for (int has_session = 0; has_session < 2; has_session++) {
		struct ke_connection *c = connection_new();

		ke_connection_shaken(c, true);
		give(c, request, sizeof(request));
		ke_connection_keys(c, &config, has_session ? &session : NULL,
		    &empty, random);
		assert_int_equal(c->phase, KE_PHASE_CLOSED);
		assert_int_equal(c->end, KE_END_INTERNAL);
		free(c);
	}
}

static void ends(void **state)
{
	struct ke_connection *c = connection_new();

	(void)state;
	ke_connection_eof(c);
	assert_int_equal(c->end, KE_END_PEER);
	free(c);

	c = connection_new();
	ke_connection_shaken(c, true);
	ke_connection_eof(c);
	assert_int_equal(c->end, KE_END_PEER);
	free(c);

	c = connection_new();
	ke_connection_shaken(c, true);
	give(c, request, sizeof(request) - 1);
	ke_connection_eof(c);
	assert_int_equal(c->end, KE_END_MESSAGE);
	/* the first end counts */
	ke_connection_fail(c, KE_END_TIME);
	assert_int_equal(c->end, KE_END_MESSAGE);
	free(c);

	/* once the reply is out it was served, whatever comes */
	c = connection_new();
	c->phase = KE_PHASE_BYE;
	c->end = KE_END_SERVED;
	ke_connection_fail(c, KE_END_TIME);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_SERVED);
	free(c);
}

/* It may stay until its deadline, and say little. */
static void lingers(void **state)
{
	struct ke_connection *c = connection_new();

	(void)state;
	c->end = KE_END_REFUSED;
	ke_connection_left(c, (struct mono_time){ 6 * NS_PER_S + 1 });
	assert_true(c->deadline.ns == 7 * NS_PER_S);
	ke_connection_discarded(c, 1);
	ke_connection_discarded(c, KE_LINGER_MAX - 1);
	assert_int_equal(c->phase, KE_PHASE_LINGER);
	ke_connection_discarded(c, 1);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_REFUSED);
	free(c);

	c = connection_new();
	c->end = KE_END_SERVED;
	ke_connection_left(c, (struct mono_time){ 5 * NS_PER_S });
	ke_connection_fail(c, KE_END_SILENT);
	assert_int_equal(c->phase, KE_PHASE_CLOSED);
	assert_int_equal(c->end, KE_END_SERVED);
	free(c);
}

static void gate(void **state)
{
	struct access_rule_config rule = {
		.is_allow = true,
		.prefix = { { .family = IP_V4, .bytes = { 10 } }, 8 },
	};
	struct config conf = {
		.allow = &rule, .allow_count = 1,
		.ntsratelimit = { .enabled = true, .interval_log2_s = 3,
		    .burst = 2, .leak = 2 },
	};
	struct server_page *page = calloc(1, server_page_size(16));
	struct ip_addr good = { IP_V4, { 10 } }, bad = { IP_V4, { 11 } };
	struct mono_time now = { NS_PER_S };
	struct ke_gate g;

	(void)state;
	assert_non_null(page);
	assert_int_equal(ke_gate_init(&g, &conf), 0);
	assert_int_equal(ke_gate_judge(&g, page, &bad, now, 0), KE_END_ACCESS);
	for (int i = 0; i < 2; i++)
		assert_int_equal(ke_gate_judge(&g, page, &good, now, UNLUCKY),
		    KE_END_SERVED);
	assert_int_equal(ke_gate_judge(&g, page, &good, now, UNLUCKY),
	    KE_END_RATE);
	assert_int_equal(ke_gate_judge(&g, page, &good, now, 0),
	    KE_END_SERVED);		/* the leak */
	assert_int_equal(server_counter(page, SERVER_KE_ACCEPTED), 3);
	assert_int_equal(server_counter(page, SERVER_KE_DROPPED), 1);
	ke_gate_free(&g);
	free(page);
}

static void texts(void **state)
{
	(void)state;
	for (int i = 0; i < KE_END_COUNT; i++)
		assert_string_not_equal(ke_end_text((enum ke_end)i), "unknown");
	assert_string_equal(ke_end_text(KE_END_COUNT), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(whole_exchange),
		cmocka_unit_test(without_alpn),
		cmocka_unit_test(messages),
		cmocka_unit_test(too_long),
		cmocka_unit_test(keys_fail),
		cmocka_unit_test(ends),
		cmocka_unit_test(lingers),
		cmocka_unit_test(gate),
		cmocka_unit_test(texts),
	};

	return cmocka_run_group_tests_name("hora-ke-server/ke_server", tests,
	    NULL, NULL);
}
