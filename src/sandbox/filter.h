/* SPDX-License-Identifier: Apache-2.0 */
/*
 * System call filters (seccomp(2), by libseccomp): one list for each role, in
 * filter_lists.c. A call outside of it ends the process by SIGSYS, after horad
 * was told which call it was (sandbox/violation.h); in hora-ke-client, whose
 * resolver has plugins, it fails with EPERM unless no plugin would make it.
 */
#ifndef HORA_SANDBOX_FILTER_H
#define HORA_SANDBOX_FILTER_H

#include "base/role.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Levels of -F; a negative one is like its opposite. */
enum filter_level {
	FILTER_OFF,
	FILTER_ALLOW,		/* what the role needs, and nothing else */
	FILTER_DENY,		/* all but what no role ever needs: for C libraries
				 * and their plugins that nobody has tried */
};

/* What filter_load loads. */
enum filter_kind {
	FILTER_ROLE_ALLOW,
	FILTER_ROLE_DENY,
	/* Of a process whose children are other programs, roles included: what
	 * none of these ever does is denied. */
	FILTER_PARENT,
};

/*
 * Load a filter for this process, its threads and children, for good. Needs
 * no_new_privs or CAP_SYS_ADMIN. 0, or -errno: -ENOSYS when the kernel has no
 * filters.
 */
int filter_load(enum role role, enum filter_kind kind);

/*
 * The same filter as classic BPF, to the descriptor `fd`, for any architecture of
 * libseccomp's (SCMP_ARCH_*; 0: this one): to look at what would be loaded there. 0,
 * or -errno.
 */
int filter_export(enum role role, enum filter_kind kind, uint32_t arch, int fd);

/* Calls of an architecture (as above) that the role's list allows, some not with all
 * arguments. */
unsigned filter_count(enum role role, uint32_t arch);

#define FILTER_NAME_SIZE 48

/*
 * "socket (41)": a call by its number and its architecture as the kernel names
 * it (AUDIT_ARCH_*); only the number when it has no name.
 */
const char *filter_call_name(int number, uint32_t arch,
    char buf[FILTER_NAME_SIZE]);

#endif
