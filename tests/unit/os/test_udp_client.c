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
#include "unit/skip.h"

static const struct net_addr any = { 0 };
static const struct ip_addr loopback4 = { IP_V4, { 127, 0, 0, 1 } };
static const struct ip_addr loopback6 = { IP_V6, { [15] = 1 } };
static const struct net_addr local4 = { .ip = { IP_V4, { 127, 0, 0, 1 } } };
static const struct net_addr local6 = { .ip = { IP_V6, { [15] = 1 } } };

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

static void exchange(const struct ip_addr *ip, const struct net_addr *bind_to)
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
		SKIP("no socket here: a system without IPv6");
		return;
	}
	assert_int_equal(udp_client_open(&to, bind_to, NULL, &client_fd,
	    &local), 0);
	assert_true(ip_equal(&local, ip));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, NULL, &has_rx,
	    &rx), -EAGAIN);
	assert_int_equal(udp_client_send(client_fd, NULL, "ping", 4,
	    &sent), 0);
	assert_true(fabs(wall_sub(wall_now(), sent)) < 1);
	assert_true(wait_for(fd, POLLIN));
	assert_int_equal(recvfrom(fd, bytes, 8, 0, (struct sockaddr *)&from,
	    &from_length), 4);
	assert_true(sockaddr_to((struct sockaddr *)&from, from_length, &client));
	assert_true(ip_equal(&client.ip, &local));
	assert_int_equal(sendto(fd, "answer", 6, 0, (struct sockaddr *)&from,
	    from_length), 6);
	assert_true(wait_for(client_fd, POLLIN));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, NULL, &has_rx,
	    &rx), 6);
	assert_memory_equal(bytes, "answer", 6);
	if (has_rx)
		assert_true(fabs(wall_sub(wall_now(), rx)) < 1);
	/* Longer than the room: told by the length. */
	assert_int_equal(sendto(fd, "0123456789", 10, 0,
	    (struct sockaddr *)&from, from_length), 10);
	assert_true(wait_for(client_fd, POLLIN));
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, NULL, &has_rx,
	    &rx), 9);
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
	exchange(&loopback4, &local4);
}

/* The address of another family says nothing about this one. */
static void test_bound_other_family(void **state)
{
	(void)state;
	exchange(&loopback4, &local6);
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
	assert_int_equal(udp_client_open(&to, &any, NULL, &client_fd,
	    NULL), 0);
	assert_int_equal(getsockname(client_fd, (struct sockaddr *)&sa,
	    &length), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, length, &local));
	assert_int_equal(sendto(stranger, "forged", 6, 0,
	    (struct sockaddr *)&sa, length), 6);
	assert_int_equal(udp_client_receive(client_fd, bytes, 8, NULL, &has_rx,
	    &rx), -EAGAIN);
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

		assert_int_equal(udp_client_open(&to, &any, NULL,
		    &clients[i], NULL), 0);
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
	struct net_addr none = { 0 }, to = { loopback4, 123, 0 };
	struct net_addr foreign = { .ip = { IP_V4, { 192, 0, 2, 1 } } };
	struct ip_addr local = { 0 };

	(void)state;
	assert_true(udp_client_can_reach(&to, &any, NULL, &local));
	assert_true(ip_equal(&local, &loopback4));
	assert_false(udp_client_can_reach(&none, &any, NULL, NULL));
	/* An address that is not ours can not be bound. */
	assert_false(udp_client_can_reach(&to, &foreign, NULL, NULL));
}

static struct net_addr name_of(int fd)
{
	struct net_addr name;
	struct sockaddr_storage sa;
	socklen_t length = sizeof(sa);

	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &length), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, length, &name));
	return name;
}

static void tell(int fd, const struct net_addr *to, const char *text)
{
	struct wall_time sent;

	assert_int_equal(udp_client_send(fd, to, text, strlen(text), &sent), 0);
}

/* What waits on a socket; "" when nothing does. */
static const char *heard(int fd, char *text, size_t size,
    struct net_addr *ret_from)
{
	struct wall_time rx;
	bool has_rx;
	ssize_t n = udp_client_receive(fd, text, size - 1, ret_from, &has_rx,
	    &rx);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

/* One socket for all: it hears everybody and tells who it was. */
static void test_bound_only(void **state)
{
	struct net_addr to[2], from, own = local4;
	int servers[2] = { server(&loopback4, &to[0]),
		server(&loopback4, &to[1]) };
	char text[16];
	int fd, second;

	(void)state;
	assert_int_equal(udp_client_bind(&own, NULL, &fd), 0);
	own = name_of(fd);
	assert_int_equal(udp_client_bind(&own, NULL, &second), -EADDRINUSE);
	for (int i = 0; i < 2; i++) {
		tell(fd, &to[i], "ask");
		assert_true(wait_for(servers[i], POLLIN));
		assert_string_equal(heard(servers[i], text, sizeof(text),
		    &from), "ask");
		assert_true(net_addr_equal(&from, &own));
		tell(servers[i], &own, i == 0 ? "one" : "two");
		assert_true(wait_for(fd, POLLIN));
		assert_string_equal(heard(fd, text, sizeof(text), &from),
		    i == 0 ? "one" : "two");
		assert_true(net_addr_equal(&from, &to[i]));
		close(servers[i]);
	}
	close(fd);
}

/*
 * Several sockets of one port: a connected one hears its remote, whenever it
 * was opened, and the unconnected one everybody else.
 */
static void test_shared_port(void **state)
{
	const struct socket_setup shared = { .is_shared = true };
	struct net_addr to[3], own = local4;
	int remotes[3], unconnected, mine[2];
	char text[16];

	(void)state;
	for (int i = 0; i < 3; i++)
		remotes[i] = server(&loopback4, &to[i]);
	assert_int_equal(udp_client_bind(&own, &shared, &unconnected), 0);
	own = name_of(unconnected);
	for (int i = 0; i < 2; i++)
		assert_int_equal(udp_client_open(&to[i], &own, &shared,
		    &mine[i], NULL), 0);
	/* The first one turns to another remote and back. */
	assert_int_equal(udp_client_connect(mine[0], &to[2]), 0);
	assert_int_equal(udp_client_turn(mine[0], &to[0]), 0);
	assert_true(net_addr_equal(&own, &(struct net_addr){ own.ip,
	    udp_client_local(mine[0]).port, 0 }));
	for (int round = 0; round < 3; round++) {
		tell(remotes[0], &own, "zero");
		tell(remotes[1], &own, "one");
		tell(remotes[2], &own, "two");
		assert_string_equal(heard(mine[0], text, sizeof(text), NULL),
		    "zero");
		assert_string_equal(heard(mine[1], text, sizeof(text), NULL),
		    "one");
		assert_string_equal(heard(unconnected, text, sizeof(text),
		    NULL), "two");
	}
	assert_string_equal(heard(mine[0], text, sizeof(text), NULL), "");
	close(mine[0]);
	tell(remotes[0], &own, "zero");
	assert_string_equal(heard(unconnected, text, sizeof(text), NULL),
	    "zero");
	close(mine[1]);
	close(unconnected);
	for (int i = 0; i < 3; i++)
		close(remotes[i]);
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
		cmocka_unit_test(test_bound_only),
		cmocka_unit_test(test_shared_port),
	};

	return cmocka_run_group_tests_name("os/udp_client", tests, NULL, NULL);
}
