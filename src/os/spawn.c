/* SPDX-License-Identifier: Apache-2.0 */
#include "os/spawn.h"

#include "os/scoped.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define FIRST_FD 3		/* SD_LISTEN_FDS_START */
#define SAFE_FD 100		/* above every number that is given out */

/* Move the descriptors out of each other's way, then to their places. */
static int place(const int *fds, int count)
{
	int copies[PASSED_MAX + 1];

	for (int i = 0; i < count; i++) {
		copies[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, SAFE_FD);
		if (copies[i] < 0)
			return -errno;
	}
	/* dup2 clears close-on-exec. */
	for (int i = 0; i < count; i++)
		if (dup2(copies[i], FIRST_FD + i) < 0)
			return -errno;
	return 0;
}

static int set_number(const char *variable, long number)
{
	char text[24];

	snprintf(text, sizeof(text), "%ld", number);
	return setenv(variable, text, 1) < 0 ? -errno : 0;
}

/* The sockets first, since their numbers are fixed; the channel behind them. */
static int give_descriptors(const struct spawn *s)
{
	char names[PASSED_MAX * PASSED_NAME_SIZE] = "";
	int fds[PASSED_MAX + 1], count = 0, rc;

	for (int i = 0; s->sockets && i < s->sockets->count; i++) {
		if (s->sockets->socket[i].fd < 0)
			continue;
		if (count > 0)
			strcat(names, ":");
		strcat(names, s->sockets->socket[i].name);
		fds[count++] = s->sockets->socket[i].fd;
	}
	fds[count] = s->channel;
	rc = place(fds, count + 1);
	if (rc == 0)
		rc = set_number("HORA_CHANNEL", FIRST_FD + count);
	if (rc || count == 0)
		return rc;
	rc = set_number("LISTEN_FDS", count);
	if (rc == 0)
		rc = set_number("LISTEN_PID", getpid());
	if (rc == 0 && setenv("LISTEN_FDNAMES", names, 1) < 0)
		rc = -errno;
	return rc;
}

/* In the child; returns only an error. */
static int become(const struct spawn *s, int report)
{
	char *const argv[] = { (char *)(uintptr_t)s->name, NULL };
	sigset_t none;
	int rc;

	/* The pipe must not be where a descriptor is about to be placed. */
	report = fcntl(report, F_DUPFD_CLOEXEC, SAFE_FD);
	if (report < 0)
		return -errno;
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	unsetenv("NOTIFY_SOCKET");
	rc = s->prepare ? s->prepare(s->arg) : 0;
	if (rc == 0)
		rc = give_descriptors(s);
	if (rc == 0) {
		execv(s->path, argv);
		rc = -errno;
	}
	(void)!write(report, &rc, sizeof(rc));
	return rc;
}

int spawn_program(const struct spawn *s, pid_t *ret_pid)
{
	int ends[2], rc = 0;
	scoped_fd from = -1, to = -1;
	ssize_t n;
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return -errno;
	from = ends[0];
	to = ends[1];
	pid = fork();
	if (pid < 0)
		return -errno;
	if (pid == 0) {
		become(s, to);
		_exit(EXIT_FAILURE);
	}
	close(scoped_fd_take(&to));
	/* Exec closes the pipe: end of file is success. */
	while ((n = read(from, &rc, sizeof(rc))) < 0 && errno == EINTR)
		;
	if (n == (ssize_t)sizeof(rc)) {
		while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
			;
		return rc;
	}
	*ret_pid = pid;
	return 0;
}
