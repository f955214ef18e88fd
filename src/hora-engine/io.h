/* SPDX-License-Identifier: Apache-2.0 */
/* hora-engine on a loop: sockets, channels and timers to engine events. */
#ifndef HORA_ENGINE_IO_H
#define HORA_ENGINE_IO_H

#include "start/link.h"

extern const struct role_program engine_program;

/* For hora-single, which reads no CLOCK_BOOTTIME: simulators do not know it. */
extern const struct role_program engine_single_program;

#endif
