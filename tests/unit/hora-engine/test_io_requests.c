/* SPDX-License-Identifier: Apache-2.0 */
/* The sockets of open requests, on loopback. */
#include "hora-engine/io_requests.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#include "os/now.h"
#include "os/sockaddr.h"

#define SOURCE 7

struct lab {
	struct loop *loop;
	struct requests requests;
	struct loop_timer end;
	int server;
	struct net_addr to;
	int replies, stamps;
	size_t length;
	struct engine_stamp received, sent;
};

static void on_end(void *arg)
{
	loop_stop(((struct lab *)arg)->loop, 0);
}

static void on_sent(void *arg, uint32_t source, const struct engine_stamp *sent)
{
	struct lab *l = arg;

	assert_int_equal(source, SOURCE);
	l->sent = *sent;
	l->stamps++;
}

static const uint8_t question[] = "question";

/* As the engine does: the answer closes the request. */
static void on_reply(void *arg, uint32_t source, const uint8_t *packet,
    size_t length, const struct engine_stamp *received)
{
	struct lab *l = arg;

	assert_int_equal(source, SOURCE);
	assert_memory_equal(packet, "answer", 6);
	l->received = *received;
	l->length = length;
	l->replies++;
	requests_close(&l->requests, source);
}

static void run(struct lab *l, double s)
{
	loop_timer_set(l->loop, &l->end, mono_add(mono_now(), s));
	loop_run(l->loop);
}

static int setup(void **state)
{
	struct lab *l = calloc(1, sizeof(*l));
	struct net_addr local = { .ip = { IP_V4, { 127, 0, 0, 1 } } };
	struct sockaddr_storage sa;
	socklen_t length = sockaddr_from(&local, &sa);

	l->loop = loop_new();
	l->server = socket(AF_INET, SOCK_DGRAM | SOCK_NONBLOCK, 0);
	assert_int_equal(bind(l->server, (struct sockaddr *)&sa, length), 0);
	length = sizeof(sa);
	getsockname(l->server, (struct sockaddr *)&sa, &length);
	assert_true(sockaddr_to((struct sockaddr *)&sa, length, &l->to));
	l->requests.loop = l->loop;
	l->requests.events = (struct request_events){ l, on_sent, on_reply };
	loop_timer_init(&l->end, on_end, l);
	*state = l;
	return 0;
}

static int teardown(void **state)
{
	struct lab *l = *state;

	requests_close_all(&l->requests);
	assert_null(l->requests.first);
	close(l->server);
	loop_free(l->loop);
	free(l);
	return 0;
}

static void ask_in(struct lab *l, enum ptp_form form)
{
	struct engine_request q = { SOURCE, &l->to, question, 8, form };
	struct wall_time sent;
	struct ip_addr local;

	assert_int_equal(requests_send(&l->requests, &q, &sent, &local), 0);
	assert_true(ip_is_localhost(&local));
	assert_true(fabs(wall_sub(wall_now(), sent)) < 1);
}

static void ask(struct lab *l)
{
	ask_in(l, PTP_STANDARD);
}

/* The server answers the last question `copies` times. */
static void answer(struct lab *l, int copies)
{
	struct sockaddr_storage sa;
	socklen_t length = sizeof(sa);
	char bytes[16];

	while (recvfrom(l->server, bytes, sizeof(bytes), 0,
	    (struct sockaddr *)&sa, &length) == 8)
		;
	for (int i = 0; i < copies; i++)
		sendto(l->server, "answer", 6, 0, (struct sockaddr *)&sa,
		    length);
}

static void test_exchange(void **state)
{
	struct lab *l = *state;

	ask(l);
	run(l, 0.05);
	assert_int_equal(l->replies, 0);
	answer(l, 2);
	run(l, 0.05);
	assert_int_equal(l->replies, 1);	/* the second copy finds no one */
	assert_int_equal(l->length, 6);
	assert_true(fabs(wall_sub(wall_now(), l->received.wall)) < 1);
	/* Where the kernel stamps what leaves, it says so once. */
	assert_in_range(l->stamps, 0, 1);
	if (l->stamps == 1)
		assert_int_equal(l->sent.source, STAMP_KERNEL);
	assert_null(l->requests.first);
}

/* A new request closes the one before: its answer comes too late. */
static void test_one_for_each_source(void **state)
{
	struct lab *l = *state;

	ask(l);
	answer(l, 1);
	ask(l);
	run(l, 0.05);
	assert_int_equal(l->replies, 0);
	answer(l, 1);
	run(l, 0.05);
	assert_int_equal(l->replies, 1);
}

/* "Port unreachable" may be forged: the request stays open. */
static void test_icmp_is_not_believed(void **state)
{
	struct lab *l = *state;

	close(l->server);
	l->server = -1;
	ask(l);
	run(l, 0.05);
	assert_int_equal(l->replies, 0);
	assert_non_null(l->requests.first);
}

static void test_no_route(void **state)
{
	struct lab *l = *state;
	struct wall_time sent;
	struct ip_addr local;
	struct net_addr none = { 0 };
	struct engine_request q = { .source = SOURCE, .to = &none,
		.packet = question, .length = 8 };

	assert_true(requests_send(&l->requests, &q, &sent, &local) < 0);
	assert_null(l->requests.first);
	assert_false(requests_can_reach(&l->requests, &none));
	assert_true(requests_can_reach(&l->requests, &l->to));
	requests_close(&l->requests, SOURCE);	/* none is open: no harm */
}

#define DOMAIN 5
#define LONGEST (ASSOC_PACKET_MAX + 2)	/* "answer" and zeros, at most */

/*
 * The server takes the question, which is in that form, and answers in another, or
 * of another domain, by a packet of that length.
 */
static void answer_over_ptp(struct lab *l, enum ptp_form form,
    enum ptp_form other, uint8_t domain, size_t length)
{
	uint8_t bytes[PTP_NTP_HEAD_MAX + LONGEST] = { 0 };
	struct sockaddr_storage sa;
	socklen_t sa_length = sizeof(sa);
	ssize_t n = recvfrom(l->server, bytes, sizeof(bytes), 0,
	    (struct sockaddr *)&sa, &sa_length);
	enum ptp_form seen;

	assert_int_equal(n, ptp_ntp_head(form) + 8);
	assert_true(ptp_ntp_read(bytes, (size_t)n, DOMAIN, &seen));
	assert_int_equal(seen, form);
	assert_memory_equal(bytes + ptp_ntp_head(form), question, 8);
	memset(bytes, 0, sizeof(bytes));
	ptp_ntp_write(other, domain, 0, length, bytes);
	memcpy(bytes + ptp_ntp_head(other), "answer", 6);
	sendto(l->server, bytes, ptp_ntp_head(other) + length, 0,
	    (struct sockaddr *)&sa, sa_length);
}

/* What comes in another form is no answer; one that is too long stays too long. */
static void test_over_ptp(void **state)
{
	static const struct {
		enum ptp_form form, other;
		uint8_t domain;
		size_t length, expected;	/* 0: not heard */
	} cases[] = {
		{ PTP_STANDARD, PTP_STANDARD, DOMAIN, 6, 6 },
		{ PTP_STANDARD, PTP_EXPERIMENTAL, DOMAIN, 6, 0 },
		{ PTP_STANDARD, PTP_STANDARD, DOMAIN + 1, 6, 0 },
		{ PTP_EXPERIMENTAL, PTP_EXPERIMENTAL, DOMAIN, 6, 6 },
		{ PTP_EXPERIMENTAL, PTP_STANDARD, DOMAIN, 6, 0 },
		{ PTP_STANDARD, PTP_STANDARD, DOMAIN, ASSOC_PACKET_MAX,
		    ASSOC_PACKET_MAX },
		{ PTP_EXPERIMENTAL, PTP_EXPERIMENTAL, DOMAIN, ASSOC_PACKET_MAX,
		    ASSOC_PACKET_MAX },
		{ PTP_EXPERIMENTAL, PTP_EXPERIMENTAL, DOMAIN, LONGEST,
		    ASSOC_PACKET_MAX + 1 },
	};
	struct lab *l = *state;

	l->requests.ptp_port = l->to.port;
	l->requests.ptp_domain = DOMAIN;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		l->replies = 0;
		l->length = 0;
		ask_in(l, cases[i].form);
		answer_over_ptp(l, cases[i].form, cases[i].other,
		    cases[i].domain, cases[i].length);
		run(l, 0.05);
		if (l->length != cases[i].expected)
			fail_msg("case %zu: %zu bytes heard", i, l->length);
		/* Otherwise the right answer may still come. */
		assert_int_equal(l->requests.first == NULL,
		    cases[i].expected != 0);
		assert_int_equal(l->requests.ptp_sequence, i + 1);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(test_exchange, setup, teardown),
		cmocka_unit_test_setup_teardown(test_one_for_each_source, setup,
		    teardown),
		cmocka_unit_test_setup_teardown(test_icmp_is_not_believed,
		    setup, teardown),
		cmocka_unit_test_setup_teardown(test_no_route, setup, teardown),
		cmocka_unit_test_setup_teardown(test_over_ptp, setup, teardown),
	};

	return cmocka_run_group_tests_name("hora-engine/io_requests", tests,
	    NULL, NULL);
}
