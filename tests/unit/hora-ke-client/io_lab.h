/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-ke-client between a horad and an engine that the test plays, against
 * servers good and bad.
 */
#ifndef HORA_TESTS_KE_CLIENT_IO_LAB_H
#define HORA_TESTS_KE_CLIENT_IO_LAB_H

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

static inline void maybe_stop(struct world *w)
{
	if (w->done_count + w->addresses_count >= w->wanted)
		loop_stop(w->loop, 0);
}

static inline void on_engine(void *arg, enum ipc_type type,
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

static inline void on_horad(void *arg, enum ipc_type type,
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

static inline void on_closed(void *arg)
{
	(void)arg;
}

static inline void on_ended(void *arg, int status)
{
	struct world *w = arg;

	w->status = status;
	loop_stop(w->loop, 0);
}

static inline void on_timeout(void *arg)
{
	loop_stop(arg, 1);
}

/* Run until so many answers have come since the last call. */
static inline void run(struct world *w, int wanted)
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
static inline void connect_engine(struct world *w)
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

static inline void start_client(struct world *w, const char *trusted)
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

static inline int set_up(void **state)
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

static inline int tear_down(void **state)
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

static inline struct ipc_ke_start order(const struct world *w)
{
	return (struct ipc_ke_start){
		.id = 42, .server = { .ip = { IP_V4, { 127, 0, 0, 1 } },
		.port = w->server.port }, .name = NAME, .check_times = 1,
		.now = { CERTS_NOW * NS_PER_S }, .aead_count = 1,
		.aead = { AEAD_AES_SIV_CMAC_256 }, .ntp_port = 123,
	};
}

/* One exchange; its answer. */
static inline const struct ipc_ke_done *exchange(struct world *w,
    const struct ipc_ke_start *start)
{
	w->done_count = w->addresses_count = 0;
	assert_int_equal(channel_send(w->engine, IPC_KE_START, start, NULL), 0);
	run(w, 1);
	assert_int_equal(w->done_count, 1);
	assert_int_equal(w->done[0].id, start->id);
	return &w->done[0];
}

static inline void default_server(struct world *w)
{
	struct writer out = reply_begin(&w->server, AEAD_AES_SIV_CMAC_256);

	reply_end(&w->server, &out);
	w->server.behaviour = BE_GOOD;
	w->server.priority = TLS_1_3;
	w->server.alpn = KE_ALPN;
	w->server.chain[0] = w->certs[GOOD];
}

#endif
