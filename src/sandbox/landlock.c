/* SPDX-License-Identifier: Apache-2.0 */
#include "sandbox/landlock.h"

#include <errno.h>
#include <fcntl.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * The kernel's interface (linux/landlock.h), which headers of systems to build
 * on may not have yet. The numbers are the same on all architectures but alpha.
 */
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif
#define ASK_VERSION 1u
#define RULE_PATH 1

#define FS_READ_FILE (UINT64_C(1) << 2)
#define FS_READ_DIR (UINT64_C(1) << 3)
#define NET_BIND_TCP UINT64_C(1)
#define NET_CONNECT_TCP UINT64_C(2)
#define SCOPE_ALL UINT64_C(3)	/* abstract Unix sockets, signals */

struct ruleset {
	uint64_t fs, net, scoped;
};

/* The kernel's is packed: it reads 12 bytes, and these have no gap. */
struct path_rule {
	uint64_t allowed;
	int32_t fd;
};

/* Everything that this version of the interface can refuse. */
static struct ruleset everything(int version, bool may_connect)
{
	/* 13 rights on files at first; then moving between folders,
	 * truncating, ioctl on devices. */
	int fs_bits = version >= 5 ? 16 : version >= 3 ? 15 :
	    version >= 2 ? 14 : 13;
	struct ruleset all = { .fs = (UINT64_C(1) << fs_bits) - 1 };

	if (version >= 4)
		all.net = NET_BIND_TCP | (may_connect ? 0 : NET_CONNECT_TCP);
	if (version >= 6)
		all.scoped = SCOPE_ALL;
	return all;
}

static size_t size_of(int version)
{
	return version >= 6 ? 24 : version >= 4 ? 16 : 8;
}

/* What is not there, or closed to us, can be left out. */
static int add_path(int ruleset, const char *path)
{
	struct path_rule rule = { .allowed = FS_READ_FILE | FS_READ_DIR };
	struct stat st;
	int rc = 0;

	rule.fd = open(path, O_PATH | O_CLOEXEC);
	if (rule.fd < 0)
		return 0;
	if (fstat(rule.fd, &st) == 0 && !S_ISDIR(st.st_mode))
		rule.allowed &= FS_READ_FILE;
	if (syscall(SYS_landlock_add_rule, ruleset, RULE_PATH, &rule, 0) < 0)
		rc = -errno;
	close(rule.fd);
	return rc;
}

int landlock_enter(const char *const *paths, size_t count, bool may_connect)
{
	int version = (int)syscall(SYS_landlock_create_ruleset, NULL, 0,
	    ASK_VERSION);
	struct ruleset all;
	int fd, rc = 0;

	if (version <= 0)	/* not built in, or not started */
		return 0;
	all = everything(version, may_connect);
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, size_of(version),
	    0);
	if (fd < 0)
		return -errno;
	for (size_t i = 0; i < count && rc == 0; i++)
		rc = add_path(fd, paths[i]);
	if (rc == 0 && syscall(SYS_landlock_restrict_self, fd, 0) < 0)
		rc = -errno;
	close(fd);
	return rc ? rc : version;
}
