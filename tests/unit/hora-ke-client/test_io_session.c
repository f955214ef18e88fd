/* SPDX-License-Identifier: Apache-2.0 */
/* The time limit of an exchange, wherever it hangs, and its end by the owner. */
#include "unit/hora-ke-client/ke_lab.h"

#include "hora-ke-client/io_session.h"

#include <signal.h>

static const struct recipe self = { .cn = "x", .dns = "time.example" };

struct world {
	struct ke_server server;
	char trusted[64];
	struct loop *loop;
	struct ke_session_env env;
	struct tls_trust *trust;
	struct ipc_ke_start order;
	struct ipc_ke_done done;
	int answers;
};

static void on_over(void *arg, struct ke_session *s,
    const struct ipc_ke_done *done)
{
	struct world *w = arg;

	w->done = *done;
	w->answers++;
	ke_session_free(s);
	loop_stop(w->loop, 0);
}

static void on_timeout(void *arg)
{
	loop_stop(arg, 1);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	const char *path = w->trusted;
	char reason[128];
	int fd;

	strcpy(w->trusted, "/tmp/hora-ke-XXXXXX");
	fd = mkstemp(w->trusted);
	assert_true(fd >= 0);
	close(fd);
	w->server.chain[0] = cert_new(&self, NULL);
	w->server.chain_length = 1;
	w->server.priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
	w->server.alpn = KE_ALPN;
	w->server.behaviour = BE_SILENT;
	cert_append(&w->server.chain[0], path);
	assert_int_equal(tls_trust_load(false, &path, 1, &w->trust, reason,
	    sizeof(reason)), 0);
	w->loop = loop_new();
	w->env = (struct ke_session_env){ .loop = w->loop,
		.time_limit_s = 0.3, .fn = on_over, .arg = w };
	assert_int_equal(resolver_new(w->loop, &w->env.resolver), 0);
	server_start(&w->server);
	w->order = (struct ipc_ke_start){ .name = "time.example",
		.server = { .ip = { IP_V4, { 127, 0, 0, 1 } },
		.port = w->server.port }, .check_times = 1,
		.now = { CERTS_NOW * NS_PER_S }, .aead_count = 1,
		.aead = { AEAD_AES_SIV_CMAC_256 } };
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	server_stop(&w->server);
	resolver_free(w->env.resolver);
	tls_trust_unref(w->trust);
	loop_free(w->loop);
	cert_free(&w->server.chain[0]);
	unlink(w->trusted);
	free(w);
	return 0;
}

/* Run one exchange to its end, 5 s at most; the seconds that it took. */
static double run(struct world *w)
{
	struct mono_time start = loop_now(w->loop);
	struct ke_session *s;
	struct loop_timer t;

	w->answers = 0;
	assert_int_equal(ke_session_new(&w->env, &w->order, 0, w->trust, "",
	    &s), 0);
	assert_int_equal(w->answers, 0);	/* never from inside */
	loop_timer_init(&t, on_timeout, w->loop);
	loop_timer_set(w->loop, &t, mono_add(start, 5));
	assert_int_equal(loop_run(w->loop), 0);
	loop_timer_cancel(&t);
	assert_int_equal(w->answers, 1);
	return mono_sub(loop_now(w->loop), start);
}

static void test_no_reply(void **state)
{
	struct world *w = *state;

	assert_true(run(w) >= 0.3);
	assert_int_equal(w->done.stage, IPC_KE_REPLY);
	assert_non_null(strstr(w->done.reason,
	    "timed out before the reply was complete"));
}

/* The server is told when we have all, not just left. */
static void test_goodbye(void **state)
{
	struct world *w = *state;
	struct writer reply = reply_begin(&w->server, AEAD_AES_SIV_CMAC_256);
	int end = 1;

	reply_end(&w->server, &reply);
	w->server.behaviour = BE_PATIENT;
	w->server.end = end;
	w->env.time_limit_s = 5;
	run(w);
	assert_int_equal(w->done.stage, IPC_KE_OK);
	for (int i = 0; i < 500 && end == 1; i++) {
		poll(NULL, 0, 10);
		end = __atomic_load_n(&w->server.end, __ATOMIC_ACQUIRE);
	}
	assert_int_equal(end, 0);
}

/* Connected, but nobody takes the connection from the queue. */
static void test_no_tls(void **state)
{
	struct world *w = *state;
	struct sockaddr_in sin = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t length = sizeof(sin);
	int listener = socket(AF_INET, SOCK_STREAM, 0);

	assert_int_equal(bind(listener, (struct sockaddr *)&sin, length), 0);
	assert_int_equal(listen(listener, 1), 0);
	getsockname(listener, (struct sockaddr *)&sin, &length);
	w->order.server.port = ntohs(sin.sin_port);
	assert_true(run(w) >= 0.3);
	assert_int_equal(w->done.stage, IPC_KE_CONNECT);
	assert_non_null(strstr(w->done.reason,
	    "timed out before TLS was complete"));
	close(listener);
}

/* What it waited for its turn makes the certificate older. */
static void test_waiting_counts(void **state)
{
	struct world *w = *state;
	struct ke_session *s;

	w->answers = 0;
	assert_int_equal(ke_session_new(&w->env, &w->order, 11 * DAY, w->trust,
	    "", &s), 0);
	loop_run(w->loop);
	assert_int_equal(w->done.stage, IPC_KE_TLS);
	assert_non_null(strstr(w->done.reason, "certificate has expired"));
}

static void test_ended_by_owner(void **state)
{
	struct world *w = *state;
	struct ke_session *s;
	struct loop_timer t;

	w->answers = 0;
	/* Before anything, and in the middle. */
	for (int i = 0; i < 2; i++) {
		assert_int_equal(ke_session_new(&w->env, &w->order, 0,
		    w->trust, "", &s), 0);
		loop_timer_init(&t, on_timeout, w->loop);
		loop_timer_set(w->loop, &t, mono_add(loop_now(w->loop), 0.1));
		if (i == 0)
			ke_session_free(s);
		loop_run(w->loop);
		if (i == 1)
			ke_session_free(s);
	}
	ke_session_free(NULL);
	assert_int_equal(w->answers, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_no_reply, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_goodbye, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_no_tls, set_up, tear_down),
		cmocka_unit_test_setup_teardown(test_waiting_counts, set_up,
		    tear_down),
		cmocka_unit_test_setup_teardown(test_ended_by_owner, set_up,
		    tear_down),
	};

	signal(SIGPIPE, SIG_IGN);
	return cmocka_run_group_tests_name("hora-ke-client/io_session", tests, NULL,
	    NULL);
}
