/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-ke-client between a horad and an engine that the test plays, against
 * servers good and bad.
 */
#include "unit/hora-ke-client/ke_lab.h"

#include "hora-ke-client/io.h"
#include "ipc/channel.h"
#include "nts/aead.h"
#include "os/sealed.h"

#include <signal.h>

#define COUNT(a) (sizeof(a) / sizeof(*(a)))
#define NAME "time.example"
#define TLS_1_2 "NORMAL:-VERS-ALL:+VERS-TLS1.2"
#define TLS_1_3 "NORMAL:-VERS-ALL:+VERS-TLS1.3"

enum who { ROOT, GOOD, OTHER_NAME, EXPIRED, FUTURE, SELF, WHO };

static const struct recipe recipes[WHO] = {
	[ROOT] = { .cn = "root", .is_ca = true, .from = -100, .to = 100 },
	[GOOD] = { .cn = "x", .dns = NAME, .ip = { 127, 0, 0, 1 } },
	[OTHER_NAME] = { .cn = "x", .dns = "other.example" },
	[EXPIRED] = { .cn = "x", .dns = NAME, .from = -10, .to = -1 },
	[FUTURE] = { .cn = "x", .dns = NAME, .from = 1, .to = 10 },
	[SELF] = { .cn = "x", .dns = NAME },
};

struct world {
	struct cert certs[WHO];
	char root_file[64];
	struct ke_server server;
	struct loop *loop;
	struct role_link *link;
	struct channel *horad, *engine;
	int wanted, status;
	struct ipc_ke_done done[64];
	int done_count;
	struct ipc_addresses addresses;
	struct ipc_addresses horads;	/* the last one for horad */
	int addresses_count;
	bool is_stopped;
};

static void maybe_stop(struct world *w)
{
	if (w->done_count + w->addresses_count >= w->wanted)
		loop_stop(w->loop, 0);
}

static void on_engine(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct world *w = arg;

	(void)fds;
	if (type == IPC_KE_DONE)
		w->done[w->done_count++ % 64] = payload->KE_DONE;
	if (type == IPC_ADDRESSES) {
		w->addresses = payload->ADDRESSES;
		w->addresses_count++;
	}
	maybe_stop(w);
}

static void on_horad(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct world *w = arg;

	(void)fds;
	if (type == IPC_ADDRESSES) {
		w->horads = payload->ADDRESSES;
		w->addresses_count++;
		maybe_stop(w);
	}
	if (type == IPC_READY)
		loop_stop(w->loop, 0);
	if (type == IPC_STOPPED)
		w->is_stopped = true;
}

static void on_closed(void *arg)
{
	(void)arg;
}

static void on_ended(void *arg, int status)
{
	struct world *w = arg;

	w->status = status;
	loop_stop(w->loop, 0);
}

static void on_timeout(void *arg)
{
	loop_stop(arg, 1);
}

/* Run until so many answers have come since the last call. */
static void run(struct world *w, int wanted)
{
	struct loop_timer t;

	w->wanted = wanted;
	loop_timer_init(&t, on_timeout, w->loop);
	loop_timer_set(w->loop, &t, mono_add(loop_now(w->loop), 30));
	if (loop_run(w->loop) != 0)
		fail_msg("no answer within 30 s");
	loop_timer_cancel(&t);
}

/* A new channel between client and engine. */
static void connect_engine(struct world *w)
{
	struct ipc_peer peer = { .role = ROLE_ENGINE };
	int pair[2];

	channel_close(w->engine);
	assert_int_equal(channel_pair(w->loop, pair), 0);
	assert_int_equal(channel_send(w->horad, IPC_PEER, &peer, &pair[1]), 0);
	close(pair[1]);
	assert_int_equal(channel_open(w->loop, pair[0], ROLE_ENGINE,
	    ROLE_KE_CLIENT, on_engine, on_closed, w, &w->engine), 0);
}

static void start_client(struct world *w, const char *trusted)
{
	struct ipc_config config = { 0 };
	char text[256];
	int pair[2], fd;

	snprintf(text, sizeof(text), "nosystemcert\nntstrustedcerts %s\n"
	    "ntstrustedcerts 7 /nonexistent/ca.pem\n", trusted);
	w->loop = loop_new();
	assert_int_equal(channel_pair(w->loop, pair), 0);
	assert_int_equal(channel_open(w->loop, pair[0], ROLE_HORAD,
	    ROLE_KE_CLIENT, on_horad, on_closed, w, &w->horad), 0);
	assert_int_equal(role_link_open(w->loop, pair[1], &ke_client_program,
	    NULL, NULL, on_ended, w, &w->link), 0);
	assert_int_equal(sealed_create("test", text, strlen(text), &fd), 0);
	config.length = (uint32_t)strlen(text);
	assert_int_equal(channel_send(w->horad, IPC_CONFIG, &config, &fd), 0);
	close(fd);
	run(w, 1);
	connect_engine(w);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int fd;

	for (int i = 0; i < WHO; i++)
		w->certs[i] = cert_new(&recipes[i], i == ROOT || i == SELF ?
		    NULL : &w->certs[ROOT]);
	strcpy(w->root_file, "/tmp/hora-ke-XXXXXX");
	fd = mkstemp(w->root_file);
	assert_true(fd >= 0);
	close(fd);
	cert_append(&w->certs[ROOT], w->root_file);
	w->server.priority = TLS_1_3;
	w->server.alpn = KE_ALPN;
	w->server.chain[0] = w->certs[GOOD];
	w->server.chain_length = 1;
	server_start(&w->server);
	start_client(w, w->root_file);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	server_stop(&w->server);
	role_link_close(w->link);
	channel_close(w->horad);
	channel_close(w->engine);
	loop_free(w->loop);
	for (int i = 0; i < WHO; i++)
		cert_free(&w->certs[i]);
	unlink(w->root_file);
	free(w);
	return 0;
}

static struct ipc_ke_start order(const struct world *w)
{
	return (struct ipc_ke_start){
		.id = 42, .server = { .ip = { IP_V4, { 127, 0, 0, 1 } },
		.port = w->server.port }, .name = NAME, .check_times = 1,
		.now = { CERTS_NOW * NS_PER_S }, .aead_count = 1,
		.aead = { AEAD_AES_SIV_CMAC_256 }, .ntp_port = 123,
	};
}

/* One exchange; its answer. */
static const struct ipc_ke_done *exchange(struct world *w,
    const struct ipc_ke_start *start)
{
	w->done_count = w->addresses_count = 0;
	assert_int_equal(channel_send(w->engine, IPC_KE_START, start, NULL), 0);
	run(w, 1);
	assert_int_equal(w->done_count, 1);
	assert_int_equal(w->done[0].id, start->id);
	return &w->done[0];
}

static void default_server(struct world *w)
{
	struct writer out = reply_begin(&w->server, AEAD_AES_SIV_CMAC_256);

	reply_end(&w->server, &out);
	w->server.behaviour = BE_GOOD;
	w->server.priority = TLS_1_3;
	w->server.alpn = KE_ALPN;
	w->server.chain[0] = w->certs[GOOD];
}

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
static void test_gcm_siv_skipped_without_it_in_gnutls(void **state)
{
	struct world *w = *state;
	struct ke_server *s = &w->server;
	struct ipc_ke_start o = order(w);
	const struct ipc_ke_done *d;
	struct writer out;

	if (!aead_supported(AEAD_AES_128_GCM_SIV)) {
		print_message("this GnuTLS has no AES-128-GCM-SIV\n");
		skip();
	}
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

static void test_not_started(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	const struct ipc_ke_done *d;

	default_server(w);
	o.certset = 7;
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_NOT_STARTED);
	assert_non_null(strstr(d->reason, "Could not set credentials"));
	assert_non_null(strstr(d->reason, "/nonexistent/ca.pem"));
	o.certset = 0;
	o.bind = (struct ip_addr){ IP_V4, { 192, 0, 2, 1 } };
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_NOT_STARTED);
	o.bind = (struct ip_addr){ IP_V4, { 127, 0, 0, 3 } };
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
	o.bind = (struct ip_addr){ IP_V6, { 0 } };
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_NOT_STARTED);
	o = order(w);
	memset(o.name, 'a', sizeof(o.name));
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_NOT_STARTED);
	/* Nobody listens on the port of a socket that only waits. */
	o = order(w);
	o.server.port = 1;
	d = exchange(w, &o);
	assert_int_equal(d->stage, IPC_KE_CONNECT);
	assert_non_null(strstr(d->reason, "Connection refused"));
}

static void test_trust_is_read_anew(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	FILE *f;

	default_server(w);
	w->server.chain[0] = w->certs[SELF];
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_TLS);
	cert_append(&w->certs[SELF], w->root_file);
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
	f = fopen(w->root_file, "w");
	fclose(f);
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_NOT_STARTED);
	cert_append(&w->certs[ROOT], w->root_file);
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_TLS);
}

/* More than run at a time; every one is answered, once. */
static void test_many(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	bool seen[60] = { false };

	default_server(w);
	w->done_count = w->addresses_count = 0;
	for (uint32_t i = 0; i < 60; i++) {
		o.id = i;
		assert_int_equal(channel_send(w->engine, IPC_KE_START, &o,
		    NULL), 0);
	}
	run(w, 60);
	for (int i = 0; i < 60; i++) {
		assert_int_equal(w->done[i].stage, IPC_KE_OK);
		assert_true(w->done[i].id < 60 && !seen[w->done[i].id]);
		seen[w->done[i].id] = true;
	}
}

static void test_lookups(void **state)
{
	struct world *w = *state;
	struct ipc_lookup l = { .id = 7, .name = "192.0.2.9" };

	w->done_count = w->addresses_count = 0;
	channel_send(w->engine, IPC_LOOKUP, &l, NULL);
	run(w, 1);
	assert_int_equal(w->addresses.id, 7);
	assert_int_equal(w->addresses.status, 0);
	assert_int_equal(w->addresses.count, 1);
	assert_int_equal(w->addresses.address[0].ip.bytes[3], 9);
	l.family = IP_V6;
	channel_send(w->engine, IPC_LOOKUP, &l, NULL);
	run(w, 2);
	assert_int_equal(w->addresses.status, 2);
	memset(l.name, 'a', sizeof(l.name));	/* no end */
	channel_send(w->engine, IPC_LOOKUP, &l, NULL);
	run(w, 3);
	assert_int_equal(w->addresses.status, 1);
}

/* Those of horad are answered to horad, whatever becomes of the engine. */
static void test_lookups_of_horad(void **state)
{
	struct world *w = *state;
	struct ipc_lookup l = { .id = 7, .name = "192.0.2.9" };

	w->done_count = w->addresses_count = 0;
	channel_send(w->horad, IPC_LOOKUP, &l, NULL);
	connect_engine(w);
	run(w, 1);
	assert_int_equal(w->horads.id, 7);
	assert_int_equal(w->horads.status, 0);
	assert_int_equal(w->horads.count, 1);
	assert_int_equal(w->horads.address[0].ip.bytes[3], 9);
	w->addresses.id = 0;
	memset(l.name, 'a', sizeof(l.name));	/* no end */
	channel_send(w->horad, IPC_LOOKUP, &l, NULL);
	run(w, 2);
	assert_int_equal(w->horads.status, 1);
	assert_int_equal(w->addresses.id, 0);
}

/* The engine dies in the middle; its successor is served on a new channel. */
static void test_new_engine(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);

	default_server(w);
	for (o.id = 0; o.id < 30; o.id++)
		channel_send(w->engine, IPC_KE_START, &o, NULL);
	connect_engine(w);
	o.id = 1000;
	assert_int_equal(exchange(w, &o)->stage, IPC_KE_OK);
}

static void test_stop_in_the_middle(void **state)
{
	struct world *w = *state;
	struct ipc_ke_start o = order(w);
	static const struct ipc_none none;

	default_server(w);
	w->server.behaviour = BE_SILENT;
	w->server.reply_length = 0;
	w->done_count = w->addresses_count = 0;
	w->status = -1;
	for (o.id = 0; o.id < 30; o.id++)
		channel_send(w->engine, IPC_KE_START, &o, NULL);
	channel_send(w->horad, IPC_STOP, &none, NULL);
	run(w, 1);
	assert_int_equal(w->status, 0);
	assert_int_equal(w->done_count, 0);
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
		cmocka_unit_test(test_gcm_siv_skipped_without_it_in_gnutls),
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_trust_is_read_anew),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_lookups_of_horad),
		cmocka_unit_test(test_new_engine),
		cmocka_unit_test(test_stop_in_the_middle),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-client/io", tests, set_up,
	    tear_down);
}
