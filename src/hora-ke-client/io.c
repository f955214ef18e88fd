/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-client/io.h"

#include "hora-ke-client/io_session.h"
#include "os/tls_client.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SESSIONS_MAX 16		/* exchanges at the same time */
#define WAITING_MAX 256		/* orders behind them */
#define ENGINE_LOOKUPS (RESOLVER_QUEUE * 3 / 4)

_Static_assert(RESOLVER_ADDRS <= IPC_ADDRS_MAX, "all addresses fit a message");

/* An order that waits for a free session. */
struct order {
	struct order *next;
	struct ipc_ke_start start;
	struct mono_time since;
};

/* A lookup that the engine, or horad, asked for. */
struct query {
	struct query *next;
	struct client *client;
	bool is_horads;
	uint32_t id;
	struct lookup *lookup;
};

struct client {
	struct role_link *link;
	struct loop *loop;
	const struct config *config;
	struct channel *engine;		/* NULL until it is there */
	struct resolver *resolver;
	struct ke_session_env env;
	struct ke_session *sessions;
	unsigned session_count;
	struct order *waiting, **waiting_end;	/* oldest first */
	unsigned waiting_count;
	struct query *queries;
	struct tls_trust *trust_0;	/* of set 0, while exchanges run */
};

static void send_engine(struct client *c, enum ipc_type type,
    const void *payload)
{
	/* When it fails the engine is gone: on_engine_closed comes. */
	if (c->engine)
		channel_send(c->engine, type, payload, NULL);
}

static void send_addresses(struct client *c, bool to_horad,
    const struct ipc_addresses *answer)
{
	if (to_horad)
		role_link_send(c->link, IPC_ADDRESSES, answer);
	else
		send_engine(c, IPC_ADDRESSES, answer);
}

/* --- lookups -------------------------------------------------------------- */

static void on_addresses(void *arg, enum lookup_status status,
    const struct net_addr *addresses, unsigned count)
{
	static const uint32_t statuses[] = {
		[LOOKUP_FOUND] = 0, [LOOKUP_TRY_AGAIN] = 1,
		[LOOKUP_NO_ADDRESS] = 2,
	};
	struct query *q = arg, **place = &q->client->queries;
	struct ipc_addresses answer = { .id = q->id,
		.status = statuses[status], .count = count };

	memcpy(answer.address, addresses, count * sizeof(*addresses));
	send_addresses(q->client, q->is_horads, &answer);
	while (*place != q)
		place = &(*place)->next;
	*place = q->next;
	free(q);
}

static bool lookup_is_valid(const struct ipc_lookup *l)
{
	return memchr(l->name, '\0', sizeof(l->name)) && (l->family == IP_NONE ||
	    l->family == IP_V4 || l->family == IP_V6);
}

/* An engine that asks without end leaves some places to horad. */
static bool has_place(const struct client *c, bool is_horads)
{
	unsigned engines = 0;

	for (const struct query *q = c->queries; q; q = q->next)
		engines += !q->is_horads;
	return is_horads || engines < ENGINE_LOOKUPS;
}

static void on_lookup(struct client *c, const struct ipc_lookup *l,
    bool is_horads)
{
	struct ipc_addresses again = { .id = l->id, .status = 1 };
	struct query *q = calloc(1, sizeof(*q));

	if (!q || !lookup_is_valid(l) || !has_place(c, is_horads) ||
	    resolver_lookup(c->resolver, l->name, (enum ip_family)l->family,
	    on_addresses, q, &q->lookup) < 0) {
		free(q);
		send_addresses(c, is_horads, &again);
		return;
	}
	q->client = c;
	q->is_horads = is_horads;
	q->id = l->id;
	q->next = c->queries;
	c->queries = q;
}

/* --- exchanges ------------------------------------------------------------ */

/* Read the certificates of a set, as they are on disk now. */
static struct tls_trust *load_trust(const struct client *c, uint32_t set,
    char *reason, size_t size)
{
	const char *paths[CONFIG_TRUSTED];
	struct tls_trust *trust;
	size_t n = 0;

	for (size_t i = 0; i < c->config->trusted_count; i++)
		if (c->config->trusted[i].set == set && n < CONFIG_TRUSTED)
			paths[n++] = c->config->trusted[i].path;
	return tls_trust_load(set == 0 && !c->config->nosystemcert, paths, n,
	    &trust, reason, size) == 0 ? trust : NULL;
}

/* One reference, or NULL and the reason. Set 0, the largest, is read once for
 * all exchanges that run side by side. */
static struct tls_trust *get_trust(struct client *c, uint32_t set, char *reason,
    size_t size)
{
	if (set != 0)
		return load_trust(c, set, reason, size);
	if (!c->trust_0)
		c->trust_0 = load_trust(c, 0, reason, size);
	return c->trust_0 ? tls_trust_ref(c->trust_0) : NULL;
}

static void refuse(struct client *c, const struct ipc_ke_start *start,
    enum ke_failure failure, const char *reason)
{
	struct ke_exchange x;

	if (ke_exchange_init(&x, start))
		ke_exchange_fail(&x, failure, reason);
	send_engine(c, IPC_KE_DONE, &x.done);
}

static void start_exchange(struct client *c, const struct ipc_ke_start *start,
    double waited_s)
{
	char reason[TLS_REASON_SIZE] = "";
	struct tls_trust *trust = get_trust(c, start->certset, reason,
	    sizeof(reason));
	struct ke_session *s;

	if (ke_session_new(&c->env, start, waited_s, trust, reason, &s) < 0) {
		refuse(c, start, KE_FAIL_SOCKET, strerror(ENOMEM));
	} else {
		*ke_session_next(s) = c->sessions;
		c->sessions = s;
		c->session_count++;
	}
	tls_trust_unref(trust);
}

static void start_waiting(struct client *c)
{
	while (c->waiting && c->session_count < SESSIONS_MAX) {
		struct order *o = c->waiting;

		c->waiting = o->next;
		if (!c->waiting)
			c->waiting_end = &c->waiting;
		c->waiting_count--;
		start_exchange(c, &o->start,
		    mono_sub(loop_now(c->loop), o->since));
		free(o);
	}
}

static void forget_idle_trust(struct client *c)
{
	if (c->session_count > 0)
		return;
	tls_trust_unref(c->trust_0);
	c->trust_0 = NULL;
}

static void on_session_over(void *arg, struct ke_session *s,
    const struct ipc_ke_done *done)
{
	struct client *c = arg;
	struct ke_session **place = &c->sessions;

	send_engine(c, IPC_KE_DONE, done);
	while (*place != s)
		place = ke_session_next(*place);
	*place = *ke_session_next(s);
	ke_session_free(s);
	c->session_count--;
	start_waiting(c);
	forget_idle_trust(c);
}

static void on_ke_start(struct client *c, const struct ipc_ke_start *start)
{
	struct order *o;

	if (c->session_count < SESSIONS_MAX) {
		start_exchange(c, start, 0);
		return;
	}
	o = c->waiting_count < WAITING_MAX ? calloc(1, sizeof(*o)) : NULL;
	if (!o) {
		refuse(c, start, KE_FAIL_BUSY, NULL);
		return;
	}
	o->start = *start;
	o->since = loop_now(c->loop);
	*c->waiting_end = o;
	c->waiting_end = &o->next;
	c->waiting_count++;
}

/* --- the engine ----------------------------------------------------------- */

static void drop_queries(struct client *c, bool of_horad)
{
	struct query **place = &c->queries;

	while (*place) {
		struct query *q = *place;

		if (q->is_horads && !of_horad) {
			place = &q->next;
			continue;
		}
		*place = q->next;
		resolver_cancel(q->lookup);
		free(q);
	}
}

/* What the engine asked is nobody's any more. */
static void drop_engine(struct client *c)
{
	while (c->waiting) {
		struct order *o = c->waiting;

		c->waiting = o->next;
		free(o);
	}
	c->waiting_end = &c->waiting;
	c->waiting_count = 0;
	while (c->sessions) {
		struct ke_session *s = c->sessions;

		c->sessions = *ke_session_next(s);
		ke_session_free(s);
	}
	c->session_count = 0;
	forget_idle_trust(c);
	drop_queries(c, false);
	channel_close(c->engine);
	c->engine = NULL;
}

static void on_engine_message(void *arg, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	struct client *c = arg;

	(void)fds;
	if (type == IPC_LOOKUP)
		on_lookup(c, &payload->LOOKUP, false);
	else if (type == IPC_KE_START)
		on_ke_start(c, &payload->KE_START);
}

/* Horad starts it again and sends a new channel. */
static void on_engine_closed(void *arg)
{
	drop_engine(arg);
}

static void on_peer(struct client *c, enum role role, int fd)
{
	int rc;

	if (role != ROLE_ENGINE) {
		close(fd);
		return;
	}
	drop_engine(c);
	rc = channel_open(c->loop, fd, ROLE_KE_CLIENT, ROLE_ENGINE,
	    on_engine_message, on_engine_closed, c, &c->engine);
	if (rc == 0)
		return;
	close(fd);
	role_log(c->link, SEV_ERROR, "Could not use the channel of the engine "
	    ": %s", strerror(-rc));
}

/* --- the role ------------------------------------------------------------- */

static void client_free(void *state)
{
	struct client *c = state;

	if (!c)
		return;
	drop_engine(c);
	drop_queries(c, true);
	resolver_free(c->resolver);
	free(c);
}

static int client_start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	struct client *c = calloc(1, sizeof(*c));
	int rc = -ENOMEM;

	(void)options;
	if (c) {
		c->link = link;
		c->loop = role_link_loop(link);
		c->config = config;
		c->waiting_end = &c->waiting;
		rc = resolver_new(c->loop, &c->resolver);
	}
	if (rc) {
		role_log(link, SEV_FATAL, "Could not start looking up names : %s",
		    strerror(-rc));
		free(c);
		return rc;
	}
	c->env = (struct ke_session_env){ c->loop, c->resolver,
		KE_TIME_LIMIT_S, socket_setup_of(config->acqdevice, 0, false),
		on_session_over, c };
	*ret_state = c;
	return 0;
}

static bool is_named(const struct config *config, const char *path)
{
	for (size_t i = 0; i < config->trusted_count; i++)
		if (strcmp(config->trusted[i].path, path) == 0)
			return true;
	return false;
}

/*
 * Exchanges that run go on; the next ones trust what it says now. What was not
 * named at the start can not be opened any more (start/confine.c).
 */
static int client_reload(void *state, const struct config *config)
{
	struct client *c = state;

	for (size_t i = 0; i < config->trusted_count; i++)
		if (!is_named(c->config, config->trusted[i].path))
			return -EAGAIN;
	c->config = config;
	tls_trust_unref(c->trust_0);
	c->trust_0 = NULL;
	return 0;
}

static void client_message(void *state, enum ipc_type type,
    const union ipc_payload *payload, const int *fds)
{
	if (type == IPC_PEER)
		on_peer(state, (enum role)payload->PEER.role, fds[0]);
	else if (type == IPC_LOOKUP)
		on_lookup(state, &payload->LOOKUP, true);
}

static void client_stop(void *state)
{
	struct client *c = state;

	drop_engine(c);
	drop_queries(c, true);
	role_link_stopped(c->link);
}

const struct role_program ke_client_program = {
	.role = ROLE_KE_CLIENT,
	.start = client_start,
	.reload = client_reload,
	.message = client_message,
	.stop = client_stop,
	.free = client_free,
};
