/* SPDX-License-Identifier: Apache-2.0 */
/* The decisions of an exchange: keys, negotiated servers, words of failures. */
#include "hora-ke-client/ke_client.h"

#include "nts/aead.h"
#include "nts/exporter.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))

static const struct ipc_ke_start order = {
	.id = 9, .name = "time.example", .ntp_port = 123, .aead_count = 1,
	.server = { .ip = { IP_V6, { 0x20, 1 } }, .port = 4460 },
	.aead = { AEAD_AES_SIV_CMAC_256 },
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct ke_exchange));
	assert_true(ke_exchange_init(*state, &order));
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

static void test_failures(void **state)
{
	static const struct {
		enum ke_failure failure;
		enum ipc_ke_stage stage;
		const char *text;
	} cases[] = {
		{ KE_FAIL_BUSY, IPC_KE_NOT_STARTED, "Could not start NTS-KE with "
		    "[2001::]:4460 (time.example) : too many exchanges are "
		    "waiting" },
		{ KE_FAIL_TRUST, IPC_KE_NOT_STARTED, "Could not set credentials "
		    "for [2001::]:4460 (time.example) : WHY" },
		{ KE_FAIL_SOCKET, IPC_KE_NOT_STARTED,
		    "Could not connect to [2001::]:4460 (time.example) : WHY" },
		{ KE_FAIL_CONNECT, IPC_KE_CONNECT,
		    "Could not connect to [2001::]:4460 (time.example) : WHY" },
		{ KE_FAIL_CLOSED, IPC_KE_CONNECT, "TLS handshake with "
		    "[2001::]:4460 (time.example) failed : WHY" },
		{ KE_FAIL_TLS, IPC_KE_TLS, "TLS handshake with "
		    "[2001::]:4460 (time.example) failed : WHY" },
		{ KE_FAIL_PROTOCOL, IPC_KE_TLS, "NTS-KE not supported by "
		    "[2001::]:4460 (time.example) : WHY" },
		{ KE_FAIL_TIMEOUT_TLS, IPC_KE_CONNECT, "NTS-KE session with "
		    "[2001::]:4460 (time.example) timed out before TLS was "
		    "complete" },
		{ KE_FAIL_TIMEOUT_REPLY, IPC_KE_REPLY, "NTS-KE session with "
		    "[2001::]:4460 (time.example) timed out before the reply "
		    "was complete" },
		{ KE_FAIL_KEYS, IPC_KE_REPLY, "Could not export keys of the "
		    "NTS-KE session with [2001::]:4460 (time.example)" },
	};
	struct ke_exchange *x = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		memset(x->done.c2s, 1, sizeof(x->done.c2s));
		x->is_over = false;
		ke_exchange_fail(x, cases[i].failure, "WHY");
		assert_true(x->is_over);
		assert_string_equal(x->done.reason, cases[i].text);
		assert_int_equal(x->done.stage, cases[i].stage);
		assert_int_equal(x->done.id, 9);
		assert_int_equal(x->done.c2s[0], 0);
	}
}

/* The longest reason is cut, with its end. */
static void test_long_reason(void **state)
{
	struct ke_exchange *x = *state;
	char why[2 * IPC_TEXT_SIZE];

	memset(why, 'w', sizeof(why) - 1);
	why[sizeof(why) - 1] = '\0';
	ke_exchange_fail(x, KE_FAIL_TLS, why);
	assert_int_equal(strlen(x->done.reason), IPC_TEXT_SIZE - 1);
}

static void test_orders(void **state)
{
	struct ke_exchange *x = *state;
	struct ipc_ke_start o = order;

	assert_true(ke_order_is_valid(&o));
	o.aead_count = IPC_AEADS + 1;
	assert_false(ke_exchange_init(x, &o));
	assert_int_equal(x->done.stage, IPC_KE_NOT_STARTED);
	o = order;
	o.server.port = 0;
	assert_false(ke_order_is_valid(&o));
	o = order;
	o.server.ip.family = 5;
	assert_false(ke_order_is_valid(&o));
	o = order;
	o.bind.family = IP_V4;
	assert_false(ke_order_is_valid(&o));
	o.bind.family = IP_V6;
	assert_true(ke_order_is_valid(&o));
	o.name[0] = '\0';
	assert_false(ke_order_is_valid(&o));
	memset(o.name, 'a', sizeof(o.name));
	assert_false(ke_order_is_valid(&o));
	o.name[sizeof(o.name) - 1] = '\0';
	assert_true(ke_order_is_valid(&o));
	/* Nothing to offer. */
	o.aead[0] = 9;
	assert_false(ke_exchange_init(x, &o));
}

/* As "key" the context that it was exported for. */
static bool show_context(void *arg, const uint8_t *context, size_t n,
    uint8_t *key, size_t length)
{
	int *left = arg;

	assert_int_equal(n, EXPORTER_CONTEXT_SIZE);
	assert_true(length >= n);
	memcpy(key, context, n);
	return (*left)-- > 0;
}

static void test_keys(void **state)
{
	static const struct {
		uint16_t aead;
		bool compliant, alternative;
		uint8_t id;		/* in the context */
	} cases[] = {
		{ 15, false, false, 15 },
		{ 15, true, false, 15 },
		{ 30, true, false, 30 },
		{ 30, false, true, 15 },
	};
	struct ke_exchange *x = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		const uint8_t c2s[] = { 0, 0, 0, cases[i].id, 0 };
		const uint8_t s2c[] = { 0, 0, 0, cases[i].id, 1 };
		const uint8_t alt_c2s[] = { 0, 0, 0, 30, 0 };
		const uint8_t alt_s2c[] = { 0, 0, 0, 30, 1 };
		int calls = cases[i].alternative ? 4 : 2, short_of = calls - 1;

		memset(&x->done, 0, sizeof(x->done));
		x->response.aead = cases[i].aead;
		x->response.compliant_export = cases[i].compliant;
		assert_true(ke_exchange_export(x, show_context, &calls));
		assert_int_equal(calls, 0);
		assert_memory_equal(x->done.c2s, c2s, 5);
		assert_memory_equal(x->done.s2c, s2c, 5);
		assert_int_equal(x->done.key_length,
		    cases[i].aead == 15 ? 32 : 16);
		assert_int_equal(x->done.have_alternative,
		    cases[i].alternative);
		if (cases[i].alternative) {
			assert_memory_equal(x->done.alt_c2s, alt_c2s, 5);
			assert_memory_equal(x->done.alt_s2c, alt_s2c, 5);
		}
		assert_false(ke_exchange_export(x, show_context, &short_of));
		assert_int_equal(x->done.stage, IPC_KE_REPLY);
		assert_int_equal(x->done.c2s[3], 0);
	}
}

static void test_names(void **state)
{
	static const struct { const char *server, *wanted; } cases[] = {
		{ "ntp.example", "ntp.example." },
		{ "ntp.example.", "ntp.example." },
		{ "x", "x." },
		{ "192.0.2.1", NULL },
		{ "2001:db8::1", NULL },
		{ "", NULL },
	};
	struct ke_exchange *x = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		char name[KE_SERVER_SIZE + 1];

		ke_exchange_init(x, &order);
		strcpy(x->response.server, cases[i].server);
		assert_int_equal(ke_exchange_needs_name(x, name),
		    cases[i].wanted != NULL);
		assert_int_equal(x->is_over, cases[i].wanted == NULL);
		if (cases[i].wanted)
			assert_string_equal(name, cases[i].wanted);
		assert_int_equal(x->done.negotiated_server,
		    cases[i].server[0] != '\0');
	}
}

/* Of several addresses the first of the family that was reached. */
static void test_addresses(void **state)
{
	static const struct net_addr v4 = { .ip = { IP_V4, { 1 } } },
	    v4b = { .ip = { IP_V4, { 2 } } }, v6 = { .ip = { IP_V6, { 1 } } },
	    v6b = { .ip = { IP_V6, { 2 } } };
	const struct {
		struct net_addr list[4];
		unsigned count;
		const struct net_addr *chosen;
	} cases[] = {
		{ { v4, v6, v6b }, 3, &v6 },
		{ { v4b, v4 }, 2, &v4b },
		{ { v6b, v4, v6 }, 3, &v6b },
		{ { v4 }, 0, NULL },
	};
	struct ke_exchange *x = *state;

	for (size_t i = 0; i < COUNT(cases); i++) {
		ke_exchange_init(x, &order);
		strcpy(x->response.server, "ntp.example");
		x->response.port = 1123;
		ke_exchange_resolved(x, cases[i].list, cases[i].count);
		assert_true(x->is_over);
		if (!cases[i].chosen) {
			assert_int_equal(x->done.stage, IPC_KE_REPLY);
			assert_string_equal(x->done.reason, "Could not resolve "
			    "NTP server from [2001::]:4460 (time.example) : "
			    "ntp.example");
			/* What comes after the end changes nothing. */
			ke_exchange_resolved(x, cases[i].list, 1);
			assert_int_equal(x->done.stage, IPC_KE_REPLY);
			continue;
		}
		assert_int_equal(x->done.stage, IPC_KE_OK);
		assert_true(ip_equal(&x->done.ntp_server.ip,
		    &cases[i].chosen->ip));
		assert_int_equal(x->done.ntp_server.port, 1123);
		assert_true(x->done.negotiated_port);
	}
}

/* A message of just the longest length, and one that never ends. */
static void test_reply_length(void **state)
{
	struct ke_exchange *x = *state;

	memset(x->reply, 0, sizeof(x->reply));
	for (size_t i = 0; i < KE_MESSAGE_MAX; i += 4)
		x->reply[i + 1] = 99;	/* empty records that mean nothing */
	assert_false(ke_exchange_received(x, KE_MESSAGE_MAX - 1));
	assert_true(ke_exchange_received(x, 1));
	assert_non_null(strstr(x->done.reason, "it is too long"));

	ke_exchange_init(x, &order);
	for (size_t i = 0; i < KE_MESSAGE_MAX; i += 4)
		x->reply[i + 1] = 99;
	x->reply[KE_MESSAGE_MAX - 4] = 0x80;
	x->reply[KE_MESSAGE_MAX - 3] = 0;
	assert_true(ke_exchange_received(x, KE_MESSAGE_MAX));
	assert_memory_equal(x->done.reason,
	    "Received invalid NTS-KE response from", 37);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_failures, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_long_reason, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_orders, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_keys, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_names, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_addresses, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_reply_length, set_up,
		    tear_down),
	};

	return cmocka_run_group_tests_name("hora-ke-client/ke_client", tests,
	    NULL, NULL);
}
