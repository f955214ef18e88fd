/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-client/io_session.h"

#include "base/text.h"
#include "nts/exporter.h"
#include "os/sockaddr.h"
#include "os/tls_client.h"

#include <errno.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum step { CONNECTING, SHAKING_HANDS, SENDING, RECEIVING, RESOLVING };

struct ke_session {
	struct ke_session *next;
	const struct ke_session_env *env;
	struct ke_exchange x;
	enum step step;
	int fd;
	struct loop_fd *watch;
	struct loop_timer timer;	/* time limit, then the end */
	struct tls_trust *trust;
	struct tls_check check;
	struct tls_client *tls;
	size_t sent;
	struct lookup *lookup;
	bool is_plain_name;		/* the second try of a name */
};

static void on_over(void *arg)
{
	struct ke_session *s = arg;

	s->env->fn(s->env->arg, s, &s->x.done);
}

/* Tell the owner from the loop, not from here. */
static void over(struct ke_session *s)
{
	loop_fd_remove(s->watch);
	s->watch = NULL;
	/* It may be set: the limit of the exchange. */
	loop_timer_cancel(&s->timer);
	loop_timer_init(&s->timer, on_over, s);
	loop_timer_set(s->env->loop, &s->timer, loop_now(s->env->loop));
}

static void fail(struct ke_session *s, enum ke_failure failure,
    const char *reason)
{
	ke_exchange_fail(&s->x, failure, reason);
	over(s);
}

static void on_timeout(void *arg)
{
	struct ke_session *s = arg;

	if (s->step == RESOLVING)
		ke_exchange_resolved(&s->x, NULL, 0);
	else
		ke_exchange_fail(&s->x, s->step <= SHAKING_HANDS ?
		    KE_FAIL_TIMEOUT_TLS : KE_FAIL_TIMEOUT_REPLY, NULL);
	over(s);
}

/* --- name ----------------------------------------------------------------- */

static void on_addresses(void *arg, enum lookup_status status,
    const struct net_addr *addresses, unsigned count)
{
	struct ke_session *s = arg;

	(void)status;		/* not found is count 0 */
	s->lookup = NULL;
	/*
	 * A hosts file has its names without the last dot. Should a search
	 * domain answer this second try, the keys still tell who it is.
	 */
	if (count == 0 && !s->is_plain_name) {
		s->is_plain_name = true;
		if (resolver_lookup(s->env->resolver, s->x.response.server,
		    IP_NONE, on_addresses, s, &s->lookup) == 0)
			return;
	}
	ke_exchange_resolved(&s->x, addresses, count);
	over(s);
}

static void resolve(struct ke_session *s)
{
	char name[KE_SERVER_SIZE + 1];

	loop_fd_remove(s->watch);
	s->watch = NULL;
	s->step = RESOLVING;
	if (!ke_exchange_needs_name(&s->x, name)) {
		over(s);
	} else if (resolver_lookup(s->env->resolver, name, IP_NONE,
	    on_addresses, s, &s->lookup) < 0) {
		ke_exchange_resolved(&s->x, NULL, 0);
		over(s);
	}
}

/* --- TLS ------------------------------------------------------------------ */

static bool export_key(void *arg, const uint8_t *context,
    size_t context_length, uint8_t *key, size_t length)
{
	struct ke_session *s = arg;

	return tls_client_export(s->tls, EXPORTER_LABEL, context,
	    context_length, key, length) == 0;
}

/* TLS is complete: send, and receive until the reply is there. */
static enum tls_status transfer(struct ke_session *s)
{
	struct ke_exchange *x = &s->x;
	enum tls_status status;
	size_t n;

	while (s->step == SENDING) {
		status = tls_client_write(s->tls, x->request + s->sent,
		    x->request_length - s->sent, &n);
		if (status != TLS_DONE)
			return status;
		s->sent += n;
		if (s->sent == x->request_length)
			s->step = RECEIVING;
	}
	do {
		status = tls_client_read(s->tls, x->reply + x->reply_length,
		    sizeof(x->reply) - x->reply_length, &n);
		if (status != TLS_DONE)
			return status;
	} while (!ke_exchange_received(x, n));
	return TLS_DONE;
}

/* The reply is complete and judged. */
static void replied(struct ke_session *s)
{
	/* A server that waits for our end need not wait for a lookup. */
	tls_client_bye(s->tls);
	if (s->x.is_over || !ke_exchange_export(&s->x, export_key, s))
		over(s);
	else
		resolve(s);
}

/* TLS can not go on. */
static void broken(struct ke_session *s, enum tls_status status)
{
	const char *reason = tls_client_reason(s->tls);

	if (s->step != SHAKING_HANDS) {
		if (status == TLS_CLOSED)
			ke_exchange_closed(&s->x);
		else
			ke_exchange_fail(&s->x, KE_FAIL_MESSAGE, reason);
		over(s);
	} else if (status == TLS_CLOSED) {
		fail(s, KE_FAIL_CLOSED, reason);
	} else {
		fail(s, tls_client_lacks_protocol(s->tls) ? KE_FAIL_PROTOCOL :
		    KE_FAIL_TLS, reason);
	}
}

static void advance(struct ke_session *s)
{
	enum tls_status status = TLS_DONE;

	if (s->step == SHAKING_HANDS) {
		status = tls_client_handshake(s->tls);
		if (status == TLS_DONE)
			s->step = SENDING;
	}
	if (status == TLS_DONE)
		status = transfer(s);
	switch (status) {
	case TLS_DONE:
		replied(s);
		break;
	case TLS_WANT_READ:
		loop_fd_events(s->watch, POLLIN);
		break;
	case TLS_WANT_WRITE:
		loop_fd_events(s->watch, POLLOUT);
		break;
	case TLS_CLOSED:
	case TLS_FAILED:
		broken(s, status);
		break;
	}
}

/* --- TCP ------------------------------------------------------------------ */

static void connected(struct ke_session *s)
{
	int error = 0, rc;
	socklen_t size = sizeof(error);

	if (getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size) < 0)
		error = errno;
	if (error) {
		fail(s, KE_FAIL_CONNECT, strerror(error));
		return;
	}
	rc = tls_client_new(s->fd, s->trust, &s->check, &s->tls);
	if (rc < 0) {
		fail(s, KE_FAIL_SOCKET, rc == -EIO ?
		    "the TLS library refuses" : strerror(-rc));
		return;
	}
	s->step = SHAKING_HANDS;
	advance(s);
}

static void on_socket(void *arg, short events)
{
	struct ke_session *s = arg;

	(void)events;
	if (s->step == CONNECTING)
		connected(s);
	else
		advance(s);
}

static int connect_socket(struct ke_session *s)
{
	const struct ipc_ke_start *order = &s->x.order;
	struct net_addr bind_to = { .ip = order->bind };
	struct sockaddr_storage to, from;
	socklen_t to_length = sockaddr_from(&order->server, &to);
	socklen_t from_length = sockaddr_from(&bind_to, &from);
	int rc;

	s->fd = socket(sockaddr_family(order->server.ip.family), SOCK_STREAM |
	    SOCK_NONBLOCK | SOCK_CLOEXEC, IPPROTO_TCP);
	if (s->fd < 0)
		return -errno;
	rc = socket_set_up(s->fd, order->server.ip.family, &s->env->setup);
	if (rc < 0)
		return rc;
	if (from_length > 0 &&
	    bind(s->fd, (struct sockaddr *)&from, from_length) < 0)
		return -errno;
	rc = connect(s->fd, (struct sockaddr *)&to, to_length);
	if (rc < 0 && errno != EINPROGRESS)
		return -errno;
	return loop_fd_add(s->env->loop, s->fd, POLLOUT, on_socket, s,
	    &s->watch);
}

static void start(struct ke_session *s, const char *trust_reason)
{
	int rc;

	if (!s->trust) {
		fail(s, KE_FAIL_TRUST, trust_reason);
		return;
	}
	loop_timer_set(s->env->loop, &s->timer,
	    mono_add(loop_now(s->env->loop), s->env->time_limit_s));
	rc = connect_socket(s);
	/* A refusal can come at once from near; the rest is ours. */
	if (rc < 0)
		fail(s, rc == -ECONNREFUSED ? KE_FAIL_CONNECT : KE_FAIL_SOCKET,
		    socket_setup_error(rc, &s->env->setup));
}

/* --- life ----------------------------------------------------------------- */

int ke_session_new(const struct ke_session_env *env,
    const struct ipc_ke_start *order, double waited_s, struct tls_trust *trust,
    const char *trust_reason, struct ke_session **ret)
{
	struct ke_session *s = calloc(1, sizeof(*s));

	if (!s)
		return -ENOMEM;
	s->env = env;
	s->fd = -1;
	s->trust = trust ? tls_trust_ref(trust) : NULL;
	loop_timer_init(&s->timer, on_timeout, s);
	if (ke_exchange_init(&s->x, order)) {
		s->check = (struct tls_check){
			.name = s->x.order.name,
			.check_times = order->check_times != 0,
			.now = wall_add(order->now, waited_s),
		};
		start(s, trust_reason);
	} else {
		over(s);
	}
	*ret = s;
	return 0;
}

void ke_session_free(struct ke_session *s)
{
	if (!s)
		return;
	resolver_cancel(s->lookup);
	loop_timer_cancel(&s->timer);
	loop_fd_remove(s->watch);
	tls_client_free(s->tls);
	tls_trust_unref(s->trust);
	if (s->fd >= 0)
		close(s->fd);
	wipe(s, sizeof(*s));
	free(s);
}

struct ke_session **ke_session_next(struct ke_session *s)
{
	return &s->next;
}
