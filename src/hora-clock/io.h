/* SPDX-License-Identifier: Apache-2.0 */
/* hora-clock as a role: messages to decisions, decisions to adjtimex(2). */
#ifndef HORA_CLOCK_IO_H
#define HORA_CLOCK_IO_H

#include "start/link.h"

extern const struct role_program clock_program;

/* In one process with the others: CLOCK_MONOTONIC may take its steps (now.h). */
extern const struct role_program clock_single_program;

#endif
