/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Mail about a wrong clock (directive mailonchange), through the sendmail of the
 * system: the only program besides the roles that horad starts.
 */
#ifndef HORA_HORAD_MAIL_H
#define HORA_HORAD_MAIL_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/errand.h"
#include "os/logsink.h"
#include "os/loop.h"

#include <stddef.h>

/* No mail sooner than this after the last: a wild clock must not fill a box. */
#define MAIL_APART_S 60.0

struct mail {
	struct loop *loop;
	struct logsink *log;
	const struct config *config;	/* mail_address "": no mail */
	const char *program;		/* path; takes a message, as sendmail -t */
	struct errand *running;
	struct mono_time next;		/* not before */
	bool is_forbidden;		/* by the filter of system calls */
};

/* All are borrowed. */
void mail_init(struct mail *m, struct loop *loop, const struct config *config,
    struct logsink *log, const char *program);

/*
 * The engine found the clock wrong. What is no finite offset above the threshold
 * is dropped; so is, with a line in the log, what comes too soon after the last.
 */
void mail_report(struct mail *m, const struct ipc_wrong *wrong);

/* Kill a mail that is on its way. */
void mail_close(struct mail *m);

/* Longest message with its NUL. */
#define MAIL_SIZE (CONFIG_MAIL_SIZE + 1024)

/* The message (RFC 5322) with its headers; `host` is this machine. */
void mail_text(char buf[MAIL_SIZE], const struct config *config,
    const char *host, const struct ipc_wrong *wrong);

#endif
