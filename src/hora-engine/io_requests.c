/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_requests.h"

#include "os/now.h"
#include "os/timestamps.h"
#include "os/udp_client.h"
#include "start/listen.h"
#include "wire/ptp.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define STAMPS_AT_ONCE 8	/* of the error queue; one is expected */

struct request {
	struct requests *owner;
	struct request *next;
	uint32_t source;
	enum request_kind kind;
	struct net_addr to;
	enum ptp_form form;		/* of the last datagram, over PTP */
	int fd;				/* OWN: borrowed */
	struct loop_fd *watch;		/* OWN: NULL */
	uint32_t sent;			/* datagrams on fd so far, */
	uint32_t stamp_id;		/* and the number of the last one */
};

static const struct net_addr *local_of(const struct requests *r,
    const struct net_addr *to)
{
	return to->ip.family == IP_V6 ? &r->local6 : &r->local4;
}

/* --- the list ------------------------------------------------------------- */

static struct request *find(const struct requests *r, uint32_t source)
{
	struct request *q = r->first;

	while (q && q->source != source)
		q = q->next;
	return q;
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
	if (q->kind == REQUEST_FRESH)
		close(q->fd);
	else if (q->kind == REQUEST_SERVER)
		io_ports_return(&r->ports, &q->to, q->fd);
	free(q);
}

void requests_close_all(struct requests *r)
{
	while (r->first)
		requests_close(r, r->first->source);
	for (int i = 0; i < 2; i++) {
		loop_fd_remove(r->own[i].watch);
		if (r->own[i].owner && r->own[i].fd >= 0)
			close(r->own[i].fd);
		r->own[i] = (struct own_socket){ 0 };
	}
	io_ports_close(&r->ports);
}

/* --- what comes ----------------------------------------------------------- */

static void deliver_sent(struct requests *r, int fd, const struct tx_stamp *tx)
{
	struct engine_stamp sent = { tx->at, STAMP_KERNEL };

	for (struct request *q = r->first; q; q = q->next)
		if (q->fd == fd && q->stamp_id == tx->id) {
			r->events.sent(r->events.arg, q->source, &sent);
			return;
		}
}

/* Kernel transmit timestamps come through the error queue. */
static void take_sent(struct requests *r, int fd)
{
	struct tx_stamp stamp;

	for (int i = 0; i < STAMPS_AT_ONCE; i++) {
		int rc = timestamps_tx(fd, &stamp);

		if (rc == -ENOMSG)
			continue;
		if (rc < 0)
			return;
		deliver_sent(r, fd, &stamp);
	}
}

static bool is_from(const struct request *q, int fd,
    const struct net_addr *from)
{
	return q->fd == fd && net_addr_equal(&q->to, from);
}

static bool is_over_ptp(const struct requests *r, const struct net_addr *to)
{
	return r->ptp_port != 0 && to->port == r->ptp_port;
}

/* The request is open still, and hears nothing of what is not NTP over PTP. */
static void deliver_reply(struct requests *r, const struct request *q,
    const uint8_t *packet, size_t length, const struct engine_stamp *received)
{
	enum ptp_form form;

	if (is_over_ptp(r, &q->to)) {
		if (!ptp_ntp_read(packet, length, r->ptp_domain, &form) ||
		    form != q->form)
			return;
		packet += ptp_ntp_head(form);
		length -= ptp_ntp_head(form);
	}
	/* One that is too long stays too long. */
	if (length > ASSOC_PACKET_MAX)
		length = ASSOC_PACKET_MAX + 1;
	r->events.reply(r->events.arg, q->source, packet, length, received);
}

static void take_reply(struct requests *r, int fd)
{
	uint8_t packet[PTP_NTP_HEAD_MAX + ASSOC_PACKET_MAX + 1];
	struct engine_stamp received = { .source = STAMP_DAEMON };
	struct wall_time rx = { 0 };
	struct net_addr from;
	struct request *q = r->first;
	bool has_rx;
	ssize_t n;

	received.wall = wall_now();
	/*
	 * An ICMP error shows here, too, and is only taken off the socket:
	 * anybody can forge one, and a genuine answer may still come.
	 */
	n = udp_client_receive(fd, packet, sizeof(packet) - 1, &from, &has_rx,
	    &rx);
	if (n < 0)
		return;
	if (has_rx)
		received = (struct engine_stamp){ rx, STAMP_KERNEL };
	while (q && !is_from(q, fd, &from))
		q = q->next;
	/* q may be gone after this: the answer closes the request. */
	if (q)
		deliver_reply(r, q, packet, (size_t)n, &received);
}

static void on_events(void *arg, short events)
{
	const struct request *q = arg;
	struct requests *r = q->owner;
	int fd = q->fd;

	if (events & POLLERR)
		take_sent(r, fd);
	take_reply(r, fd);
}

static void on_own(void *arg, short events)
{
	const struct own_socket *own = arg;

	if (events & POLLERR)
		take_sent(own->owner, own->fd);
	take_reply(own->owner, own->fd);
}

/* --- sending -------------------------------------------------------------- */

/* Numbers of datagrams begin anew: those of failed ones may be left out. */
static void restart_stamps(int fd, uint32_t *sent)
{
	timestamps_enable(fd, false);
	timestamps_enable(fd, true);
	*sent = 0;
}

static int attach(struct request *q)
{
	struct requests *r = q->owner;
	int rc = 0;

	if (q->kind != REQUEST_OWN)
		rc = loop_fd_add(r->loop, q->fd, POLLIN, on_events, q,
		    &q->watch);
	if (rc == 0) {
		q->next = r->first;
		r->first = q;
	} else if (q->kind == REQUEST_SERVER) {
		io_ports_return(&r->ports, &q->to, q->fd);
	} else {
		close(q->fd);
	}
	return rc;
}

static int open_request(struct requests *r, struct request *q,
    struct ip_addr *ret_local)
{
	const struct net_addr *local = local_of(r, &q->to);
	int rc;

	switch (q->kind) {
	case REQUEST_FRESH:
		return udp_client_open(&q->to, local, &r->setup, &q->fd,
		    ret_local);
	case REQUEST_OWN:
		q->fd = r->own[q->to.ip.family == IP_V6].fd;
		return q->fd < 0 ? -EAFNOSUPPORT : udp_client_can_reach(&q->to,
		    local, &r->setup, ret_local) ? 0 : -ENETUNREACH;
	case REQUEST_SERVER:
		rc = io_ports_take(&r->ports, &q->to, &q->fd, ret_local);
		if (rc == 0)
			restart_stamps(q->fd, &q->sent);
		return rc;
	}
	return -EINVAL;
}

static int send_on(struct requests *r, struct request *q,
    const struct engine_request *request, struct wall_time *ret_sent)
{
	const uint8_t *packet = request->packet;
	size_t length = request->length, head;
	bool is_own = q->kind == REQUEST_OWN;
	uint32_t *sent = is_own ? &r->own[q->to.ip.family == IP_V6].sent :
	    &q->sent;
	uint8_t message[PTP_NTP_HEAD_MAX + ASSOC_PACKET_MAX];
	int rc;

	if (is_over_ptp(r, &q->to)) {
		if (length > ASSOC_PACKET_MAX)
			return -EMSGSIZE;
		q->form = request->form;
		head = ptp_ntp_head(q->form);
		ptp_ntp_write(q->form, r->ptp_domain, r->ptp_sequence++, length,
		    message);
		memcpy(message + head, packet, length);
		packet = message;
		length += head;
	}
	rc = udp_client_send(q->fd, is_own ? &q->to : NULL, packet, length,
	    ret_sent);
	q->stamp_id = *sent;
	++*sent;
	if (rc)
		restart_stamps(q->fd, sent);
	return rc;
}

static int new_request(struct requests *r, const struct engine_request *request,
    enum request_kind kind, struct ip_addr *ret_local, struct request **ret)
{
	struct request *q;
	int rc;

	requests_close(r, request->source);
	q = calloc(1, sizeof(*q));
	if (!q)
		return -ENOMEM;
	q->owner = r;
	q->source = request->source;
	q->kind = kind;
	q->to = *request->to;
	rc = open_request(r, q, ret_local);
	if (rc == 0)
		rc = attach(q);
	if (rc)
		free(q);
	else
		*ret = q;
	return rc;
}

static int send_new(struct requests *r, const struct engine_request *request,
    enum request_kind kind, struct wall_time *ret_sent,
    struct ip_addr *ret_local)
{
	struct request *q;
	int rc = new_request(r, request, kind, ret_local, &q);

	if (rc)
		return rc;
	rc = send_on(r, q, request, ret_sent);
	if (rc)
		requests_close(r, request->source);
	return rc;
}

int requests_send(struct requests *r, const struct engine_request *request,
    struct wall_time *ret_sent, struct ip_addr *ret_local)
{
	return send_new(r, request, r->kind, ret_sent, ret_local);
}

int requests_send_peer(struct requests *r,
    const struct engine_request *request, struct wall_time *ret_sent,
    struct ip_addr *ret_local)
{
	struct request *q = find(r, request->source);

	if (q && net_addr_equal(&q->to, request->to) &&
	    send_on(r, q, request, ret_sent) == 0)
		return 0;
	/* The first one; or the way there, or our address, has changed. */
	return send_new(r, request, REQUEST_SERVER, ret_sent, ret_local);
}

bool requests_can_reach(const struct requests *r, const struct net_addr *to)
{
	return udp_client_can_reach(to, local_of(r, to), &r->setup, NULL);
}

/* --- start ---------------------------------------------------------------- */

static int open_own(struct requests *r, struct role_link *link, int i,
    const struct net_addr *local)
{
	struct own_socket *own = &r->own[i];
	int rc = udp_client_bind(local, &r->setup, &own->fd);

	if (rc == 0)
		rc = loop_fd_add(r->loop, own->fd, POLLIN, on_own, own,
		    &own->watch);
	return listen_result(link, "NTP client", local, &r->setup, rc);
}

/* A device that can not be used would fail each request in silence. */
static void check_device(const struct requests *r, struct role_link *link)
{
	const struct net_addr any = { .ip = { .family = IP_V4 } };
	int fd, rc;

	if (!r->setup.device[0])
		return;
	rc = udp_client_bind(&any, &r->setup, &fd);
	if (rc == 0)
		close(fd);
	else
		role_log(link, SEV_ERROR, "could not bind client sockets to "
		    "%s: %s", r->setup.device,
		    socket_setup_error(rc, &r->setup));
}

static enum request_kind kind_of(const struct config *config)
{
	if (config->acquisitionport < 0)
		return REQUEST_FRESH;
	return config->acquisitionport > 0 &&
	    config->acquisitionport == config->port ? REQUEST_SERVER :
	    REQUEST_OWN;
}

int requests_open(struct requests *r, struct role_link *link,
    const struct config *config, const struct ipc_config *options,
    const struct request_events *events)
{
	static const unsigned others[2] = { IPC_ONLY_V6, IPC_ONLY_V4 };

	*r = (struct requests){
		.loop = role_link_loop(link),
		.events = *events,
		.kind = kind_of(config),
		.local4 = { .ip = config->acq4 },
		.local6 = { .ip = config->acq6 },
		.setup = socket_setup_of(config->acqdevice, config->dscp,
		    false),
		.ptp_port = config->ptpport,
		.ptp_domain = (uint8_t)config->ptpdomain,
	};
	for (int i = 0; i < 2; i++)
		r->own[i] = (struct own_socket){ .owner = r, .fd = -1 };
	check_device(r, link);
	for (int i = 0; i < 2 && r->kind == REQUEST_OWN; i++) {
		struct net_addr local = i == 0 ? r->local4 : r->local6;
		int rc;

		local.ip.family = i == 0 ? IP_V4 : IP_V6;
		local.port = (uint16_t)config->acquisitionport;
		if (options->flags & others[i])
			continue;
		rc = open_own(r, link, i, &local);
		if (rc)
			return rc;
	}
	return io_ports_open(&r->ports, link, config, options);
}

void requests_renew(struct requests *r, const struct config *config)
{
	r->setup.dscp = config->dscp;
	r->ports.setup = listen_setup(config);
	for (int i = 0; i < 2; i++)
		if (r->own[i].fd >= 0)
			socket_set_dscp(r->own[i].fd, i == 0 ? IP_V4 : IP_V6,
			    config->dscp);
	for (const struct request *q = r->first; q; q = q->next)
		if (q->kind == REQUEST_SERVER)
			socket_set_dscp(q->fd, q->to.ip.family, config->dscp);
}
