/* SPDX-License-Identifier: Apache-2.0 */
/* The process ID file (reference: files-and-logs.md 8, configuration.md 3.4). */
#ifndef HORA_HORAD_PIDFILE_H
#define HORA_HORAD_PIDFILE_H

#include <sys/types.h>

/*
 * The process that the file names, if one with that number exists; 0 if not, or
 * when the file is missing, unreadable or holds no number.
 */
pid_t pidfile_owner(const char *path);

/* Write our number into a new file in place of an old one. 0, or -errno. */
int pidfile_write(const char *path);

#endif
