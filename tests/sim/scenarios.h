/* SPDX-License-Identifier: Apache-2.0 */
/* The scenarios of `make check`, in tables by subject. */
#ifndef HORA_SIM_SCENARIOS_H
#define HORA_SIM_SCENARIOS_H

#include "sim/scenario.h"

/* Each table ends with a row without a name. */
extern const struct scenario scenarios_basic[];	/* one client, good servers */
extern const struct scenario scenarios_start[];	/* how soon there is a time */
extern const struct scenario scenarios_trouble[]; /* bad servers and networks */
extern const struct scenario scenarios_clock[];	/* steps, leaps, deaths */
extern const struct scenario scenarios_options[];	/* of a server line */
extern const struct scenario scenarios_fleet[];	/* many nodes */
extern const struct scenario scenarios_peers[];	/* symmetric ones */

/* All of them, numbered through. */
int scenario_count(void);
const struct scenario *scenario_at(int i);

/* NULL when there is none of this name. */
const struct scenario *scenario_find(const char *name);

/* Shorthand of the rows: mean queueing of `j` s both ways, and so on. */
#define WAY(j) .way.up_s = (j), .way.down_s = (j)
#define GOOD { WAY(1e-4) }
#define END { .way.base_s = -1 }
#define WALK(w) { .start_ppm = 50, .wander = (w) }

#endif
