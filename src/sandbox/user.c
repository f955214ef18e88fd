/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/user.h"

#include "base/text.h"

#include <errno.h>
#include <grp.h>
#include <libgen.h>
#include <limits.h>
#include <pwd.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <unistd.h>

int user_find(const char *name, struct user *ret)
{
	struct passwd *pw;

	errno = 0;
	pw = getpwnam(name);
	/* getpwnam(3): several numbers mean "not found". */
	if (!pw)
		return errno == EIO || errno == EMFILE || errno == ENFILE ||
		    errno == ENOMEM ? -errno : -ENOENT;
	*ret = (struct user){ pw->pw_uid, pw->pw_gid };
	return 0;
}

int user_become(const struct user *user, caps_set keep)
{
	if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0 ||
	    setgroups(0, NULL) < 0 ||
	    setresgid(user->gid, user->gid, user->gid) < 0 ||
	    setresuid(user->uid, user->uid, user->uid) < 0 ||
	    prctl(PR_SET_KEEPCAPS, 0, 0, 0, 0) < 0)
		return -errno;
	return caps_limit(keep, true);
}

void user_files_begin(const struct user *user, const char *path)
{
	char copy[PATH_MAX];
	struct stat st;

	if (geteuid() != 0 || user->uid == 0 ||
	    !text_copy(copy, sizeof(copy), path) ||
	    stat(dirname(copy), &st) < 0 || st.st_uid != user->uid)
		return;
	setfsgid(user->gid);
	setfsuid(user->uid);	/* takes the rights of root over files away */
}

void user_files_end(void)
{
	setfsuid(geteuid());
	setfsgid(getegid());
}
