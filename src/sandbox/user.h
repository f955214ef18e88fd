/* SPDX-License-Identifier: Apache-2.0 */
/* Becoming the configured user. */
#ifndef HORA_SANDBOX_USER_H
#define HORA_SANDBOX_USER_H

#include "sandbox/caps.h"

#include <sys/types.h>

struct user {
	uid_t uid;
	gid_t gid;
};

/* Look up a name. 0, -ENOENT when there is no such user, or -errno. */
int user_find(const char *name, struct user *ret);

/*
 * Give up all groups, then become `user`, keeping `keep` of the held
 * capabilities (inheritable, for children). 0, or -errno: the process is then
 * in between and must end.
 */
int user_become(const struct user *user, caps_set keep);

#endif
