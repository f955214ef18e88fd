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

/*
 * Until user_files_end, files are opened, made and removed with the rights of
 * `user` where the folder of `path` is that user's: root then follows nothing
 * that lies there with rights of its own, and needs none to overrule the mode of
 * the folder (CAP_DAC_OVERRIDE), which policies do not give. For this thread;
 * elsewhere, and for others than root, nothing changes.
 */
void user_files_begin(const struct user *user, const char *path);
void user_files_end(void);

#endif
