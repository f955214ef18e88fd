/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Landlock (landlock(7)), as far as the running kernel has it: files below named
 * folders and no others, no TCP, no signals to processes outside.
 */
#ifndef HORA_SANDBOX_LANDLOCK_H
#define HORA_SANDBOX_LANDLOCK_H

#include <stdbool.h>
#include <stddef.h>

/*
 * Confine this process and its children for good: to read below `paths`, folders
 * or files (those that are not there are left out), and nothing else; listening
 * by TCP not at all, connecting by TCP only with `may_connect`. What is open stays
 * open; names of Unix sockets are no files to Landlock. Needs no_new_privs. The
 * version of the kernel's interface that is in force; 0: the kernel has none, or
 * not for us; or -errno.
 */
int landlock_enter(const char *const *paths, size_t count, bool may_connect);

#endif
