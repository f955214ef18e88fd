/* SPDX-License-Identifier: Apache-2.0 */
/* Client sockets on loopback. */
#include "os/udp_client.h"

#include <errno.h>
#include <math.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/now.h"
#include "os/sockaddr.h"

static const struct ip_addr any = { 0 };
static const struct ip_addr loopback4 = { IP_V4, { 127, 0, 0, 1 } };
static const struct ip_addr loopback6 = { IP_V6, { [15] = 1 } };

/* A socket that stands for a server; its address in *ret. -1: no such family. */
static int server(const struct ip_addr *ip, struct net_addr *ret)
{
	struct sockaddr_storage sa;
	struct net_addr local = { .ip = *ip };
	socklen_t length = sockaddr_from(&local, &sa);
	int fd = socket(sa.ss_family, SOCK_DGRAM, 0);

	if (fd < 0)
		return -1;
	if (bind(fd, (struct sockaddr *)&sa, length) < 0) {
		close(fd);
		return -1;
	}
	length = sizeof(sa);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &length), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, length, ret));
	return fd;
}

static bool wait_for(int fd, short events)
{
	struct pollfd p = { fd, events, 0 };

	return poll(&p, 1, 1000) == 1;
}

static void exchange(const struct ip_addr *ip, const struct ip_addr *bind_to)
{
	struct sockaddr_storage from;
	socklen_t from_length = sizeof(from);
	struct ip_addr local;
	struct net_addr to, client;
	struct wall_time sent, rx = { 0 };
	char bytes[8];
	bool has_rx;
	int client_fd, fd = server(ip, &to);

	if (fd < 0) {
		skip();
		return;
	}
	assert_int_equal(udp_client_open(&to, bind_to, &client_fd, &local), 0);
	assert_true(ip_equal(&local, ip));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, &has_rx, &rx),
	    -EAGAIN);
	assert_int_equal(udp_client_send(client_fd, "ping", 4, &sent), 0);
	assert_true(fabs(wall_sub(wall_now(), sent)) < 1);
	assert_true(wait_for(fd, POLLIN));
	assert_int_equal(recvfrom(fd, bytes, 8, 0, (struct sockaddr *)&from,
	    &from_length), 4);
	assert_true(sockaddr_to((struct sockaddr *)&from, from_length, &client));
	assert_true(ip_equal(&client.ip, &local));
	assert_int_equal(sendto(fd, "answer", 6, 0, (struct sockaddr *)&from,
	    from_length), 6);
	assert_true(wait_for(client_fd, POLLIN));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, &has_rx, &rx),
	    6);
	assert_memory_equal(bytes, "answer", 6);
	if (has_rx)
		assert_true(fabs(wall_sub(wall_now(), rx)) < 1);
	/* Longer than the room: told by the length. */
	assert_int_equal(sendto(fd, "0123456789", 10, 0,
	    (struct sockaddr *)&from, from_length), 10);
	assert_true(wait_for(client_fd, POLLIN));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, &has_rx, &rx),
	    9);
	close(client_fd);
	close(fd);
}

static void test_ipv4(void **state)
{
	(void)state;
	exchange(&loopback4, &any);
}

static void test_ipv6(void **state)
{
	(void)state;
	exchange(&loopback6, &any);
}

static void test_bound(void **state)
{
	(void)state;
	exchange(&loopback4, &loopback4);
}

/* The address of another family says nothing about this one. */
static void test_bound_other_family(void **state)
{
	(void)state;
	exchange(&loopback4, &loopback6);
}

/* Nobody but the server can answer. */
static void test_only_the_server(void **state)
{
	struct net_addr to, other, local;
	struct sockaddr_storage sa;
	socklen_t length = sizeof(sa);
	struct wall_time rx;
	char bytes[8];
	bool has_rx;
	int fd = server(&loopback4, &to), stranger = server(&loopback4, &other);
	int client_fd;

	(void)state;
	assert_int_equal(udp_client_open(&to, &any, &client_fd, NULL), 0);
	assert_int_equal(getsockname(client_fd, (struct sockaddr *)&sa,
	    &length), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, length, &local));
	assert_int_equal(sendto(stranger, "forged", 6, 0,
	    (struct sockaddr *)&sa, length), 6);
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, &has_rx, &rx),
	    -EAGAIN);
	close(client_fd);
	close(stranger);
	close(fd);
}

/* Each request has a port of its own. */
static void test_fresh_port(void **state)
{
	struct net_addr to, local[2];
	int fd = server(&loopback4, &to), clients[2];

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct sockaddr_storage sa;
		socklen_t length = sizeof(sa);

		assert_int_equal(udp_client_open(&to, &any, &clients[i], NULL),
		    0);
		assert_int_equal(getsockname(clients[i],
		    (struct sockaddr *)&sa, &length), 0);
		sockaddr_to((struct sockaddr *)&sa, length, &local[i]);
		assert_int_not_equal(local[i].port, 0);
	}
	assert_int_not_equal(local[0].port, local[1].port);
	close(clients[0]);
	close(clients[1]);
	close(fd);
}

static void test_reach(void **state)
{
	struct net_addr none = { 0 }, local = { loopback4, 123, 0 };
	struct ip_addr foreign = { IP_V4, { 192, 0, 2, 1 } };

	(void)state;
	assert_true(udp_client_can_reach(&local, &any));
	assert_false(udp_client_can_reach(&none, &any));
	/* An address that is not ours can not be bound. */
	assert_false(udp_client_can_reach(&local, &foreign));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ipv4),
		cmocka_unit_test(test_ipv6),
		cmocka_unit_test(test_bound),
		cmocka_unit_test(test_bound_other_family),
		cmocka_unit_test(test_only_the_server),
		cmocka_unit_test(test_fresh_port),
		cmocka_unit_test(test_reach),
	};

	return cmocka_run_group_tests_name("os/udp_client", tests, NULL, NULL);
}
