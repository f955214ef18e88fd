/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/daemonise.h"

#include "os/scoped.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>

/* A success is one NUL; anything else, or nothing, is a failure. */
static void wait_for_result(int from) __attribute__((noreturn));

static void wait_for_result(int from)
{
	char text[1024];
	size_t have = 0;

	for (;;) {
		ssize_t n = read(from, text + have, sizeof(text) - 1 - have);

		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			break;
		have += (size_t)n;
		if (text[0] == '\0')
			_exit(EXIT_SUCCESS);
	}
	text[have] = '\0';
	fprintf(stderr, "%s\n", have ? text : "the daemon ended at its start");
	_exit(EXIT_FAILURE);
}

static int detach(void)
{
	scoped_fd null = -1;
	pid_t pid;

	if (setsid() < 0)
		return -errno;
	/* No session leader: a terminal that is opened can not become ours. */
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid > 0)
		_exit(EXIT_SUCCESS);
	if (chdir("/") < 0)
		return -errno;
	null = open("/dev/null", O_RDWR | O_CLOEXEC);
	if (null < 0)
		return -errno;
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (dup2(null, fd) < 0)
			return -errno;
	return 0;
}

int daemonise(struct daemonised *ret)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	pid = fork();
	if (pid < 0) {
		int rc = -errno;

		close(ends[0]);
		close(ends[1]);
		return rc;
	}
	if (pid > 0) {
		close(ends[1]);
		wait_for_result(ends[0]);
	}
	close(ends[0]);
	ret->report = ends[1];
	return detach();
}

void daemonise_ready(struct daemonised *d)
{
	if (d->report < 0)
		return;
	(void)!write(d->report, "", 1);
	close(scoped_fd_take(&d->report));
}

void daemonise_failed(struct daemonised *d, const char *message)
{
	if (d->report < 0)
		return;
	(void)!write(d->report, message, strlen(message));
	close(scoped_fd_take(&d->report));
}
