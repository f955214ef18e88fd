/* SPDX-License-Identifier: Apache-2.0 */
#include "os/loop.h"
#include "os/now.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <unistd.h>

#include <cmocka.h>

/* What was called, in order: each callback appends its letter. */
struct world {
	struct loop *loop;
	char seen[64];
	struct loop_timer timers[8];
	struct loop_fd *watches[2];
	int pipe[2];
};

struct mark {
	struct world *world;
	char letter;
};

static void note(struct world *w, char letter)
{
	size_t n = strlen(w->seen);

	assert_true(n + 1 < sizeof(w->seen));
	w->seen[n] = letter;
}

static void on_mark(void *arg)
{
	struct mark *m = arg;

	note(m->world, m->letter);
}

static void on_stop(void *arg)
{
	struct world *w = arg;

	loop_stop(w->loop, 7);
}

static int setup(void **state)
{
	static struct world w;

	memset(&w, 0, sizeof(w));
	w.loop = loop_new();
	assert_non_null(w.loop);
	assert_int_equal(pipe(w.pipe), 0);
	*state = &w;
	return 0;
}

static int setup_plain(void **state)
{
	int rc = setup(state);

	loop_wait_plainly(((struct world *)*state)->loop);
	return rc;
}

static int teardown(void **state)
{
	struct world *w = *state;

	loop_free(w->loop);
	close(w->pipe[0]);
	close(w->pipe[1]);
	return 0;
}

/* Stop after `after_s`; returns what was seen. */
static const char *run(struct world *w, double after_s)
{
	struct loop_timer stop;

	loop_timer_init(&stop, on_stop, w);
	loop_timer_set(w->loop, &stop, mono_add(mono_now(), after_s));
	assert_int_equal(loop_run(w->loop), 7);
	return w->seen;
}

static void timers_fire_in_order_of_time(void **state)
{
	struct world *w = *state;
	struct mono_time now = mono_now();
	struct mark marks[] = { { w, 'a' }, { w, 'b' }, { w, 'c' }, { w, 'd' } };
	double at_s[] = { 0.003, 0.001, 0.003, -1 };

	for (int i = 0; i < 4; i++) {
		loop_timer_init(&w->timers[i], on_mark, &marks[i]);
		loop_timer_set(w->loop, &w->timers[i], mono_add(now, at_s[i]));
	}
	assert_string_equal(run(w, 0.01), "dbac");
}

static void a_timer_set_again_fires_once(void **state)
{
	struct world *w = *state;
	struct mark mark = { w, 'a' };

	loop_timer_init(&w->timers[0], on_mark, &mark);
	loop_timer_set(w->loop, &w->timers[0], mono_add(mono_now(), -1));
	loop_timer_set(w->loop, &w->timers[0], mono_add(mono_now(), 0.001));
	assert_string_equal(run(w, 0.005), "a");
}

static void on_again(void *arg)
{
	struct world *w = arg;

	note(w, 'x');
	if (strlen(w->seen) < 6)
		loop_timer_set(w->loop, &w->timers[0], mono_add(mono_now(), -1));
}

static void a_timer_set_in_the_past_waits_a_round(void **state)
{
	struct world *w = *state;
	struct mark mark = { w, 'y' };

	/* y is due in the same round: x must not come twice before it. */
	loop_timer_init(&w->timers[0], on_again, w);
	loop_timer_init(&w->timers[1], on_mark, &mark);
	loop_timer_set(w->loop, &w->timers[0], (struct mono_time){ 1 });
	loop_timer_set(w->loop, &w->timers[1], (struct mono_time){ 2 });
	assert_string_equal(run(w, 0.005), "xyxxxx");
}

static void on_cancel_others(void *arg)
{
	struct world *w = arg;

	note(w, 'c');
	loop_timer_cancel(&w->timers[1]);	/* due in this round */
	loop_timer_cancel(&w->timers[2]);	/* later */
	loop_timer_cancel(&w->timers[0]);	/* ourselves */
}

static void a_callback_may_cancel_any_timer(void **state)
{
	struct world *w = *state;
	struct mark mark = { w, 'n' };

	loop_timer_init(&w->timers[0], on_cancel_others, w);
	loop_timer_init(&w->timers[1], on_mark, &mark);
	loop_timer_init(&w->timers[2], on_mark, &mark);
	loop_timer_set(w->loop, &w->timers[0], (struct mono_time){ 1 });
	loop_timer_set(w->loop, &w->timers[1], (struct mono_time){ 2 });
	loop_timer_set(w->loop, &w->timers[2], mono_add(mono_now(), 0.001));
	assert_string_equal(run(w, 0.005), "c");
	assert_null(w->timers[2].loop);
}

static void on_readable(void *arg, short events)
{
	struct world *w = arg;

	assert_true(events & POLLIN);
	note(w, 'r');
	/* Both watch the same pipe: the first to be called removes both. */
	loop_fd_remove(w->watches[0]);
	loop_fd_remove(w->watches[1]);
}

static void a_removed_watch_is_not_called(void **state)
{
	struct world *w = *state;

	for (int i = 0; i < 2; i++)
		assert_int_equal(loop_fd_add(w->loop, w->pipe[0], POLLIN,
		    on_readable, w, &w->watches[i]), 0);
	assert_int_equal(write(w->pipe[1], "x", 1), 1);
	assert_string_equal(run(w, 0.005), "r");
}

static void on_writable(void *arg, short events)
{
	struct world *w = arg;

	assert_true(events & POLLOUT);
	note(w, 'w');
	loop_fd_events(w->watches[0], 0);
}

static void what_is_watched_can_change(void **state)
{
	struct world *w = *state;

	assert_int_equal(loop_fd_add(w->loop, w->pipe[1], POLLOUT, on_writable,
	    w, &w->watches[0]), 0);
	assert_string_equal(run(w, 0.005), "w");
}

static void many_watches_are_kept(void **state)
{
	struct world *w = *state;
	struct loop_fd *more[40];

	for (int i = 0; i < 40; i++)
		assert_int_equal(loop_fd_add(w->loop, w->pipe[0], 0,
		    on_readable, w, &more[i]), 0);
	for (int i = 0; i < 40; i += 2)
		loop_fd_remove(more[i]);
	assert_int_equal(loop_fd_add(w->loop, w->pipe[1], POLLOUT, on_writable,
	    w, &w->watches[0]), 0);
	assert_string_equal(run(w, 0.005), "w");
}

static void on_defer_again(void *arg)
{
	struct mark *m = arg;

	on_mark(m);
	if (strlen(m->world->seen) < 3)
		assert_int_equal(loop_defer(m->world->loop, on_defer_again, m),
		    0);
}

static void deferred_calls_come_in_order(void **state)
{
	struct world *w = *state;
	struct mark a = { w, 'a' }, b = { w, 'b' };

	assert_int_equal(loop_defer(w->loop, on_defer_again, &a), 0);
	assert_int_equal(loop_defer(w->loop, on_mark, &b), 0);
	assert_string_equal(run(w, 0.005), "aba");
}

static void signals_come_from_the_loop(void **state)
{
	struct world *w = *state;
	struct mark mark = { w, 's' };

	assert_int_equal(loop_signal(w->loop, SIGUSR1, on_mark, &mark), 0);
	raise(SIGUSR1);
	assert_string_equal(w->seen, "");	/* blocked until ppoll */
	assert_string_equal(run(w, 0.005), "s");
	assert_int_equal(loop_signal(w->loop, 0, on_mark, &mark), -EINVAL);
	assert_int_equal(loop_signal(w->loop, 65, on_mark, &mark), -EINVAL);
}

static void on_alarm(void *arg)
{
	struct mark *m = arg;

	note(m->world, m->letter);
	loop_stop(m->world->loop, 7);
}

/* Signals are let in: also what does not know of our mask sees them. */
static void signals_end_a_plain_wait(void **state)
{
	struct world *w = *state;
	struct mark mark = { w, 's' };
	struct itimerval soon = { .it_value.tv_usec = 20000 };
	struct mono_time begin = mono_now();
	struct loop_timer late;
	sigset_t mask;

	assert_int_equal(loop_signal(w->loop, SIGALRM, on_alarm, &mark), 0);
	assert_int_equal(sigprocmask(SIG_SETMASK, NULL, &mask), 0);
	assert_false(sigismember(&mask, SIGALRM));
	assert_int_equal(setitimer(ITIMER_REAL, &soon, NULL), 0);
	loop_timer_init(&late, on_stop, w);
	loop_timer_set(w->loop, &late, mono_add(mono_now(), 60));
	assert_int_equal(loop_run(w->loop), 7);
	assert_string_equal(w->seen, "s");
	assert_true(mono_sub(mono_now(), begin) < 30);
}

static void on_ever_again(void *arg)
{
	struct world *w = arg;

	loop_timer_set(w->loop, &w->timers[0], mono_add(mono_now(), -1));
}

static void on_bytes(void *arg, short events)
{
	assert_int_equal(events, POLLIN);
	on_alarm(arg);
}

/* Work without end does not keep descriptors from being seen. */
static void plain_rounds_of_work_see_descriptors(void **state)
{
	struct world *w = *state;
	struct loop_fd *watch;
	struct mark mark = { w, 'r' };

	loop_timer_init(&w->timers[0], on_ever_again, w);
	on_ever_again(w);
	assert_int_equal(loop_fd_add(w->loop, w->pipe[0], POLLIN, on_bytes, &mark,
	    &watch), 0);
	assert_int_equal(write(w->pipe[1], "x", 1), 1);
	assert_int_equal(loop_run(w->loop), 7);
	assert_string_equal(w->seen, "r");
	loop_fd_remove(watch);
}

static void a_stop_before_the_run_counts(void **state)
{
	struct world *w = *state;

	loop_stop(w->loop, 3);
	assert_int_equal(loop_run(w->loop), 3);
}

int main(void)
{
#define P(f) { "plain: " #f, f, setup_plain, teardown, NULL }
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(timers_fire_in_order_of_time),
		T(a_timer_set_again_fires_once),
		T(a_timer_set_in_the_past_waits_a_round),
		T(a_callback_may_cancel_any_timer),
		T(a_removed_watch_is_not_called),
		T(what_is_watched_can_change),
		T(many_watches_are_kept),
		T(deferred_calls_come_in_order),
		T(signals_come_from_the_loop),
		T(a_stop_before_the_run_counts),
		P(timers_fire_in_order_of_time),
		P(a_timer_set_again_fires_once),
		P(a_timer_set_in_the_past_waits_a_round),
		P(a_callback_may_cancel_any_timer),
		P(a_removed_watch_is_not_called),
		P(what_is_watched_can_change),
		P(many_watches_are_kept),
		P(deferred_calls_come_in_order),
		P(a_stop_before_the_run_counts),
		P(signals_end_a_plain_wait),
		P(plain_rounds_of_work_see_descriptors),
	};

	return cmocka_run_group_tests_name("os/loop", tests, NULL, NULL);
}
