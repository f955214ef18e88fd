/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-server/io_threads.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

struct ke_thread {
	struct ke_threads *all;
	pthread_t thread;
	struct loop *loop;
	struct ke_worker *worker;
	struct loop_fd *stop;
};

/*
 * Two pipes: reports come in by one, whole because they are shorter than
 * PIPE_BUF; closing the writing end of the other tells all threads to stop.
 */
struct ke_threads {
	struct loop *loop;
	ke_report_fn *report;
	void *arg;
	int reports[2], stop[2];
	struct loop_fd *watch;
	int count;
	struct ke_thread threads[];
};

_Static_assert(sizeof(struct ke_report) <= PIPE_BUF, "reports must be atomic");

/* In a worker's thread. A full pipe loses a report, never a connection. */
static void send_report(void *arg, const struct ke_report *report)
{
	struct ke_thread *t = arg;
	ssize_t n = write(t->all->reports[1], report, sizeof(*report));

	(void)n;
}

/* In the main thread. */
static void on_report(void *arg, short events)
{
	struct ke_threads *t = arg;
	struct ke_report report;

	(void)events;
	if (read(t->reports[0], &report, sizeof(report)) == sizeof(report))
		t->report(t->arg, &report);
}

static void on_stop(void *arg, short events)
{
	struct ke_thread *t = arg;

	(void)events;
	loop_stop(t->loop, 0);
}

static void *thread_main(void *arg)
{
	struct ke_thread *t = arg;

	loop_run(t->loop);
	return NULL;
}

static void release(struct ke_thread *t)
{
	ke_worker_free(t->worker);
	loop_fd_remove(t->stop);
	loop_free(t->loop);
}

/* Signals belong to the main thread, but what it breaks itself
 * (sandbox/violation.h). */
static int create(struct ke_thread *t)
{
	sigset_t all, old;
	int rc;

	sigfillset(&all);
	sigdelset(&all, SIGSYS);
	pthread_sigmask(SIG_SETMASK, &all, &old);
	rc = -pthread_create(&t->thread, NULL, thread_main, t);
	pthread_sigmask(SIG_SETMASK, &old, NULL);
	return rc;
}

static int start_one(struct ke_threads *all, struct ke_shared *shared,
    struct ke_thread *t)
{
	int rc;

	t->all = all;
	t->loop = loop_new();
	if (t->loop == NULL)
		return -ENOMEM;
	rc = loop_fd_add(t->loop, all->stop[0], POLLIN, on_stop, t, &t->stop);
	if (rc == 0)
		rc = ke_worker_new(t->loop, shared,
		    all->report != NULL ? send_report : NULL, t, &t->worker);
	if (rc == 0)
		rc = create(t);
	if (rc < 0)
		release(t);
	return rc;
}

static int open_pipes(struct ke_threads *t)
{
	if (pipe2(t->stop, O_CLOEXEC) < 0 ||
	    pipe2(t->reports, O_CLOEXEC | O_NONBLOCK) < 0)
		return -errno;
	return loop_fd_add(t->loop, t->reports[0], POLLIN, on_report, t,
	    &t->watch);
}

int ke_threads_start(struct loop *loop, struct ke_shared *shared, int count,
    ke_report_fn *report, void *arg, struct ke_threads **ret, int *ret_started)
{
	struct ke_threads *t;
	int rc;

	t = calloc(1, sizeof(*t) + (size_t)count * sizeof(t->threads[0]));
	if (t == NULL)
		return -ENOMEM;
	t->loop = loop;
	t->report = report;
	t->arg = arg;
	t->stop[0] = t->stop[1] = t->reports[0] = t->reports[1] = -1;
	rc = open_pipes(t);
	for (int i = 0; i < count && rc == 0; i++) {
		rc = start_one(t, shared, &t->threads[i]);
		if (rc == 0)
			t->count++;
	}
	if (t->count == 0) {
		ke_threads_stop(t);
		return rc;
	}
	*ret_started = t->count;
	*ret = t;
	return 0;
}

static void close_open(int fd)
{
	if (fd >= 0)
		close(fd);
}

void ke_threads_stop(struct ke_threads *t)
{
	if (t == NULL)
		return;
	close_open(t->stop[1]);
	for (int i = 0; i < t->count; i++)
		pthread_join(t->threads[i].thread, NULL);
	for (int i = 0; i < t->count; i++)
		release(&t->threads[i]);
	loop_fd_remove(t->watch);
	close_open(t->stop[0]);
	close_open(t->reports[0]);
	close_open(t->reports[1]);
	free(t);
}
