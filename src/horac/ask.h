/* SPDX-License-Identifier: Apache-2.0 */
/* One question to the daemon, and the line that tells how it went. */
#ifndef HORA_HORAC_ASK_H
#define HORA_HORAC_ASK_H

#include "horac/session.h"

enum ask_mode {
	ASK_SILENT,	/* print nothing */
	ASK_REPORT,	/* print the status line unless it is 200 */
	ASK_STATUS,	/* print the status line also of a success */
};

/*
 * Send the request; true when it succeeded and brought the kind of reply that
 * belongs to it.
 */
bool ask(struct session *s, struct request *rq, enum ask_mode mode,
    struct reply *ret);

/*
 * The same; a daemon that does not know the request is asked `other`, which
 * means the same in the words of another release (reference: 11).
 */
bool ask_either(struct session *s, struct request *rq, struct request *other,
    enum ask_mode mode, struct reply *ret);

/* The command_fn of commands without arguments: prints the status line. */
bool ask_plain(struct session *s, const struct command *c, char *args);

#endif
