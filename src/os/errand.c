/* SPDX-License-Identifier: Apache-2.0 */
#include "os/errand.h"

#include "base/text.h"
#include "os/scoped.h"
#include "os/sealed.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define EXIT_CANNOT_EXECUTE 127		/* as shells say it */
#define EXIT_POLL_S 0.01

struct errand {
	errand_fn *done;
	void *arg;
	pid_t pid;
	int output;			/* read end of its stdout and stderr */
	struct loop_fd *watch;
	struct loop_timer limit;
	char said[ERRAND_SAID_SIZE];
	size_t said_length;
	struct loop *loop;
	struct mono_time end;		/* then it is killed */
};

/* In the child: never returns. */
static void become(const struct errand_order *o, int input, int output)
{
	sigset_t none;
	int rc;

	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	signal(SIGPIPE, SIG_DFL);
	setsid();			/* keys of the terminal are not for it */
	unsetenv("NOTIFY_SOCKET");
	rc = o->prepare ? o->prepare() : 0;
	if (rc == 0 && (lseek(input, 0, SEEK_SET) < 0 ||
		dup2(input, STDIN_FILENO) < 0 ||
		dup2(output, STDOUT_FILENO) < 0 ||
		dup2(output, STDERR_FILENO) < 0))
		rc = -errno;
	if (rc == 0) {
		execv(o->argv[0], (char *const *)(uintptr_t)o->argv);
		rc = -errno;
	}
	dprintf(output, "%s", strerror(-rc));
	_exit(EXIT_CANNOT_EXECUTE);
}

/* Kill what still runs and collect its status. */
static int collect(struct errand *e)
{
	int status = 0;

	kill(e->pid, SIGKILL);
	while (waitpid(e->pid, &status, 0) < 0 && errno == EINTR)
		;
	return status;
}

static void forget(struct errand *e)
{
	loop_fd_remove(e->watch);
	loop_timer_cancel(&e->limit);
	close(e->output);
	free(e);
}

static void finish(struct errand *e, int status)
{
	errand_fn *done = e->done;
	void *arg = e->arg;
	char said[ERRAND_SAID_SIZE];

	while (e->said_length > 0 && e->said[e->said_length - 1] == '\n')
		e->said_length--;
	e->said[e->said_length] = '\0';
	text_copy(said, sizeof(said), e->said);
	text_defuse(said);
	forget(e);
	done(arg, status, said);
}

static void look_again(struct errand *e)
{
	loop_timer_set(e->loop, &e->limit,
	    mono_add(loop_now(e->loop), EXIT_POLL_S));
}

/* Its output has ended, so its exit can not be far; or time is up. */
static void on_limit(void *arg)
{
	struct errand *e = arg;
	int status;

	if (waitpid(e->pid, &status, WNOHANG) == e->pid)
		finish(e, status);
	else if (mono_sub(e->end, loop_now(e->loop)) > 0)
		look_again(e);
	else
		finish(e, collect(e));
}

static void on_output(void *arg, short events)
{
	struct errand *e = arg;
	char buf[512];
	ssize_t n = read(e->output, buf, sizeof(buf));
	size_t room = sizeof(e->said) - 1 - e->said_length;

	(void)events;
	if (n < 0 && errno == EINTR)
		return;
	if (n <= 0) {
		loop_fd_remove(e->watch);
		e->watch = NULL;
		look_again(e);
		return;
	}
	room = (size_t)n < room ? (size_t)n : room;
	memcpy(e->said + e->said_length, buf, room);
	e->said_length += room;
}

int errand_start(struct loop *loop, const struct errand_order *order,
    struct errand **ret)
{
	scoped_fd input = -1, from = -1, to = -1;
	struct errand *e;
	int ends[2], rc = sealed_create("errand", order->text, order->length,
	    &input);

	if (rc)
		return rc;
	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	from = ends[0];
	to = ends[1];
	e = calloc(1, sizeof(*e));
	if (!e)
		return -ENOMEM;
	*e = (struct errand){ .done = order->done, .arg = order->arg,
		.output = from, .loop = loop,
		.end = mono_add(loop_now(loop), order->limit_s) };
	loop_timer_init(&e->limit, on_limit, e);
	rc = loop_fd_add(loop, from, POLLIN, on_output, e, &e->watch);
	if (rc == 0) {
		e->pid = fork();
		if (e->pid == 0)
			become(order, input, to);
		rc = e->pid < 0 ? -errno : 0;
	}
	if (rc) {
		loop_fd_remove(e->watch);
		free(e);
		return rc;
	}
	scoped_fd_take(&from);
	loop_timer_set(loop, &e->limit, e->end);
	*ret = e;
	return 0;
}

void errand_cancel(struct errand *e)
{
	if (!e)
		return;
	collect(e);
	forget(e);
}
