/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Limits of resources (setrlimit(2)): what each role gives up, and locked memory
 * and real-time priority, for directives lock_all and sched_priority. Programs
 * of the daemon's user may use them as far as their limits allow
 * (RLIMIT_MEMLOCK, RLIMIT_RTPRIO), without a capability. horad raises the
 * limits while it is root, and what it starts inherits them; units of systemd
 * say LimitMEMLOCK and LimitRTPRIO.
 */
#ifndef HORA_SANDBOX_LIMITS_H
#define HORA_SANDBOX_LIMITS_H

#include "base/role.h"

#include <stdbool.h>

/*
 * Let this process and its children lock all memory, and run with a real-time
 * priority up to `priority` (0: none), as far as it may allow them to.
 */
void limits_raise(bool lock_all, int priority);

/*
 * Lock all memory, that of later, too. 0, or -errno: -EPERM also where the limit
 * is not "unlimited", because memory would then be refused at some time later.
 */
int limits_lock_memory(void);

/* Run as SCHED_FIFO with this priority (1..99; above: 99). 0, or -errno. */
int limits_run_realtime(int priority);

/*
 * The role has started: no core dump, files as few as its row says and none of
 * more than 1 MiB (messages on stderr are), no thread where it has none. What
 * has been opened is not touched, and the limits can not be raised again. 0, or
 * -errno.
 */
int limits_settle(enum role role);

#endif
