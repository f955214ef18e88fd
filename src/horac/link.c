/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/link.h"

#include "base/text.h"
#include "horac/stop.h"
#include "os/random.h"
#include "os/sockaddr.h"

#include <errno.h>
#include <netdb.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define NAME_ADDRESSES_MAX 16	/* servers from one name */

static void add_server(struct link *l, const char *item, uint16_t port,
    int family)
{
	struct addrinfo hints = { .ai_family = family, .ai_socktype = SOCK_DGRAM };
	struct addrinfo *list = NULL;
	int taken = 0;

	if (item[0] == '/') {
		if (l->count < LINK_SERVERS_MAX && text_copy(
		    l->servers[l->count].path,
		    sizeof(l->servers[0].path), item))
			l->count++;
		return;
	}
	if (getaddrinfo(item, NULL, &hints, &list))
		return;
	for (struct addrinfo *a = list; a && taken < NAME_ADDRESSES_MAX &&
	    l->count < LINK_SERVERS_MAX; a = a->ai_next) {
		struct link_server *s = &l->servers[l->count];

		if (!sockaddr_to(a->ai_addr, a->ai_addrlen, &s->address))
			continue;
		s->address.port = port;
		l->count++;
		taken++;
	}
	freeaddrinfo(list);
}

void link_init(struct link *l, const char *servers, uint16_t port, int family)
{
	*l = (struct link){
		.fd = -1, .local = { .fd = -1 }, .timeout_s = 1, .retries = 2,
	};
	while (*servers) {
		size_t n = strcspn(servers, ",");
		char item[1100];

		if (n > 0 && n < sizeof(item)) {
			memcpy(item, servers, n);
			item[n] = '\0';
			add_server(l, item, port, family);
		}
		servers += n + (servers[n] == ',');
	}
}

static bool open_server(struct link *l, int index)
{
	const struct link_server *s = &l->servers[index];
	struct sockaddr_storage address;
	socklen_t length;

	if (s->path[0]) {
		if (client_socket_open(s->path, &l->local))
			return false;
	} else {
		length = sockaddr_from(&s->address, &address);
		l->fd = socket(address.ss_family, SOCK_DGRAM | SOCK_CLOEXEC, 0);
		if (l->fd < 0)
			return false;
		if (connect(l->fd, (struct sockaddr *)&address, length) < 0) {
			close(l->fd);
			l->fd = -1;
			return false;
		}
	}
	l->current = index;
	l->is_open = true;
	return true;
}

static bool open_from(struct link *l, int index)
{
	link_close(l);
	for (; index < l->count; index++)
		if (open_server(l, index))
			return true;
	return false;
}

bool link_open(struct link *l)
{
	return open_from(l, 0);
}

void link_close(struct link *l)
{
	if (l->fd >= 0)
		close(l->fd);
	l->fd = -1;
	client_socket_close(&l->local);
	l->is_open = false;
}

static int64_t now_ns(void)
{
	struct timespec ts;

	clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec * NS_PER_S + ts.tv_nsec;
}

/* Wait for the reply until `end`. False: the try is over. */
static bool receive(int fd, int64_t end, const struct request *rq,
    struct reply *ret)
{
	for (;;) {
		struct pollfd p = { .fd = fd, .events = POLLIN };
		int64_t left = end - now_ns();
		struct timespec ts = { left / NS_PER_S, left % NS_PER_S };
		uint8_t packet[CONTROL_REPLY_MAX];
		ssize_t n;

		if (left <= 0 || stop_requested())
			return false;
		if (ppoll(&p, 1, &ts, NULL) <= 0)
			continue;
		n = recv(fd, packet, sizeof(packet), 0);
		if (n < 0)
			return false;	/* nobody listens there */
		if ((rq->is_unpadded ? reply_decode_unpadded : reply_decode)(
		    packet, (size_t)n, rq->code, rq->sequence, ret))
			return true;
	}
}

enum outcome {
	ANSWERED,
	SILENT,
	STOPPED,
};

/* Is it the refusal of a daemon that knows version 5 only (4.1)? */
static bool wants_unpadded(const struct request *rq, const struct reply *reply)
{
	return !rq->is_unpadded && reply->status == CONTROL_BAD_VERSION &&
	    reply->version == CONTROL_VERSION_UNPADDED;
}

/* All tries with the server that is connected. */
static enum outcome try_server(struct link *l, struct request *rq,
    struct reply *ret)
{
	int fd = l->fd >= 0 ? l->fd : l->local.fd;
	double timeout_s = l->timeout_s;

	for (int i = 0; i <= l->retries;) {
		uint8_t packet[CONTROL_REQUEST_MAX];
		size_t length;

		rq->sequence = random_u32();
		rq->attempt = (uint16_t)i;
		rq->is_unpadded = l->is_unpadded;
		length = request_encode(rq, packet);
		if (send(fd, packet, length, MSG_NOSIGNAL) != (ssize_t)length)
			return SILENT;
		if (receive(fd, ns_add(now_ns(),
		    interval_ns(timeout_s)), rq, ret)) {
			if (!wants_unpadded(rq, ret))
				return ANSWERED;
			l->is_unpadded = true;
			continue;	/* it is no try of its own */
		}
		i++;
		timeout_s *= 2;
		if (stop_requested())
			return STOPPED;
	}
	return SILENT;
}

bool link_exchange(struct link *l, struct request *rq, struct reply *ret)
{
	if (!l->is_open && !link_open(l))
		return false;
	for (;;) {
		switch (try_server(l, rq, ret)) {
		case ANSWERED:
			return true;
		case STOPPED:
			return false;
		case SILENT:
			break;
		}
		if (!open_from(l, l->current + 1))
			return false;
	}
}
