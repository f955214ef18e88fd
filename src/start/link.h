/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What every role shares: its link to horad (hello, configuration, log, stop)
 * and its main function. hora-single opens several links on one loop; the role
 * programs open one each through role_main.
 */
#ifndef HORA_START_LINK_H
#define HORA_START_LINK_H

#include "base/role.h"
#include "base/severity.h"
#include "conf/config.h"
#include "ipc/channel.h"
#include "os/loop.h"
#include "os/systemd.h"

/* Where horad listens for roles that it did not start (HORA_SOCKET=path). */
#define HORA_SOCKET_PATH HORA_RUN_DIR "/horad.sock"

struct role_link;

/* A role, as its io.c offers it; the functions run from the loop. */
struct role_program {
	enum role role;
	/*
	 * The configuration has come: bind sockets, open what needs the
	 * capabilities of the start, and begin. `config` stays valid until
	 * `reload` brings another, `options` until `free`. Threads are created
	 * later, with the first message: they would keep those capabilities. 0,
	 * or -errno after logging why (fatal).
	 */
	int (*start)(struct role_link *link, const struct config *config,
	    const struct ipc_config *options, void **ret_state);
	/*
	 * Another configuration: work by it from now on, all of it, and keep
	 * what is known. `config` takes the place of the one before, which goes
	 * once this returns 0. What a running role can not do (open sockets
	 * that need the capabilities of the start) is -EAGAIN: the role is then
	 * started anew; or another -errno, which ends it, too. Directives whose
	 * rows need a restart of the whole daemon never differ (conf/renew.h).
	 */
	int (*reload)(void *state, const struct config *config);
	/*
	 * Any message of horad but CONFIG and STOP; fds are the callee's. After
	 * CONFIG come, in this order and as far as the role gets them:
	 * CLOCK_MEMORY (only if something is remembered), ENGINE_MEMORY
	 * (always), SHM, PEER, KEYRING, MAC_KEYS (when there is a
	 * keyfile), CREDENTIAL, LEAPS (when there is a file of them), SOURCES
	 * (when there is a sourcedir). SHM, PEER, KEYRING, MAC_KEYS, CREDENTIAL,
	 * LEAPS and SOURCES may come again at any time and replace what came
	 * before. The SHM of the time comes to hora-serve when it has all else.
	 */
	void (*message)(void *state, enum ipc_type type,
	    const union ipc_payload *payload, const int *fds);
	/* End in order; call role_link_stopped when done, at once or later. */
	void (*stop)(void *state);
	/* Release everything; NULL is allowed. */
	void (*free)(void *state);
};

typedef int role_started_fn(void *arg, struct role_link *link,
    const struct config *config, const struct ipc_config *options);

/*
 * Open the link over descriptor fd (taken over), say hello and wait for the
 * configuration. `sockets` is borrowed. `started` (may be NULL) is called once
 * the role has started, to give up what only the start needed; when it fails
 * the role ends. What it is given is borrowed for the call. `ended` is called
 * when the link is over: stopped in order (status 0), refused by `start`, or
 * horad is gone (status 1). 0, or -errno (fd is then still the caller's).
 */
int role_link_open(struct loop *loop, int fd, const struct role_program *program,
    struct passed_sockets *sockets, role_started_fn *started,
    void (*ended)(void *arg, int status), void *arg, struct role_link **ret);
/* NULL is allowed. Frees the role's state first. */
void role_link_close(struct role_link *link);

/* The loop on which the link was opened. */
struct loop *role_link_loop(struct role_link *link);

/*
 * Sockets that the process was started with, for `start` to take its own from;
 * those left after `start` are closed with a warning. The role that binds none
 * need not ask.
 */
struct passed_sockets *role_link_sockets(struct role_link *link);

/* Send to horad; as channel_send. */
int role_link_send(struct role_link *link, enum ipc_type type,
    const void *payload);

/*
 * For `start`: once it has returned, READY is sent not at once but by
 * role_link_ready, which may be called often, and sends it once.
 */
void role_link_wait(struct role_link *link);
void role_link_ready(struct role_link *link);

/* One line for the program log, without newline; cut at IPC_TEXT_SIZE. */
void role_log(struct role_link *link, enum severity severity,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/* Ask the role to end, as if horad had. */
void role_link_stop(struct role_link *link);

/* The role has ended in order. */
void role_link_stopped(struct role_link *link);

/*
 * main of a role program: no_new_privs and capabilities first (sandbox/), then
 * the first channel (inherited, HORA_CHANNEL=fd, or by connecting to horad's
 * socket, HORA_SOCKET=path), then the loop. Returns the exit status.
 */
int role_main(int argc, char **argv, const struct role_program *program);

#endif
