/* SPDX-License-Identifier: Apache-2.0 */
/* Time set by hand: the commands manual and settime (control-protocol.md 13), whose
 * argument horac/when.h reads. */
#ifndef HORA_HORAC_MANUAL_H
#define HORA_HORAC_MANUAL_H

#include "horac/session.h"

/* Both are a command_fn (horac/session.h). */
bool do_manual(struct session *s, const struct command *c, char *args);
bool do_settime(struct session *s, const struct command *c, char *args);

#endif
