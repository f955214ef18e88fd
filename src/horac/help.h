/* SPDX-License-Identifier: Apache-2.0 */
/* The command `help`: the table of commands as text. */
#ifndef HORA_HORAC_HELP_H
#define HORA_HORAC_HELP_H

#include "horac/session.h"

/* The command_fn of `help`; always succeeds. */
bool print_help(struct session *s, const struct command *c, char *args);

#endif
