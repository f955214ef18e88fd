/* SPDX-License-Identifier: Apache-2.0 */
#include "os/udp_server.h"

#include "os/scoped.h"
#include "os/sockaddr.h"
#include "os/timestamps.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

/* Control messages of one datagram: destination and timestamps. */
#define RX_CONTROL \
	(CMSG_SPACE(sizeof(struct in6_pktinfo)) + TIMESTAMPS_CMSG_SIZE)
#define TX_CONTROL \
	(CMSG_SPACE(sizeof(struct in6_pktinfo)) + TIMESTAMPS_ASK_SIZE)

struct udp_batch {
	struct mmsghdr rx[UDP_BATCH], tx[UDP_BATCH];
	struct iovec rx_iov[UDP_BATCH], tx_iov[UDP_BATCH];
	struct sockaddr_storage peer[UDP_BATCH];
	struct udp_packet packets[UDP_BATCH];
	struct tx_asked asked[UDP_BATCH];	/* by place in tx */
	bool asks[UDP_BATCH];
	int waiting;
	_Alignas(struct cmsghdr) uint8_t rx_control[UDP_BATCH][RX_CONTROL];
	_Alignas(struct cmsghdr) uint8_t tx_control[UDP_BATCH][TX_CONTROL];
	uint8_t rx_bytes[UDP_BATCH][UDP_PACKET_SIZE];
	uint8_t tx_bytes[UDP_BATCH][UDP_PACKET_SIZE];
};

static int set_option(int fd, int level, int name, int value)
{
	return setsockopt(fd, level, name, &value, sizeof(value)) < 0 ?
	    -errno : 0;
}

int udp_server_prepare(int fd, enum ip_family family,
    const struct socket_setup *setup)
{
	int flags = fcntl(fd, F_GETFL);
	int r;

	if (flags < 0 || fcntl(fd, F_SETFL, flags | O_NONBLOCK) < 0)
		return -errno;
	r = family == IP_V6 ?
	    set_option(fd, IPPROTO_IPV6, IPV6_RECVPKTINFO, 1) :
	    set_option(fd, IPPROTO_IP, IP_PKTINFO, 1);
	if (r == 0)
		r = socket_set_up(fd, family, setup);
	if (r < 0)
		return r;
	timestamps_enable(fd, false);
	return 0;
}

int udp_server_open(const struct net_addr *local, bool share,
    const struct socket_setup *setup, int *ret_fd)
{
	struct sockaddr_storage sa;
	socklen_t sa_length = sockaddr_from(local, &sa);
	bool is_v6 = local->ip.family == IP_V6;
	int r;

	if (sa_length == 0)
		return -EINVAL;
	scoped_fd fd = socket(sa.ss_family,
	    SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (is_v6) {
		r = set_option(fd, IPPROTO_IPV6, IPV6_V6ONLY, 1);
		if (r < 0)
			return r;
	}
	if (share) {
		r = set_option(fd, SOL_SOCKET, SO_REUSEPORT, 1);
		if (r < 0)
			return r;
	}
	/* An address that comes later is a comfort, not a need. */
	set_option(fd, IPPROTO_IP, IP_FREEBIND, 1);
	r = udp_server_prepare(fd, local->ip.family, setup);
	if (r < 0)
		return r;
	if (bind(fd, (struct sockaddr *)&sa, sa_length) < 0)
		return -errno;
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

struct udp_batch *udp_batch_new(void)
{
	struct udp_batch *b = calloc(1, sizeof(*b));

	if (b == NULL)
		return NULL;
	for (int i = 0; i < UDP_BATCH; i++) {
		struct msghdr *rx = &b->rx[i].msg_hdr;

		b->rx_iov[i] = (struct iovec){
			b->rx_bytes[i], UDP_PACKET_SIZE
		};
		rx->msg_iov = &b->rx_iov[i];
		rx->msg_iovlen = 1;
		rx->msg_name = &b->peer[i];
		rx->msg_control = b->rx_control[i];
	}
	return b;
}

void udp_batch_free(struct udp_batch *b)
{
	free(b);
}

static bool ip_is_multicast6(const struct in6_addr *a)
{
	return a->s6_addr[0] == 0xff;
}

/* The address that the datagram was sent to; a unicast one to answer from. */
static void take_local(const struct cmsghdr *c, struct ip_addr *ret)
{
	if (c->cmsg_level == IPPROTO_IP && c->cmsg_type == IP_PKTINFO &&
	    c->cmsg_len >= CMSG_LEN(sizeof(struct in_pktinfo))) {
		struct in_pktinfo info;

		/* spec_dst is ours even when it came by broadcast (ip(7)) */
		memcpy(&info, CMSG_DATA(c), sizeof(info));
		ret->family = IP_V4;
		memcpy(ret->bytes, &info.ipi_spec_dst, 4);
	}
	if (c->cmsg_level == IPPROTO_IPV6 && c->cmsg_type == IPV6_PKTINFO &&
	    c->cmsg_len >= CMSG_LEN(sizeof(struct in6_pktinfo))) {
		struct in6_pktinfo info;

		memcpy(&info, CMSG_DATA(c), sizeof(info));
		if (ip_is_multicast6(&info.ipi6_addr))
			return;
		ret->family = IP_V6;
		memcpy(ret->bytes, &info.ipi6_addr, 16);
	}
}

static void take_packet(struct udp_batch *b, int i)
{
	struct msghdr *msg = &b->rx[i].msg_hdr;
	struct udp_packet *p = &b->packets[i];
	struct cmsghdr *c;

	*p = (struct udp_packet){
		.bytes = b->rx_bytes[i], .length = b->rx[i].msg_len,
	};
	if (!sockaddr_to((struct sockaddr *)&b->peer[i], msg->msg_namelen,
	    &p->peer)) {
		p->length = 0;
		return;
	}
	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c))
		take_local(c, &p->local);
	p->has_rx = timestamps_rx(msg, &p->rx);
}

int udp_batch_receive(struct udp_batch *b, int fd)
{
	int n;

	/* Lengths are results, too: set anew for each call. */
	for (int i = 0; i < UDP_BATCH; i++) {
		b->rx[i].msg_hdr.msg_namelen = sizeof(b->peer[i]);
		b->rx[i].msg_hdr.msg_controllen = RX_CONTROL;
	}
	b->waiting = 0;
	n = recvmmsg(fd, b->rx, UDP_BATCH, MSG_DONTWAIT, NULL);
	if (n < 0)
		return errno == EAGAIN || errno == EINTR ? 0 : -errno;
	for (int i = 0; i < n; i++)
		take_packet(b, i);
	return n;
}

const struct udp_packet *udp_batch_packet(const struct udp_batch *b, int i)
{
	return &b->packets[i];
}

uint8_t *udp_batch_reply(struct udp_batch *b, int i)
{
	return b->tx_bytes[i];
}

/* Answer from the address that was asked. */
static size_t put_local(const struct ip_addr *local, struct msghdr *msg,
    uint8_t *control)
{
	struct cmsghdr *c = (struct cmsghdr *)(void *)control;

	if (local->family == IP_V4) {
		struct in_pktinfo info = { 0 };

		memcpy(&info.ipi_spec_dst, local->bytes, 4);
		c->cmsg_level = IPPROTO_IP;
		c->cmsg_type = IP_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		msg->msg_control = control;
		return CMSG_SPACE(sizeof(info));
	}
	if (local->family == IP_V6) {
		struct in6_pktinfo info = { 0 };

		/* The interface of a link-local peer is in its address. */
		memcpy(&info.ipi6_addr, local->bytes, 16);
		c->cmsg_level = IPPROTO_IPV6;
		c->cmsg_type = IPV6_PKTINFO;
		c->cmsg_len = CMSG_LEN(sizeof(info));
		memcpy(CMSG_DATA(c), &info, sizeof(info));
		msg->msg_control = control;
		return CMSG_SPACE(sizeof(info));
	}
	return 0;
}

void udp_batch_queue(struct udp_batch *b, int i, size_t length)
{
	int n = b->waiting++;
	struct msghdr *msg = &b->tx[n].msg_hdr;

	b->asks[n] = false;
	memset(b->tx_control[n], 0, TX_CONTROL);
	b->tx_iov[n] = (struct iovec){ b->tx_bytes[i], length };
	*msg = (struct msghdr){
		.msg_name = &b->peer[i],
		.msg_namelen = b->rx[i].msg_hdr.msg_namelen,
		.msg_iov = &b->tx_iov[n], .msg_iovlen = 1,
	};
	msg->msg_controllen = put_local(&b->packets[i].local, msg,
	    b->tx_control[n]);
}

void udp_batch_ask(struct udp_batch *b, const struct tx_asked *asked)
{
	int n = b->waiting - 1;
	struct msghdr *msg = &b->tx[n].msg_hdr;

	timestamps_ask((struct cmsghdr *)(void *)(b->tx_control[n] +
	    msg->msg_controllen));
	msg->msg_control = b->tx_control[n];
	msg->msg_controllen += TIMESTAMPS_ASK_SIZE;
	b->asked[n] = *asked;
	b->asks[n] = true;
}

int udp_batch_waiting(const struct udp_batch *b)
{
	return b->waiting;
}

/* Send from the first on; the number sent, or -1 when the first failed. */
static int send_some(struct mmsghdr *first, int n, int fd)
{
	/* Simulators that stand in for libc know the plain call. */
	if (n == 1)
		return sendmsg(fd, &first->msg_hdr, MSG_DONTWAIT) < 0 ? -1 : 1;
	return sendmmsg(fd, first, (unsigned)n, MSG_DONTWAIT);
}

int udp_batch_send(struct udp_batch *b, int fd, struct tx_stamps *stamps)
{
	int done = 0, sent = 0;

	while (done < b->waiting) {
		int n = send_some(&b->tx[done], b->waiting - done, fd);

		for (int i = done; i < done + n; i++)
			if (b->asks[i])
				tx_stamps_sent(stamps, &b->asked[i]);
		if (n <= 0 && b->asks[done])
			tx_stamps_failed(stamps);
		/* One that can not be sent must not hold up the others. */
		done += n > 0 ? n : 1;
		sent += n > 0 ? n : 0;
	}
	b->waiting = 0;
	return sent;
}
