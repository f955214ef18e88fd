/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/control.h"

#include "horad/daemon.h"
#include "wire/control.h"

#include <errno.h>
#include <string.h>

#define AT_ONCE 16		/* requests of one round */

_Static_assert(IPC_DATAGRAM_MOST > CONTROL_REQUEST_MAX &&
    IPC_DATAGRAM_REPLY >= CONTROL_REPLY_MAX, "datagrams fit into messages");

/* While the engine is not there, or does not keep up, requests wait in the
 * socket. */
static void attend(struct control *c)
{
	bool is_wanted = c->is_attended && c->unread < CONTROL_UNREAD_MOST;

	if (c->watch)
		loop_fd_events(c->watch, is_wanted ? POLLIN : 0);
}

/* The number of a client: the same for the same name, or the oldest's place. */
static uint32_t number_of(struct control *c, const struct unix_peer *peer)
{
	struct control_client *oldest = &c->clients[0];

	for (int i = 0; i < CONTROL_ANSWERABLE; i++) {
		struct control_client *one = &c->clients[i];

		if (one->id != 0 && one->peer.length == peer->length &&
		    memcmp(&one->peer.name, &peer->name, peer->length) == 0)
			return one->id;
		/* The difference tells ages beyond the turn of the counter. */
		if (one->id == 0 || (oldest->id != 0 &&
		    c->last_id - one->id > c->last_id - oldest->id))
			oldest = one;
	}
	if (++c->last_id == 0)
		c->last_id = 1;
	*oldest = (struct control_client){ c->last_id, *peer };
	return c->last_id;
}

/*
 * An operator is whoever may write to the socket, but for our roles: they share our
 * user, start no other process, and have nothing to order.
 */
static bool is_role(struct daemon *d, const struct unix_peer *peer)
{
	if (!d->host->has_process ||
	    !d->host->has_process(d->host_state, peer->pid))
		return false;
	if (!d->control.has_warned)
		logsink_printf(&d->log, SEV_WARNING, "process %ld, a role, "
		    "sent a command: ignored, and so are others",
		    (long)peer->pid);
	d->control.has_warned = true;
	return true;
}

/* hora-clock is told before the engine can act. */
static void vouch(struct daemon *d, const struct ipc_control *request)
{
	struct order order;

	if (!orders_read(request->bytes, request->length, &order))
		return;
	if (order.key != 0)
		named_keys_add(&d->named, order.key);
	if (!order.is_for_clock)
		return;
	orders_keep(&d->control.orders, &order.clock, d->steps.memory.steps);
	daemon_send(d, ROLE_CLOCK, IPC_CLOCK_ORDER, &order.clock, NULL);
}

static void on_request(void *arg, short events)
{
	struct daemon *d = arg;
	struct control *c = &d->control;

	(void)events;
	for (int i = 0; i < AT_ONCE && c->is_attended &&
	    c->unread < CONTROL_UNREAD_MOST; i++) {
		struct ipc_control request = { 0 };
		struct unix_peer from;
		ssize_t n = unix_server_receive(&c->server, request.bytes,
		    sizeof(request.bytes), &from);

		if (n < 0)
			break;
		request.length = (uint32_t)n;
		if (is_role(d, &from))
			continue;
		request.id = number_of(c, &from);
		vouch(d, &request);
		c->unread++;
		daemon_send(d, ROLE_ENGINE, IPC_CONTROL, &request, NULL);
	}
	attend(c);
}

void daemon_control_reply(struct daemon *d,
    const struct ipc_control_reply *reply)
{
	struct control *c = &d->control;

	if (reply->turn == IPC_CONTROL_NOW && c->unread > 0)
		c->unread--;
	attend(c);
	if (reply->id == 0 || reply->length == 0 ||
	    reply->length > sizeof(reply->bytes))
		return;
	for (int i = 0; i < CONTROL_ANSWERABLE; i++)
		if (c->clients[i].id == reply->id)
			unix_server_reply(&c->server, &c->clients[i].peer,
			    reply->bytes, reply->length);
}

void daemon_control_attend(struct daemon *d, bool has_engine)
{
	d->control.is_attended = has_engine;
	d->control.unread = 0;
	attend(&d->control);
}

/* -Q asks a question while another daemon may run: the socket is that one's. */
static bool is_wanted(const struct daemon *d)
{
	return *d->config.cmd_socket && !(d->options->flags & IPC_ONCE_PRINT);
}

void daemon_control_open(struct daemon *d)
{
	struct control *c = &d->control;
	const char *path = d->config.cmd_socket;
	int rc;

	c->server.fd = -1;
	if (!is_wanted(d))
		return;
	rc = unix_server_open(path, &c->server);
	if (rc == 0)
		rc = loop_fd_add(d->loop, c->server.fd, 0, on_request, d,
		    &c->watch);
	if (rc == 0)
		return;
	unix_server_close(&c->server);
	logsink_printf(&d->log, SEV_WARNING, "disabled command socket %s: %s",
	    path, rc == -EPERM ? "its directory is not ours alone (owner, "
	    "group or mode)" : strerror(-rc));
}

void daemon_control_close(struct daemon *d)
{
	loop_fd_remove(d->control.watch);
	d->control.watch = NULL;
	unix_server_close(&d->control.server);
}
