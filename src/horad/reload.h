/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The course of a reload: the configuration is read and checked, then handed to
 * every role, and it is over when all of them work by it. hora-clock goes first:
 * what it allows is known before the engine asks for it. Pure; reloads that are
 * asked for while one runs become one more. When addresses of host names
 * change, or a command gives a rule of access, the same way takes them to the
 * roles, without a word: a quiet round. Roles that are started meanwhile get
 * the configuration in force like any other.
 */
#ifndef HORA_HORAD_RELOAD_H
#define HORA_HORAD_RELOAD_H

#include "base/role.h"
#include "base/severity.h"
#include "base/time.h"
#include "ipc/messages.h"

#include <stdbool.h>
#include <stdint.h>

#define RELOAD_LIMIT_S 10.0	/* for all roles to take it over */
#define RELOAD_ASKERS 16	/* requests that wait for one round */

/* What a reload asks for; all are given `arg`. */
struct reload_effects {
	void *arg;
	/* A reload begins. */
	void (*begin)(void *arg);
	/*
	 * Read and check the configuration and put it in force here. False: it
	 * is refused and the old one stays; `text` says where and why. True:
	 * `text` says what needs a restart, or is empty.
	 */
	bool (*take)(void *arg, char text[IPC_TEXT_SIZE]);
	/*
	 * Addresses of host names, or rules, have changed: make the text of
	 * the configuration in force anew. False: nothing is to be handed out;
	 * `text` says why.
	 */
	bool (*rename)(void *arg, char text[IPC_TEXT_SIZE]);
	/* Roles that are to work by it, bits 1 << enum role. */
	unsigned (*roles)(void *arg);
	/*
	 * Give it to a role, if that is there: the text alone, or all that is
	 * read again with it.
	 */
	void (*hand)(void *arg, enum role role, bool is_text_only);
	/* It is over; not called for a quiet round that went well. */
	void (*end)(void *arg, const struct ipc_answer *done);
	/* The answer to the request done->id. */
	void (*answer)(void *arg, const struct ipc_answer *done);
};

/* Numbers of requests of the engine. */
struct reload_askers {
	uint32_t ids[2 * RELOAD_ASKERS];	/* of one round of both kinds */
	unsigned count;
};

struct reload {
	struct reload_effects effects;
	uint32_t number;		/* of the configuration in force, from 1 */
	bool is_enabled;		/* the start is over */
	bool is_running, is_asked;	/* asked: for one more */
	bool is_renamed;		/* other addresses or rules, not handed out */
	bool is_quiet;			/* the one that runs is for those */
	/* Who waits for the next reload, the next quiet round, the one that
	 * runs. */
	struct reload_askers asked, renamed, running;
	unsigned waiting, behind;	/* roles: now, and when those are through */
	unsigned greeted;		/* roles that came since, and got it */
	struct mono_time deadline;	/* while it runs */
	struct ipc_answer done;
};

/* Nothing runs; what is asked for waits for reload_enable. */
void reload_init(struct reload *r, const struct reload_effects *effects);

/* The start is over: what was asked for until now begins. */
void reload_enable(struct reload *r, struct mono_time now);

/*
 * Somebody asks for a reload: the engine with an id, which is answered, at once
 * when too many wait; a signal with 0.
 */
void reload_ask(struct reload *r, uint32_t id, struct mono_time now);

/*
 * Addresses of host names, or rules, have changed; `id` is answered as that of
 * reload_ask, 0 = nobody waits.
 */
void reload_rename(struct reload *r, uint32_t id, struct mono_time now);

/* A role works by the configuration with this number. */
void reload_applied(struct reload *r, enum role role, uint32_t number,
    struct mono_time now);
/* A new one was given the configuration in force; is ready. */
void reload_greeted(struct reload *r, enum role role);
void reload_ready(struct reload *r, enum role role, struct mono_time now);

/* The engine is gone, and whoever waited for its answer. */
void reload_engine_gone(struct reload *r);

/* When reload_timer is to be called; MONO_NEVER when nothing runs. */
struct mono_time reload_wake(const struct reload *r);
void reload_timer(struct reload *r, struct mono_time now);

#endif
