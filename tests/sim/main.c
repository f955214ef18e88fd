/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim: run the scenarios and judge them.
 *
 *	sim				all scenarios with the seeds 1 to 3
 *	sim --seed N			all with this seed
 *	sim --scenario NAME [--seed N] [--trace] [--svg FILE]
 *	sim --wild COUNT [--seed FIRST]	conditions by lot (wild.h)
 *	sim --accuracy [--check]	the cells of the accuracy targets
 *					(accuracy.h); as tests, a line each
 */
#include "sim/accuracy.h"
#include "sim/parallel.h"
#include "sim/runs.h"
#include "sim/scenarios.h"
#include "sim/svg.h"
#include "sim/wild.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 3
#define WILD_MAX 1000000

static int usage(void)
{
	fprintf(stderr, "usage: sim [--scenario NAME] [--seed N] [--trace] [--svg FILE]\n"
	    "       sim --wild COUNT [--seed FIRST]\n"
	    "       sim --accuracy [--check] [--table default|64|16|special] "
	    "[--cell NAME] [--seeds N]\n"
	    "           [--workers N] [--json FILE] [--svg FILE]\n"
	    "scenarios (and every cell of --accuracy):\n");
	for (int i = 0; i < scenario_count(); i++)
		fprintf(stderr, "  %s\n", scenario_at(i)->name);
	return 2;
}

struct options {
	const char *scenario;
	uint64_t seed;
	bool is_traced, is_accuracy;
	int wild;			/* so many runs by lot; 0 = none */
	struct accuracy_options accuracy;
};

/* A number from 1 to `max`. */
static bool take_count(const char *text, int max, int *ret)
{
	char *end;
	long n = strtol(text, &end, 10);

	if (end == text || *end != '\0' || n < 1 || n > max)
		return false;
	*ret = (int)n;
	return true;
}

/* Takes the option at argv[0] with its value: words taken, 0 = wrong. */
static int take(struct options *o, char **argv)
{
	const char *value = argv[1];

	if (strcmp(argv[0], "--trace") == 0)
		return o->is_traced = true;
	if (strcmp(argv[0], "--accuracy") == 0)
		return o->is_accuracy = true;
	if (strcmp(argv[0], "--check") == 0)
		return o->accuracy.is_check = true;
	if (value == NULL)
		return 0;
	if (strcmp(argv[0], "--seed") == 0)
		o->seed = strtoull(value, NULL, 10);
	else if (strcmp(argv[0], "--scenario") == 0)
		o->scenario = value;
	else if (strcmp(argv[0], "--table") == 0)
		o->accuracy.table = value;
	else if (strcmp(argv[0], "--cell") == 0)
		o->accuracy.cell = value;
	else if (strcmp(argv[0], "--json") == 0)
		o->accuracy.json = value;
	else if (strcmp(argv[0], "--svg") == 0)
		o->accuracy.svg = value;
	else if (strcmp(argv[0], "--seeds") == 0)
		return take_count(value, ACCURACY_SEEDS_MAX,
		    &o->accuracy.seeds) ? 2 : 0;
	else if (strcmp(argv[0], "--wild") == 0)
		return take_count(value, WILD_MAX, &o->wild) ? 2 : 0;
	else if (strcmp(argv[0], "--workers") == 0)
		return take_count(value, PARALLEL_WORKERS_MAX,
		    &o->accuracy.workers) ? 2 : 0;
	else
		return 0;
	return 2;
}

/* A scenario of the checks, a cell of the accuracy targets, or by lot. */
static bool find(const char *name, struct wild *wild, struct cell *ret)
{
	const struct scenario *s = scenario_find(name);
	int count = 0;
	struct cell *cells = cells_make(&count);
	bool is_found;

	*ret = (struct cell){ 0 };
	if (strcmp(name, WILD_NAME) == 0)
		s = &wild->scenario;
	is_found = s != NULL;
	if (is_found)
		ret->scenario = *s;
	for (int i = 0; i < count && !is_found; i++) {
		is_found = strcmp(cells[i].name, name) == 0;
		*ret = cells[i];
	}
	free(cells);
	snprintf(ret->name, sizeof(ret->name), "%s", name);
	ret->scenario.name = ret->name;
	return is_found;
}

static int run_named(const struct options *o)
{
	uint64_t seed = o->seed != 0 ? o->seed : 1;
	struct wild wild;
	struct cell c;

	wild_draw(&wild, seed);
	if (!find(o->scenario, &wild, &c))
		return usage();
	if (o->accuracy.svg != NULL && !svg_draw(o->accuracy.svg, &c, seed))
		return 2;
	return run_scenario(&c.scenario, seed, o->is_traced) ? 0 : 1;
}

int main(int argc, char **argv)
{
	struct options o = { .accuracy = { .workers = parallel_processors() } };
	int n;

	for (int i = 1; i < argc; i += n) {
		n = take(&o, argv + i);
		if (n == 0)
			return usage();
	}
	if (o.is_accuracy)
		return accuracy(&o.accuracy);
	if (o.scenario != NULL)
		return run_named(&o);
	if (o.wild > 0) {
		uint64_t first = o.seed != 0 ? o.seed : 1;

		return run_wild(first, first + (uint64_t)o.wild - 1,
		    o.accuracy.workers) ? 0 : 1;
	}
	return run_all(o.seed != 0 ? o.seed : 1, o.seed != 0 ? o.seed : SEEDS,
	    o.accuracy.workers) ? 0 : 1;
}
