/* SPDX-License-Identifier: Apache-2.0 */
#include "os/tcp_server.h"

#include "os/scoped.h"
#include "os/sockaddr.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>

#define BROKEN_MAX 16		/* connections passed over by one call */
#define DRAIN_MAX 16		/* reads before a close */

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ?
	    -errno : 0;
}

int tcp_server_open(const struct net_addr *local, int backlog,
    const struct socket_setup *setup, int *ret_fd)
{
	struct sockaddr_storage sa;
	socklen_t sa_length = sockaddr_from(local, &sa);
	int r = 0;

	if (sa_length == 0)
		return -EINVAL;
	scoped_fd fd = socket(sa.ss_family,
	    SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (local->ip.family == IP_V6)
		r = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
	/* A restarted server takes its port back at once. */
	if (r == 0)
		r = set_option(fd, SOL_SOCKET, SO_REUSEADDR, 1);
	if (r == 0)
		r = socket_set_up(fd, local->ip.family, setup);
	if (r < 0)
		return r;
	/* An address that comes later is a comfort, not a need. */
	set_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
	if (bind(fd, (struct sockaddr *)&sa, sa_length) < 0 ||
	    listen(fd, backlog) < 0)
		return -errno;
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

int tcp_server_prepare(int fd, enum ip_family family,
    const struct socket_setup *setup)
{
	int flags = fcntl(fd, F_GETFL);

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	return socket_set_up(fd, family, setup);
}

int tcp_server_accept(int fd, int *ret_fd, struct net_addr *ret_peer)
{
	for (int i = 0; i < BROKEN_MAX; i++) {
		struct sockaddr_storage sa;
		socklen_t sa_length = sizeof(sa);
		scoped_fd got = accept4(fd, (struct sockaddr *)&sa, &sa_length,
		    SOCK_NONBLOCK | SOCK_CLOEXEC);

		if (got < 0) {
			switch (errno) {
			/* accept(2): errors of the new connection itself */
			case ECONNABORTED:
			case EINTR:
			case ENETDOWN:
			case EPROTO:
			case ENOPROTOOPT:
			case EHOSTDOWN:
			case ENONET:
			case EHOSTUNREACH:
			case EOPNOTSUPP:
			case ENETUNREACH:
				continue;
			default:
				return -errno;
			}
		}
		if (!sockaddr_to((struct sockaddr *)&sa, sa_length, ret_peer))
			continue;
		/* The handshake is a few small writes: do not hold them. */
		set_option(got, IPPROTO_TCP, TCP_NODELAY, 1);
		*ret_fd = scoped_fd_take(&got);
		return 0;
	}
	return -EAGAIN;
}

void tcp_server_shut(int fd)
{
	shutdown(fd, SHUT_WR);
}

int tcp_server_discard(int fd)
{
	char rest[2048];
	ssize_t n = recv(fd, rest, sizeof(rest), MSG_DONTWAIT);

	return n < 0 ? -errno : (int)n;
}

void tcp_server_close(int fd)
{
	tcp_server_shut(fd);
	for (int i = 0; i < DRAIN_MAX; i++)
		if (tcp_server_discard(fd) <= 0)
			break;
	close(fd);
}
