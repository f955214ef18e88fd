/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Capabilities: one table says what each role holds while it starts and while
 * it runs (capabilities(7), docs/design.md "Programs are trust domains").
 */
#ifndef HORA_SANDBOX_CAPS_H
#define HORA_SANDBOX_CAPS_H

#include "base/role.h"

#include <stdbool.h>
#include <stdint.h>

/* A set of capabilities: bit n is capability number n. */
typedef uint64_t caps_set;

/* CAP_DAC_READ_SEARCH: reading the keys of a server, wherever. */
#define CAPS_READ_ANY (UINT64_C(1) << 2)

/* CAP_SYS_TIME: the clock. */
#define CAPS_SET_CLOCK (UINT64_C(1) << 25)

/* CAP_SYS_NICE: real-time priority, for roles that may have it. */
#define CAPS_PRIORITY (UINT64_C(1) << 23)

/* What the role needs to start, and what it keeps afterwards. */
caps_set caps_at_start(enum role role);
caps_set caps_while_running(enum role role);

/* What this process holds now (permitted). */
caps_set caps_held(void);

/*
 * First thing in a role's main: sets no_new_privs, makes the process
 * undumpable, empties the bounding and ambient sets as far as permitted, and
 * keeps of the held capabilities only those of the start. 0, or -errno.
 */
int caps_enter(enum role role);

/*
 * The role has started: keep only what it needs while running. Capabilities
 * belong to a thread: others are created after this. 0, or -errno.
 */
int caps_settle(enum role role);

/* Gain nothing by exec from now on (PR_SET_NO_NEW_PRIVS). 0, or -errno. */
int caps_no_new_privileges(void);

/* No core dump and no debugger but root's: keys are in memory. 0 or -errno. */
int caps_undumpable(void);

/*
 * Leave only `keep` in the bounding set, for this process and its children, as
 * far as it is permitted (it needs CAP_SETPCAP).
 */
void caps_bound(caps_set keep);

/*
 * Hold exactly `keep` of what is held, inheritable as well when they are to be
 * handed on to children by caps_hand_on. 0, or -errno.
 */
int caps_limit(caps_set keep, bool is_inheritable);

/*
 * Take `which`, as far as it is held, into use or out of it: out of use it gives
 * no right, but can come back. 0, or -errno.
 */
int caps_use(caps_set which, bool is_used);

/*
 * In a child before exec: raise as ambient what the role needs to start, as far
 * as it is held; a program that is executed then has it. 0, or -errno.
 */
int caps_hand_on(enum role role);

/* The same for a program that is none of ours: it gets nothing. */
int caps_hand_on_none(void);

#endif
