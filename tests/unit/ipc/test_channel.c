/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/channel.h"
#include "ipc/inside.h"
#include "os/now.h"
#include "unit/os/rounds.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

/* horad's end and a role's end of one channel on one loop. */
struct end {
	struct world *world;
	struct channel *channel;
	int received, closed;
	enum ipc_type type;
	union ipc_payload payload;
	int fds[IPC_FDS_MAX];
	bool closes_on_message, closes_fds;
	bool is_out_of_order;	/* PEER messages count up */
};

struct world {
	struct loop *loop;
	struct end horad, role;
	int pair[2];
};

static void on_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct end *e = arg;

	e->received++;
	e->type = type;
	e->payload = *payload;
	for (unsigned i = 0; i < ipc_fds(type); i++)
		e->fds[i] = fds[i];
	if (type == IPC_PEER && payload->PEER.role + 1 !=
	    (uint32_t)e->received)
		e->is_out_of_order = true;
	if (e->closes_fds)
		for (unsigned i = 0; i < ipc_fds(type); i++)
			close(fds[i]);
	if (e->closes_on_message) {
		channel_close(e->channel);
		e->channel = NULL;
	}
}

static void on_closed(void *arg)
{
	struct end *e = arg;

	e->closed++;
}

static int open_as(struct world *w, enum role role)
{
	assert_int_equal(channel_pair(w->loop, w->pair), 0);
	assert_int_equal(channel_open(w->loop, w->pair[0], ROLE_HORAD, role,
	    on_message, on_closed, &w->horad, &w->horad.channel), 0);
	assert_int_equal(channel_open(w->loop, w->pair[1], role, ROLE_HORAD,
	    on_message, on_closed, &w->role, &w->role.channel), 0);
	return 0;
}

static int setup(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	w.loop = loop_new();
	*state = &w;
	return open_as(&w, ROLE_KE_SERVER);
}

/* Both ends in one process. */
static int setup_inside(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	w.loop = loop_new();
	assert_int_equal(inside_begin(w.loop), 0);
	*state = &w;
	return open_as(&w, ROLE_KE_SERVER);
}

static int teardown(void **state)
{
	struct world *w = *state;

	channel_close(w->horad.channel);
	channel_close(w->role.channel);
	loop_free(w->loop);
	return 0;
}

static void a_message_arrives_whole(void **state)
{
	struct world *w = *state;
	struct ipc_log log = { .severity = SEV_WARNING, .text = "hello" };

	assert_int_equal(channel_send(w->role.channel, IPC_LOG, &log, NULL), 0);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);
	assert_int_equal(w->horad.type, IPC_LOG);
	assert_memory_equal(&w->horad.payload.LOG, &log, sizeof(log));
	assert_int_equal(w->horad.closed + w->role.closed, 0);
}

static void descriptors_arrive_close_on_exec(void **state)
{
	struct world *w = *state;
	struct ipc_credential credential = { 1, 2 };
	int pipes[2];
	char c = 0;

	assert_int_equal(pipe(pipes), 0);
	assert_int_equal(channel_send(w->horad.channel, IPC_CREDENTIAL,
	    &credential, (int[]){ pipes[0], pipes[1] }), 0);
	rounds_run(w->loop);
	assert_int_equal(w->role.received, 1);
	for (int i = 0; i < 2; i++) {
		assert_true(fcntl(w->role.fds[i], F_GETFD) & FD_CLOEXEC);
		assert_int_not_equal(w->role.fds[i], pipes[i]);
	}
	assert_int_equal(write(w->role.fds[1], "x", 1), 1);
	assert_int_equal(read(pipes[0], &c, 1), 1);
	assert_int_equal(c, 'x');
	for (int i = 0; i < 2; i++) {
		close(w->role.fds[i]);
		close(pipes[i]);	/* still ours */
	}
}

static void what_the_table_forbids_is_not_sent(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;
	struct ipc_log log = { 0 };

	assert_int_equal(channel_send(w->role.channel, IPC_STOP, &none, NULL),
	    -EPROTO);
	assert_int_equal(channel_send(w->horad.channel, IPC_LOG, &log, NULL),
	    -EPROTO);
	assert_int_equal(channel_send(w->horad.channel, IPC_TYPES, &none, NULL),
	    -EPROTO);
	rounds_run(w->loop);
	assert_int_equal(w->horad.closed + w->role.closed, 0);
}

/* Raw bytes to horad's end, as a broken or taken-over role would send. */
struct raw {
	const char *name;
	uint64_t type;
	size_t length;		/* of what follows the type */
	int fd_count;
	bool is_good;
};

static void send_raw(int socket, const struct raw *r)
{
	static uint8_t bytes[8192];
	struct iovec iov = { bytes, 8 + r->length };
	char control[CMSG_SPACE(8 * sizeof(int))] = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	memcpy(bytes, &r->type, 8);
	if (r->fd_count > 0) {
		msg.msg_control = control;
		msg.msg_controllen = CMSG_SPACE((size_t)r->fd_count *
		    sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN((size_t)r->fd_count * sizeof(int));
		for (int i = 0; i < r->fd_count; i++)
			memcpy(CMSG_DATA(cmsg) + (size_t)i * sizeof(int),
			    &(int){ STDERR_FILENO }, sizeof(int));
	}
	assert_true(sendmsg(socket, &msg, 0) > 0);
}

static int open_count(void)
{
	int count = 0;

	for (int fd = 0; fd < 1024; fd++)
		count += fcntl(fd, F_GETFD) >= 0;
	return count;
}

static void broken_messages_close_the_channel(void **state)
{
	static const struct raw cases[] = {
		{ "good", IPC_READY, sizeof(struct ipc_none), 0, true },
		{ "short", IPC_READY, sizeof(struct ipc_none) - 1, 0, false },
		{ "long", IPC_READY, sizeof(struct ipc_none) + 1, 0, false },
		{ "no payload", IPC_READY, 0, 0, false },
		{ "unknown", IPC_TYPES, 4, 0, false },
		{ "huge type", UINT64_C(1) << 32 | IPC_READY,
			sizeof(struct ipc_none), 0, false },
		{ "wrong way", IPC_STOP, sizeof(struct ipc_none), 0, false },
		{ "not its own", IPC_NTS_LOAD, sizeof(struct ipc_nts_load), 0,
			false },
		{ "with a descriptor", IPC_READY, sizeof(struct ipc_none), 1,
			false },
		{ "many descriptors", IPC_READY, sizeof(struct ipc_none), 8,
			false },
		{ "truncated", IPC_READY, 8000, 0, false },
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		int before = open_count();

		w->horad.received = w->horad.closed = 0;
		send_raw(w->pair[1], &cases[i]);
		rounds_run(w->loop);
		if (w->horad.received != cases[i].is_good ||
		    w->horad.closed == cases[i].is_good ||
		    open_count() != before)
			fail_msg("%s: received %d, closed %d, descriptors %d "
			    "and %d", cases[i].name, w->horad.received,
			    w->horad.closed, before, open_count());
		channel_close(w->horad.channel);
		channel_close(w->role.channel);
		open_as(w, ROLE_KE_SERVER);
	}
}

static void a_bare_type_is_too_short(void **state)
{
	struct world *w = *state;

	assert_int_equal(write(w->pair[1], "1234567", 7), 7);
	rounds_run(w->loop);
	assert_int_equal(w->horad.closed, 1);
}

static void the_end_is_told_once_and_after_the_messages(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;

	assert_int_equal(channel_send(w->role.channel, IPC_READY, &none, NULL),
	    0);
	channel_close(w->role.channel);
	w->role.channel = NULL;
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);
	assert_int_equal(w->horad.closed, 1);
	assert_int_equal(channel_send(w->horad.channel, IPC_STOP, &none, NULL),
	    -EPIPE);
	rounds_run(w->loop);
	assert_int_equal(w->horad.closed, 1);
}

/* A role that is killed: what it said counts, whatever it had not read yet. */
static void last_words_are_heard(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;
	struct ipc_log log = { .text = "last words" };

	channel_send(w->horad.channel, IPC_STOP, &none, NULL);
	channel_send(w->role.channel, IPC_READY, &none, NULL);
	channel_send(w->role.channel, IPC_LOG, &log, NULL);
	channel_close(w->role.channel);		/* STOP is unread */
	w->role.channel = NULL;
	assert_int_equal(channel_send(w->horad.channel, IPC_STOP, &none, NULL),
	    -EPIPE);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 2);
	assert_string_equal(w->horad.payload.LOG.text, "last words");
	assert_int_equal(w->horad.closed, 1);
}

static void a_callback_may_close_the_channel(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;

	w->horad.closes_on_message = true;
	channel_send(w->role.channel, IPC_READY, &none, NULL);
	channel_send(w->role.channel, IPC_ALIVE, &none, NULL);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);
	assert_int_equal(w->horad.closed, 0);
	assert_int_equal(w->role.closed, 1);
}

/* More than the socket takes: queued, in order, with their descriptors. */
static void a_slow_reader_gets_everything(void **state)
{
	struct world *w = *state;
	struct ipc_peer peer;
	int count = 0, null = open("/dev/null", O_RDONLY), before;

	before = open_count();
	w->role.closes_fds = true;
	for (; count < 400; count++) {
		peer.role = (uint32_t)count;
		assert_int_equal(channel_send(w->horad.channel, IPC_PEER, &peer,
		    &null), 0);
	}
	close(null);
	for (int i = 0; i < 100 && w->role.received < count; i++)
		rounds_run(w->loop);
	assert_int_equal(w->role.received, count);
	assert_false(w->role.is_out_of_order);
	assert_int_equal(w->role.closed, 0);
	assert_int_equal(open_count(), before - 1);
}

static void a_reader_that_never_reads_is_given_up(void **state)
{
	struct world *w = *state;
	struct ipc_log log = { .text = "x" };
	int rc = 0, sent = 0;

	while (rc == 0 && sent < 5000) {
		rc = channel_send(w->role.channel, IPC_LOG, &log, NULL);
		sent += rc == 0;
	}
	assert_int_equal(rc, -ENOBUFS);
	assert_true(sent >= 512);
	assert_int_equal(channel_send(w->role.channel, IPC_LOG, &log, NULL),
	    -EPIPE);
	assert_int_equal(channel_flush(w->role.channel, 0.01), -EPIPE);
}

static void flush_waits_only_so_long(void **state)
{
	struct world *w = *state;
	struct ipc_log log = { .text = "x" };
	struct mono_time start = mono_now();

	for (int i = 0; i < 600; i++)
		channel_send(w->role.channel, IPC_LOG, &log, NULL);
	assert_int_equal(channel_flush(w->role.channel, 0.02), -ETIMEDOUT);
	assert_true(mono_sub(mono_now(), start) < 1);
}

static void hello_can_be_looked_at(void **state)
{
	struct world *w = *state;
	struct ipc_hello hello = { IPC_VERSION, ROLE_KE_SERVER, 1 }, seen;
	static const struct ipc_none none;

	assert_int_equal(channel_peek_hello(w->pair[0], &seen), -EAGAIN);
	channel_send(w->role.channel, IPC_HELLO, &hello, NULL);
	assert_int_equal(channel_peek_hello(w->pair[0], &seen), 0);
	assert_int_equal(seen.role, ROLE_KE_SERVER);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);		/* it was left there */
	channel_send(w->role.channel, IPC_READY, &none, NULL);
	assert_int_equal(channel_peek_hello(w->pair[0], &seen), -EPROTO);
}

static void the_other_end_is_seen_to_be_gone(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;

	assert_true(channel_has_peer(w->horad.channel));
	channel_send(w->role.channel, IPC_READY, &none, NULL);
	assert_true(channel_has_peer(w->horad.channel));
	channel_close(w->role.channel);
	w->role.channel = NULL;
	assert_false(channel_has_peer(w->horad.channel));
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);		/* it was not lost */
	assert_int_equal(w->horad.closed, 1);
	assert_false(channel_has_peer(w->horad.channel));
}

static void one_end_can_hang_up(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;

	channel_send(w->role.channel, IPC_READY, &none, NULL);
	channel_hang_up(w->horad.channel);
	channel_hang_up(w->horad.channel);
	assert_int_equal(w->horad.closed, 0);		/* from the loop */
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 0);
	assert_int_equal(w->horad.closed, 1);
	assert_int_equal(channel_send(w->horad.channel, IPC_STOP, &none, NULL),
	    -EPIPE);
}

static void inside_nothing_goes_through_the_kernel(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;
	char byte;

	channel_send(w->role.channel, IPC_READY, &none, NULL);
	assert_int_equal(recv(w->pair[0], &byte, 1, MSG_DONTWAIT), -1);
	assert_int_equal(errno, EAGAIN);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);
}

/* As an IPC_PEER message does: the end is opened later, by a duplicate. */
static void inside_messages_wait_for_the_reader(void **state)
{
	struct world *w = *state;
	static const struct ipc_none none;
	int copy;

	channel_close(w->horad.channel);
	channel_close(w->role.channel);
	assert_int_equal(channel_pair(w->loop, w->pair), 0);
	copy = fcntl(w->pair[0], F_DUPFD_CLOEXEC, 0);
	close(w->pair[0]);
	assert_int_equal(channel_open(w->loop, w->pair[1], ROLE_KE_SERVER,
	    ROLE_HORAD, on_message, on_closed, &w->role, &w->role.channel), 0);
	channel_send(w->role.channel, IPC_READY, &none, NULL);
	rounds_run(w->loop);
	assert_int_equal(channel_open(w->loop, copy, ROLE_HORAD, ROLE_KE_SERVER,
	    on_message, on_closed, &w->horad, &w->horad.channel), 0);
	rounds_run(w->loop);
	assert_int_equal(w->horad.received, 1);
	assert_int_equal(w->horad.closed + w->role.closed, 0);
}

int main(void)
{
#define I(f) { "inside: " #f, f, setup_inside, teardown, NULL }
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(a_message_arrives_whole),
		T(descriptors_arrive_close_on_exec),
		T(what_the_table_forbids_is_not_sent),
		T(broken_messages_close_the_channel),
		T(a_bare_type_is_too_short),
		T(the_end_is_told_once_and_after_the_messages),
		T(last_words_are_heard),
		T(a_callback_may_close_the_channel),
		T(a_slow_reader_gets_everything),
		T(a_reader_that_never_reads_is_given_up),
		T(flush_waits_only_so_long),
		T(hello_can_be_looked_at),
		T(the_other_end_is_seen_to_be_gone),
		T(one_end_can_hang_up),
		I(a_message_arrives_whole),
		I(descriptors_arrive_close_on_exec),
		I(what_the_table_forbids_is_not_sent),
		I(the_end_is_told_once_and_after_the_messages),
		I(last_words_are_heard),
		I(a_callback_may_close_the_channel),
		I(a_slow_reader_gets_everything),
		I(a_reader_that_never_reads_is_given_up),
		I(the_other_end_is_seen_to_be_gone),
		I(one_end_can_hang_up),
		I(inside_nothing_goes_through_the_kernel),
		I(inside_messages_wait_for_the_reader),
	};

	return cmocka_run_group_tests_name("ipc/channel", tests, NULL, NULL);
}
