/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions of horad: which roles there are, who is given what, when a role is
 * started again, and the order of the end. Pure; io.c feeds events and does
 * what the effects say.
 */
#ifndef HORA_HORAD_HORAD_H
#define HORA_HORAD_HORAD_H

#include "base/role.h"
#include "base/severity.h"
#include "base/time.h"
#include "conf/config.h"
#include "ipc/messages.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Roles that the configuration needs, bits 1 << enum role; `flags` are those of
 * struct ipc_config. lets_in: a rule beside it lets in clients of the server.
 */
unsigned horad_roles(const struct config *config, uint32_t flags, bool lets_in);

/* --- who is given what --------------------------------------------------- */

enum handout_kind {
	HAND_CONFIG,
	HAND_CLOCK_MEMORY,
	HAND_CLOCK_ORDERS,	/* that an operator has given */
	HAND_ENGINE_MEMORY,
	HAND_PAGE,
	HAND_PEER,		/* a fresh channel, to both ends */
	HAND_KEYRING,
	HAND_MAC_KEYS,
	HAND_CREDENTIALS,
	HAND_SOURCES,
	HAND_LEAPS,
};

struct handout {
	enum handout_kind kind;
	unsigned what;		/* PAGE: enum ipc_page; PEER: enum role */
	bool is_writable;	/* PAGE */
};

/* Everything that a role is given when it says hello, in order. */
size_t horad_handouts(enum role role, const struct handout **ret);

/* --- life of the roles --------------------------------------------------- */

/* What the decisions ask for; all are given `arg`. */
struct horad_effects {
	void *arg;
	/*
	 * Start the program of a role; 0, or -errno. With is_supervised:
	 * nothing to do, the role connects by itself.
	 */
	int (*start)(void *arg, enum role role);
	/* Give `what` to a role that has said hello. */
	void (*hand_out)(void *arg, enum role role, const struct handout *what,
	    bool is_restart);
	/* Ask a role to end in order, or end it. */
	void (*stop)(void *arg, enum role role);
	void (*kill)(void *arg, enum role role);
	/* Every role is ready, for the first time (is_supervised: they may
	 * connect now). */
	void (*ready)(void *arg);
	/* The end begins. Called once. */
	void (*stopping)(void *arg);
	/* Every role has ended; exit with `status`. Called once. */
	void (*finished)(void *arg, int status);
	void (*log)(void *arg, enum severity severity, const char *text);
};

enum role_state {
	ROLE_UNUSED,		/* the configuration does not need it */
	ROLE_DOWN,		/* to be started at `since`, or to connect */
	ROLE_WAITING,		/* supervised: said hello, got nothing yet;
				 * wanted, it goes on at `since` */
	ROLE_STARTED,		/* runs, no hello yet */
	ROLE_GREETED,		/* has said hello and got everything */
	ROLE_UP,		/* ready */
};

struct role_life {
	enum role_state state;
	struct mono_time since;	/* of the state; DOWN, WAITING: when to start */
	unsigned failures;	/* deaths without a healthy time between */
	unsigned silent_rounds;	/* checks since it was last heard of */
	struct mono_time heard;	/* when that was */
	bool was_greeted;	/* ever: the next one is a restart */
	bool has_stopped;	/* said that it ends in order */
};

struct horad {
	struct horad_effects effects;
	unsigned wanted;	/* roles, bits 1 << enum role */
	bool is_supervised;	/* somebody else starts the roles */
	struct role_life roles[ROLE_COUNT];
	bool is_announced;	/* `ready` was called */
	bool is_stopping, is_finished;
	int phase;		/* of the end */
	int status;
	struct mono_time phase_end;	/* then who is left is killed */
	struct mono_time next_check;	/* of silent roles */
};

/* `roles` as of horad_roles. */
void horad_init(struct horad *h, const struct horad_effects *effects,
    unsigned roles, bool is_supervised);

/*
 * Another configuration needs these roles: new ones are started, or go on if they
 * wait; those without use are ended. (Who supervises servers starts them again, to
 * wait.)
 */
void horad_set_roles(struct horad *h, unsigned roles, struct mono_time now);

/* Events; `now` is CLOCK_MONOTONIC. */
void horad_start(struct horad *h, struct mono_time now);
void horad_hello(struct horad *h, enum role role, struct mono_time now);
void horad_ready(struct horad *h, enum role role, struct mono_time now);
void horad_alive(struct horad *h, enum role role, struct mono_time now);
void horad_stopped(struct horad *h, enum role role);
/* The channel to the role is closed. */
void horad_gone(struct horad *h, enum role role, struct mono_time now);
void horad_timer(struct horad *h, struct mono_time now);
/* End everything in order; the status of the first call counts. */
void horad_stop(struct horad *h, int status, struct mono_time now);

/* When horad_timer is to be called next. */
struct mono_time horad_wake(const struct horad *h);

/*
 * Do those by whom the clock is right, engine and clock, work? A role says so from
 * its own loop, every 30 s (start/link.c).
 */
bool horad_is_lively(const struct horad *h, struct mono_time now);

/* Is it to work by the configuration: it is there, or will be by itself? */
bool horad_counts_on(const struct horad *h, enum role role);

/* Is it there, or can it be started, when there is something for it to do? */
bool horad_is_in_reach(const struct horad *h, enum role role);

/* Was this role given everything, and is it still there? */
bool horad_has(const struct horad *h, enum role role);

#endif
