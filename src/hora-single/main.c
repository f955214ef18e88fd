/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-single: horad and every role in one process, one thread, one loop; for
 * debuggers, sanitizers and simulators that replace calls of the C library. Not
 * installed, and not confined: no user is changed, no capability dropped.
 */
#include "hora-clock/io.h"
#include "hora-engine/io.h"
#include "hora-ke-client/io.h"
#include "hora-ke-server/io.h"
#include "hora-serve/io.h"
#include "horad/run.h"
#include "ipc/inside.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

struct resident {
	struct role_link *link;		/* NULL = not running */
};

struct single {
	struct host_world world;
	struct resident residents[ROLE_COUNT];
};

static const struct role_program *const programs[ROLE_COUNT] = {
	[ROLE_CLOCK] = &clock_single_program,
	[ROLE_ENGINE] = &engine_single_program,
	[ROLE_SERVE] = &serve_program,
	[ROLE_KE_SERVER] = &ke_server_program,
	[ROLE_KE_CLIENT] = &ke_client_program,
};

static int single_open(const struct host_world *world, void **ret_state)
{
	struct single *s = calloc(1, sizeof(*s));
	int rc = s ? inside_begin(world->loop) : -ENOMEM;

	if (rc) {
		free(s);
		return rc;
	}
	loop_wait_plainly(world->loop);
	s->world = *world;
	*ret_state = s;
	return 0;
}

static void end(struct resident *r)
{
	struct role_link *link = r->link;

	r->link = NULL;
	role_link_close(link);
}

static void on_ended(void *arg, int status)
{
	(void)status;
	end(arg);	/* horad sees the channel close, as with a process */
}

static int single_start(void *state, enum role role, int fd)
{
	struct single *s = state;
	struct resident *r = &s->residents[role];
	int copy = fcntl(fd, F_DUPFD_CLOEXEC, 0), rc;

	if (copy < 0)
		return -errno;
	end(r);
	rc = role_link_open(s->world.loop, copy, programs[role],
	    &s->world.sockets[role], NULL, on_ended, r, &r->link);
	if (rc)
		close(copy);
	return rc;
}

static void single_kill(void *state, enum role role)
{
	struct single *s = state;

	end(&s->residents[role]);
}

static void single_gone(void *state, enum role role)
{
	(void)state;
	(void)role;
}

static void single_close(void *state)
{
	struct single *s = state;

	for (int r = 0; r < ROLE_COUNT; r++)
		end(&s->residents[r]);
	free(s);
}

int main(int argc, char **argv)
{
	static const struct host host = {
		.open = single_open,
		.start = single_start,
		.kill = single_kill,
		.gone = single_gone,
		.close = single_close,
	};

	return horad_main(argc, argv, &host);
}
