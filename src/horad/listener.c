/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/host.h"

#include "base/text.h"
#include "ipc/channel.h"
#include "os/scoped.h"
#include "start/link.h"

#include "build_config.h"

#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define HELLO_TIMEOUT_S 5.0
#define STRANGERS 16		/* connections that have not said hello yet */

struct listener;

/* A connection before its hello: not known yet which role it is. */
struct stranger {
	struct listener *listener;
	int fd;			/* -1 = free */
	pid_t pid;
	struct loop_fd *watch;
	struct loop_timer timeout;
};

struct listener {
	struct host_world world;
	int fd;
	struct loop_fd *watch;
	struct sockaddr_un path;	/* made by us; sun_path "" = passed */
	struct stranger strangers[STRANGERS];
	pid_t pids[ROLE_COUNT];
	struct host_processes processes;
};

static void forget(struct stranger *s)
{
	loop_fd_remove(s->watch);
	s->watch = NULL;
	loop_timer_cancel(&s->timeout);
	if (s->fd >= 0)
		close(scoped_fd_take(&s->fd));
}

static void on_timeout(void *arg)
{
	struct stranger *s = arg;

	logsink_printf(s->listener->world.log, SEV_WARNING, "process %ld "
	    "connected and did not say who it is", (long)s->pid);
	forget(s);
}

static void on_hello(void *arg, short events)
{
	struct stranger *s = arg;
	struct listener *l = s->listener;
	struct ipc_hello hello;
	int rc = channel_peek_hello(s->fd, &hello);

	(void)events;
	if (rc == -EAGAIN)
		return;
	if (rc || hello.version != IPC_VERSION || hello.role >= ROLE_COUNT ||
	    hello.role == ROLE_HORAD) {
		logsink_printf(l->world.log, SEV_WARNING, "process %ld "
		    "connected and is no role of this build", (long)s->pid);
		forget(s);
		return;
	}
	rc = l->world.connected(l->world.arg, (enum role)hello.role, s->fd);
	if (rc == -EAGAIN)
		return;		/* the hello is still there and wakes us */
	if (rc == 0) {
		l->pids[hello.role] = s->pid;
		host_processes_add(&l->processes, s->pid);
		s->fd = -1;
	} else {
		logsink_printf(l->world.log, SEV_WARNING, "refused process %ld "
		    "as %s: %s", (long)s->pid,
		    role_name((enum role)hello.role), rc == -EEXIST ?
		    "there is one already" : strerror(-rc));
	}
	forget(s);
}

/* Roles run as our user or, before they give it up, as root. */
static bool is_trusted(int fd, pid_t *ret_pid)
{
	struct ucred cred;
	socklen_t length = sizeof(cred);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &length) < 0)
		return false;
	*ret_pid = cred.pid;
	return cred.uid == 0 || cred.uid == geteuid();
}

static void on_connection(void *arg, short events)
{
	struct listener *l = arg;
	scoped_fd fd = accept4(l->fd, NULL, NULL, SOCK_CLOEXEC);
	pid_t pid = 0;

	(void)events;
	if (fd < 0)
		return;
	if (!is_trusted(fd, &pid)) {
		logsink_printf(l->world.log, SEV_WARNING, "refused process "
		    "%ld: it does not run as our user", (long)pid);
		return;
	}
	for (int i = 0; i < STRANGERS; i++) {
		struct stranger *s = &l->strangers[i];

		if (s->fd >= 0)
			continue;
		if (loop_fd_add(l->world.loop, fd, POLLIN, on_hello, s,
		    &s->watch) < 0)
			return;
		s->fd = scoped_fd_take(&fd);
		s->pid = pid;
		loop_timer_set(l->world.loop, &s->timeout, mono_add(
		    loop_now(l->world.loop), HELLO_TIMEOUT_S));
		return;
	}
	logsink_printf(l->world.log, SEV_WARNING, "refused process %ld: too "
	    "many connect and do not say who they are", (long)pid);
}

/* A socket of ours at HORA_SOCKET; only our user and root get through. */
static int listen_at(struct listener *l)
{
	const char *path = getenv("HORA_SOCKET");
	scoped_fd fd = -1;
	mode_t mask;
	int rc;

	l->path.sun_family = AF_UNIX;
	if (!text_copy(l->path.sun_path, sizeof(l->path.sun_path),
	    path ? path : HORA_SOCKET_PATH))
		return -ENAMETOOLONG;
	fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0)
		return -errno;
	if (unlink(l->path.sun_path) < 0 && errno != ENOENT)
		return -errno;
	mask = umask(0177);
	rc = bind(fd, (const struct sockaddr *)&l->path, sizeof(l->path));
	rc = rc < 0 ? -errno : 0;
	umask(mask);
	if (rc == 0 && listen(fd, STRANGERS) < 0)
		rc = -errno;
	if (rc == 0)
		l->fd = scoped_fd_take(&fd);
	return rc;
}

static int listener_open(const struct host_world *world, void **ret_state)
{
	struct listener *l = calloc(1, sizeof(*l));
	int rc = 0;

	if (!l)
		return -ENOMEM;
	l->world = *world;
	l->fd = world->listener;
	for (int i = 0; i < STRANGERS; i++) {
		l->strangers[i].listener = l;
		l->strangers[i].fd = -1;
		loop_timer_init(&l->strangers[i].timeout, on_timeout,
		    &l->strangers[i]);
	}
	if (l->fd < 0)
		rc = listen_at(l);
	if (rc == 0)
		rc = loop_fd_add(world->loop, l->fd, POLLIN, on_connection, l,
		    &l->watch);
	if (rc) {
		logsink_printf(world->log, SEV_ERROR, "Could not listen for "
		    "roles at %s: %s", l->path.sun_path, strerror(-rc));
		free(l);
		return rc;
	}
	*ret_state = l;
	return 0;
}

static void listener_kill(void *state, enum role role)
{
	struct listener *l = state;

	if (l->pids[role] > 0)
		kill(l->pids[role], SIGKILL);
}

static void listener_gone(void *state, enum role role)
{
	struct listener *l = state;

	l->pids[role] = 0;
}

static bool listener_has(void *state, pid_t pid)
{
	const struct listener *l = state;

	return host_processes_have(&l->processes, l->pids, pid);
}

static void listener_close(void *state)
{
	struct listener *l = state;

	for (int i = 0; i < STRANGERS; i++)
		forget(&l->strangers[i]);
	loop_fd_remove(l->watch);
	close(l->fd);
	if (*l->path.sun_path)
		unlink(l->path.sun_path);
	free(l);
}

const struct host listener_host = {
	.is_supervised = true,
	.is_confined = true,
	.keeps_steps = true,
	.open = listener_open,
	.kill = listener_kill,
	.gone = listener_gone,
	.has_process = listener_has,
	.close = listener_close,
};
