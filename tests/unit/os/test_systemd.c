/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sockaddr.h"
#include "os/systemd.h"
#include "unit/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cmocka.h>

static void addresses_come_back(void **state)
{
	static const char *const texts[] = { "192.0.2.1", "2001:db8::1" };
	struct sockaddr_storage ss;
	struct net_addr from = { .port = 123 }, to;

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		socklen_t n;

		assert_true(ip_parse(texts[i], &from.ip));
		from.scope_id = from.ip.family == IP_V6 ? 3 : 0;
		n = sockaddr_from(&from, &ss);
		assert_true(n > 0);
		assert_int_equal(ss.ss_family, sockaddr_family(from.ip.family));
		assert_true(sockaddr_to((struct sockaddr *)&ss, n, &to));
		assert_true(net_addr_equal(&from, &to));
		assert_false(sockaddr_to((struct sockaddr *)&ss, n - 1, &to));
	}
	from.ip.family = IP_NONE;
	assert_int_equal(sockaddr_from(&from, &ss), 0);
	ss.ss_family = AF_UNIX;
	assert_false(sockaddr_to((struct sockaddr *)&ss, sizeof(ss), &to));
}

/* A bound UDP socket on loopback; its address in *ret. */
static int udp(struct net_addr *ret)
{
	struct sockaddr_in in = { .sin_family = AF_INET,
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t n = sizeof(in);
	int fd = socket(AF_INET, SOCK_DGRAM, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&in, n), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &n), 0);
	assert_true(sockaddr_to((struct sockaddr *)&in, n, ret));
	return fd;
}

static void set_listen(const char *fds, const char *pid, const char *names)
{
	setenv("LISTEN_FDS", fds, 1);
	if (pid)
		setenv("LISTEN_PID", pid, 1);
	if (names)
		setenv("LISTEN_FDNAMES", names, 1);
}

static void sockets_are_found_by_name_then_address(void **state)
{
	struct passed_sockets p;
	struct net_addr address[3];
	int fds[3], saved[3];
	char pid[16];

	(void)state;
	for (int i = 0; i < 3; i++) {
		int fd = udp(&address[i]);

		saved[i] = dup(3 + i);
		fds[i] = dup2(fd, 3 + i);
		assert_int_equal(fds[i], 3 + i);
		if (fd > 5)
			close(fd);
	}
	snprintf(pid, sizeof(pid), "%d", (int)getpid());
	set_listen("3", pid, "other:ntp:cmd");
	passed_sockets_take(&p);
	assert_null(getenv("LISTEN_FDS"));
	assert_null(getenv("LISTEN_PID"));
	assert_int_equal(p.count, 3);
	assert_true(fcntl(3, F_GETFD) & FD_CLOEXEC);
	assert_string_equal(p.socket[1].name, "ntp");

	/* the name of another is no match, whatever the address */
	assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_DGRAM,
	    &address[2]), -1);
	/* nor is another type or port */
	assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_STREAM,
	    &address[1]), -1);
	assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_DGRAM,
	    &address[1]), 4);
	assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_DGRAM,
	    &address[1]), -1);		/* taken */
	/* an unknown name goes by its address */
	assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_DGRAM,
	    &address[0]), 3);
	assert_int_equal(passed_sockets_close(&p), 1);
	assert_true(fcntl(5, F_GETFD) < 0);
	for (int i = 0; i < 3; i++)
		if (saved[i] >= 0) {
			dup2(saved[i], 3 + i);
			close(saved[i]);
		} else {
			close(3 + i);
		}
}

static void a_socket_of_both_families_is_not_used(void **state)
{
	(void)state;
	for (int v6_only = 0; v6_only < 2; v6_only++) {
		struct sockaddr_in6 in = { .sin6_family = AF_INET6 };
		struct passed_sockets p = { .count = 1 };
		socklen_t n = sizeof(in);
		int fd = socket(AF_INET6, SOCK_DGRAM, 0);

		if (fd < 0)
			SKIP("a system without IPv6");
		assert_int_equal(setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY,
		    &v6_only, sizeof(v6_only)), 0);
		assert_int_equal(bind(fd, (struct sockaddr *)&in, n), 0);
		assert_int_equal(getsockname(fd, (struct sockaddr *)&in, &n),
		    0);
		p.socket[0].fd = fd;
		p.socket[0].type = SOCK_DGRAM;
		assert_true(sockaddr_to((struct sockaddr *)&in, n,
		    &p.socket[0].address));
		assert_int_equal(passed_socket_find(&p, PASSED_NTP, SOCK_DGRAM,
		    &p.socket[0].address), v6_only ? fd : -1);
		if (v6_only)
			close(fd);
		assert_int_equal(passed_sockets_close(&p), !v6_only);
	}
}

static void bad_variables_pass_nothing(void **state)
{
	static const struct {
		const char *fds, *pid;
	} cases[] = {
		{ "1", "1" }, { "x", NULL }, { "-1", NULL }, { "33", NULL },
		{ "0", NULL }, { "1", "x" },
	};
	struct passed_sockets p;

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		set_listen(cases[i].fds, cases[i].pid, NULL);
		passed_sockets_take(&p);
		if (p.count != 0)
			fail_msg("%s %s", cases[i].fds, cases[i].pid);
		assert_null(getenv("LISTEN_FDS"));
	}
	passed_sockets_take(&p);
	assert_int_equal(p.count, 0);
}

static void readiness_is_told(void **state)
{
	char directory[] = "/tmp/hora-test-XXXXXX", got[32] = "";
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0);

	(void)state;
	unsetenv("NOTIFY_SOCKET");
	assert_int_equal(systemd_notify("READY=1"), 0);
	setenv("NOTIFY_SOCKET", "relative", 1);
	assert_int_equal(systemd_notify("READY=1"), -EINVAL);
	assert_non_null(mkdtemp(directory));
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/notify", directory);
	setenv("NOTIFY_SOCKET", sun.sun_path, 1);
	assert_int_equal(systemd_notify("READY=1"), -ENOENT);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);
	assert_int_equal(systemd_notify("READY=1"), 0);
	assert_int_equal(recv(fd, got, sizeof(got), MSG_DONTWAIT), 7);
	assert_string_equal(got, "READY=1");
	unlink(sun.sun_path);
	rmdir(directory);
	close(fd);
	unsetenv("NOTIFY_SOCKET");
}

static void the_watchdog_is_ours_or_none(void **state)
{
	char self[16], other[16];
	const struct {
		const char *usec, *pid;
		double is_s;
	} rows[] = {
		{ NULL, NULL, 0 },
		{ "180000000", NULL, 180 },
		{ "180000000", self, 180 },
		{ "180000000", other, 0 },
		{ "180000000", "x", 0 },
		{ NULL, self, 0 },
		{ "0", self, 0 },
		{ "-1", self, 0 },
		{ "18s", self, 0 },
		{ "99999999999999999999", self, 0 },
		{ "1500000", self, 1.5 },
	};

	(void)state;
	snprintf(self, sizeof(self), "%ld", (long)getpid());
	snprintf(other, sizeof(other), "%ld", (long)getppid());
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unsetenv("WATCHDOG_USEC");
		unsetenv("WATCHDOG_PID");
		if (rows[i].usec)
			setenv("WATCHDOG_USEC", rows[i].usec, 1);
		if (rows[i].pid)
			setenv("WATCHDOG_PID", rows[i].pid, 1);
		assert_true(systemd_watchdog_s() == rows[i].is_s);
	}
	unsetenv("WATCHDOG_USEC");
	unsetenv("WATCHDOG_PID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(addresses_come_back),
		cmocka_unit_test(sockets_are_found_by_name_then_address),
		cmocka_unit_test(a_socket_of_both_families_is_not_used),
		cmocka_unit_test(bad_variables_pass_nothing),
		cmocka_unit_test(readiness_is_told),
		cmocka_unit_test(the_watchdog_is_ours_or_none),
	};

	return cmocka_run_group_tests_name("os/systemd", tests, NULL, NULL);
}
