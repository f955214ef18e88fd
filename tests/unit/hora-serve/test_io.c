/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-serve as a role, from its first message to datagrams on loopback. This
 * test is horad at the other end of the link, the engine that writes the time,
 * and the client, all on one loop.
 */
#include "hora-serve/io.h"
#include "ntp/packet_mac.h"
#include "nts/client.h"
#include "nts/cookie.h"
#include "nts/mac_keys.h"
#include "os/now.h"
#include "os/random.h"
#include "os/sealed.h"
#include "start/keys.h"
#include "start/pages.h"
#include "unit/os/free_port.h"
#include "unit/start/role_lab.h"
#include "wire/ntp.h"
#include "wire/ptp.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#define TEST_LIMIT_S 10.0
#define MESSAGES_MAX 64		/* replies that one test counts */

struct lab {
	struct role_lab role;
	char config[512];
	uint16_t port;
	int time_shm, serve_shm;
	struct time_ref_page *time_page;
	struct server_page *page;
	struct nts_keyring keys;
	int fd;				/* the client's */
	struct loop_fd *watch;
	bool holds_back;		/* horad: all but the configuration */
	/* what came back */
	uint8_t reply[NTP_PACKET_MAX + 1];
	size_t length;
	int replies, wanted;
};

/* config_client_records of every configuration here. */
#define RECORDS 4096

static void send_page(struct lab *lab, enum ipc_page page, int fd)
{
	struct ipc_shm m = { .page = page,
		.size = (uint32_t)page_size(page, RECORDS) };

	assert_int_equal(channel_send(lab->role.channel, IPC_SHM, &m, &fd), 0);
}

static void send_config(struct lab *lab)
{
	struct ipc_config m = { .log_level = SEV_DEBUG };
	int fd;

	m.length = (uint32_t)strlen(lab->config);
	assert_int_equal(sealed_create("test", lab->config, m.length, &fd), 0);
	assert_int_equal(channel_send(lab->role.channel, IPC_CONFIG, &m, &fd), 0);
	close(fd);
}

/* What horad hands out after the configuration, in its order. */
static void hand_out(struct lab *lab)
{
	struct ipc_keyring keys;

	send_page(lab, IPC_PAGE_SERVE, lab->serve_shm);
	keyring_to_message(&lab->keys, &keys);
	assert_int_equal(channel_send(lab->role.channel, IPC_KEYRING, &keys,
	    NULL), 0);
	send_page(lab, IPC_PAGE_TIME_REF, lab->time_shm);
}

static void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct lab *lab = arg;

	(void)fds;
	switch (type) {
	case IPC_HELLO:
		send_config(lab);
		break;
	case IPC_READY:
		if (!lab->holds_back)
			hand_out(lab);
		loop_stop(lab->role.loop, 0);
		break;
	case IPC_LOG:
		if (payload->LOG.severity > SEV_INFO)
			print_error("%s\n", payload->LOG.text);
		break;
	case IPC_STOPPED:
		role_lab_stopped(&lab->role);
		break;
	default:
		break;
	}
}

static void on_reply(void *arg, short events)
{
	struct lab *lab = arg;
	ssize_t n = recv(lab->fd, lab->reply, sizeof(lab->reply), MSG_DONTWAIT);

	(void)events;
	if (n < 0)
		return;
	lab->length = (size_t)n;
	if (++lab->replies == lab->wanted)
		loop_stop(lab->role.loop, 0);
}

static int shared(enum ipc_page page, void **ret_map)
{
	int fd;

	assert_int_equal(shm_create("test", page_size(page, RECORDS), &fd), 0);
	assert_int_equal(shm_map(fd, page_size(page, RECORDS), true, ret_map), 0);
	return fd;
}

/*
 * A client on 127.0.0.1 that asks 127.0.0.2 and takes answers from there only:
 * the server is bound to all addresses.
 */
static void open_client(struct lab *lab)
{
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };

	lab->fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(lab->fd, (struct sockaddr *)&sa, sizeof(sa)), 0);
	sa.sin_port = htons(lab->port);
	sa.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1);
	assert_int_equal(connect(lab->fd, (struct sockaddr *)&sa, sizeof(sa)),
	    0);
	assert_int_equal(loop_fd_add(lab->role.loop, lab->fd, POLLIN, on_reply, lab,
	    &lab->watch), 0);
}

static struct lab *lab_open(const char *config, bool holds_back)
{
	struct lab *lab = calloc(1, sizeof(*lab));
	uint8_t random[NTS_RING_KEYS * KEYRING_KEY_RANDOM];
	void *map;

	assert_non_null(lab);
	lab->holds_back = holds_back;
	lab->port = free_port(SOCK_DGRAM);
	snprintf(lab->config, sizeof(lab->config), "port %u\n%s", lab->port,
	    config);
	random_bytes(random, sizeof(random));
	assert_true(keyring_make(&lab->keys, AEAD_AES_SIV_CMAC_256, random));
	lab->time_shm = shared(IPC_PAGE_TIME_REF, &map);
	lab->time_page = map;
	lab->serve_shm = shared(IPC_PAGE_SERVE, &map);
	lab->page = map;
	role_lab_init(&lab->role);
	open_client(lab);
	role_lab_open(&lab->role, &serve_program, on_message, lab);
	assert_true(role_lab_run(&lab->role, TEST_LIMIT_S));
	return lab;
}

static struct lab *lab_new(const char *config)
{
	return lab_open(config, false);
}

static void lab_free(struct lab *lab)
{
	static const struct ipc_none none;

	assert_int_equal(channel_send(lab->role.channel, IPC_STOP, &none, NULL), 0);
	assert_true(role_lab_run(&lab->role, TEST_LIMIT_S));
	assert_true(lab->role.is_stopped);
	loop_fd_remove(lab->watch);
	role_lab_close(&lab->role);
	close(lab->fd);
	shm_unmap(lab->time_page, sizeof(*lab->time_page));
	shm_unmap(lab->page, server_page_size(RECORDS));
	close(lab->time_shm);
	close(lab->serve_shm);
	free(lab);
}

static void ask(struct lab *lab, const uint8_t *packet, size_t n)
{
	assert_int_equal(send(lab->fd, packet, n, 0), n);
}

static size_t plain_request(uint8_t packet[NTP_PACKET_MAX])
{
	struct ntp_header h = { .version = 4, .mode = NTP_MODE_CLIENT,
		.transmit = 0x1122334455667788 };

	ntp_header_write(&h, packet);
	return NTP_HEADER_SIZE;
}

/* One request and its answer. */
static bool exchange(struct lab *lab, const uint8_t *packet, size_t n,
    double limit_s)
{
	lab->replies = 0;
	lab->wanted = 1;
	ask(lab, packet, n);
	return role_lab_run(&lab->role, limit_s);
}

static void publish(struct lab *lab)
{
	struct time_ref ref = {
		.since = wall_now(), .until = wall_add(wall_now(), 1e6),
		.offset_s = 3600, .ref_time = wall_now(), .stratum = 2,
		.refid = 0x01020304, .precision_log2_s = -23, .is_valid = true,
	};

	time_ref_publish(lab->time_page, &ref);
}

static void answers_with_the_time(void **state)
{
	struct lab *lab = lab_new("allow 127.0.0.1\n");
	uint8_t packet[NTP_PACKET_MAX];
	size_t n = plain_request(packet);
	struct ntp_header h;
	double error_s;

	(void)state;
	/* nobody has published: unsynchronised */
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	assert_int_equal(ntp_header_read(lab->reply, lab->length, &h), DROP_OK);
	assert_int_equal(h.leap, NTP_LEAP_UNSYNC);
	assert_int_equal(h.stratum, 0);
	publish(lab);
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	assert_int_equal(lab->length, NTP_HEADER_SIZE);
	assert_int_equal(ntp_header_read(lab->reply, lab->length, &h), DROP_OK);
	assert_int_equal(h.stratum, 2);
	assert_true(h.origin == 0x1122334455667788);
	error_s = wall_sub(wall_from_ntp(h.transmit), wall_now()) - 3600;
	assert_true(error_s > -1 && error_s < 1e-6);
	assert_true(h.receive <= h.transmit + 1024);
	assert_int_equal(server_counter(lab->page, SERVER_NTP_RECEIVED), 2);
	assert_int_equal(server_counter(lab->page, SERVER_NTP_DAEMON_TX), 2);
	assert_int_equal(server_counter(lab->page, SERVER_NTP_DAEMON_RX) +
	    server_counter(lab->page, SERVER_NTP_KERNEL_RX), 2);
	lab_free(lab);
}

static void resets_clients(void **state)
{
	static const struct { struct ipc_clients which; bool is_all; } rows[] = {
		{ { 5, 5, 0, RECORDS }, false },
		{ { UINT32_MAX, 0, 0, 0 }, false },
		{ { RECORDS, UINT32_MAX, 0, 0 }, false },
		{ { 0, UINT32_MAX, 0, 0 }, true },
	};
	struct lab *lab = lab_new("allow 127.0.0.1\n");
	struct client_table t = server_clients(lab->page, RECORDS);
	const struct ip_addr ip = { IP_V4, { 127, 0, 0, 1 } };
	uint8_t packet[NTP_PACKET_MAX];
	size_t n = plain_request(packet);
	uint32_t hits = 0;

	(void)state;
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_int_equal(channel_send(lab->role.channel, IPC_CLIENTS_RESET,
		    &rows[i].which, NULL), 0);
		assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
		/* the message may come before the request, or after it */
		hits = client_get(&t, &ip)->hits;
		assert_true(rows[i].is_all ? hits <= 1 : hits == i + 2);
	}
	assert_int_equal(server_counter(lab->page, SERVER_NTP_RECEIVED), 5);
	lab_free(lab);
}

static void answers_many_at_once(void **state)
{
	struct lab *lab = lab_new("allow 127.0.0.0/8\n");
	uint8_t packet[NTP_PACKET_MAX];
	size_t n = plain_request(packet);

	(void)state;
	publish(lab);
	lab->wanted = MESSAGES_MAX;
	for (int i = 0; i < MESSAGES_MAX; i++)
		ask(lab, packet, n);
	assert_true(role_lab_run(&lab->role, TEST_LIMIT_S));
	assert_int_equal(server_counter(lab->page, SERVER_NTP_RECEIVED),
	    MESSAGES_MAX);
	lab_free(lab);
}

/* A request of a client that has one cookie, which is of this server's keys. */
static size_t nts_request(struct lab *lab, struct nts_client *client,
    uint8_t packet[NTP_PACKET_MAX])
{
	struct nts_session session = { .aead = AEAD_AES_SIV_CMAC_256,
		.key_length = 32, .c2s = { 1 }, .s2c = { 2 } };
	uint8_t cookie[COOKIE_SIZE_MAX], random[48];
	struct cookie_ring ring = { 0 };

	random_bytes(random, sizeof(random));
	assert_true(cookie_ring_set(&ring, &lab->keys));
	memset(client, 0, sizeof(*client));
	nts_client_set(client, session.aead, 32, session.c2s, session.s2c);
	assert_true(nts_client_add_cookie(client, cookie, cookie_seal(&ring,
	    &session, random, cookie, sizeof(cookie))));
	cookie_ring_clear(&ring);
	plain_request(packet);
	return nts_client_request(client, packet, NTP_HEADER_SIZE,
	    NTP_PACKET_MAX, random);
}

static void answers_nts(void **state)
{
	struct lab *lab = lab_new("allow\nntsservercert /x\nntsserverkey /x\n");
	uint8_t packet[NTP_PACKET_MAX];
	struct nts_client client;
	size_t n = nts_request(lab, &client, packet);

	(void)state;
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	assert_int_equal(lab->length, n);
	assert_int_equal(nts_client_response(&client, lab->reply, lab->length),
	    DROP_OK);
	assert_int_equal(client.cookie_count, NTS_COOKIES);
	assert_int_equal(server_counter(lab->page, SERVER_NTP_AUTHENTICATED), 1);
	nts_client_wipe(&client);
	lab_free(lab);
}

/* Whoever asks while it starts is answered when it has its keys, and gets no NAK. */
static void answers_when_it_has_its_keys(void **state)
{
	struct lab *lab = lab_open("allow\nntsservercert /x\nntsserverkey /x\n",
	    true);
	uint8_t packet[NTP_PACKET_MAX];
	struct nts_client client;
	size_t n = nts_request(lab, &client, packet);

	(void)state;
	assert_false(exchange(lab, packet, n, 0.1));
	hand_out(lab);
	assert_true(role_lab_run(&lab->role, TEST_LIMIT_S));
	assert_int_equal(nts_client_response(&client, lab->reply, lab->length),
	    DROP_OK);
	assert_int_equal(client.cookie_count, NTS_COOKIES);
	nts_client_wipe(&client);
	lab_free(lab);
}

static void send_mac_keys(struct lab *lab, const void *packed, size_t n)
{
	struct ipc_mac_keys m = { .length = (uint32_t)n };
	int fd;

	assert_int_equal(sealed_create("test", packed, n, &fd), 0);
	assert_int_equal(channel_send(lab->role.channel, IPC_MAC_KEYS, &m, &fd), 0);
	close(fd);
	role_lab_run(&lab->role, 0.05);
}

/* Keys come in sealed memory, and the next ones replace them. */
static void answers_symmetric_keys(void **state)
{
	static const uint8_t bytes[] = "0123456789abcdef";
	static const struct mac_key key = { 9, MAC_AES128, 16, bytes };
	struct lab *lab = lab_new("allow 127.0.0.1\n");
	struct mac_keys keys;
	struct ntp_tail tail;
	uint8_t packet[NTP_PACKET_MAX];
	size_t n = packet_mac_put(&key, packet, plain_request(packet),
	    sizeof(packet));

	(void)state;
	assert_true(mac_keys_make(&keys, 100));
	assert_true(mac_keys_add(&keys, &key));
	assert_false(exchange(lab, packet, n, 0.1));
	send_mac_keys(lab, keys.packed, keys.length);
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	assert_int_equal(lab->length, n);
	assert_int_equal(ntp_tail_read(lab->reply, n, &tail), DROP_OK);
	assert_int_equal(packet_mac_check(&key, lab->reply, n, &tail), DROP_OK);
	send_mac_keys(lab, "", 0);
	assert_false(exchange(lab, packet, n, 0.1));
	assert_int_equal(server_counter(lab->page, SERVER_NTP_AUTHENTICATED), 1);
	assert_int_equal(lab->page->drops[DROP_KEY_UNKNOWN], 2);
	mac_keys_free(&keys);
	lab_free(lab);
}

/*
 * A client in interleaved mode, by the kernel's stamps where it has them; plain
 * ones beside it ask for none.
 */
static void answers_interleaved(void **state)
{
	struct lab *lab = lab_new("allow 127.0.0.1\n");
	struct ntp_header h = { .version = 4, .mode = NTP_MODE_CLIENT }, r;
	uint64_t before = 0;

	(void)state;
	publish(lab);
	for (unsigned i = 0; i < 5; i++) {
		uint8_t packet[NTP_PACKET_MAX];

		h.origin = before;
		h.receive = 1000 + i;
		h.transmit = 2000 + i;
		ntp_header_write(&h, packet);
		assert_true(exchange(lab, packet, NTP_HEADER_SIZE,
		    TEST_LIMIT_S));
		assert_int_equal(ntp_header_read(lab->reply, lab->length, &r),
		    DROP_OK);
		assert_true(r.origin == (i < 2 ? h.transmit : h.receive));
		if (i >= 2)		/* it left after the request before */
			assert_true(r.transmit > before &&
			    r.transmit < r.receive);
		before = r.receive;
		assert_true(exchange(lab, packet, plain_request(packet),
		    TEST_LIMIT_S));
	}
	assert_int_equal(server_counter(lab->page, SERVER_NTP_INTERLEAVED), 3);
	assert_int_equal(server_counter(lab->page, SERVER_NTP_KERNEL_TX),
	    server_counter(lab->page, SERVER_NTP_KERNEL_RX) > 0 ? 3 : 0);
	assert_int_equal(lab->page->stamps_held, 1);
	lab_free(lab);
}

/* A server whose ptpport the client has connected to. */
static struct lab *lab_ptp(void)
{
	char config[100];
	uint16_t port = free_port(SOCK_DGRAM);
	struct lab *lab;
	struct sockaddr_in sa = { .sin_family = AF_INET,
		.sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1) };
	uint8_t packet[NTP_PACKET_MAX];
	size_t n = plain_request(packet);

	snprintf(config, sizeof(config), "allow\nptpport %u\nptpdomain 5\n",
	    port);
	lab = lab_new(config);
	/* the NTP port goes on as it is */
	assert_true(exchange(lab, packet, n, TEST_LIMIT_S));
	assert_int_equal(connect(lab->fd, (struct sockaddr *)&sa, sizeof(sa)),
	    0);
	return lab;
}

/* NTP over PTP, on a port of its own: each is answered as he asks. */
static void answers_over_ptp(void **state)
{
	static const enum ptp_form forms[] = { PTP_EXPERIMENTAL, PTP_STANDARD,
		PTP_EXPERIMENTAL };
	struct lab *lab = lab_ptp();

	(void)state;
	for (unsigned i = 0; i < 3; i++) {
		size_t head = ptp_ntp_head(forms[i]);
		uint8_t packet[PTP_NTP_HEAD_MAX + NTP_PACKET_MAX];
		size_t n = plain_request(packet + head);
		enum ptp_form form;

		ptp_ntp_write(forms[i], 5, 77, n, packet);
		assert_true(exchange(lab, packet, head + n, TEST_LIMIT_S));
		assert_int_equal(lab->length, head + n);
		assert_true(ptp_ntp_read(lab->reply, lab->length, 5, &form));
		assert_int_equal(form, forms[i]);
		/* its own number, not that of the request */
		assert_int_equal(lab->reply[30] << 8 | lab->reply[31], i);
		assert_int_equal(lab->reply[head] & 7, NTP_MODE_SERVER);
		assert_memory_equal(lab->reply + head + 24,
		    packet + head + 40, 8);
	}
	assert_int_equal(server_counter(lab->page, SERVER_NTP_RECEIVED), 4);
	lab_free(lab);
}

/* What is no such message is not heard. */
static void hears_nothing_else_over_ptp(void **state)
{
	struct lab *lab = lab_ptp();
	uint8_t packet[PTP_NTP_HEAD_MAX + NTP_PACKET_MAX];

	(void)state;
	for (int form = PTP_STANDARD; form <= PTP_EXPERIMENTAL; form++) {
		size_t head = ptp_ntp_head((enum ptp_form)form);
		size_t n = plain_request(packet + head);

		ptp_ntp_write((enum ptp_form)form, 6, 0, n, packet);
		assert_false(exchange(lab, packet, head + n, 0.1));
		assert_false(exchange(lab, packet + head, n, 0.1));
	}
	assert_int_equal(server_counter(lab->page, SERVER_NTP_RECEIVED), 1);
	lab_free(lab);
}

static void gives_no_answer(void **state)
{
	static const struct {
		const char *name, *config;
		size_t length;
		enum drop why;
	} cases[] = {
		{ "not allowed", "allow 10.0.0.0/8\n", 48, DROP_ACCESS },
		{ "short", "allow\n", 47, DROP_SHORT },
		{ "empty", "allow\n", 0, DROP_SHORT },
		{ "longest datagram that is taken", "allow\n", 1280, DROP_LONG },
		{ "longer, cut", "allow\n", 9000, DROP_LONG },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct lab *lab = lab_new(cases[i].config);
		uint8_t packet[9000] = { 0 };

		plain_request(packet);
		if (exchange(lab, packet, cases[i].length, 0.1))
			fail_msg("%s: answered", cases[i].name);
		if (lab->page->drops[cases[i].why] != 1)
			fail_msg("%s: not counted", cases[i].name);
		lab_free(lab);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(answers_with_the_time),
		cmocka_unit_test(resets_clients),
		cmocka_unit_test(answers_many_at_once),
		cmocka_unit_test(answers_nts),
		cmocka_unit_test(answers_when_it_has_its_keys),
		cmocka_unit_test(answers_symmetric_keys),
		cmocka_unit_test(answers_interleaved),
		cmocka_unit_test(answers_over_ptp),
		cmocka_unit_test(hears_nothing_else_over_ptp),
		cmocka_unit_test(gives_no_answer),
	};

	return cmocka_run_group_tests_name("hora-serve/io", tests, NULL, NULL);
}
