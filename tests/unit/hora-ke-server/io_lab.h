/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NTS-KE server as a role, from its first message to real TLS clients on
 * loopback: the test is horad at the other end of the link, in the main thread,
 * while the clients run in another one.
 */
#ifndef HORA_TESTS_KE_SERVER_IO_LAB_H
#define HORA_TESTS_KE_SERVER_IO_LAB_H

#include "hora-ke-server/io.h"
#include "nts/aead.h"
#include "nts/cookie.h"
#include "nts/exporter.h"
#include "os/random.h"
#include "os/sealed.h"
#include "os/tls_session.h"
#include "start/keys.h"
#include "start/pages.h"
#include "unit/os/certs.h"
#include "unit/os/free_port.h"
#include "unit/start/role_lab.h"
#include "wire/ke.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define TEST_LIMIT_S 30.0

/* What the clients ask the main thread to do. */
enum order {
	ORDER_RENEW = 'r',	/* send a new set of certificates */
	ORDER_BREAK = 'b',	/* send a set that does not match */
	ORDER_RESET = 'z',	/* send a reset of clients */
	ORDER_END = 'e',
};

struct lab {
	struct role_lab role;
	const struct role_program *program;
	const char *config;
	uint16_t port;
	struct test_pair first, second, renewed;
	struct nts_keyring keys;
	int shm;
	struct server_page *page;
	int orders[2];
	struct loop_fd *order_watch;
	void (*client)(struct lab *lab);
	pthread_t thread;
	char log[4096];			/* what the role logged */
};

/* cmocka's checks jump, which must not cross threads: remember and go on. */
static int failures;

#define CHECK(condition) do { \
	if (!(condition)) \
		print_error("%s:%d: not so: %s\n", __FILE__, __LINE__, \
		    #condition), failures++; \
} while (0)

/* --- horad ---------------------------------------------------------------- */

static inline void send_sealed(struct lab *lab, enum ipc_type type,
    const void *payload, const gnutls_datum_t *texts, int count)
{
	int fds[2] = { -1, -1 };

	for (int i = 0; i < count; i++)
		assert_int_equal(sealed_create("test", texts[i].data,
		    texts[i].size, &fds[i]), 0);
	assert_int_equal(channel_send(lab->role.channel, type, payload, fds), 0);
	for (int i = 0; i < count; i++)
		close(fds[i]);
}

static inline void send_pairs(struct lab *lab, const struct test_pair *a,
    const struct test_pair *b)
{
	gnutls_datum_t texts[2][2] = {
		{ a->cert, a->key }, { b->cert, b->key },
	};

	for (uint32_t i = 0; i < 2; i++) {
		struct ipc_credential m = { .index = i, .total = 2 };

		send_sealed(lab, IPC_CREDENTIAL, &m, texts[i], 2);
	}
}

static inline void send_config(struct lab *lab)
{
	char text[1024];
	struct ipc_config m = { .log_level = SEV_DEBUG };
	gnutls_datum_t datum = { (unsigned char *)text, 0 };

	datum.size = (unsigned)snprintf(text, sizeof(text),
	    "ntsservercert /nowhere/a\nntsserverkey /nowhere/a\n"
	    "ntsservercert /nowhere/b\nntsserverkey /nowhere/b\n"
	    "allow 127.0.0.1\nntsport %u\nbindaddress 127.0.0.1\n%s",
	    lab->port, lab->config);
	m.length = datum.size;
	send_sealed(lab, IPC_CONFIG, &m, &datum, 1);
}

/* config_client_records of every configuration here. */
#define RECORDS 4096

static inline void send_the_rest(struct lab *lab)
{
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	struct ipc_shm shm = { .page = IPC_PAGE_KE,
		.size = (uint32_t)page_size(IPC_PAGE_KE, RECORDS) };
	struct ipc_keyring keys;

	assert_int_equal(channel_send(lab->role.channel, IPC_SHM, &shm,
	    &lab->shm), 0);
	random_bytes(random, sizeof(random));
	assert_true(keyring_make(&lab->keys, AEAD_AES_SIV_CMAC_256,
	    random));
	keyring_to_message(&lab->keys, &keys);
	assert_int_equal(channel_send(lab->role.channel, IPC_KEYRING, &keys,
	    NULL), 0);
	send_pairs(lab, &lab->first, &lab->second);
}

static inline void *client_main(void *arg)
{
	struct lab *lab = arg;
	char order = ORDER_END;

	lab->client(lab);
	CHECK(write(lab->orders[1], &order, 1) == 1);
	return NULL;
}

static inline void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct lab *lab = arg;

	(void)fds;
	switch (type) {
	case IPC_HELLO:
		send_config(lab);
		break;
	case IPC_READY:
		send_the_rest(lab);
		assert_int_equal(pthread_create(&lab->thread, NULL,
		    client_main, lab), 0);
		break;
	case IPC_LOG:
		if (strlen(lab->log) + strlen(payload->LOG.text) + 2 <
		    sizeof(lab->log)) {
			strcat(lab->log, payload->LOG.text);
			strcat(lab->log, "\n");
		}
		break;
	case IPC_STOPPED:
		role_lab_stopped(&lab->role);
		break;
	default:
		break;
	}
}

static inline void on_order(void *arg, short events)
{
	static const struct ipc_none none;
	struct lab *lab = arg;
	char order;

	(void)events;
	assert_int_equal(read(lab->orders[0], &order, 1), 1);
	switch ((enum order)order) {
	case ORDER_RENEW:
		send_pairs(lab, &lab->renewed, &lab->second);
		break;
	case ORDER_BREAK: {
		struct test_pair wrong = { lab->first.cert, lab->second.key };

		send_pairs(lab, &wrong, &lab->second);
		break;
	}
	case ORDER_RESET: {
		/* ntp_first to ntp_end is not for this role */
		const struct ipc_clients which = { 0, 0, 0, UINT32_MAX };

		assert_int_equal(channel_send(lab->role.channel, IPC_CLIENTS_RESET,
		    &which, NULL), 0);
		break;
	}
	case ORDER_END:
		assert_int_equal(channel_send(lab->role.channel, IPC_STOP, &none,
		    NULL), 0);
		break;
	}
}

/* --- the lab -------------------------------------------------------------- */

static inline struct lab *lab_new(const struct role_program *program,
    const char *config, void (*client)(struct lab *))
{
	struct lab *lab = calloc(1, sizeof(*lab));
	time_t now = time(NULL);
	void *map;

	assert_non_null(lab);
	lab->program = program;
	lab->config = config;
	lab->client = client;
	lab->port = free_port(SOCK_STREAM);
	lab->first = test_pair_make("a.test", now - 9, now + 999);
	lab->second = test_pair_make("b.test", now - 9, now + 999);
	lab->renewed = test_pair_make("renewed.test", now - 9, now + 999);
	assert_int_equal(shm_create("test", page_size(IPC_PAGE_KE, RECORDS),
	    &lab->shm), 0);
	assert_int_equal(shm_map(lab->shm, page_size(IPC_PAGE_KE, RECORDS), false,
	    &map), 0);
	lab->page = map;
	role_lab_init(&lab->role);
	assert_int_equal(pipe(lab->orders), 0);
	assert_int_equal(loop_fd_add(lab->role.loop, lab->orders[0], POLLIN,
	    on_order, lab, &lab->order_watch), 0);
	return lab;
}

static inline void lab_run(struct lab *lab)
{
	role_lab_open(&lab->role, lab->program, on_message, lab);
	failures = 0;
	assert_true(role_lab_run(&lab->role, TEST_LIMIT_S));
	pthread_join(lab->thread, NULL);
	assert_true(lab->role.is_stopped);
	assert_int_equal(failures, 0);
}

static inline void lab_free(struct lab *lab)
{
	loop_fd_remove(lab->order_watch);
	role_lab_close(&lab->role);
	close(lab->orders[0]);
	close(lab->orders[1]);
	shm_unmap(lab->page, sizeof(*lab->page));
	close(lab->shm);
	test_pair_free(&lab->first);
	test_pair_free(&lab->second);
	test_pair_free(&lab->renewed);
	free(lab);
}

static inline uint64_t ends(const struct lab *lab, enum ke_end end)
{
	return lab->page->ke_ends[end];
}

#endif
