/* SPDX-License-Identifier: Apache-2.0 */
/* Transmit stamps of chosen datagrams, on loopback. */
#include "os/tx_stamps.h"

#include "os/now.h"
#include "os/timestamps.h"
#include "unit/skip.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

struct lab {
	int fd;
	struct sockaddr_in to;
	struct tx_stamps stamps;
};

static struct lab lab_new(void)
{
	struct lab lab = { .fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0),
		.to = { .sin_family = AF_INET, .sin_port = htons(9),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) } };

	assert_true(lab.fd >= 0);
	tx_stamps_init(&lab.stamps, lab.fd);
	return lab;
}

/* One datagram, which asks or not. */
static void send_one(struct lab *lab, bool asks, uint64_t tag)
{
	_Alignas(struct cmsghdr) uint8_t control[TIMESTAMPS_ASK_SIZE] = { 0 };
	struct iovec byte = { (char[]){ 1 }, 1 };
	struct msghdr msg = { .msg_name = &lab->to,
		.msg_namelen = sizeof(lab->to), .msg_iov = &byte,
		.msg_iovlen = 1 };
	struct tx_asked asked = { tag, wall_now() };

	if (asks) {
		timestamps_ask((struct cmsghdr *)(void *)control);
		msg.msg_control = control;
		msg.msg_controllen = sizeof(control);
	}
	assert_int_equal(sendmsg(lab->fd, &msg, 0), 1);
	if (asks)
		tx_stamps_sent(&lab->stamps, &asked);
}

/* Stamps may come a moment after the call. */
static bool take(struct lab *lab, uint64_t *ret_tag)
{
	struct pollfd p = { .fd = lab->fd };
	struct tx_asked asked;
	double later_s;

	poll(&p, 1, 50);
	if (!tx_stamps_take(&lab->stamps, &asked, &later_s))
		return false;
	assert_true(later_s >= 0 && later_s < 1);
	*ret_tag = asked.tag;
	return true;
}

static void only_those_that_ask(void **state)
{
	struct lab lab = lab_new();
	uint64_t tag;

	(void)state;
	if (!lab.stamps.is_on)
		SKIP("this kernel stamps nothing that is sent");
	for (uint64_t i = 0; i < 10; i++)
		send_one(&lab, i % 3 == 0, i);
	for (uint64_t i = 0; i < 10; i += 3) {
		assert_true(take(&lab, &tag));
		assert_int_equal(tag, i);
	}
	assert_false(take(&lab, &tag));
	close(lab.fd);
}

static void after_a_failure(void **state)
{
	struct lab lab = lab_new();
	uint64_t tag;

	(void)state;
	if (!lab.stamps.is_on)
		SKIP("this kernel stamps nothing that is sent");
	for (uint64_t i = 0; i < 5; i++)
		send_one(&lab, true, i);
	tx_stamps_failed(&lab.stamps);
	assert_true(lab.stamps.is_on);
	send_one(&lab, true, 77);
	/* the five are not taken for the one, whose number is theirs */
	while (take(&lab, &tag))
		assert_int_equal(tag, 77);
	send_one(&lab, true, 78);
	assert_true(take(&lab, &tag));
	assert_int_equal(tag, 78);
	close(lab.fd);
}

/* Who takes them too late gets the last ones only. */
static void bounded(void **state)
{
	struct lab lab = lab_new();
	uint64_t tag, got = 0;

	(void)state;
	if (!lab.stamps.is_on)
		SKIP("this kernel stamps nothing that is sent");
	for (uint64_t i = 0; i < TX_STAMPS_OPEN + 10; i++)
		send_one(&lab, true, i);
	while (take(&lab, &tag)) {
		assert_true(tag >= 10);
		got++;
	}
	assert_int_equal(got, TX_STAMPS_OPEN);
	close(lab.fd);
}

/* A stamp before the sending, or long after it, is of another clock. */
static void stepped_clock(void **state)
{
	static const double at_s[] = { 10, -10 };

	(void)state;
	for (int i = 0; i < 2; i++) {
		struct lab lab = lab_new();
		uint64_t tag;

		send_one(&lab, true, 1);
		lab.stamps.open[0].asked.at = wall_add(wall_now(), at_s[i]);
		assert_false(take(&lab, &tag));
		close(lab.fd);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_those_that_ask),
		cmocka_unit_test(after_a_failure),
		cmocka_unit_test(bounded),
		cmocka_unit_test(stepped_clock),
	};

	return cmocka_run_group_tests_name("os/tx_stamps", tests, NULL, NULL);
}
