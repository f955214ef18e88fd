/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How the programs of the roles come to life: horad starts children, or waits
 * for roles that systemd starts; hora-single runs them on its own loop.
 */
#ifndef HORA_HORAD_HOST_H
#define HORA_HORAD_HOST_H

#include "base/role.h"
#include "os/logsink.h"
#include "os/loop.h"
#include "os/systemd.h"

#include <stdbool.h>
#include <sys/types.h>

/*
 * A role has connected by itself over fd. 0: fd is the callee's. Else it stays
 * the caller's: -EAGAIN (the role's last life is over, but its last messages are
 * still to be read: ask again), -EEXIST (the role is there already), or another
 * -errno.
 */
typedef int host_connected_fn(void *arg, enum role role, int fd);

/* What a host is given. All are borrowed until `close`. */
struct host_world {
	struct loop *loop;
	struct logsink *log;
	/* Sockets of each role, of those that this process was given. */
	struct passed_sockets *sockets;		/* [ROLE_COUNT] */
	int listener;		/* passed socket for roles, or -1 */
	host_connected_fn *connected;
	void *arg;
};

struct host {
	bool is_supervised;	/* roles start by themselves */
	bool is_confined;	/* this process changes user and capabilities */
	bool keeps_steps;	/* in a file, for the next horad (steps.h) */
	/* 0, or -errno; *ret_state goes to the others. */
	int (*open)(const struct host_world *world, void **ret_state);
	/*
	 * Start a role whose channel is fd, which stays the caller's (a
	 * duplicate is used). 0, or -errno. NULL with is_supervised.
	 */
	int (*start)(void *state, enum role role, int fd);
	/* End it by force. Its channel then closes. */
	void (*kill)(void *state, enum role role);
	/* The channel of the role is closed: clear up. */
	void (*gone)(void *state, enum role role);
	/* Is this process a role, or was it lately? NULL: none is one. */
	bool (*has_process)(void *state, pid_t pid);
	void (*close)(void *state);
};

#define HOST_LATE 16		/* processes of roles that are gone */

/* The processes of roles, as long as something of them may be on its way. */
struct host_processes {
	pid_t late[HOST_LATE];
	unsigned next;
};

/* It is a role now; of those before it, HOST_LATE are known still. */
void host_processes_add(struct host_processes *p, pid_t pid);

/*
 * Is it one of `pids`, which live (0: no process), or was it added lately? Those
 * that live are the latest of each role, unless others died again and again.
 */
bool host_processes_have(const struct host_processes *p,
    const pid_t pids[ROLE_COUNT], pid_t pid);

/* Children of this process (children.c). */
extern const struct host children_host;

/* Roles that connect to a socket (listener.c). */
extern const struct host listener_host;

#endif
