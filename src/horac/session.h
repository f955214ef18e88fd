/* SPDX-License-Identifier: Apache-2.0 */
/* One run of the tool: the options, and the link to the daemon. */
#ifndef HORA_HORAC_SESSION_H
#define HORA_HORAC_SESSION_H

#include "horac/layout.h"
#include "horac/link.h"

#include <stdbool.h>
#include <stddef.h>

#define LINE_LENGTH_MAX 2047	/* longest command */

struct command;

struct session {
	const struct command *commands;	/* the table, for help and completion */
	size_t command_count;
	enum form form;			/* -w, -c */
	bool dot;			/* -e: a "." after each response */
	bool no_lookup;			/* -n, -c, dns -n: addresses as numbers */
	bool original_names;		/* -N: as the daemon was configured */
	int family;			/* -4, -6: AF_INET, AF_INET6, AF_UNSPEC */
	bool quit;			/* exit was said */
	struct link link;
	/* How a request gets its reply: link_exchange(), but for tests. */
	bool (*exchange)(struct link *l, struct request *rq, struct reply *ret);
};

/*
 * Do one command with the words after its name (normalised blanks; may be
 * changed). Prints; returns whether it succeeded.
 */
typedef bool command_fn(struct session *s, const struct command *c, char *args);

/*
 * One row of the table of commands. A command with several forms has a row for
 * each; the first one counts, the others are for `help`.
 */
struct command {
	const char *name;	/* NULL: title of a group in `help` */
	command_fn *run;	/* NULL: one more form of a row above */
	unsigned code;		/* enum control_command, for plain ones */
	const char *usage;	/* the form, or the title; NULL: not in `help` */
	const char *text;	/* for `help`; NULL: not completed either */
	const char *completion;	/* second words, blank-separated, or NULL */
};

#endif
