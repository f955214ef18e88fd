/* SPDX-License-Identifier: Apache-2.0 */
/* The table of commands: parser, help and completion read the same rows. */
#ifndef HORA_HORAC_COMMANDS_H
#define HORA_HORAC_COMMANDS_H

#include "horac/session.h"

/* Put the table into the session. */
void commands_init(struct session *s);

/*
 * Run one line (changed in place). True when it succeeded; an empty line and a
 * comment do. Output is flushed.
 */
bool commands_run(struct session *s, char *line);

#endif
