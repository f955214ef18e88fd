/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who may ask: the tables of the control port and, by the same text and the same
 * function as the servers have them, of those. Both follow the configuration
 * that horad sends, which has the addresses of host names and the rules that
 * were given by commands.
 */
#ifndef HORA_ENGINE_CONTROL_ACCESS_H
#define HORA_ENGINE_CONTROL_ACCESS_H

#include "hora-engine/engine.h"

#include <stdbool.h>

/* The tables of this configuration; 0 or as access_from_config, then they stay
 * as they were. */
int control_access_set(struct engine *e, const struct config *config);

/* Give the memory back. */
void control_access_free(struct engine *e);

/* Is this address answered over UDP? The loopback addresses always are. */
bool control_access_asks(const struct engine *e, const struct ip_addr *ip);

#endif
