/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/channel.h"

#include "base/text.h"
#include "ipc/inside.h"
#include "ipc/queue.h"
#include "os/now.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct channel {
	struct loop *loop;
	struct loop_fd *watch;	/* NULL once everything is over, or inside */
	struct inside_end *inside;	/* NULL: the other end is elsewhere */
	struct loop_timer delivery;	/* from inside */
	bool is_over;
	bool is_deaf;		/* the other end does not read any more */
	struct loop_timer closing;
	int fd;
	enum role self, peer;
	channel_fn *receive;
	channel_closed_fn *closed;
	void *arg;
	struct queue queue;	/* what the socket does not take yet */
};

union control {
	struct cmsghdr align;
	char bytes[CMSG_SPACE(IPC_FDS_MAX * sizeof(int))];
};

static void close_fds(const int *fds, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		close(fds[i]);
}

static void on_closing(void *arg)
{
	struct channel *c = arg;

	c->closed(c->arg);
}

/*
 * The other end is gone, but what it said before is still to be read: the end
 * of that tells the owner. Nothing more is sent.
 */
static void turn_deaf(struct channel *c)
{
	c->is_deaf = true;
	queue_drop_all(&c->queue);
	if (c->watch)
		loop_fd_events(c->watch, POLLIN);
}

/* It is over: tell the owner, from the loop and not from here. */
void channel_hang_up(struct channel *c)
{
	if (c->is_over)
		return;
	c->is_over = true;
	loop_fd_remove(c->watch);
	c->watch = NULL;
	loop_timer_cancel(&c->delivery);
	loop_timer_set(c->loop, &c->closing, loop_now(c->loop));
}

/* --- sending -------------------------------------------------------------- */

/* 0, -EAGAIN when the socket is full, or -errno. */
static int send_frame(int fd, const void *frame, size_t length, const int *fds,
    unsigned fd_count)
{
	union control control;
	struct iovec iov = { (void *)(uintptr_t)frame, length };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *cmsg;

	if (fd_count > 0) {
		memset(&control, 0, sizeof(control));
		msg.msg_control = control.bytes;
		msg.msg_controllen = CMSG_SPACE(fd_count * sizeof(int));
		cmsg = CMSG_FIRSTHDR(&msg);
		cmsg->cmsg_level = SOL_SOCKET;
		cmsg->cmsg_type = SCM_RIGHTS;
		cmsg->cmsg_len = CMSG_LEN(fd_count * sizeof(int));
		memcpy(CMSG_DATA(cmsg), fds, fd_count * sizeof(int));
	}
	while (sendmsg(fd, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
		if (errno == EINTR)
			continue;
		/* ENOBUFS, ETOOMANYREFS: too much is on its way already. */
		if (errno == EWOULDBLOCK || errno == ENOBUFS ||
		    errno == ETOOMANYREFS)
			return -EAGAIN;
		return -errno;
	}
	return 0;
}

/* Send from the queue what the socket takes. 0, -EAGAIN or -errno. */
static int send_queue(struct channel *c)
{
	while (c->queue.first) {
		struct queued *q = c->queue.first;
		int rc = send_frame(c->fd, q->frame, q->length, q->fds,
		    q->fd_count);

		if (rc)
			return rc;
		queue_drop(&c->queue);
	}
	loop_fd_events(c->watch, POLLIN);
	return 0;
}

/* 0, -ENOBUFS, or -errno of a broken connection. */
static int transmit(struct channel *c, const struct frame *frame, size_t length,
    const int *fds, unsigned fd_count)
{
	int rc;

	if (c->inside)
		return inside_send(c->inside, frame, length, fds, fd_count);
	rc = c->queue.first ? -EAGAIN :
	    send_frame(c->fd, frame, length, fds, fd_count);
	if (rc != -EAGAIN)
		return rc;
	rc = queue_put(&c->queue, frame, length, fds, fd_count);
	if (rc == 0)
		loop_fd_events(c->watch, POLLIN | POLLOUT);
	return rc;
}

int channel_send(struct channel *c, enum ipc_type type, const void *payload,
    const int *fds)
{
	struct frame frame = { .type = type };
	size_t length;
	int rc;

	if ((unsigned)type >= IPC_TYPES || ipc_check(c->self, c->peer, type,
	    ipc_length(type), ipc_fds(type)) < 0)
		return -EPROTO;
	if (c->is_over || c->is_deaf)
		return -EPIPE;
	length = FRAME_HEAD + ipc_length(type);
	memcpy(&frame.payload, payload, ipc_length(type));
	rc = transmit(c, &frame, length, fds, ipc_fds(type));
	wipe(&frame, length);
	if (rc == 0)
		return 0;
	if (rc == -ENOBUFS) {
		channel_hang_up(c);
		return rc;
	}
	turn_deaf(c);
	return -EPIPE;
}

int channel_flush(struct channel *c, double timeout_s)
{
	struct mono_time end = mono_add(mono_now(), timeout_s);

	if (c->is_over)
		return -EPIPE;
	while (c->queue.first) {
		struct pollfd p = { c->fd, POLLOUT, 0 };
		double left_s = mono_sub(end, mono_now());
		int rc;

		rc = send_queue(c);
		if (rc && rc != -EAGAIN)
			turn_deaf(c);
		if (rc != -EAGAIN)
			return rc;
		if (left_s <= 0)
			return -ETIMEDOUT;
		if (poll(&p, 1, (int)(left_s * 1000) + 1) < 0 && errno != EINTR)
			return -errno;
	}
	return 0;
}

bool channel_has_peer(const struct channel *c)
{
	static const struct timespec at_once;
	struct pollfd p = { c->fd, 0, 0 };

	if (c->inside)
		return !c->is_over && !c->inside->other->is_closed;
	return !c->is_over && !c->is_deaf && ppoll(&p, 1, &at_once, NULL) == 0;
}

/* --- receiving ------------------------------------------------------------ */

/* Descriptors of a message; unwanted control data is not an error. */
static unsigned take_fds(struct msghdr *msg, int fds[IPC_FDS_MAX])
{
	unsigned count = 0;

	for (struct cmsghdr *m = CMSG_FIRSTHDR(msg); m; m = CMSG_NXTHDR(msg, m)) {
		size_t n;

		if (m->cmsg_level != SOL_SOCKET || m->cmsg_type != SCM_RIGHTS)
			continue;
		n = (m->cmsg_len - CMSG_LEN(0)) / sizeof(int);
		for (size_t i = 0; i < n; i++) {
			int fd;

			memcpy(&fd, CMSG_DATA(m) + i * sizeof(int), sizeof(fd));
			if (count < IPC_FDS_MAX)
				fds[count++] = fd;
			else
				close(fd);
		}
	}
	return count;
}

/*
 * One message for each call, so that the owner may close the channel in its
 * callback: nothing of it is touched after that.
 */
static void receive_one(struct channel *c)
{
	struct frame in;
	int fds[IPC_FDS_MAX] = { -1, -1 };
	union control control;
	struct iovec iov = { &in, sizeof(in) };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.bytes,
		.msg_controllen = sizeof(control.bytes) };
	ssize_t n = recvmsg(c->fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	unsigned count;

	if (n < 0 && (errno == EINTR || errno == EWOULDBLOCK))
		return;
	if (n < 0 && errno == ECONNRESET) {
		/* The other end died with messages of ours unread. This is
		 * said once; its own last messages come after it. */
		turn_deaf(c);
		return;
	}
	count = n > 0 ? take_fds(&msg, fds) : 0;
	if (n < (ssize_t)FRAME_HEAD || msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC) ||
	    in.type >= IPC_TYPES || ipc_check(c->peer, c->self,
	    (unsigned)in.type, (size_t)n - FRAME_HEAD, count) < 0) {
		close_fds(fds, count);
		channel_hang_up(c);
		return;
	}
	c->receive(c->arg, (enum ipc_type)in.type, &in.payload, fds);
	wipe(&in, (size_t)n);
}

/* The same from inside; the channel may be gone after the callback. */
static void on_delivery(void *arg)
{
	struct channel *c = arg;
	struct queued *m = c->inside->in.first;
	struct frame in;
	int fds[IPC_FDS_MAX] = { -1, -1 };
	size_t length;

	if (c->is_over)
		return;
	if (!m) {
		if (c->inside->other->is_closed)
			channel_hang_up(c);
		return;
	}
	length = m->length;
	memcpy(&in, m->frame, length);
	memcpy(fds, m->fds, sizeof(fds));
	m->fd_count = 0;		/* they are the callee's */
	queue_drop(&c->inside->in);
	inside_again(c->inside);	/* for the next one, or the end */
	c->receive(c->arg, (enum ipc_type)in.type, &in.payload, fds);
	wipe(&in, length);
}

static void on_events(void *arg, short events)
{
	struct channel *c = arg;

	if (events & POLLOUT) {
		int rc = send_queue(c);

		if (rc && rc != -EAGAIN)
			turn_deaf(c);
	}
	/* Messages sent before the other end closed are still to be read. */
	if (events & (POLLIN | POLLERR | POLLHUP | POLLNVAL))
		receive_one(c);
}

int channel_peek_hello(int fd, struct ipc_hello *ret)
{
	struct frame in;
	ssize_t n = recv(fd, &in, sizeof(in), MSG_DONTWAIT | MSG_PEEK);

	if (n < 0)
		return errno == EINTR ? -EAGAIN : -errno;
	if (n != (ssize_t)(FRAME_HEAD + sizeof(*ret)) || in.type != IPC_HELLO)
		return -EPROTO;
	*ret = in.payload.HELLO;
	return 0;
}

/* --- life ----------------------------------------------------------------- */

int channel_open(struct loop *loop, int fd, enum role self, enum role peer,
    channel_fn *receive, channel_closed_fn *closed, void *arg,
    struct channel **ret)
{
	struct channel *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	*c = (struct channel){ .loop = loop, .fd = fd, .self = self,
		.peer = peer, .receive = receive, .closed = closed, .arg = arg };
	loop_timer_init(&c->closing, on_closing, c);
	loop_timer_init(&c->delivery, on_delivery, c);
	c->inside = inside_open(loop, fd, &c->delivery);
	rc = c->inside ? 0 : loop_fd_add(loop, fd, POLLIN, on_events, c, &c->watch);
	if (rc) {
		free(c);
		return rc;
	}
	*ret = c;
	return 0;
}

int channel_pair(struct loop *loop, int ret[2])
{
	int rc;

	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ret) < 0)
		return -errno;
	rc = inside_remember(loop, ret);
	if (rc)
		close_fds(ret, 2);
	return rc;
}

void channel_close(struct channel *c)
{
	if (!c)
		return;
	loop_fd_remove(c->watch);
	loop_timer_cancel(&c->closing);
	if (c->inside)
		inside_close(c->inside);
	queue_drop_all(&c->queue);
	close(c->fd);
	free(c);
}
