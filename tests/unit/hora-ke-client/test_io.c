/* SPDX-License-Identifier: Apache-2.0 */
/* Exchanges of hora-ke-client with servers good and bad. */
#include "unit/hora-ke-client/io_lab.h"
#include "unit/skip.h"

static void test_good_exchange(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	const struct ipc_ke_done *d;

	default_server(w);
	d = exchange(w, &o);
	assert_string_equal(d->reason, "");
	assert_int_equal(d->stage, IPC_KE_OK);
	assert_int_equal(d->aead, AEAD_AES_SIV_CMAC_256);
	assert_int_equal(d->key_length, 32);
	assert_memory_equal(d->c2s, w->server.c2s, 32);
	assert_memory_equal(d->s2c, w->server.s2c, 32);
	assert_memory_not_equal(d->c2s, d->s2c, 32);
	assert_int_equal(d->have_alternative, 0);
	assert_int_equal(d->cookie_count, 8);
	for (int i = 0; i < 8; i++) {
		assert_int_equal(d->cookie_length[i], 100);
		assert_int_equal(d->cookie[i][99], i + 1);
	}
	assert_true(net_addr_equal(&d->ntp_server, &(struct net_addr){
	    .ip = o.server.ip, .port = 123 }));
	assert_false(d->negotiated_server || d->negotiated_port);
	assert_string_equal(w->server.sni, NAME);
	assert_int_equal(w->server.request_length, 16);
}

/* An address as name: no server name is sent, the certificate names it. */
static void test_address_as_name(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);

	default_server(w);
	memset(w->server.sni, 0, sizeof(w->server.sni));
	strcpy(o.name, "127.0.0.1");
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
	assert_string_equal(w->server.sni, "");
	strcpy(o.name, "127.0.0.2");
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_TLS);
}

static void test_negotiated_server(void **state)
{
	static const struct {
		const char *server;
		int port;
		enum ipc_ke_stage stage;
		const char *address;
	} cases[] = {
		{ "192.0.2.7",	0,	IPC_KE_OK,	"192.0.2.7" },
		{ "2001:db8::7", 1123,	IPC_KE_OK,	"2001:db8::7" },
		{ NULL,		1123,	IPC_KE_OK,	"127.0.0.1" },
		{ "no such name", 0,	IPC_KE_REPLY,	NULL },
	};
	struct world *w = *state;
	struct ipc_ke_start o = order(w);

	for (size_t i = 0; i < COUNT(cases); i++) {
		struct writer out = reply_begin(&w->server, 15);
		const char *server = cases[i].server;
		const struct ipc_ke_done *d;
		char text[IP_TEXT_SIZE];

		if (server)
			ke_put(&out, KE_SERVER, true, server, strlen(server));
		if (cases[i].port)
			ke_put_u16(&out, KE_PORT, true, (uint16_t)cases[i].port);
		reply_end(&w->server, &out);
		d = exchange(w, &o);
		assert_int_equal(d->stage, cases[i].stage);
		if (d->stage != IPC_KE_OK)
			continue;
		assert_string_equal(ip_text(&d->ntp_server.ip, text),
		    cases[i].address);
		assert_int_equal(d->ntp_server.port,
		    cases[i].port ? cases[i].port : 123);
		assert_int_equal(d->negotiated_server, server != NULL);
		assert_int_equal(d->negotiated_port, cases[i].port != 0);
	}
}

/* Each refused with its own reason. */
static void test_bad_servers(void **state)
{
	static const struct {
		enum who cert;
		enum behaviour behaviour;
		const char *priority, *alpn;
		enum ipc_ke_stage stage;
		const char *reason;
	} cases[] = {
		{ OTHER_NAME, BE_GOOD, TLS_1_3, KE_ALPN, IPC_KE_TLS,
		    "certificate is for other.example and not for " NAME },
		{ EXPIRED, BE_GOOD, TLS_1_3, KE_ALPN, IPC_KE_TLS,
		    "certificate has expired on" },
		{ FUTURE, BE_GOOD, TLS_1_3, KE_ALPN, IPC_KE_TLS,
		    "certificate is not yet valid" },
		{ SELF, BE_GOOD, TLS_1_3, KE_ALPN, IPC_KE_TLS,
		    "self-signed and not trusted" },
		{ GOOD, BE_GOOD, TLS_1_2, KE_ALPN, IPC_KE_TLS,
		    "does not support TLS 1.3" },
		{ GOOD, BE_GOOD, TLS_1_3, "h2", IPC_KE_TLS,
		    "NTS-KE not supported by 127.0.0.1" },
		{ GOOD, BE_GOOD, TLS_1_3, NULL, IPC_KE_TLS,
		    "NTS-KE not supported by 127.0.0.1" },
		{ GOOD, BE_CLOSE, TLS_1_3, NULL, IPC_KE_CONNECT,
		    "connection closed by the server" },
		{ GOOD, BE_CLOSE_HELLO, TLS_1_3, NULL, IPC_KE_CONNECT,
		    "connection closed by the server" },
		{ GOOD, BE_RESET, TLS_1_3, NULL, IPC_KE_CONNECT,
		    "connection reset by the server" },
		{ GOOD, BE_SSH, TLS_1_3, NULL, IPC_KE_TLS,
		    "the server does not speak TLS" },
	};
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	char prefix[64];

	snprintf(prefix, sizeof(prefix), "127.0.0.1:%u (" NAME ")",
	    w->server.port);
	for (size_t i = 0; i < COUNT(cases); i++) {
		const struct ipc_ke_done *d;

		default_server(w);
		w->server.behaviour = cases[i].behaviour;
		w->server.priority = cases[i].priority;
		w->server.alpn = cases[i].alpn;
		w->server.chain[0] = w->certs[cases[i].cert];
		d = exchange(w, &o);
		if (d->stage != cases[i].stage ||
		    !strstr(d->reason, cases[i].reason) ||
		    !strstr(d->reason, prefix))
			fail_msg("case %zu: stage %u, '%s'", i, d->stage,
			    d->reason);
	}
	default_server(w);
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
}

/* Times do not count when the engine says so. */
static void test_unchecked_times(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);

	default_server(w);
	w->server.chain[0] = w->certs[EXPIRED];
	o.check_times = 0;
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
	o.check_times = 1;
	o.now.ns -= 5 * DAY * NS_PER_S;
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
	o.now.ns += 5 * DAY * NS_PER_S;
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_TLS);
}

static void put_error(struct writer *out)
{
	ke_put_u16(out, KE_ERROR, true, KE_ERROR_BAD_REQUEST);
}

/* Replies behind good TLS. */
static void test_bad_replies(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	struct ke_server *s = &w->server;
	const struct ipc_ke_done *d;
	struct writer out;

	default_server(w);
	s->reply_length -= 1;
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_REPLY);
	assert_non_null(strstr(d->reason, "it ends too early"));

	s->reply_length = 0;
	d = exchange(w, &o);
	assert_non_null(strstr(d->reason, "closed without a reply"));

	memset(s->reply, 0x55, 2000);
	s->reply_length = 2000;
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_REPLY);
	assert_memory_equal(d->reason, "Received invalid NTS-KE message", 31);

	out = reply_begin(s, 15);
	for (int i = 0; i < 72; i++)
		ke_put(&out, 99, false, s->reply, 216);
	reply_end(s, &out);
	assert_int_equal(s->reply_length, 16688);
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_REPLY);
	assert_non_null(strstr(d->reason, "too long"));

	out = writer_of(s->reply, sizeof(s->reply));
	put_error(&out);
	reply_end(s, &out);
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_REPLY);
	assert_memory_equal(d->reason, "Received invalid NTS-KE response", 32);

	/* An AEAD that was not offered. */
	out = reply_begin(s, AEAD_AES_128_GCM_SIV);
	reply_end(s, &out);
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_REPLY);
}

/* AES-128-GCM-SIV: whose context is meant, record 1024 says. */
static void test_gcm_siv(void **state)
{
	struct world *w = *state;
	struct ke_server *s = &w->server;
	struct ipc_ke_start o = order(w);
	const struct ipc_ke_done *d;
	struct writer out;

	if (!aead_supported(AEAD_AES_128_GCM_SIV))
		SKIP("this GnuTLS has no AES-128-GCM-SIV");
	o.aead[0] = AEAD_AES_128_GCM_SIV;
	default_server(w);
	out = reply_begin(s, AEAD_AES_128_GCM_SIV);
	reply_end(s, &out);
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_OK);
	assert_int_equal(d->key_length, 16);
	assert_memory_equal(d->c2s, s->old_c2s, 16);
	assert_memory_equal(d->s2c, s->old_s2c, 16);
	assert_int_equal(d->have_alternative, 1);
	assert_memory_equal(d->alt_c2s, s->c2s, 16);
	assert_memory_equal(d->alt_s2c, s->s2c, 16);
	assert_memory_not_equal(s->c2s, s->old_c2s, 16);
	out = reply_begin(s, AEAD_AES_128_GCM_SIV);
	ke_put(&out, KE_COMPLIANT_EXPORT, false, NULL, 0);
	reply_end(s, &out);
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_OK);
	assert_memory_equal(d->c2s, s->c2s, 16);
	assert_memory_equal(d->s2c, s->s2c, 16);
	assert_int_equal(d->have_alternative, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good_exchange),
		cmocka_unit_test(test_address_as_name),
		cmocka_unit_test(test_negotiated_server),
		cmocka_unit_test(test_bad_servers),
		cmocka_unit_test(test_unchecked_times),
		cmocka_unit_test(test_bad_replies),
		cmocka_unit_test(test_gcm_siv),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-client/io", tests,
	    set_up, tear_down);
}
