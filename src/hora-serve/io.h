/* SPDX-License-Identifier: Apache-2.0 */
/* hora-serve as a role: sockets to decisions, decisions to replies. */
#ifndef HORA_SERVE_IO_H
#define HORA_SERVE_IO_H

#include "start/link.h"

extern const struct role_program serve_program;

#endif
