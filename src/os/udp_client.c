/* SPDX-License-Identifier: Apache-2.0 */
#include "os/udp_client.h"

#include "os/now.h"
#include "os/scoped.h"
#include "os/sockaddr.h"
#include "os/timestamps.h"

#include <errno.h>
#include <sys/socket.h>

static int open_connected(const struct net_addr *to, const struct ip_addr *bind_to,
    int *ret_fd)
{
	struct sockaddr_storage remote, local;
	socklen_t remote_length = sockaddr_from(to, &remote), local_length;
	struct net_addr from = { .ip = *bind_to };

	if (remote_length == 0)
		return -EAFNOSUPPORT;
	scoped_fd fd = socket(remote.ss_family,
	    SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	if (fd < 0)
		return -errno;
	if (bind_to->family == to->ip.family) {
		local_length = sockaddr_from(&from, &local);
		if (bind(fd, (struct sockaddr *)&local, local_length) < 0)
			return -errno;
	}
	if (connect(fd, (struct sockaddr *)&remote, remote_length) < 0)
		return -errno;
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

static void local_address(int fd, struct ip_addr *ret)
{
	struct sockaddr_storage sa;
	socklen_t length = sizeof(sa);
	struct net_addr local = { 0 };

	if (getsockname(fd, (struct sockaddr *)&sa, &length) == 0)
		sockaddr_to((struct sockaddr *)&sa, length, &local);
	*ret = local.ip;
}

int udp_client_open(const struct net_addr *to, const struct ip_addr *bind_to,
    int *ret_fd, struct ip_addr *ret_local)
{
	int rc = open_connected(to, bind_to, ret_fd);

	if (rc)
		return rc;
	timestamps_enable(*ret_fd, true);
	if (ret_local)
		local_address(*ret_fd, ret_local);
	return 0;
}

bool udp_client_can_reach(const struct net_addr *to,
    const struct ip_addr *bind_to)
{
	int fd = -1;

	if (open_connected(to, bind_to, &fd) < 0)
		return false;
	close(fd);
	return true;
}

int udp_client_send(int fd, const void *bytes, size_t length,
    struct wall_time *ret_sent)
{
	ssize_t n;

	*ret_sent = wall_now();
	do {
		n = send(fd, bytes, length, MSG_NOSIGNAL);
	} while (n < 0 && errno == EINTR);
	if (n < 0)
		return -errno;
	return (size_t)n == length ? 0 : -EMSGSIZE;
}

ssize_t udp_client_receive(int fd, void *bytes, size_t size, bool *ret_has_rx,
    struct wall_time *ret_rx)
{
	_Alignas(struct cmsghdr) char control[TIMESTAMPS_CMSG_SIZE];
	struct iovec iov = { bytes, size };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control, .msg_controllen = sizeof(control) };
	ssize_t n = recvmsg(fd, &msg, MSG_DONTWAIT);

	if (n < 0)
		return -errno;
	*ret_has_rx = timestamps_rx(&msg, ret_rx);
	return msg.msg_flags & MSG_TRUNC ? (ssize_t)size + 1 : n;
}
