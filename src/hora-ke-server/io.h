/* SPDX-License-Identifier: Apache-2.0 */
/* hora-ke-server as a role. */
#ifndef HORA_KE_SERVER_IO_H
#define HORA_KE_SERVER_IO_H

#include "start/link.h"

/* Everything on the given loop, whatever ntsprocesses says: for hora-single. */
extern const struct role_program ke_server_program;

/*
 * ntsprocesses workers, each in a thread of its own; 0 and 1 work on the given
 * loop. For the role's own program.
 */
extern const struct role_program ke_server_threaded_program;

#endif
