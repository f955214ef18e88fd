/* SPDX-License-Identifier: Apache-2.0 */
/* What the role hora-ke-client takes on, and how it goes on and ends. */
#include "unit/hora-ke-client/io_lab.h"

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
		cmocka_unit_test(test_not_started),
		cmocka_unit_test(test_trust_is_read_anew),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_lookups),
		cmocka_unit_test(test_lookups_of_horad),
		cmocka_unit_test(test_new_engine),
		cmocka_unit_test(test_stop_in_the_middle),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-client/io: the role", tests,
	    set_up, tear_down);
}
