/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Rules of access that were given by commands (allow, deny, cmdallow, cmddeny).
 * They follow those of the configuration in the text that roles are given, so
 * that every role, one that is started later too, has them, in their order.
 * Pure.
 */
#ifndef HORA_HORAD_RULES_H
#define HORA_HORAD_RULES_H

#include "conf/config.h"
#include "conf/flat.h"
#include "ipc/messages.h"

#include <stdbool.h>
#include <stddef.h>

#define RULES_MAX 1024
#define RULES_TEXT_MAX (RULES_MAX * 128)	/* bytes of text, at most */

/* Whose rules: bits. */
#define RULES_NTP 1u		/* of the servers, NTP and NTS-KE */
#define RULES_COMMAND 2u	/* of the command port */

struct rules {
	size_t count;
	struct given_rule {
		unsigned kind;		/* RULES_NTP or RULES_COMMAND */
		struct access_rule_config rule;
	} list[RULES_MAX];
};

#define RULE_TEXT_SIZE 80
/* The line of a configuration file that says the same. Returns buf. */
const char *rule_text(const struct given_rule *rule, char buf[RULE_TEXT_SIZE]);

/*
 * Add one; values are not trusted. Those before it that have no effect any more
 * are dropped, so that the same rules given again and again take no room. NULL,
 * then it is the last of the list; or why not, then nothing has changed.
 */
const char *rules_add(struct rules *r, const struct ipc_access_rule *rule);

/*
 * Do the rules of the configuration, with an address for each name, and these
 * go into the tables of those who judge by them (ntp/access.h)? Else nobody may
 * be told of them.
 */
bool rules_fit(const struct rules *r, const struct config *config);

/* Is anybody let in by one of this kind? */
bool rules_let_in(const struct rules *r, unsigned kind);

/* Append those of these kinds to a text. 0, or as conf_text_add_line. */
int rules_print(const struct rules *r, unsigned kinds, struct conf_text *to);

/*
 * The kinds that outlive a new configuration: those whose lines say what they
 * said before. Whoever edits the lines means all of the rules.
 */
unsigned rules_kept(const struct config *old, const struct config *fresh);

/* Drop those of other kinds than these. Returns how many went. */
size_t rules_keep(struct rules *r, unsigned kinds);

#endif
