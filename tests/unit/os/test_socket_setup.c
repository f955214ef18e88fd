/* SPDX-License-Identifier: Apache-2.0 */
/* Interface and code point of sockets, on loopback. */
#include "os/socket_setup.h"
#include "unit/skip.h"

#include <errno.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/ip.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static int option(int fd, int level, int name)
{
	int value = -1;
	socklen_t size = sizeof(value);

	assert_int_equal(getsockopt(fd, level, name, &value, &size), 0);
	return value;
}

static void test_nothing(void **state)
{
	const struct socket_setup plain = { .device = "" };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(socket_set_up(fd, IP_V4, NULL), 0);
	assert_int_equal(socket_set_up(fd, IP_V4, &plain), 0);
	assert_int_equal(option(fd, SOL_SOCKET, SO_REUSEADDR), 0);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TOS), 0);
	close(fd);
}

static void test_dscp(void **state)
{
	const struct socket_setup dscp = { .dscp = 46 }, most = { .dscp = 63 };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(socket_set_up(fd, IP_V4, &dscp), 0);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TOS), 46 << 2);
	assert_int_equal(socket_set_up(fd, IP_V4, &most), 0);
	assert_int_equal(option(fd, IPPROTO_IP, IP_TOS), 63 << 2);
	close(fd);
	fd = socket(AF_INET6, SOCK_DGRAM, 0);
	if (fd < 0)
		return;
	assert_int_equal(socket_set_up(fd, IP_V6, &dscp), 0);
	assert_int_equal(option(fd, IPPROTO_IPV6, IPV6_TCLASS), 46 << 2);
	close(fd);
}

static void test_shared(void **state)
{
	const struct socket_setup shared = { .is_shared = true };
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	(void)state;
	assert_int_equal(socket_set_up(fd, IP_V4, &shared), 0);
	assert_int_equal(option(fd, SOL_SOCKET, SO_REUSEADDR), 1);
	close(fd);
}

static void test_device(void **state)
{
	const struct socket_setup lo = { .device = "lo" };
	const struct socket_setup none = { .device = "nonesuch0" };
	char bound[IF_NAMESIZE] = "";
	socklen_t size = sizeof(bound);
	int fd = socket(AF_INET, SOCK_DGRAM, 0), rc;

	(void)state;
	assert_int_equal(socket_set_up(fd, IP_V4, &none), -ENODEV);
	rc = socket_set_up(fd, IP_V4, &lo);
	if (rc == -EPERM) {
		close(fd);
		SKIP("an old kernel binds to interfaces for root only");
	}
	assert_int_equal(rc, 0);
	assert_int_equal(getsockopt(fd, SOL_SOCKET, SO_BINDTODEVICE, bound,
	    &size), 0);
	assert_string_equal(bound, "lo");
	/* As a passed socket that is bound already. */
	assert_int_equal(socket_set_up(fd, IP_V4, &lo), 0);
	close(fd);
}

static void test_error(void **state)
{
	const struct socket_setup lo = { .device = "lo" }, none = { 0 };

	(void)state;
	assert_string_equal(socket_setup_error(-ENODEV, &lo),
	    "there is no such network interface");
	assert_non_null(strstr(socket_setup_error(-EPERM, &lo), "CAP_NET_RAW"));
	assert_string_equal(socket_setup_error(-EPERM, &none),
	    strerror(EPERM));
	assert_string_equal(socket_setup_error(-EPERM, NULL), strerror(EPERM));
	assert_string_equal(socket_setup_error(-EACCES, &lo),
	    strerror(EACCES));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_dscp),
		cmocka_unit_test(test_shared),
		cmocka_unit_test(test_device),
		cmocka_unit_test(test_error),
	};

	return cmocka_run_group_tests_name("os/socket_setup", tests, NULL,
	    NULL);
}
