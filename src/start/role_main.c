/* SPDX-License-Identifier: Apache-2.0 */
#include "start/confine.h"

#include "base/text.h"
#include "build_config.h"
#include "os/now.h"
#include "os/scoped.h"
#include "sandbox/caps.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#define CONNECT_TIMEOUT_S 10.0	/* for horad to open its socket */
#define CONNECT_RETRY_NS 100000000

struct running {
	const struct role_program *program;
	struct loop *loop;
	struct role_link *link;
	int channel;			/* descriptor of the link */
	struct passed_sockets sockets;
};

static int on_started(void *arg, struct role_link *link,
    const struct config *config, const struct ipc_config *options)
{
	struct running *r = arg;

	return confine_role(link, r->program->role, r->channel, config,
	    options);
}

static void on_ended(void *arg, int status)
{
	struct running *r = arg;

	loop_stop(r->loop, status);
}

static void on_terminate(void *arg)
{
	struct running *r = arg;

	role_link_stop(r->link);
}

static int try_connect(const struct sockaddr_un *sun, int *ret_fd)
{
	scoped_fd fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);

	if (fd < 0 || connect(fd, (const struct sockaddr *)sun,
	    sizeof(*sun)) < 0)
		return -errno;
	*ret_fd = scoped_fd_take(&fd);
	return 0;
}

/* Units of one boot start side by side: horad may be a moment behind. */
static int connect_horad(const char *path, int *ret_fd)
{
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	struct mono_time end = mono_add(mono_now(), CONNECT_TIMEOUT_S);
	int rc;

	if (!text_copy(sun.sun_path, sizeof(sun.sun_path), path))
		return -ENAMETOOLONG;
	while ((rc = try_connect(&sun, ret_fd)) == -ENOENT ||
	    rc == -ECONNREFUSED) {
		struct timespec pause = { 0, CONNECT_RETRY_NS };

		if (mono_sub(end, mono_now()) <= 0)
			break;
		nanosleep(&pause, NULL);
	}
	return rc;
}

static void complain(enum role role, const char *what, const char *which,
    int rc)
{
	fprintf(stderr, "%s: %s %s: %s\n", role_name(role), what, which,
	    strerror(-rc));
}

/*
 * The first channel, or a line on stderr; *ret_is_child: horad started us and
 * will stop us.
 */
static int first_channel(enum role role, int *ret_fd, bool *ret_is_child)
{
	const char *number = getenv("HORA_CHANNEL");
	const char *path = getenv("HORA_SOCKET");
	long long fd;
	int rc;

	*ret_is_child = number != NULL;
	if (!number) {
		path = path ? path : HORA_SOCKET_PATH;
		rc = connect_horad(path, ret_fd);
		if (rc)
			complain(role, "could not reach horad at", path, rc);
		return rc;
	}
	if (!parse_long(number, 0, INT32_MAX, &fd) ||
	    fcntl((int)fd, F_SETFD, FD_CLOEXEC) < 0) {
		complain(role, "no channel to horad is HORA_CHANNEL =", number,
		    -EBADF);
		return -EBADF;
	}
	unsetenv("HORA_CHANNEL");
	*ret_fd = (int)fd;
	return 0;
}

/*
 * A role that horad started ends when horad says so, or is gone: an interrupt
 * from the terminal reaches the whole group, and horad stops the roles in
 * order. One that systemd started is stopped by systemd. SIGHUP is horad's: it
 * reads the configuration again, and what is new comes from there.
 */
static int set_signals(struct running *r, bool is_child)
{
	static const int stops[] = { SIGTERM, SIGINT, SIGQUIT };
	int rc = 0;

	signal(SIGPIPE, SIG_IGN);
	signal(SIGHUP, SIG_IGN);
	for (size_t i = 0; i < sizeof(stops) / sizeof(stops[0]) && rc == 0; i++)
		if (is_child)
			signal(stops[i], SIG_IGN);
		else
			rc = loop_signal(r->loop, stops[i], on_terminate, r);
	return rc;
}

/* Takes fd over. */
static int run(struct running *r, int fd, bool is_child, int *ret_status)
{
	int rc;

	r->channel = fd;
	r->loop = loop_new();
	if (!r->loop) {
		close(fd);
		return -ENOMEM;
	}
	rc = role_link_open(r->loop, fd, r->program, &r->sockets, on_started,
	    on_ended, r, &r->link);
	if (rc)
		close(fd);
	else
		rc = set_signals(r, is_child);
	if (rc == 0)
		*ret_status = loop_run(r->loop);
	role_link_close(r->link);
	loop_free(r->loop);
	return rc;
}

int role_main(int argc, char **argv, const struct role_program *program)
{
	struct running r = { .program = program };
	int status = EXIT_FAILURE, fd = -1, rc;
	bool is_child;

	rc = caps_enter(program->role);
	if (rc == 0 && argc > 1) {
		fprintf(stderr, "%s: takes no arguments; it is started by "
		    "horad or systemd\n", argv[0]);
		return EXIT_FAILURE;
	}
	if (rc == 0) {
		passed_sockets_take(&r.sockets);
		if (first_channel(program->role, &fd, &is_child) < 0)
			return EXIT_FAILURE;
		rc = run(&r, fd, is_child, &status);
	}
	if (rc)
		fprintf(stderr, "%s: could not start: %s\n",
		    role_name(program->role), strerror(-rc));
	return rc ? EXIT_FAILURE : status;
}
