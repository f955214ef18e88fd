/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/io_worker.h"

#include "base/text.h"
#include "nts/exporter.h"
#include "os/random.h"
#include "os/tcp_server.h"

#include <errno.h>
#include <stdlib.h>

#define ACCEPTS_A_ROUND 16	/* then the running connections have their turn */
#define PAUSE_S 0.1		/* when descriptors or memory are short */

struct connection {
	struct ke_worker *worker;
	struct connection *older, *newer;
	int fd;
	struct net_addr peer;
	struct loop_fd *watch;
	struct loop_timer timer;
	struct tls_session tls;
	struct tls_credentials *credentials;
	struct ke_connection ke;
	bool is_noted;			/* its end is counted and reported */
};

struct ke_worker {
	struct loop *loop;
	struct ke_shared *shared;
	ke_report_fn *report;
	void *arg;
	struct loop_fd *listeners[2];
	struct loop_timer pause;
	struct connection *oldest, *newest;
	int count;
	struct cookie_ring ring;
	unsigned ring_number;
};

/* --- the end of a connection ---------------------------------------------- */

static void note(struct ke_worker *w, const struct net_addr *peer,
    enum ke_end end, struct tls_session *tls)
{
	struct ke_report report = { .peer = *peer, .end = end };

	ke_shared_count_end(w->shared, end);
	if (w->report == NULL)
		return;
	if (tls != NULL && tls->error != 0)
		tls_error(tls, report.detail, sizeof(report.detail));
	w->report(w->arg, &report);
}

static void unlink_connection(struct connection *c)
{
	struct ke_worker *w = c->worker;

	if (c->older != NULL)
		c->older->newer = c->newer;
	else
		w->oldest = c->newer;
	if (c->newer != NULL)
		c->newer->older = c->older;
	else
		w->newest = c->older;
	w->count--;
}

/* No more of TLS: all but the socket can go. */
static void end_tls(struct connection *c)
{
	if (!c->is_noted)
		note(c->worker, &c->peer, c->ke.end, &c->tls);
	c->is_noted = true;
	tls_session_free(&c->tls);
	tls_credentials_unref(c->credentials);
	c->credentials = NULL;
}

static void finish(struct connection *c)
{
	end_tls(c);
	unlink_connection(c);
	loop_fd_remove(c->watch);
	loop_timer_cancel(&c->timer);
	tcp_server_close(c->fd);
	free(c);
}

/* --- steps ---------------------------------------------------------------- */

static bool export_session(struct connection *c, struct nts_session *session)
{
	const struct ke_judgement *j = &c->ke.judgement;
	uint8_t context[EXPORTER_CONTEXT_SIZE];

	session->aead = j->aead;
	session->key_length = (uint16_t)aead_key_length(j->aead);
	exporter_context(j->aead, j->compliant_export, NTS_C2S, context);
	if (tls_export(&c->tls, EXPORTER_LABEL, context, sizeof(context),
	    session->c2s, session->key_length) < 0)
		return false;
	exporter_context(j->aead, j->compliant_export, NTS_S2C, context);
	return tls_export(&c->tls, EXPORTER_LABEL, context, sizeof(context),
	    session->s2c, session->key_length) == 0;
}

static void step_keys(struct connection *c)
{
	struct ke_worker *w = c->worker;
	uint8_t random[KE_SERVER_RANDOM];
	struct nts_session session = { 0 };
	struct ke_settings settings;

	random_bytes(random, sizeof(random));
	ke_shared_settings(w->shared, &settings);
	ke_shared_refresh_ring(w->shared, &w->ring, &w->ring_number);
	ke_connection_keys(&c->ke, &settings.config,
	    export_session(c, &session) ? &session : NULL, &w->ring, random);
	wipe(&session, sizeof(session));
}

static enum tls_status step_read(struct connection *c)
{
	struct ke_settings settings;
	size_t size, n;
	uint8_t *room = ke_connection_room(&c->ke, &size);
	enum tls_status status = tls_read(&c->tls, room, size, &n);

	if (status == TLS_DONE) {
		ke_shared_settings(c->worker->shared, &settings);
		ke_connection_received(&c->ke, &settings.config, n);
	}
	if (status == TLS_CLOSED)
		ke_connection_eof(&c->ke);
	return status;
}

static enum tls_status step_write(struct connection *c)
{
	size_t n;
	enum tls_status status = tls_write(&c->tls, c->ke.reply + c->ke.sent,
	    c->ke.reply_length - c->ke.sent, &n);

	if (status == TLS_DONE)
		ke_connection_sent(&c->ke, n);
	return status;
}

static enum tls_status step_bye(struct connection *c)
{
	struct loop *loop = c->worker->loop;
	enum tls_status status = tls_bye(&c->tls);

	if (status == TLS_DONE) {
		ke_connection_left(&c->ke, loop_now(loop));
		end_tls(c);
		tcp_server_shut(c->fd);
		loop_timer_set(loop, &c->timer, c->ke.deadline);
	}
	return status;
}

static enum tls_status step_linger(struct connection *c)
{
	int n = tcp_server_discard(c->fd);

	if (n == -EAGAIN)
		return TLS_WANT_READ;
	if (n <= 0)
		return TLS_CLOSED;
	ke_connection_discarded(&c->ke, (size_t)n);
	return TLS_DONE;
}

/* One step of the present phase. */
static enum tls_status step(struct connection *c)
{
	enum tls_status status = TLS_DONE;

	switch (c->ke.phase) {
	case KE_PHASE_HANDSHAKE:
		status = tls_handshake(&c->tls);
		if (status == TLS_DONE)
			ke_connection_shaken(&c->ke, tls_alpn_is(&c->tls,
			    TLS_ALPN_NTSKE));
		break;
	case KE_PHASE_REQUEST:
		status = step_read(c);
		break;
	case KE_PHASE_KEYS:
		step_keys(c);
		break;
	case KE_PHASE_REPLY:
		status = step_write(c);
		break;
	case KE_PHASE_BYE:
		status = step_bye(c);
		break;
	case KE_PHASE_LINGER:
		status = step_linger(c);
		break;
	case KE_PHASE_CLOSED:
		break;
	}
	return status;
}

/* Go on until something must be waited for, or the connection is over. */
static void run(struct connection *c)
{
	while (c->ke.phase != KE_PHASE_CLOSED) {
		bool is_shaking = c->ke.phase == KE_PHASE_HANDSHAKE;

		switch (step(c)) {
		case TLS_DONE:
			break;
		case TLS_WANT_READ:
			loop_fd_events(c->watch, POLLIN);
			return;
		case TLS_WANT_WRITE:
			loop_fd_events(c->watch, POLLOUT);
			return;
		case TLS_CLOSED:
			ke_connection_fail(&c->ke, KE_END_PEER);
			break;
		case TLS_FAILED:
			ke_connection_fail(&c->ke, is_shaking ? KE_END_TLS :
			    KE_END_RECORD);
			break;
		}
	}
	finish(c);
}

static void on_ready(void *arg, short events)
{
	struct connection *c = arg;

	if (events & POLLIN)
		c->ke.has_spoken = true;
	run(c);
}

static void on_deadline(void *arg)
{
	struct connection *c = arg;

	ke_connection_fail(&c->ke, KE_END_TIME);
	finish(c);
}

/* --- new connections ------------------------------------------------------ */

/* The oldest one that has its answer, or else that never said a word, or NULL. */
static struct connection *least_needed(const struct ke_worker *w)
{
	struct connection *silent = NULL;

	for (struct connection *c = w->oldest; c != NULL; c = c->newer) {
		if (c->ke.phase == KE_PHASE_LINGER)
			return c;
		if (silent == NULL && !c->ke.has_spoken)
			silent = c;
	}
	return silent;
}

/* When all places are taken, the least needed one gives way. */
static bool make_place(struct ke_worker *w)
{
	struct connection *c;

	if (w->count < w->shared->max_connections)
		return true;
	c = least_needed(w);
	if (c == NULL)
		return false;
	ke_connection_fail(&c->ke, KE_END_SILENT);
	finish(c);
	return true;
}

static void link_connection(struct ke_worker *w, struct connection *c)
{
	c->older = w->newest;
	if (w->newest != NULL)
		w->newest->newer = c;
	else
		w->oldest = c;
	w->newest = c;
	w->count++;
}

/* fd is taken over on success. */
static int connection_new(struct ke_worker *w, int fd,
    const struct net_addr *peer)
{
	struct connection *c = malloc(sizeof(*c));
	int rc;

	if (c == NULL)
		return -ENOMEM;
	/* The large buffers need no clearing: lengths say what is in them. */
	c->worker = w;
	c->older = c->newer = NULL;
	c->fd = fd;
	c->peer = *peer;
	c->watch = NULL;
	c->is_noted = false;
	c->tls = (struct tls_session){ 0 };
	c->timer = (struct loop_timer){ 0 };
	loop_timer_init(&c->timer, on_deadline, c);
	ke_connection_start(&c->ke, loop_now(w->loop));
	c->credentials = ke_shared_credentials(w->shared);
	rc = tls_server_session(c->credentials, fd, &c->tls);
	if (rc == 0)
		rc = loop_fd_add(w->loop, fd, POLLIN, on_ready, c, &c->watch);
	if (rc < 0) {
		tls_session_free(&c->tls);
		tls_credentials_unref(c->credentials);
		free(c);
		return rc;
	}
	loop_timer_set(w->loop, &c->timer, c->ke.deadline);
	link_connection(w, c);
	return 0;
}

static void admit(struct ke_worker *w, int fd, const struct net_addr *peer)
{
	enum ke_end end = ke_shared_judge(w->shared, &peer->ip,
	    loop_now(w->loop), random_u32());

	if (end == KE_END_SERVED && !make_place(w))
		end = KE_END_FULL;
	if (end == KE_END_SERVED && connection_new(w, fd, peer) < 0)
		end = KE_END_RESOURCES;
	if (end == KE_END_SERVED)
		return;			/* its own end is noted later */
	note(w, peer, end, NULL);
	tcp_server_close(fd);
}

static void watch_listeners(struct ke_worker *w, short events)
{
	for (int i = 0; i < 2; i++)
		if (w->listeners[i] != NULL)
			loop_fd_events(w->listeners[i], events);
}

static void on_pause_over(void *arg)
{
	watch_listeners(arg, POLLIN);
}

/* Accept from one socket; false when descriptors or memory are short. */
static bool accept_some(struct ke_worker *w, int listener)
{
	for (int i = 0; i < ACCEPTS_A_ROUND; i++) {
		struct net_addr peer;
		int fd, rc = tcp_server_accept(listener, &fd, &peer);

		if (rc == -EAGAIN)
			return true;
		if (rc < 0)
			return false;
		admit(w, fd, &peer);
	}
	return true;
}

static void on_listener(void *arg, short events)
{
	struct ke_worker *w = arg;
	bool is_well = true;

	(void)events;
	/* Which of the two it was does not matter: asking costs nothing. */
	for (int i = 0; i < 2; i++)
		if (w->listeners[i] != NULL)
			is_well &= accept_some(w, w->shared->listeners[i]);
	if (is_well)
		return;
	/* The socket stays readable: rest, rather than spin. */
	watch_listeners(w, 0);
	loop_timer_set(w->loop, &w->pause, mono_add(loop_now(w->loop), PAUSE_S));
}

/* --- the worker ----------------------------------------------------------- */

int ke_worker_new(struct loop *loop, struct ke_shared *shared,
    ke_report_fn *report, void *arg, struct ke_worker **ret)
{
	struct ke_worker *w = calloc(1, sizeof(*w));
	int rc = 0;

	if (w == NULL)
		return -ENOMEM;
	w->loop = loop;
	w->shared = shared;
	w->report = report;
	w->arg = arg;
	loop_timer_init(&w->pause, on_pause_over, w);
	for (int i = 0; i < 2 && rc == 0; i++)
		if (shared->listeners[i] >= 0)
			rc = loop_fd_add(loop, shared->listeners[i], POLLIN,
			    on_listener, w, &w->listeners[i]);
	if (rc < 0) {
		ke_worker_free(w);
		return rc;
	}
	*ret = w;
	return 0;
}

void ke_worker_stop_accepting(struct ke_worker *w)
{
	for (int i = 0; i < 2; i++) {
		loop_fd_remove(w->listeners[i]);
		w->listeners[i] = NULL;
	}
	loop_timer_cancel(&w->pause);
}

void ke_worker_free(struct ke_worker *w)
{
	if (w == NULL)
		return;
	ke_worker_stop_accepting(w);
	while (w->oldest != NULL) {
		ke_connection_fail(&w->oldest->ke, KE_END_STOP);
		/* Which takes it off the list: the next one is another. */
		/* NOLINTNEXTLINE(clang-analyzer-unix.Malloc) */
		finish(w->oldest);
	}
	cookie_ring_clear(&w->ring);
	free(w);
}
