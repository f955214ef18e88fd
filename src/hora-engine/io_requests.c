/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_requests.h"

#include "os/now.h"
#include "os/timestamps.h"
#include "os/udp_client.h"

#include <errno.h>
#include <stdlib.h>
#include <unistd.h>

#define STAMPS_AT_ONCE 8	/* of the error queue; one is expected */

struct request {
	struct requests *owner;
	struct request *next;
	uint32_t source;
	int fd;
	struct loop_fd *watch;
};

static const struct ip_addr *bind_address(const struct requests *r,
    const struct net_addr *to)
{
	return to->ip.family == IP_V6 ? &r->bind6 : &r->bind4;
}


void requests_close(struct requests *r, uint32_t source)
{
	struct request **at = &r->first, *q;

	while (*at && (*at)->source != source)
		at = &(*at)->next;
	q = *at;
	if (!q)
		return;
	*at = q->next;
	loop_fd_remove(q->watch);
	close(q->fd);
	free(q);
}

void requests_close_all(struct requests *r)
{
	while (r->first)
		requests_close(r, r->first->source);
}

/* Kernel transmit timestamps come through the error queue. */
static void take_sent(struct requests *r, uint32_t source, int fd)
{
	struct tx_stamp stamp;

	for (int i = 0; i < STAMPS_AT_ONCE; i++) {
		int rc = timestamps_tx(fd, &stamp);
		struct engine_stamp sent = { stamp.at, STAMP_KERNEL };

		if (rc == -ENOMSG)
			continue;
		if (rc < 0)
			return;
		if (stamp.id == 0)	/* the one datagram of this socket */
			r->events.sent(r->events.arg, source, &sent);
	}
}

static void on_events(void *arg, short events)
{
	const struct request *q = arg;
	struct requests *r = q->owner;
	uint32_t source = q->source;
	uint8_t packet[ASSOC_PACKET_MAX + 1];
	struct engine_stamp received = { .source = STAMP_DAEMON };
	struct wall_time rx = { 0 };
	bool has_rx;
	ssize_t n;

	received.wall = wall_now();
	if (events & POLLERR)
		take_sent(r, source, q->fd);
	/*
	 * An ICMP error shows here, too, and is only taken off the socket:
	 * anybody can forge one, and a genuine answer may still come.
	 */
	n = udp_client_receive(q->fd, packet, ASSOC_PACKET_MAX, &has_rx, &rx);
	if (n < 0)
		return;
	if (has_rx)
		received = (struct engine_stamp){ rx, STAMP_KERNEL };
	/* q may be gone after this: the answer closes the request. */
	r->events.reply(r->events.arg, source, packet, (size_t)n, &received);
}

int requests_send(struct requests *r, uint32_t source,
    const struct net_addr *to, const uint8_t *packet, size_t length,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	struct request *q;
	int rc;

	requests_close(r, source);
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	q->owner = r;
	q->source = source;
	rc = udp_client_open(to, bind_address(r, to), &q->fd, ret_local);
	if (rc) {
		free(q);
		return rc;
	}
	rc = loop_fd_add(r->loop, q->fd, POLLIN, on_events, q, &q->watch);
	if (rc) {
		close(q->fd);
		free(q);
		return rc;
	}
	q->next = r->first;
	r->first = q;
	rc = udp_client_send(q->fd, packet, length, ret_sent);
	if (rc)
		requests_close(r, source);
	return rc;
}

bool requests_can_reach(const struct requests *r, const struct net_addr *to)
{
	return udp_client_can_reach(to, bind_address(r, to));
}
