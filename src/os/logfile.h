/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A log file of lines in columns, with a banner every so many entries
 * (reference: files-and-logs.md 9.1).
 */
#ifndef HORA_OS_LOGFILE_H
#define HORA_OS_LOGFILE_H

#include <stdbool.h>

/* Zeroed: closed. */
struct logfile {
	bool is_open;
	int fd;
	unsigned entries;	/* since it was opened */
};

/*
 * Append one line (without newline) at once; opens DIRECTORY/NAME.log when it
 * is closed (mode 0644, symlinks not followed). `banner` (lines with their
 * newlines) comes before the first entry and then before every
 * `banner_entries`-th; 0: never. 0, or -errno.
 */
int logfile_entry(struct logfile *log, const char *directory, const char *name,
    const char *banner, unsigned banner_entries, const char *line);

/* Close; the next entry opens the path anew. */
void logfile_close(struct logfile *log);

#endif
