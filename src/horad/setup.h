/* SPDX-License-Identifier: Apache-2.0 */
/* What horad does while it may still be root: directories, user, rights. */
#ifndef HORA_HORAD_SETUP_H
#define HORA_HORAD_SETUP_H

#include "conf/config.h"
#include "horad/host.h"
#include "horad/options.h"
#include "os/logsink.h"
#include "sandbox/user.h"

/*
 * The user to run as: that of the option or of the configuration when we are
 * root and confined, else who we are. 0, or -errno after logging why.
 */
int setup_user(const struct host *host, const struct options *options,
    const struct config *config, struct logsink *log, struct user *ret);

/*
 * Make the missing directories; one that can not be made is warned about.
 * has_steps: what hora-clock must remember is kept in the run directory.
 */
void setup_directories(const struct config *config, const struct user *user,
    bool has_steps, struct logsink *log);

/*
 * Let the roles lock memory and be of real-time priority, as configured: while
 * horad is still root, for the limits that they inherit. Is the priority wanted?
 */
bool setup_limits(const struct options *options, const struct config *config);

/*
 * Become `user` with only the capabilities that `roles` need (that of priority
 * only if wanted) and, with a
 * server's key or a keyfile, the one to read it when it is renewed. 0, or -errno
 * after logging why.
 */
int setup_rights(const struct host *host, const struct config *config,
    const struct user *user, unsigned roles, bool wants_priority,
    struct logsink *log);

/*
 * Our user may read what there is to read: give up the right to read more. 0, or
 * -errno after logging why.
 */
int setup_spare_right(const struct host *host, struct logsink *log);

/*
 * To each of `roles` (bits of enum role) the passed sockets that are its own, by
 * name, else by kind. Returns how many were nobody's and are now closed.
 */
int setup_sockets(struct passed_sockets *passed, const struct config *config,
    unsigned roles, struct passed_sockets to[ROLE_COUNT]);

/*
 * Load horad's own filter of system calls (sandbox/enter.h) and say so. As a
 * parent of other programs (`is_parent`) before it gives up root, for then it can
 * do without no_new_privs; else once all is open. 0, or -errno after logging why.
 */
int setup_filter(const struct options *options, bool is_parent,
    struct logsink *log);

#endif
