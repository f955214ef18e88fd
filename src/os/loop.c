/* SPDX-License-Identifier: Apache-2.0 */
#include "os/loop.h"

#include "os/now.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <time.h>

#define UNPOLLED_MAX 64		/* rounds of work, then descriptors are seen */
#define SIGNALS_MAX 65		/* signal numbers are 1..64 on Linux */

struct loop_fd {
	struct loop *loop;
	int fd;
	short events;
	bool is_removed;	/* freed once no callback can be running */
	loop_fd_fn *fn;
	void *arg;
};

struct deferred {
	struct deferred *next;
	loop_fn *fn;
	void *arg;
};

struct loop {
	struct mono_time now;
	/* polls[i] is what the kernel sees of watches[i] */
	struct loop_fd **watches;
	struct pollfd *polls;
	size_t count, capacity;
	bool has_removed;
	struct loop_timer *timers;	/* sorted, earliest first */
	struct loop_timer *due;		/* taken from timers, to be called */
	struct deferred *deferred, **deferred_end;
	struct {
		loop_fn *fn;
		void *arg;
	} signals[SIGNALS_MAX];
	void *attached;
	loop_fn *attached_free;
	sigset_t wait_mask;		/* signal mask inside ppoll */
	bool has_signals;
	bool is_plain;			/* loop_wait_plainly */
	int unpolled;			/* rounds since the last poll */
	bool is_stopping;
	int status;
};

/* Set by the signal handler; signals arrive only inside ppoll. */
static volatile sig_atomic_t caught[SIGNALS_MAX];

struct loop *loop_new(void)
{
	struct loop *loop = calloc(1, sizeof(*loop));

	if (!loop)
		return NULL;
	loop->deferred_end = &loop->deferred;
	loop->now = mono_now();
	return loop;
}

void loop_free(struct loop *loop)
{
	if (!loop)
		return;
	for (size_t i = 0; i < loop->count; i++)
		free(loop->watches[i]);
	while (loop->deferred) {
		struct deferred *d = loop->deferred;

		loop->deferred = d->next;
		free(d);
	}
	/* The timers are their owners': only the way back to us is cut. */
	while (loop->timers) {
		struct loop_timer *t = loop->timers;

		loop->timers = t->next;
		t->loop = NULL;
		t->next = NULL;
	}
	if (loop->attached)
		loop->attached_free(loop->attached);
	free(loop->watches);
	free(loop->polls);
	free(loop);
}

void loop_stop(struct loop *loop, int status)
{
	loop->is_stopping = true;
	loop->status = status;
}

struct mono_time loop_now(const struct loop *loop)
{
	return loop->now;
}

/* --- descriptors ---------------------------------------------------------- */

static int grow(struct loop *loop)
{
	size_t capacity = loop->capacity ? 2 * loop->capacity : 16;
	struct loop_fd **watches;
	struct pollfd *polls;

	watches = reallocarray(loop->watches, capacity, sizeof(*watches));
	if (!watches)
		return -ENOMEM;
	loop->watches = watches;
	polls = reallocarray(loop->polls, capacity, sizeof(*polls));
	if (!polls)
		return -ENOMEM;
	loop->polls = polls;
	loop->capacity = capacity;
	return 0;
}

int loop_fd_add(struct loop *loop, int fd, short events, loop_fd_fn *fn,
    void *arg, struct loop_fd **ret)
{
	struct loop_fd *w;

	if (loop->count == loop->capacity && grow(loop) < 0)
		return -ENOMEM;
	w = malloc(sizeof(*w));
	if (!w)
		return -ENOMEM;
	*w = (struct loop_fd){ loop, fd, events, false, fn, arg };
	loop->watches[loop->count++] = w;
	*ret = w;
	return 0;
}

void loop_fd_events(struct loop_fd *w, short events)
{
	w->events = events;
}

void loop_fd_remove(struct loop_fd *w)
{
	if (!w)
		return;
	w->is_removed = true;
	w->loop->has_removed = true;
}

/* Free the removed watches; only between rounds. */
static void sweep(struct loop *loop)
{
	size_t kept = 0;

	if (!loop->has_removed)
		return;
	for (size_t i = 0; i < loop->count; i++) {
		if (loop->watches[i]->is_removed)
			free(loop->watches[i]);
		else
			loop->watches[kept++] = loop->watches[i];
	}
	loop->count = kept;
	loop->has_removed = false;
}

/* The first `polled` watches were in the poll; callbacks may add more. */
static void call_watches(struct loop *loop, size_t polled)
{
	for (size_t i = 0; i < polled && !loop->is_stopping; i++) {
		struct loop_fd *w = loop->watches[i];
		short seen = loop->polls[i].revents &
		    (w->events | POLLERR | POLLHUP | POLLNVAL);

		if (seen && !w->is_removed)
			w->fn(w->arg, seen);
	}
}

/* --- timers --------------------------------------------------------------- */

void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *arg)
{
	*t = (struct loop_timer){ .fn = fn, .arg = arg };
}

static bool unlink_timer(struct loop_timer **list, const struct loop_timer *t)
{
	for (; *list; list = &(*list)->next)
		if (*list == t) {
			*list = t->next;
			return true;
		}
	return false;
}

void loop_timer_cancel(struct loop_timer *t)
{
	if (!t->loop)
		return;
	if (!unlink_timer(&t->loop->timers, t))
		unlink_timer(&t->loop->due, t);
	t->loop = NULL;
	t->next = NULL;
}

void loop_timer_set(struct loop *loop, struct loop_timer *t, struct mono_time at)
{
	struct loop_timer **place = &loop->timers;

	loop_timer_cancel(t);
	/* Behind those of the same instant: they fire in the order of setting. */
	while (*place && (*place)->at.ns <= at.ns)
		place = &(*place)->next;
	t->at = at;
	t->loop = loop;
	t->next = *place;
	*place = t;
}

/* Take what is due off first: a timer set anew waits for the next round. */
static void call_timers(struct loop *loop)
{
	struct loop_timer **end = &loop->timers;

	while (*end && (*end)->at.ns <= loop->now.ns)
		end = &(*end)->next;
	if (end == &loop->timers)
		return;
	loop->due = loop->timers;
	loop->timers = *end;
	*end = NULL;
	while (loop->due) {
		struct loop_timer *t = loop->due;

		loop->due = t->next;
		t->loop = NULL;
		t->next = NULL;
		t->fn(t->arg);
	}
}

/* --- deferred calls ------------------------------------------------------- */

int loop_defer(struct loop *loop, loop_fn *fn, void *arg)
{
	struct deferred *d = malloc(sizeof(*d));

	if (!d)
		return -ENOMEM;
	*d = (struct deferred){ NULL, fn, arg };
	*loop->deferred_end = d;
	loop->deferred_end = &d->next;
	return 0;
}

static void call_deferred(struct loop *loop)
{
	struct deferred *list = loop->deferred;

	loop->deferred = NULL;
	loop->deferred_end = &loop->deferred;
	while (list) {
		struct deferred *d = list;

		list = d->next;
		d->fn(d->arg);
		free(d);
	}
}

void loop_wait_plainly(struct loop *loop)
{
	loop->is_plain = true;
	if (loop->has_signals)
		sigprocmask(SIG_SETMASK, &loop->wait_mask, NULL);
}

void loop_attach(struct loop *loop, void *thing, loop_fn *fn)
{
	loop->attached = thing;
	loop->attached_free = fn;
}

void *loop_attached(const struct loop *loop)
{
	return loop->attached;
}

/* --- signals -------------------------------------------------------------- */

static void on_signal(int signo)
{
	caught[signo] = 1;
}

int loop_signal(struct loop *loop, int signo, loop_fn *fn, void *arg)
{
	struct sigaction action = { .sa_handler = on_signal };
	sigset_t blocked;

	if (signo <= 0 || signo >= SIGNALS_MAX)
		return -EINVAL;
	sigemptyset(&blocked);
	sigaddset(&blocked, signo);
	if (!loop->has_signals && sigprocmask(SIG_SETMASK, NULL,
	    &loop->wait_mask) < 0)
		return -errno;
	if (!loop->is_plain && sigprocmask(SIG_BLOCK, &blocked, NULL) < 0)
		return -errno;
	loop->signals[signo].fn = fn;
	loop->signals[signo].arg = arg;
	loop->has_signals = true;
	sigdelset(&loop->wait_mask, signo);
	sigemptyset(&action.sa_mask);
	return sigaction(signo, &action, NULL) < 0 ? -errno : 0;
}

static void call_signals(struct loop *loop)
{
	if (!loop->has_signals)
		return;
	for (int i = 1; i < SIGNALS_MAX; i++)
		if (loop->signals[i].fn && caught[i]) {
			caught[i] = 0;
			loop->signals[i].fn(loop->signals[i].arg);
		}
}

/* --- the round ------------------------------------------------------------ */

/* Time to wait: until the first timer; NULL = until something happens. */
static struct timespec *wait_time(const struct loop *loop, struct timespec *ts)
{
	int64_t ns = 0;

	if (!loop->deferred) {
		if (!loop->timers || loop->timers->at.ns == INT64_MAX)
			return NULL;
		/* The clock again: the callbacks took their time. */
		ns = ns_sub(loop->timers->at.ns, mono_now().ns);
	}
	if (ns < 0)
		ns = 0;
	ts->tv_sec = ns / NS_PER_S;
	ts->tv_nsec = ns % NS_PER_S;
	return ts;
}

/* A simulator may take its time for each call: none while there is work. */
static int wait_plainly(struct loop *loop, size_t polled)
{
	struct timespec ts;
	int64_t ms = -1;

	/* A timer must not be found undue: up. */
	if (wait_time(loop, &ts))
		ms = ts.tv_sec * INT64_C(1000) + (ts.tv_nsec + 999999) / 1000000;
	if (ms == 0 && loop->unpolled < UNPOLLED_MAX) {
		loop->unpolled++;
		return 0;
	}
	loop->unpolled = 0;
	return poll(loop->polls, polled, ms > INT_MAX ? INT_MAX : (int)ms);
}

static void run_round(struct loop *loop)
{
	struct timespec ts;
	size_t polled = loop->count;
	int ready;

	for (size_t i = 0; i < polled; i++)
		loop->polls[i] = (struct pollfd){ loop->watches[i]->fd,
			loop->watches[i]->events, 0 };
	if (loop->is_plain)
		ready = wait_plainly(loop, polled);
	else
		ready = ppoll(loop->polls, polled, wait_time(loop, &ts),
		    loop->has_signals ? &loop->wait_mask : NULL);
	/* Anything but a signal (no memory) would come back at once, for ever. */
	if (ready < 0 && errno != EINTR)
		loop_stop(loop, EXIT_FAILURE);
	loop->now = mono_now();
	call_signals(loop);
	call_timers(loop);
	if (ready > 0)
		call_watches(loop, polled);
	call_deferred(loop);
	sweep(loop);
}

int loop_run(struct loop *loop)
{
	sweep(loop);
	loop->now = mono_now();
	while (!loop->is_stopping)
		run_round(loop);
	loop->is_stopping = false;
	return loop->status;
}
