/* SPDX-License-Identifier: Apache-2.0 */
#include "os/timestamps.h"

#include <errno.h>
#include <linux/errqueue.h>
#include <linux/net_tstamp.h>
#include <netinet/in.h>
#include <string.h>

/*
 * TSONLY: the stamp comes without the packet, which needs no privilege. OPT_ID
 * numbers the packets of this socket.
 */
#define STAMP_RX (SOF_TIMESTAMPING_SOFTWARE | SOF_TIMESTAMPING_RX_SOFTWARE)
#define STAMP_TX_FORM (SOF_TIMESTAMPING_OPT_ID | SOF_TIMESTAMPING_OPT_TSONLY | \
	SOF_TIMESTAMPING_OPT_CMSG)

static bool set_stamping(int fd, unsigned flags)
{
	return setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPING, &flags,
	    sizeof(flags)) == 0;
}

enum timestamping timestamps_enable(int fd, bool want_tx)
{
	int on = 1;

	if (want_tx && set_stamping(fd, STAMP_RX | STAMP_TX_FORM |
	    SOF_TIMESTAMPING_TX_SOFTWARE))
		return TIMESTAMPING_RX_TX;
	if (set_stamping(fd, STAMP_RX))
		return TIMESTAMPING_RX;
	if (setsockopt(fd, SOL_SOCKET, SO_TIMESTAMPNS, &on, sizeof(on)) == 0)
		return TIMESTAMPING_RX;
	return TIMESTAMPING_NONE;
}

enum timestamping timestamps_enable_asked(int fd)
{
	/* Numbers begin anew when OPT_ID was off. */
	enum timestamping had = timestamps_enable(fd, false);

	return had == TIMESTAMPING_RX && set_stamping(fd, STAMP_RX |
	    STAMP_TX_FORM) ? TIMESTAMPING_RX_TX : had;
}

void timestamps_ask(struct cmsghdr *c)
{
	uint32_t flags = SOF_TIMESTAMPING_TX_SOFTWARE;

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SO_TIMESTAMPING;
	c->cmsg_len = CMSG_LEN(sizeof(flags));
	memcpy(CMSG_DATA(c), &flags, sizeof(flags));
}

/* A zero stamp is one that was not taken. */
static bool stamp_of(const struct timespec *ts, struct wall_time *ret)
{
	if ((ts->tv_sec == 0 && ts->tv_nsec == 0) || ts->tv_nsec < 0 ||
	    ts->tv_nsec >= NS_PER_S || ts->tv_sec < 0 ||
	    ts->tv_sec > INT64_MAX / NS_PER_S - 1)
		return false;
	ret->ns = (int64_t)ts->tv_sec * NS_PER_S + ts->tv_nsec;
	return true;
}

/* The software stamp: first of three in SCM_TIMESTAMPING, or SCM_TIMESTAMPNS. */
static bool software_stamp(const struct cmsghdr *c, struct wall_time *ret)
{
	struct timespec ts;

	if (c->cmsg_level != SOL_SOCKET || c->cmsg_len < CMSG_LEN(sizeof(ts)))
		return false;
	if (c->cmsg_type != SCM_TIMESTAMPING && c->cmsg_type != SCM_TIMESTAMPNS)
		return false;
	memcpy(&ts, CMSG_DATA(c), sizeof(ts));
	return stamp_of(&ts, ret);
}

bool timestamps_rx(struct msghdr *msg, struct wall_time *ret)
{
	struct cmsghdr *c;

	for (c = CMSG_FIRSTHDR(msg); c != NULL; c = CMSG_NXTHDR(msg, c))
		if (software_stamp(c, ret))
			return true;
	return false;
}

/* The packet's number, from the error that carries its stamp. */
static bool stamp_id(const struct cmsghdr *c, uint32_t *ret)
{
	struct sock_extended_err err;

	if (!(c->cmsg_level == SOL_IP && c->cmsg_type == IP_RECVERR) &&
	    !(c->cmsg_level == SOL_IPV6 && c->cmsg_type == IPV6_RECVERR))
		return false;
	if (c->cmsg_len < CMSG_LEN(sizeof(err)))
		return false;
	memcpy(&err, CMSG_DATA(c), sizeof(err));
	if (err.ee_origin != SO_EE_ORIGIN_TIMESTAMPING ||
	    err.ee_info != SCM_TSTAMP_SND)
		return false;
	*ret = err.ee_data;
	return true;
}

int timestamps_tx(int fd, struct tx_stamp *ret)
{
	_Alignas(struct cmsghdr) char control[512];
	struct msghdr msg = {
		.msg_control = control, .msg_controllen = sizeof(control),
	};
	bool has_id = false, has_time = false;
	struct tx_stamp stamp = { 0 };
	struct cmsghdr *c;

	if (recvmsg(fd, &msg, MSG_ERRQUEUE | MSG_DONTWAIT) < 0)
		return -errno;
	for (c = CMSG_FIRSTHDR(&msg); c != NULL; c = CMSG_NXTHDR(&msg, c)) {
		has_id |= stamp_id(c, &stamp.id);
		has_time |= software_stamp(c, &stamp.at);
	}
	if (!has_id || !has_time)
		return -ENOMSG;
	*ret = stamp;
	return 0;
}
