/* SPDX-License-Identifier: Apache-2.0 */
/* The table of scenarios, and the names of them. */
#ifndef HORA_SIM_SCENARIOS_H
#define HORA_SIM_SCENARIOS_H

#include "sim/world.h"

extern const struct scenario scenarios[];
extern const int scenario_count;

/* NULL when there is none of this name. */
const struct scenario *scenario_find(const char *name);

#endif
