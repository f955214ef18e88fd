/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The one poll loop: ppoll, sorted timers, deferred calls, signals. One thread
 * uses a loop; several loops may run in several threads.
 */
#ifndef HORA_OS_LOOP_H
#define HORA_OS_LOOP_H

#include "base/time.h"

#include <poll.h>
#include <stdbool.h>

struct loop;
struct loop_fd;

/* `events`: what poll(2) found (POLLIN, POLLOUT, POLLERR, POLLHUP). */
typedef void loop_fd_fn(void *arg, short events);
typedef void loop_fn(void *arg);

/* A timer lives in its owner's struct; zero it, then timer_init. */
struct loop_timer {
	struct mono_time at;
	loop_fn *fn;
	void *arg;
	struct loop *loop;		/* NULL while not set */
	struct loop_timer *next;
};

/* NULL when memory is short. */
struct loop *loop_new(void);
void loop_free(struct loop *loop);

/* Run until loop_stop, also one called before; returns its status. */
int loop_run(struct loop *loop);
void loop_stop(struct loop *loop, int status);

/*
 * Wait by poll(2) and with signals let in at all times, for simulators that
 * replace calls of the C library: they are sure to know poll, and may know of no
 * mask. A signal that comes just before a wait may be seen only after it, and
 * timers fire up to 1 ms late.
 */
void loop_wait_plainly(struct loop *loop);

/* CLOCK_MONOTONIC, read once after each wait: the same for one round. */
struct mono_time loop_now(const struct loop *loop);

/* Watch fd for events (poll(2)); the loop never closes it. 0, or -errno. */
int loop_fd_add(struct loop *loop, int fd, short events, loop_fd_fn *fn,
    void *arg, struct loop_fd **ret);
/* Change what is watched. */
void loop_fd_events(struct loop_fd *w, short events);
/* Stop watching; safe from inside a callback; NULL is allowed. */
void loop_fd_remove(struct loop_fd *w);

/* Never on a timer that is set: cancel it first. */
void loop_timer_init(struct loop_timer *t, loop_fn *fn, void *arg);
/* Fire once at `at` (a time in the past: next round); replaces a set time. */
void loop_timer_set(struct loop *loop, struct loop_timer *t, struct mono_time at);
void loop_timer_cancel(struct loop_timer *t);

/* Call fn once, in the next round, after the running callbacks. 0 or -ENOMEM. */
int loop_defer(struct loop *loop, loop_fn *fn, void *arg);

/*
 * One thing that users of the loop share and that goes with it, by `fn`;
 * NULL: none is attached.
 */
void loop_attach(struct loop *loop, void *thing, loop_fn *fn);
void *loop_attached(const struct loop *loop);

/* Call fn from the loop when the process gets signo. Main thread only. */
int loop_signal(struct loop *loop, int signo, loop_fn *fn, void *arg);

#endif
