/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sockaddr.h"
#include "os/udp_server.h"
#include "unit/skip.h"

#include <errno.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static struct net_addr address(const char *text, uint16_t port)
{
	struct net_addr a = { .port = port };

	assert_true(ip_parse(text, &a.ip));
	return a;
}

static struct net_addr bound_to(int fd)
{
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	struct net_addr a;

	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &n), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, n, &a));
	return a;
}

static int client_of(const char *from, const struct net_addr *to)
{
	struct net_addr a = address(from, 0);
	struct sockaddr_storage sa;
	socklen_t n = sockaddr_from(&a, &sa);
	int fd = socket(sa.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&sa, n), 0);
	n = sockaddr_from(to, &sa);
	assert_int_equal(connect(fd, (struct sockaddr *)&sa, n), 0);
	return fd;
}

/* Wait, at most five seconds, and receive. */
static int receive(struct udp_batch *b, int fd)
{
	struct pollfd p = { fd, POLLIN, 0 };

	assert_int_equal(poll(&p, 1, 5000), 1);
	return udp_batch_receive(b, fd);
}

/*
 * Bound to every address, asked at one of them: the answer comes from there,
 * else the connected client would not get it.
 */
static void echo(const char *any, const char *asked, const char *client)
{
	struct udp_batch *b = udp_batch_new();
	struct net_addr to = address(any, 0);
	char answer[16];
	int server, fd, got = 0;

	assert_non_null(b);
	assert_int_equal(udp_server_open(&to, false, NULL, &server), 0);
	to = address(asked, bound_to(server).port);
	fd = client_of(client, &to);
	assert_int_equal(udp_batch_receive(b, server), 0);
	for (int i = 0; i < UDP_BATCH + 3; i++)
		assert_int_equal(send(fd, "ping", 4, 0), 4);
	while (got < UDP_BATCH + 3) {
		int n = receive(b, server);

		assert_true(n > 0 && n <= UDP_BATCH);
		for (int i = 0; i < n; i++) {
			const struct udp_packet *p = udp_batch_packet(b, i);

			assert_int_equal(p->length, 4);
			assert_memory_equal(p->bytes, "ping", 4);
			assert_true(ip_equal(&p->local, &to.ip));
			memcpy(udp_batch_reply(b, i), "pong", 4);
			/* every other one, so that places and replies differ */
			if ((got + i) % 2 == 0)
				udp_batch_queue(b, i, 4);
		}
		assert_int_equal(udp_batch_send(b, server, NULL), (got + n + 1) / 2 -
		    (got + 1) / 2);
		assert_int_equal(udp_batch_waiting(b), 0);
		got += n;
	}
	for (int i = 0; i < (UDP_BATCH + 4) / 2; i++) {
		assert_int_equal(recv(fd, answer, sizeof(answer), 0), 4);
		assert_memory_equal(answer, "pong", 4);
	}
	assert_int_equal(recv(fd, answer, sizeof(answer), MSG_DONTWAIT), -1);
	close(fd);
	close(server);
	udp_batch_free(b);
}

static void echo_v4(void **state)
{
	(void)state;
	echo("0.0.0.0", "127.0.0.3", "127.0.0.1");
	echo("127.0.0.3", "127.0.0.3", "127.0.0.1");
}

static void echo_v6(void **state)
{
	struct net_addr a = address("::1", 0);
	int fd;

	(void)state;
	if (udp_server_open(&a, false, NULL, &fd) < 0)
		SKIP("a system without IPv6");
	close(fd);
	echo("::", "::1", "::1");
}

static void long_datagrams_show(void **state)
{
	static const struct {
		size_t sent, seen;
	} cases[] = {
		{ 0, 0 }, { 1, 1 },
		{ UDP_PACKET_SIZE - 1, UDP_PACKET_SIZE - 1 },
		{ UDP_PACKET_SIZE, UDP_PACKET_SIZE },
		{ UDP_PACKET_SIZE + 1, UDP_PACKET_SIZE },
		{ 9000, UDP_PACKET_SIZE },
	};
	static char bytes[9000];
	struct udp_batch *b = udp_batch_new();
	struct net_addr to = address("127.0.0.1", 0);
	int server, fd;

	(void)state;
	assert_non_null(b);
	assert_int_equal(udp_server_open(&to, false, NULL, &server), 0);
	to = bound_to(server);
	fd = client_of("127.0.0.1", &to);
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(send(fd, bytes, cases[i].sent, 0),
		    cases[i].sent);
		assert_int_equal(receive(b, server), 1);
		assert_int_equal(udp_batch_packet(b, 0)->length, cases[i].seen);
	}
	close(fd);
	close(server);
	udp_batch_free(b);
}

static void opening(void **state)
{
	struct net_addr a = address("127.0.0.1", 0), none = { .port = 1 };
	/* TEST-NET-1: not ours, and that does not matter */
	struct net_addr later = address("192.0.2.1", 0);
	int first, second;

	(void)state;
	assert_int_equal(udp_server_open(&none, false, NULL, &first), -EINVAL);
	assert_int_equal(udp_server_open(&later, false, NULL, &first), 0);
	close(first);
	assert_int_equal(udp_server_open(&a, false, NULL, &first), 0);
	a = bound_to(first);
	assert_int_equal(udp_server_open(&a, false, NULL, &second), -EADDRINUSE);
	close(first);
	/* workers share an address when all of them ask for it */
	assert_int_equal(udp_server_open(&a, true, NULL, &first), 0);
	assert_int_equal(udp_server_open(&a, true, NULL, &second), 0);
	close(first);
	close(second);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(echo_v4),
		cmocka_unit_test(echo_v6),
		cmocka_unit_test(long_datagrams_show),
		cmocka_unit_test(opening),
	};

	return cmocka_run_group_tests_name("os/udp_server", tests, NULL, NULL);
}
