/* SPDX-License-Identifier: Apache-2.0 */
/* The journal's own protocol, without its library (systemd.journal-fields(7)). */
#ifndef HORA_OS_JOURNAL_H
#define HORA_OS_JOURNAL_H

#define JOURNAL_SOCKET "/run/systemd/journal/socket"

/* A descriptor for journal_send, to whatever path; or -errno. */
int journal_open(void);

/*
 * To the journal at `path` one line of syslog(3)'s `priority`, facility daemon,
 * from the program `ident`; `id` is its MESSAGE_ID and `role` whose words they
 * are (HORA_ROLE), or NULL. No string may have a newline. 0, or -errno: it did
 * not get there; most often there is no journal.
 */
int journal_send(int fd, const char *path, int priority, const char *ident,
    const char *id, const char *role, const char *line);

#endif
