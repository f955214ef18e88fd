/* SPDX-License-Identifier: Apache-2.0 */
#include "os/udp_client.h"

#include "os/now.h"
#include "os/scoped.h"
#include "os/sockaddr.h"
#include "os/timestamps.h"

#include <errno.h>
#include <netinet/in.h>
#include <sys/socket.h>

/* `from`, in the family of the socket. */
static struct net_addr local_of(const struct net_addr *from,
    enum ip_family family)
{
	struct net_addr local = *from;

	if (local.ip.family != family)
		local.ip = (struct ip_addr){ .family = (uint8_t)family };
	return local;
}

static bool is_any(const struct net_addr *a)
{
	const struct ip_addr any = { .family = a->ip.family };

	return a->port == 0 && ip_equal(&a->ip, &any);
}

static int open_bound(const struct net_addr *local,
    const struct socket_setup *setup, int *ret_fd)
{
	struct sockaddr_storage sa;
	socklen_t length = sockaddr_from(local, &sa);
	int on = 1, rc;

	if (length == 0)
		return -EAFNOSUPPORT;
	scoped_fd fd = socket(sa.ss_family,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	rc = socket_set_up(fd, local->ip.family, setup);
	if (rc < 0)
		return rc;
	/* The same port may be bound for IPv4, too. */
	if (local->port != 0 && local->ip.family == IP_V6 && setsockopt(fd,
	    IPPROTO_IPV6, IPV6_V6ONLY, &on, sizeof(on)) < 0)
		return -errno;
	if (!is_any(local) && bind(fd, (struct sockaddr *)&sa, length) < 0)
		return -errno;
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

static int connect_to(int fd, const struct net_addr *to)
{
	struct sockaddr_storage remote;
	socklen_t length = sockaddr_from(to, &remote);

	if (length == 0)
		return -EAFNOSUPPORT;
	return connect(fd, (struct sockaddr *)&remote, length) < 0 ? -errno : 0;
}

static int open_connected(const struct net_addr *to,
    const struct net_addr *from, const struct socket_setup *setup, int *ret_fd)
{
	struct net_addr local = local_of(from, to->ip.family);
	scoped_fd fd = -1;
	int rc = open_bound(&local, setup, &fd);

	if (rc == 0)
		rc = connect_to(fd, to);
	if (rc == 0)
		*ret_fd = scoped_fd_take(&fd);
	return rc;
}

struct net_addr udp_client_local(int fd)
{
	struct sockaddr_storage sa;
	socklen_t length = sizeof(sa);
	struct net_addr local = { 0 };

	if (getsockname(fd, (struct sockaddr *)&sa, &length) == 0)
		sockaddr_to((struct sockaddr *)&sa, length, &local);
	return local;
}

int udp_client_open(const struct net_addr *to, const struct net_addr *from,
    const struct socket_setup *setup, int *ret_fd, struct ip_addr *ret_local)
{
	int rc = open_connected(to, from, setup, ret_fd);

	if (rc)
		return rc;
	timestamps_enable(*ret_fd, true);
	if (ret_local)
		*ret_local = udp_client_local(*ret_fd).ip;
	return 0;
}

int udp_client_bind(const struct net_addr *from,
    const struct socket_setup *setup, int *ret_fd)
{
	int rc = open_bound(from, setup, ret_fd);

	if (rc)
		return rc;
	timestamps_enable(*ret_fd, true);
	return 0;
}

int udp_client_turn(int fd, const struct net_addr *to)
{
	return connect_to(fd, to);
}

int udp_client_connect(int fd, const struct net_addr *to)
{
	const struct sockaddr nobody = { .sa_family = AF_UNSPEC };

	/* The local address that a route gave goes with the old one. */
	if (connect(fd, &nobody, sizeof(nobody)) < 0)
		return -errno;
	return connect_to(fd, to);
}

bool udp_client_can_reach(const struct net_addr *to,
    const struct net_addr *from, const struct socket_setup *setup,
    struct ip_addr *ret_local)
{
	int fd = -1;

	if (open_connected(to, from, setup, &fd) < 0)
		return false;
	if (ret_local)
		*ret_local = udp_client_local(fd).ip;
	close(fd);
	return true;
}

int udp_client_send(int fd, const struct net_addr *to, const void *bytes,
    size_t length, struct wall_time *ret_sent)
{
	struct sockaddr_storage sa;
	socklen_t sa_length = to ? sockaddr_from(to, &sa) : 0;
	ssize_t n;

	*ret_sent = wall_now();
	do {
		n = to ? sendto(fd, bytes, length, MSG_NOSIGNAL,
		    (struct sockaddr *)&sa, sa_length) :
		    send(fd, bytes, length, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EMSGSIZE;
}

ssize_t udp_client_receive(int fd, void *bytes, size_t size,
    struct net_addr *ret_from, bool *ret_has_rx, struct wall_time *ret_rx)
{
	_Alignas(struct cmsghdr) char control[TIMESTAMPS_CMSG_SIZE];
	struct iovec iov = { bytes, size };
	struct sockaddr_storage sa;
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n;

	if (ret_from) {
		msg.msg_name = &sa;
		msg.msg_namelen = sizeof(sa);
	}
	n = recvmsg(fd, &msg, MSG_DONTWAIT);
	if (n < 0)
		return -errno;
	if (ret_from && !sockaddr_to((struct sockaddr *)&sa, msg.msg_namelen,
	    ret_from))
		*ret_from = (struct net_addr){ 0 };
	*ret_has_rx = timestamps_rx(&msg, ret_rx);
	return msg.msg_flags & MSG_TRUNC ? (ssize_t)size + 1 : n;
}
