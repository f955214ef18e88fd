/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_control.h"

#include "base/text.h"
#include "hora-engine/control.h"
#include "hora-engine/control_access.h"
#include "hora-engine/waiters.h"
#include "os/systemd.h"
#include "os/udp_server.h"
#include "wire/control.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

struct udp_socket {
	struct io_control *owner;
	int fd;				/* -1 = not open */
	struct loop_fd *watch;
};

struct io_control {
	struct role_link *link;
	struct engine *engine;
	struct control_clock clock;
	struct udp_socket udp[2];	/* IPv4, IPv6 */
	struct socket_setup setup;	/* of those */
	struct udp_batch *batch;	/* NULL without UDP */
	struct waiters waiters;		/* peers are numbers of clients */
	struct loop_timer patience;	/* theirs */
};

/* --- requests ------------------------------------------------------------- */

static void on_udp(void *arg, short events)
{
	struct udp_socket *s = arg;
	struct io_control *c = s->owner;
	int n = udp_batch_receive(c->batch, s->fd);

	(void)events;
	for (int i = 0; i < n; i++) {
		const struct udp_packet *p = udp_batch_packet(c->batch, i);
		struct control_peer peer = { .address = p->peer.ip };
		struct control_later later;	/* never by UDP */
		struct engine_now now;
		size_t length;

		if (!control_access_asks(c->engine, &p->peer.ip))
			continue;
		now = c->clock.now(c->clock.arg);
		length = engine_control(c->engine, &now, &peer, p->bytes,
		    p->length, udp_batch_reply(c->batch, i), UDP_PACKET_SIZE,
		    &later);
		if (length > 0)
			udp_batch_queue(c->batch, i, length);
	}
	if (n > 0) {
		udp_batch_send(c->batch, s->fd, NULL);
		c->clock.after(c->clock.arg);
	}
}

/* --- answers of horad ----------------------------------------------------- */

static void send_reply(const struct io_control *c, uint32_t client,
    enum ipc_control_turn turn, const uint8_t *bytes, size_t length)
{
	struct ipc_control_reply reply = { .id = client, .turn = turn,
		.length = (uint32_t)length };

	if (length > sizeof(reply.bytes))
		return;
	memcpy(reply.bytes, bytes, length);
	role_link_send(c->link, IPC_CONTROL_REPLY, &reply);
}

static void answer_later(const struct io_control *c, uint32_t client,
    const struct control_later *later, bool is_done, const char *text)
{
	uint8_t reply[CONTROL_REPLY_MAX];
	size_t length = engine_control_later(later, is_done, text, reply,
	    sizeof(reply));

	send_reply(c, client, IPC_CONTROL_LATER, reply, length);
}

static void answer_waiter(const struct io_control *c, const struct waiter *one,
    bool is_done, const char *text)
{
	uint32_t client;

	memcpy(&client, one->peer, sizeof(client));
	answer_later(c, client, &one->later, is_done, text);
}

static void set_patience(struct io_control *c)
{
	struct mono_time wake = waiters_wake(&c->waiters);

	if (wake.ns == MONO_NEVER.ns)
		loop_timer_cancel(&c->patience);
	else
		loop_timer_set(role_link_loop(c->link), &c->patience, wake);
}

static void on_patience(void *arg)
{
	struct io_control *c = arg;
	struct waiter one;

	while (waiters_expired(&c->waiters, loop_now(role_link_loop(c->link)),
	    &one))
		answer_waiter(c, &one, false, "there was no answer in time");
	set_patience(c);
}

static void wait_for_horad(struct io_control *c, uint32_t client,
    struct control_later *later)
{
	switch (waiters_add(&c->waiters, &client, sizeof(client), later,
	    loop_now(role_link_loop(c->link)))) {
	case WAITERS_ASK:
		role_link_send(c->link, IPC_REQUEST, &later->request);
		set_patience(c);
		break;
	case WAITERS_AGAIN:
		break;
	case WAITERS_FULL:
		answer_later(c, client, later, false,
		    "too many requests are waiting");
		break;
	}
}

void io_control_answer(struct io_control *c, const struct ipc_answer *answer)
{
	struct waiter one;

	if (!c || !memchr(answer->text, '\0', sizeof(answer->text)) ||
	    !waiters_take(&c->waiters, answer->id, &one))
		return;
	answer_waiter(c, &one, answer->is_done != 0, answer->text);
	set_patience(c);
}

/* --- requests by the Unix socket, which horad has -------------------------- */

void io_control_request(struct io_control *c, const struct ipc_control *request)
{
	static const struct control_peer peer = { .is_unix = true };
	uint8_t reply[UDP_PACKET_SIZE];
	struct control_later later = { 0 };
	struct engine_now now;
	size_t length = 0;

	if (!c || request->length > sizeof(request->bytes))
		return;
	now = c->clock.now(c->clock.arg);
	length = engine_control(c->engine, &now, &peer, request->bytes,
	    request->length, reply, sizeof(reply), &later);
	send_reply(c, request->id, IPC_CONTROL_NOW, reply, length);
	if (later.is_set)
		wait_for_horad(c, request->id, &later);
}

/* --- opening -------------------------------------------------------------- */

static int udp_descriptor(struct io_control *c, const struct net_addr *local,
    int *ret_fd)
{
	struct passed_sockets *passed = role_link_sockets(c->link);
	int fd = passed ? passed_socket_find(passed, PASSED_CMD, SOCK_DGRAM,
	    local) : -1;
	int rc;

	if (fd < 0)
		return udp_server_open(local, false, &c->setup, ret_fd);
	rc = udp_server_prepare(fd, local->ip.family, &c->setup);
	if (rc < 0) {
		close(fd);
		return rc;
	}
	*ret_fd = fd;
	return 0;
}

static void open_udp(struct io_control *c, struct udp_socket *s,
    const struct ip_addr *ip, uint16_t port)
{
	struct net_addr local = { .ip = *ip, .port = port };
	char text[IP_TEXT_SIZE];
	int rc = udp_descriptor(c, &local, &s->fd);

	if (rc == 0)
		rc = loop_fd_add(role_link_loop(c->link), s->fd, POLLIN,
		    on_udp, s, &s->watch);
	if (rc == 0)
		return;
	if (s->fd >= 0)
		close(s->fd);
	s->fd = -1;
	/* A system without IPv6 is asked over IPv4. */
	role_log(c->link, ip->family == IP_V6 && (rc == -EAFNOSUPPORT ||
	    rc == -EADDRNOTAVAIL) ? SEV_DEBUG : SEV_ERROR,
	    "could not open command socket on %s port %u%s%s: %s",
	    ip_text(ip, text), port, *c->setup.device ? " of " : "",
	    c->setup.device, socket_setup_error(rc, &c->setup));
}

/* -Q asks a question while another daemon may run: its port is that one's. */
static bool is_wanted(const struct ipc_config *options, bool is_explicit)
{
	return !(options->flags & IPC_ONCE_PRINT) || is_explicit;
}

int io_control_open(struct role_link *link, const struct config *config,
    const struct ipc_config *options, struct engine *engine,
    const struct control_clock *clock, struct io_control **ret)
{
	struct io_control *c = calloc(1, sizeof(*c));
	bool has_udp = config->cmdport != 0 &&
	    is_wanted(options, config->has_cmdport);

	if (!c)
		return -ENOMEM;
	c->link = link;
	c->engine = engine;
	c->clock = *clock;
	loop_timer_init(&c->patience, on_patience, c);
	c->setup = socket_setup_of(config->cmddevice, 0, false);
	for (int i = 0; i < 2; i++)
		c->udp[i] = (struct udp_socket){ c, -1, NULL };
	if (has_udp) {
		c->batch = udp_batch_new();
		if (!c->batch) {
			io_control_close(c);
			return -ENOMEM;
		}
	}
	if (has_udp && config->cmd4.family == IP_V4 &&
	    !(options->flags & IPC_ONLY_V6))
		open_udp(c, &c->udp[0], &config->cmd4, config->cmdport);
	if (has_udp && config->cmd6.family == IP_V6 &&
	    !(options->flags & IPC_ONLY_V4))
		open_udp(c, &c->udp[1], &config->cmd6, config->cmdport);
	*ret = c;
	return 0;
}

void io_control_close(struct io_control *c)
{
	if (!c)
		return;
	for (int i = 0; i < 2; i++) {
		loop_fd_remove(c->udp[i].watch);
		if (c->udp[i].fd >= 0)
			close(c->udp[i].fd);
	}
	loop_timer_cancel(&c->patience);
	udp_batch_free(c->batch);
	free(c);
}
