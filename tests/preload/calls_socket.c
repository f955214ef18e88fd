/* SPDX-License-Identifier: Apache-2.0 */
/* Calls of the C library on UDP sockets: IPv4 and one server (world.h). */
#include "preload/real.h"
#include "preload/world.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/net_tstamp.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#define PORT 123
#define CLIENT 0xc0000202	/* 192.0.2.2 */

static struct world_socket *ours(int fd)
{
	struct world *w = world();

	return fd >= 0 && fd < WORLD_FDS && w->sockets[fd].is_open ?
	    &w->sockets[fd] : NULL;
}

/* Some simulators know no descriptors but their own. */
static void not_ours(void)
{
	if (world()->is_strict)
		world_abort("uses a socket that is not of the world");
}

static int refuse(int error)
{
	errno = error;
	return -1;
}

int socket(int domain, int type, int protocol)
{
	int kind = type & ~(SOCK_NONBLOCK | SOCK_CLOEXEC), fd;

	if (domain == AF_UNIX)
		return REAL(socket, domain, type, protocol);
	if (domain != AF_INET || kind != SOCK_DGRAM)
		return refuse(EAFNOSUPPORT);
	fd = REAL(open, "/dev/null", O_RDWR | O_CLOEXEC);
	if (fd >= WORLD_FDS)
		world_abort("too many descriptors");
	if (fd >= 0)
		world()->sockets[fd] = (struct world_socket){
			.is_open = true,
			.local = { .sin_family = AF_INET,
				.sin_addr.s_addr = htonl(CLIENT),
				.sin_port = htons((uint16_t)(40000 + fd)) },
		};
	return fd;
}

int close(int fd)
{
	struct world *w = world();

	if (ours(fd)) {
		w->sockets[fd].is_open = false;
		for (int i = 0; i < WORLD_QUEUE; i++)
			if (w->packets[i].fd == fd)
				w->packets[i].fd = -1;
	}
	return REAL(close, fd);
}

int bind(int fd, const struct sockaddr *sa, socklen_t length)
{
	struct world_socket *s = ours(fd);

	if (!s)
		return REAL(bind, fd, sa, length);
	if (length < sizeof(s->local) || sa->sa_family != AF_INET)
		return refuse(EINVAL);
	if (((const struct sockaddr_in *)sa)->sin_port)
		s->local.sin_port = ((const struct sockaddr_in *)sa)->sin_port;
	return 0;
}

int connect(int fd, const struct sockaddr *sa, socklen_t length)
{
	struct world_socket *s = ours(fd);

	if (!s)
		return REAL(connect, fd, sa, length);
	if (length < sizeof(s->peer) || sa->sa_family != AF_INET)
		return refuse(EAFNOSUPPORT);
	memcpy(&s->peer, sa, sizeof(s->peer));
	return 0;
}

int getsockname(int fd, struct sockaddr *restrict sa,
    socklen_t *restrict length)
{
	struct world_socket *s = ours(fd);

	if (!s)
		return REAL(getsockname, fd, sa, length);
	memcpy(sa, &s->local, *length < sizeof(s->local) ? *length :
	    sizeof(s->local));
	*length = sizeof(s->local);
	return 0;
}

int setsockopt(int fd, int level, int name, const void *value, socklen_t length)
{
	struct world_socket *s = ours(fd);
	bool is_on = false;

	if (!s)
		return REAL(setsockopt, fd, level, name, value, length);
	for (socklen_t i = 0; i < length; i++)
		is_on |= ((const char *)value)[i] != 0;
	if (level != SOL_SOCKET || (name != SO_TIMESTAMPING &&
	    name != SO_TIMESTAMPNS))
		return level == SOL_SOCKET ? 0 : refuse(ENOPROTOOPT);
	if (!world()->has_stamps)
		return refuse(ENOPROTOOPT);
	*(name == SO_TIMESTAMPING ? &s->stamps : &s->stamps_ns) = is_on;
	return 0;
}

/* --- sending --- */

static ssize_t send_to(int fd, const struct sockaddr *sa, const void *bytes,
    size_t length)
{
	struct world_socket *s = ours(fd);
	const struct sockaddr_in *to = sa ? (const void *)sa : &s->peer;

	if (to->sin_family != AF_INET)
		return refuse(EDESTADDRREQ);
	if (to->sin_port == htons(PORT))
		world_send(world(), fd, bytes, length);
	return (ssize_t)length;
}

ssize_t send(int fd, const void *bytes, size_t length, int flags)
{
	return ours(fd) ? send_to(fd, NULL, bytes, length) :
	    REAL(send, fd, bytes, length, flags);
}

ssize_t sendto(int fd, const void *bytes, size_t length, int flags,
    const struct sockaddr *sa, socklen_t sa_length)
{
	return ours(fd) ? send_to(fd, sa, bytes, length) :
	    REAL(sendto, fd, bytes, length, flags, sa, sa_length);
}

ssize_t sendmsg(int fd, const struct msghdr *m, int flags)
{
	if (!ours(fd))
		not_ours();
	if (!ours(fd))
		return REAL(sendmsg, fd, m, flags);
	if (m->msg_iovlen != 1)
		return refuse(EMSGSIZE);
	return send_to(fd, m->msg_name, m->msg_iov->iov_base,
	    m->msg_iov->iov_len);
}

int sendmmsg(int fd, struct mmsghdr *m, unsigned count, int flags)
{
	if (!ours(fd))
		return REAL(sendmmsg, fd, m, count, flags);
	for (unsigned i = 0; i < count; i++) {
		ssize_t n = sendmsg(fd, &m[i].msg_hdr, flags);

		if (n < 0)
			return i ? (int)i : -1;
		m[i].msg_len = (unsigned)n;
	}
	return (int)count;
}

/* --- receiving --- */

/* The stamps that were asked for (socket(7)), as far as there is room. */
static void stamp(const struct world_socket *s, const struct world_packet *p,
    struct msghdr *m)
{
	struct timespec ts[3] = { { p->rx.ns / NS_PER_S, p->rx.ns % NS_PER_S } };
	size_t length = s->stamps ? sizeof(ts) : sizeof(ts[0]);
	struct cmsghdr *c;

	if ((!s->stamps && !s->stamps_ns) ||
	    m->msg_controllen < CMSG_SPACE(length)) {
		m->msg_controllen = 0;
		return;
	}
	c = CMSG_FIRSTHDR(m);
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = s->stamps ? SO_TIMESTAMPING : SO_TIMESTAMPNS;
	c->cmsg_len = CMSG_LEN(length);
	memcpy(CMSG_DATA(c), ts, length);
	m->msg_controllen = CMSG_SPACE(length);
}

ssize_t recvmsg(int fd, struct msghdr *m, int flags)
{
	struct world_socket *s = ours(fd);
	struct world_packet *p;
	size_t length;

	if (!s)
		not_ours();
	if (!s)
		return REAL(recvmsg, fd, m, flags);
	p = flags & MSG_ERRQUEUE ? NULL : world_arrived(world(), fd);
	if (!p)
		return refuse(EAGAIN);
	length = m->msg_iovlen > 0 ? m->msg_iov->iov_len : 0;
	m->msg_flags = p->length > length ? MSG_TRUNC : 0;
	if (p->length < length)
		length = p->length;
	memcpy(m->msg_iov->iov_base, p->bytes, length);
	if (m->msg_name && m->msg_namelen >= sizeof(s->peer)) {
		memcpy(m->msg_name, &s->peer, sizeof(s->peer));
		m->msg_namelen = sizeof(s->peer);
	}
	stamp(s, p, m);
	if (!(flags & MSG_PEEK))
		p->fd = -1;
	return (ssize_t)length;
}

ssize_t recvfrom(int fd, void *restrict bytes, size_t length, int flags,
    struct sockaddr *restrict sa, socklen_t *restrict sa_length)
{
	struct iovec iov = { bytes, length };
	struct msghdr m = { .msg_iov = &iov, .msg_iovlen = 1, .msg_name = sa,
		.msg_namelen = sa_length ? *sa_length : 0 };
	ssize_t n;

	if (!ours(fd))
		return REAL(recvfrom, fd, bytes, length, flags, sa, sa_length);
	n = recvmsg(fd, &m, flags);
	if (n >= 0 && sa_length)
		*sa_length = m.msg_namelen;
	return n;
}

ssize_t recv(int fd, void *bytes, size_t length, int flags)
{
	return ours(fd) ? recvfrom(fd, bytes, length, flags, NULL, NULL) :
	    REAL(recv, fd, bytes, length, flags);
}

int recvmmsg(int fd, struct mmsghdr *m, unsigned count, int flags,
    struct timespec *timeout)
{
	unsigned i;

	if (!ours(fd))
		return REAL(recvmmsg, fd, m, count, flags, timeout);
	for (i = 0; i < count; i++) {
		ssize_t n = recvmsg(fd, &m[i].msg_hdr, flags);

		if (n < 0)
			break;
		m[i].msg_len = (unsigned)n;
	}
	return i ? (int)i : -1;
}
