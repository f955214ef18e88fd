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

static void ask(struct lab *l)
{
	struct wall_time sent;
	struct ip_addr local;

	assert_int_equal(requests_send(&l->requests, SOURCE, &l->to,
	    (const uint8_t *)"question", 8, &sent, &local), 0);
	assert_true(ip_is_localhost(&local));
	assert_true(fabs(wall_sub(wall_now(), sent)) < 1);
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

	assert_true(requests_send(&l->requests, SOURCE, &none,
	    (const uint8_t *)"question", 8, &sent, &local) < 0);
	assert_null(l->requests.first);
	assert_false(requests_can_reach(&l->requests, &none));
	assert_true(requests_can_reach(&l->requests, &l->to));
	requests_close(&l->requests, SOURCE);	/* none is open: no harm */
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
	};

	return cmocka_run_group_tests_name("hora-engine/io_requests", tests,
	    NULL, NULL);
}
