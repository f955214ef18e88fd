/* SPDX-License-Identifier: Apache-2.0 */
/* The sandbox of a role, from its configuration. */
#ifndef HORA_START_CONFINE_H
#define HORA_START_CONFINE_H

#include "start/link.h"

/*
 * Confine this process as the role that has started (sandbox/enter.h); what is in
 * force is a debug line of the log. `channel`: to horad, for the last message of
 * a role that breaks out. 0, or -errno after logging why.
 */
int confine_role(struct role_link *link, enum role role, int channel,
    const struct config *config, const struct ipc_config *options);

#endif
