/* SPDX-License-Identifier: Apache-2.0 */
/* Time set by hand: the commands manual and settime (control-protocol.md 13). */
#ifndef HORA_HORAC_MANUAL_H
#define HORA_HORAC_MANUAL_H

#include "horac/session.h"

#include <time.h>

/* Both are a command_fn (horac/session.h). */
bool do_manual(struct session *s, const struct command *c, char *args);
bool do_settime(struct session *s, const struct command *c, char *args);

/*
 * A date and time, or a time of the day of `now`: 16:30, 16:30:05,
 * 2026-11-21 16:30:05, Nov 21, 2026 16:30:05, 21 Nov 2026 16:30; of the local
 * time zone, or of UTC when that word follows. False: none of them.
 */
bool manual_read_time(const char *text, time_t now, time_t *ret);

#endif
