/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sockaddr.h"
#include "os/tcp_server.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

static int open_on_loopback(struct net_addr *ret)
{
	struct net_addr a = { .ip = { IP_V4, { 127, 0, 0, 1 } } };
	struct sockaddr_storage sa;
	socklen_t n = sizeof(sa);
	int fd;

	assert_int_equal(tcp_server_open(&a, 5, NULL, &fd), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&sa, &n), 0);
	assert_true(sockaddr_to((struct sockaddr *)&sa, n, ret));
	return fd;
}

static int dial(const struct net_addr *to)
{
	struct sockaddr_storage sa;
	socklen_t n = sockaddr_from(to, &sa);
	int fd = socket(sa.ss_family, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(connect(fd, (struct sockaddr *)&sa, n), 0);
	return fd;
}

static void accepting(void **state)
{
	struct net_addr local, peer;
	int listener = open_on_loopback(&local), client, fd;

	(void)state;
	assert_int_equal(tcp_server_accept(listener, &fd, &peer), -EAGAIN);
	client = dial(&local);
	assert_int_equal(tcp_server_accept(listener, &fd, &peer), 0);
	assert_true(ip_is_localhost(&peer.ip));
	assert_true(fcntl(fd, F_GETFL) & O_NONBLOCK);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	close(fd);
	close(client);
	close(listener);
}

/*
 * The client said more than we read. What we wrote last must reach it all the
 * same, and then the end: a plain close would reset the connection.
 */
static void closing_keeps_the_last_bytes(void **state)
{
	struct net_addr local, peer;
	int listener = open_on_loopback(&local), client = dial(&local), fd;
	socklen_t n = sizeof(int);
	char answer[16];
	int error;

	(void)state;
	assert_int_equal(tcp_server_accept(listener, &fd, &peer), 0);
	assert_int_equal(send(client, "unread", 6, 0), 6);
	assert_int_equal(send(fd, "last", 4, 0), 4);
	tcp_server_close(fd);
	assert_int_equal(recv(client, answer, sizeof(answer), 0), 4);
	assert_int_equal(recv(client, answer, sizeof(answer), 0), 0);
	/* a reset leaves its mark here */
	assert_int_equal(getsockopt(client, SOL_SOCKET, SO_ERROR, &error, &n),
	    0);
	assert_int_equal(error, 0);
	close(client);
	close(listener);
}

static void opening(void **state)
{
	struct net_addr local, none = { .port = 1 };
	int listener = open_on_loopback(&local), fd;

	(void)state;
	assert_int_equal(tcp_server_open(&none, 5, NULL, &fd), -EINVAL);
	assert_int_equal(tcp_server_open(&local, 5, NULL, &fd), -EADDRINUSE);
	close(listener);
	assert_int_equal(tcp_server_open(&local, 5, NULL, &fd), 0);
	close(fd);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(accepting),
		cmocka_unit_test(closing_keeps_the_last_bytes),
		cmocka_unit_test(opening),
	};

	return cmocka_run_group_tests_name("os/tcp_server", tests, NULL, NULL);
}
