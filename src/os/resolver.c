/* SPDX-License-Identifier: Apache-2.0 */
#include "os/resolver.h"

#include "base/text.h"
#include "os/sockaddr.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define THREADS_MAX 4
#define NAME_SIZE 256		/* longest name of the DNS with its NUL */

/*
 * Threads and loop share this and nothing else; it lives until the last of
 * them has let go, since nobody can end a thread inside getaddrinfo.
 */
struct shared {
	pthread_mutex_t lock;
	unsigned users;		/* the resolver and each thread */
	int wake_fd;		/* write end; -1 once the resolver is gone */
	struct lookup *done;	/* to be collected by the loop */
};

struct lookup {
	struct lookup *next;	/* in shared->done or in resolver->waiting */
	struct resolver *resolver;
	struct shared *shared;
	lookup_fn *fn;		/* NULL: cancelled */
	void *arg;
	bool is_waiting;	/* no thread has it yet */
	struct loop_timer numeric;	/* answers without a thread */
	char name[NAME_SIZE];
	enum ip_family family;
	enum lookup_status status;
	struct net_addr addresses[RESOLVER_ADDRS];
	unsigned count;
};

struct resolver {
	struct loop *loop;
	struct loop_fd *watch;		/* while there are threads */
	int read_fd;
	struct shared *shared;
	struct lookup *waiting;		/* oldest first */
	struct lookup *numerics;	/* set on their timers */
	unsigned lookups, threads;
};

/* --- in the thread -------------------------------------------------------- */

static void add_address(struct lookup *l, const struct addrinfo *ai)
{
	struct net_addr a;

	if (l->count == RESOLVER_ADDRS ||
	    !sockaddr_to(ai->ai_addr, ai->ai_addrlen, &a) ||
	    a.scope_id != 0 || ip_is_link_local(&a.ip))
		return;
	if (l->family != IP_NONE && a.ip.family != l->family)
		return;
	a.port = 0;
	for (unsigned i = 0; i < l->count; i++)
		if (net_addr_equal(&l->addresses[i], &a))
			return;
	l->addresses[l->count++] = a;
}

static void ask(struct lookup *l)
{
	struct addrinfo hints = { .ai_socktype = SOCK_DGRAM,
		.ai_family = sockaddr_family(l->family) };
	struct addrinfo *list;

	res_init();
	l->status = LOOKUP_TRY_AGAIN;
	if (getaddrinfo(l->name, NULL, &hints, &list) != 0)
		return;
	for (const struct addrinfo *ai = list; ai; ai = ai->ai_next)
		add_address(l, ai);
	freeaddrinfo(list);
	l->status = l->count > 0 ? LOOKUP_FOUND : LOOKUP_NO_ADDRESS;
}

static void shared_leave(struct shared *s)
{
	bool is_last;

	pthread_mutex_lock(&s->lock);
	is_last = --s->users == 0;
	pthread_mutex_unlock(&s->lock);
	if (!is_last)
		return;
	pthread_mutex_destroy(&s->lock);
	free(s);
}

static void *thread_main(void *arg)
{
	struct lookup *l = arg;
	struct shared *s = l->shared;

	ask(l);
	pthread_mutex_lock(&s->lock);
	if (s->wake_fd < 0) {
		free(l);
	} else {
		l->next = s->done;
		s->done = l;
		/* Few threads, so there is always room for their bytes. */
		if (write(s->wake_fd, "", 1) < 0)
			abort();
	}
	pthread_mutex_unlock(&s->lock);
	shared_leave(s);
	return NULL;
}

/* --- in the loop ---------------------------------------------------------- */

static int start_thread(struct lookup *l)
{
	struct shared *s = l->shared;
	sigset_t all, before;
	pthread_t thread;
	int rc;

	pthread_mutex_lock(&s->lock);
	s->users++;
	pthread_mutex_unlock(&s->lock);
	/* Signals are for the loop; this one is of the thread's own doing
	 * (sandbox/violation.h). */
	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	rc = pthread_create(&thread, NULL, thread_main, l);
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	if (rc) {
		shared_leave(s);
		return -rc;
	}
	pthread_detach(thread);
	return 0;
}

/* The lookup is over: it is freed first, so that fn may start another. */
static void answer(struct lookup *l)
{
	struct lookup over = *l;

	free(l);
	over.resolver->lookups--;
	if (over.fn)
		over.fn(over.arg, over.status, over.addresses, over.count);
}

static void start_waiting(struct resolver *r)
{
	while (r->waiting && r->threads < THREADS_MAX) {
		struct lookup *l = r->waiting;

		r->waiting = l->next;
		l->next = NULL;
		l->is_waiting = false;
		if (start_thread(l) == 0) {
			r->threads++;
			continue;
		}
		l->status = LOOKUP_TRY_AGAIN;
		answer(l);
	}
}

static void unwatch(struct resolver *r)
{
	loop_fd_remove(r->watch);
	r->watch = NULL;
}

static void on_done(void *arg, short events)
{
	struct resolver *r = arg;
	char bytes[THREADS_MAX];
	struct lookup *list, *ordered = NULL;

	(void)events;
	if (read(r->read_fd, bytes, sizeof(bytes)) < 0)
		return;
	pthread_mutex_lock(&r->shared->lock);
	list = r->shared->done;
	r->shared->done = NULL;
	pthread_mutex_unlock(&r->shared->lock);
	while (list) {
		struct lookup *l = list;

		list = l->next;
		l->next = ordered;
		ordered = l;
		r->threads--;
	}
	while (ordered) {
		struct lookup *l = ordered;

		ordered = l->next;
		answer(l);
	}
	start_waiting(r);
	if (r->threads == 0)
		unwatch(r);
}

static void unlink_from(struct lookup **list, const struct lookup *l)
{
	while (*list && *list != l)
		list = &(*list)->next;
	if (*list)
		*list = l->next;
}

static void on_numeric(void *arg)
{
	struct lookup *l = arg;

	unlink_from(&l->resolver->numerics, l);
	answer(l);
}

static bool is_numeric(struct lookup *l)
{
	struct ip_addr ip;

	if (!ip_parse(l->name, &ip))
		return false;
	l->status = LOOKUP_NO_ADDRESS;
	if (l->family == IP_NONE || l->family == ip.family) {
		l->addresses[l->count++].ip = ip;
		l->status = LOOKUP_FOUND;
	}
	return true;
}

static void enqueue(struct resolver *r, struct lookup *l)
{
	struct lookup **end = &r->waiting;

	while (*end)
		end = &(*end)->next;
	*end = l;
	l->is_waiting = true;
}

int resolver_lookup(struct resolver *r, const char *name,
    enum ip_family family, lookup_fn *fn, void *arg, struct lookup **ret)
{
	struct lookup *l;
	int rc;

	if (r->lookups >= RESOLVER_QUEUE)
		return -ENOBUFS;
	l = calloc(1, sizeof(*l));
	if (!l)
		return -ENOMEM;
	*l = (struct lookup){ .resolver = r, .shared = r->shared, .fn = fn,
		.arg = arg, .family = family };
	loop_timer_init(&l->numeric, on_numeric, l);
	rc = text_copy(l->name, sizeof(l->name), name) ? 0 : -ENAMETOOLONG;
	if (rc == 0 && is_numeric(l)) {
		l->next = r->numerics;
		r->numerics = l;
		loop_timer_set(r->loop, &l->numeric, loop_now(r->loop));
	} else if (rc == 0 && r->threads >= THREADS_MAX) {
		enqueue(r, l);
	} else if (rc == 0) {
		rc = r->watch ? 0 : loop_fd_add(r->loop, r->read_fd, POLLIN,
		    on_done, r, &r->watch);
		if (rc == 0)
			rc = start_thread(l);
		r->threads += rc == 0;
		if (r->threads == 0)
			unwatch(r);
	}
	if (rc) {
		free(l);
		return rc;
	}
	r->lookups++;
	*ret = l;
	return 0;
}

void resolver_cancel(struct lookup *l)
{
	if (!l)
		return;
	l->fn = NULL;
	if (l->is_waiting) {
		unlink_from(&l->resolver->waiting, l);
		answer(l);
	} else if (l->numeric.loop) {
		loop_timer_cancel(&l->numeric);
		on_numeric(l);
	}
}

/* --- life ----------------------------------------------------------------- */

int resolver_new(struct loop *loop, struct resolver **ret)
{
	struct resolver *r = calloc(1, sizeof(*r));
	struct shared *s = calloc(1, sizeof(*s));
	int fds[2] = { -1, -1 }, rc = -ENOMEM;

	if (!r || !s)
		goto fail;
	if (pipe2(fds, O_CLOEXEC | O_NONBLOCK) < 0) {
		rc = -errno;
		goto fail;
	}
	*r = (struct resolver){ .loop = loop, .shared = s, .read_fd = fds[0] };
	*s = (struct shared){ .users = 1, .wake_fd = fds[1] };
	pthread_mutex_init(&s->lock, NULL);
	*ret = r;
	return 0;
fail:
	if (fds[0] >= 0) {
		close(fds[0]);
		close(fds[1]);
	}
	free(r);
	free(s);
	return rc;
}

static void free_list(struct lookup *list)
{
	while (list) {
		struct lookup *l = list;

		list = l->next;
		loop_timer_cancel(&l->numeric);
		free(l);
	}
}

void resolver_free(struct resolver *r)
{
	struct shared *s;

	if (!r)
		return;
	s = r->shared;
	unwatch(r);
	free_list(r->waiting);
	free_list(r->numerics);
	pthread_mutex_lock(&s->lock);
	free_list(s->done);
	s->done = NULL;
	close(s->wake_fd);
	s->wake_fd = -1;
	pthread_mutex_unlock(&s->lock);
	close(r->read_fd);
	shared_leave(s);
	free(r);
}
