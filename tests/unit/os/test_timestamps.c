/* SPDX-License-Identifier: Apache-2.0 */
#include "os/now.h"
#include "os/timestamps.h"
#include "unit/skip.h"

#include <arpa/inet.h>
#include <errno.h>
#include <linux/errqueue.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

/* Two sockets on loopback, connected to each other. */
static void open_pair(int fds[2])
{
	struct sockaddr_in sa[2] = {
		{ .sin_family = AF_INET,
		    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
		{ .sin_family = AF_INET,
		    .sin_addr.s_addr = htonl(INADDR_LOOPBACK) },
	};
	socklen_t n = sizeof(sa[0]);

	for (int i = 0; i < 2; i++) {
		fds[i] = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		assert_true(fds[i] >= 0);
		assert_int_equal(bind(fds[i], (struct sockaddr *)&sa[i], n), 0);
		assert_int_equal(getsockname(fds[i],
		    (struct sockaddr *)&sa[i], &n), 0);
	}
	for (int i = 0; i < 2; i++)
		assert_int_equal(connect(fds[i], (struct sockaddr *)&sa[!i],
		    n), 0);
}

static void close_pair(const int fds[2])
{
	close(fds[0]);
	close(fds[1]);
}

static bool receive(int fd, struct wall_time *ret)
{
	_Alignas(struct cmsghdr) char control[TIMESTAMPS_CMSG_SIZE];
	char byte;
	struct iovec iov = { &byte, 1 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control),
	};

	assert_int_equal(recvmsg(fd, &msg, 0), 1);
	assert_int_equal(msg.msg_flags & MSG_CTRUNC, 0);
	return timestamps_rx(&msg, ret);
}

/*
 * The kernel turns its stamping on a moment after the first socket asks for
 * it, so the first packets may have none.
 */
static void receive_stamps(void **state)
{
	struct wall_time before, stamp = { 0 };
	bool has_stamp = false;
	int fds[2];

	(void)state;
	open_pair(fds);
	if (timestamps_enable(fds[1], false) == TIMESTAMPING_NONE) {
		close_pair(fds);
		SKIP("this kernel has no timestamps of packets");
	}
	for (int i = 0; i < 100 && !has_stamp; i++) {
		before = wall_now();
		assert_int_equal(send(fds[0], "x", 1, 0), 1);
		has_stamp = receive(fds[1], &stamp);
		usleep(1000);
	}
	assert_true(has_stamp);
	assert_true(stamp.ns >= before.ns);
	assert_true(stamp.ns <= wall_now().ns);
	close_pair(fds);
}

static void transmit_stamps(void **state)
{
	int fds[2];

	(void)state;
	open_pair(fds);
	if (timestamps_enable(fds[0], true) != TIMESTAMPING_RX_TX) {
		close_pair(fds);
		SKIP("this kernel stamps nothing that is sent");
	}
	for (uint32_t i = 0; i < 3; i++) {
		struct pollfd p = { fds[0], 0, 0 };
		struct wall_time before = wall_now();
		struct tx_stamp stamp;

		assert_int_equal(timestamps_tx(fds[0], &stamp), -EAGAIN);
		assert_int_equal(send(fds[0], "x", 1, 0), 1);
		assert_int_equal(poll(&p, 1, 5000), 1);
		assert_true(p.revents & POLLERR);
		assert_int_equal(timestamps_tx(fds[0], &stamp), 0);
		assert_int_equal(stamp.id, i);
		assert_true(stamp.at.ns >= before.ns);
		assert_true(stamp.at.ns <= wall_now().ns);
	}
	close_pair(fds);
}

/* Control messages of any kernel, or of none. */
static void parse(void **state)
{
	static const struct {
		const char *name;
		int level, type;
		size_t length;		/* of the data */
		struct timespec ts;
		bool has_stamp;
	} cases[] = {
		{ "SO_TIMESTAMPING", SOL_SOCKET, SCM_TIMESTAMPING, 48,
		    { 1700000000, 5 }, true },
		{ "SO_TIMESTAMPNS", SOL_SOCKET, SCM_TIMESTAMPNS, 16,
		    { 1700000000, 5 }, true },
		{ "no stamp taken", SOL_SOCKET, SCM_TIMESTAMPING, 48,
		    { 0, 0 }, false },
		{ "cut short", SOL_SOCKET, SCM_TIMESTAMPING, 15,
		    { 1700000000, 5 }, false },
		{ "another message", SOL_SOCKET, SCM_RIGHTS, 16,
		    { 1700000000, 5 }, false },
		{ "another level", IPPROTO_IP, SCM_TIMESTAMPING, 48,
		    { 1700000000, 5 }, false },
		{ "before 1970", SOL_SOCKET, SCM_TIMESTAMPNS, 16,
		    { -1, 5 }, false },
		{ "a second of nanoseconds", SOL_SOCKET, SCM_TIMESTAMPNS, 16,
		    { 1700000000, 1000000000 }, false },
		{ "just below", SOL_SOCKET, SCM_TIMESTAMPNS, 16,
		    { 1700000000, 999999999 }, true },
		{ "beyond int64 nanoseconds", SOL_SOCKET, SCM_TIMESTAMPNS, 16,
		    { INT64_MAX / 2, 0 }, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		_Alignas(struct cmsghdr) char control[CMSG_SPACE(48)] = { 0 };
		struct msghdr msg = {
			.msg_control = control,
			.msg_controllen = sizeof(control),
		};
		struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
		struct wall_time stamp;

		c->cmsg_level = cases[i].level;
		c->cmsg_type = cases[i].type;
		c->cmsg_len = CMSG_LEN(cases[i].length);
		memcpy(CMSG_DATA(c), &cases[i].ts, sizeof(cases[i].ts));
		if (timestamps_rx(&msg, &stamp) != cases[i].has_stamp)
			fail_msg("%s", cases[i].name);
		if (cases[i].has_stamp)
			assert_true(stamp.ns == cases[i].ts.tv_sec *
			    NS_PER_S + cases[i].ts.tv_nsec);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(receive_stamps),
		cmocka_unit_test(transmit_stamps),
		cmocka_unit_test(parse),
	};

	return cmocka_run_group_tests_name("os/timestamps", tests, NULL, NULL);
}
