/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/host.h"

#include "base/text.h"
#include "build_config.h"
#include "os/now.h"
#include "os/spawn.h"
#include "sandbox/caps.h"

#include <errno.h>
#include <limits.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define EXIT_WAIT_S 2.0		/* for children to exit after their channels */
#define EXIT_POLL_NS 5000000

struct children {
	struct host_world world;
	char directory[PATH_MAX];
	pid_t pids[ROLE_COUNT];		/* 0 = none */
	struct host_processes processes;
};

/* "../libexec/hora" beside our own executable, as the build leaves it; else
 * where the programs are installed. */
static void find_programs(char directory[PATH_MAX])
{
	char self[PATH_MAX], path[PATH_MAX + 32];
	ssize_t n = readlink("/proc/self/exe", self, sizeof(self) - 1);
	char *slash;

	text_copy(directory, PATH_MAX, HORA_LIBEXECDIR);
	if (n <= 0)
		return;
	self[n] = '\0';
	slash = strrchr(self, '/');
	if (!slash)
		return;
	*slash = '\0';
	snprintf(path, sizeof(path), "%s/../libexec/hora", self);
	if (access(path, X_OK) == 0)
		text_copy(directory, PATH_MAX, path);
}

static void say_how(struct children *c, enum role role, int status)
{
	if (WIFSIGNALED(status) && WTERMSIG(status) == SIGSYS)
		logsink_printf(c->world.log, SEV_ERROR, "%s was ended by its "
		    "filter of system calls", role_name(role));
	else if (WIFSIGNALED(status))
		logsink_printf(c->world.log, SEV_WARNING,
		    "%s was ended by signal %d", role_name(role),
		    WTERMSIG(status));
	else if (WEXITSTATUS(status) != 0)
		logsink_printf(c->world.log, SEV_WARNING,
		    "%s exited with status %d", role_name(role),
		    WEXITSTATUS(status));
}

static void reap(struct children *c)
{
	for (int r = 0; r < ROLE_COUNT; r++) {
		int status;

		if (c->pids[r] == 0 ||
		    waitpid(c->pids[r], &status, WNOHANG) != c->pids[r])
			continue;
		c->pids[r] = 0;
		say_how(c, (enum role)r, status);
	}
}

static void on_child(void *arg)
{
	reap(arg);
}

static int children_open(const struct host_world *world, void **ret_state)
{
	struct children *c = calloc(1, sizeof(*c));
	int rc;

	if (!c)
		return -ENOMEM;
	c->world = *world;
	find_programs(c->directory);
	rc = loop_signal(world->loop, SIGCHLD, on_child, c);
	if (rc) {
		free(c);
		return rc;
	}
	*ret_state = c;
	return 0;
}

static int give_capabilities(void *arg)
{
	return caps_hand_on(*(const enum role *)arg);
}

static int children_start(void *state, enum role role, int fd)
{
	struct children *c = state;
	char path[PATH_MAX + 32];
	struct spawn s = { .path = path, .name = role_name(role), .channel = fd,
		.sockets = &c->world.sockets[role],
		.prepare = give_capabilities, .arg = &role };
	int rc;

	/* The one before was told to die, but the news may be behind. */
	if (c->pids[role] != 0 && kill(c->pids[role], SIGKILL) == 0)
		waitpid(c->pids[role], NULL, 0);
	c->pids[role] = 0;
	snprintf(path, sizeof(path), "%s/%s", c->directory, role_name(role));
	rc = spawn_program(&s, &c->pids[role]);
	if (rc == 0)
		host_processes_add(&c->processes, c->pids[role]);
	if (rc)
		logsink_printf(c->world.log, SEV_ERROR,
		    "Could not start %s: %s", path, strerror(-rc));
	return rc;
}

static void children_kill(void *state, enum role role)
{
	struct children *c = state;

	if (c->pids[role] != 0)
		kill(c->pids[role], SIGKILL);
}

/* Orderly ends close the channel just before the exit: leave it the time. */
static void children_gone(void *state, enum role role)
{
	(void)role;
	reap(state);
}

static bool children_have(void *state, pid_t pid)
{
	const struct children *c = state;

	return host_processes_have(&c->processes, c->pids, pid);
}

static void children_close(void *state)
{
	struct children *c = state;
	struct mono_time end = mono_add(mono_now(), EXIT_WAIT_S);
	struct timespec pause = { 0, EXIT_POLL_NS };

	for (int r = 0; r < ROLE_COUNT; r++)
		while (c->pids[r] != 0) {
			reap(c);
			if (c->pids[r] == 0)
				break;
			if (mono_sub(end, mono_now()) <= 0) {
				kill(c->pids[r], SIGKILL);
				waitpid(c->pids[r], NULL, 0);
				c->pids[r] = 0;
				break;
			}
			nanosleep(&pause, NULL);
		}
	free(c);
}

const struct host children_host = {
	.is_confined = true,
	.keeps_steps = true,
	.open = children_open,
	.start = children_start,
	.kill = children_kill,
	.gone = children_gone,
	.has_process = children_have,
	.close = children_close,
};
