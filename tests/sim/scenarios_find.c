/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/scenarios.h"

#include <stddef.h>
#include <string.h>

static const struct scenario *const tables[] = {
	scenarios_fleet,		/* the longest first */
	scenarios_peers,
	scenarios_basic,
	scenarios_start,
	scenarios_trouble,
	scenarios_clock,
	scenarios_options,
};

#define TABLES (int)(sizeof(tables) / sizeof(tables[0]))

const struct scenario *scenario_at(int i)
{
	for (int t = 0; t < TABLES; t++)
		for (const struct scenario *s = tables[t]; s->name != NULL; s++)
			if (i-- == 0)
				return s;
	return NULL;
}

int scenario_count(void)
{
	int n = 0;

	while (scenario_at(n) != NULL)
		n++;
	return n;
}

const struct scenario *scenario_find(const char *name)
{
	const struct scenario *s;

	for (int i = 0; (s = scenario_at(i)) != NULL; i++)
		if (strcmp(s->name, name) == 0)
			return s;
	return NULL;
}
