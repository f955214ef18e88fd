/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The program log: syslog, a file or stderr (reference: files-and-logs.md 10).
 * Where syslog is systemd's journal, lines get there with the ids of their events
 * (base/event.h).
 */
#ifndef HORA_OS_LOGSINK_H
#define HORA_OS_LOGSINK_H

#include "base/severity.h"
#include "base/time.h"

#include <stddef.h>

enum log_target {
	LOG_TO_STDERR,
	LOG_TO_SYSLOG,
	LOG_TO_FILE,
};

#define LOG_FAILURES_SIZE 1024

struct logsink {
	enum log_target target;
	enum severity least;	/* what is below is left out */
	int fd;			/* FILE and STDERR */
	const char *path;	/* FILE; borrowed */
	const char *ident;	/* SYSLOG; borrowed */
	int journal;		/* SYSLOG: for where it is there; or -1 */
	/* Errors so far, a line each, for who waits for a daemon's start. */
	char failures[LOG_FAILURES_SIZE];
};

/*
 * Open the log. `path` (FILE) is borrowed, appended to, made with mode 0640,
 * and not followed when it is a symlink. `ident` (SYSLOG) is the program's name,
 * borrowed. 0, or -errno.
 */
int logsink_open(struct logsink *ret, enum log_target target, const char *path,
    const char *ident, enum severity least);
void logsink_close(struct logsink *sink);

/* One line, without newline; control characters become '?'. */
void logsink_write(struct logsink *sink, enum severity severity,
    const char *text);

/* The same in the words of a role, as the journal then shows (HORA_ROLE). */
void logsink_write_of(struct logsink *sink, const char *role,
    enum severity severity, const char *text);

/* The same, formatted; cut where a line would be too long. */
void logsink_printf(struct logsink *sink, enum severity severity,
    const char *format, ...) __attribute__((format(printf, 3, 4)));

/*
 * Open a FILE again when nothing is at its path any more (after rotation); the
 * old one stays in use otherwise, and when that fails. 0, or -errno.
 */
int logsink_reopen(struct logsink *sink);

#define LOG_TIME_SIZE 32
/* As in the log files: "2026-11-22T18:07:47Z". Returns buf. */
const char *log_time(struct wall_time t, char buf[LOG_TIME_SIZE]);

#endif
