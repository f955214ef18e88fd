/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim: run the scenarios and judge them.
 *
 *	sim				all scenarios with the seeds 1 to 3
 *	sim --seed N			all with this seed
 *	sim --scenario NAME [--seed N] [--trace]
 *	sim --accuracy			the cells of the accuracy targets (accuracy.h)
 */
#include "sim/accuracy.h"
#include "sim/parallel.h"
#include "sim/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 3

static void print(const struct scenario *s, const struct figures *f)
{
	printf("  %s: rms %.3g s, mean %.3g s, max %.3g s, frequency %.3g ppm, "
	    "%llu packets, %d steps, synchronised after %.0f s, "
	    "at most %.2f of the claimed bound, states \"%s\", stratum %d, "
	    "hash %016llx, of the errors %016llx\n",
	    s->name, f->error.rms_s, f->error.mean_s, f->error.max_s,
	    f->error.freq_rms_ppm,
	    (unsigned long long)f->sent, f->steps, f->synchronised_s,
	    f->worst_bound, f->states, f->stratum,
	    (unsigned long long)f->hash, (unsigned long long)f->error_hash);
}

static bool run_one(const struct scenario *s, uint64_t seed, bool is_traced)
{
	struct world_options options = { .seed = seed, .is_traced = is_traced };
	struct figures f;
	char why[256] = "its configuration is wrong";

	if (world_run(s, &options, &f) &&
	    !world_judge(s, &f, why, sizeof(why))) {
		printf("ok sim/%s seed %llu\n", s->name,
		    (unsigned long long)seed);
		print(s, &f);
		return true;
	}
	printf("FAIL sim/%s seed %llu: %s\n", s->name,
	    (unsigned long long)seed, why);
	print(s, &f);
	printf("  again: tests/sim/run --scenario %s --seed %llu --trace\n",
	    s->name, (unsigned long long)seed);
	return false;
}

/* The same seed must give the same run, another one a different run. */
static bool check_replay(const struct scenario *s, uint64_t seed)
{
	struct world_options this = { .seed = seed };
	struct world_options other = { .seed = seed + 1 };
	struct figures a, b, c;
	bool is_ok = world_run(s, &this, &a) && world_run(s, &this, &b) &&
	    world_run(s, &other, &c) &&
	    a.hash == b.hash && a.hash != c.hash;

	printf("%s sim/replay: %s, hash %016llx, again %016llx, other seed "
	    "%016llx\n", is_ok ? "ok" : "FAIL", s->name,
	    (unsigned long long)a.hash, (unsigned long long)b.hash,
	    (unsigned long long)c.hash);
	return is_ok;
}

static bool run_all(uint64_t seed)
{
	bool is_ok = true;

	for (int i = 0; i < scenario_count; i++)
		is_ok &= run_one(&scenarios[i], seed, false);
	is_ok &= check_replay(&scenarios[0], seed);
	return is_ok;
}

static int usage(void)
{
	fprintf(stderr, "usage: sim [--scenario NAME] [--seed N] [--trace]\n"
	    "       sim --accuracy [--table default|64|16|special] "
	    "[--cell NAME] [--seeds N]\n"
	    "           [--workers N] [--json FILE] [--svg FILE]\n"
	    "scenarios (and every cell of --accuracy):\n");
	for (int i = 0; i < scenario_count; i++)
		fprintf(stderr, "  %s\n", scenarios[i].name);
	return 2;
}

struct options {
	const char *scenario;
	uint64_t seed;
	bool is_traced, is_accuracy;
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
	else if (strcmp(argv[0], "--workers") == 0)
		return take_count(value, PARALLEL_WORKERS_MAX,
		    &o->accuracy.workers) ? 2 : 0;
	else
		return 0;
	return 2;
}

/* A scenario of the checks or a cell of the accuracy targets. */
static int run_named(const struct options *o)
{
	const struct scenario *s = scenario_find(o->scenario);
	int count = 0, status;
	struct cell *cells = cells_make(&count);

	for (int i = 0; i < count && s == NULL; i++)
		if (strcmp(cells[i].name, o->scenario) == 0)
			s = &cells[i].scenario;
	status = s == NULL ? usage() :
	    !run_one(s, o->seed != 0 ? o->seed : 1, o->is_traced);
	free(cells);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .accuracy = { .seeds = ACCURACY_SEEDS,
		.workers = parallel_processors() } };
	bool is_ok = true;
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
	if (o.seed != 0)
		return run_all(o.seed) ? 0 : 1;
	for (uint64_t seed = 1; seed <= SEEDS; seed++)
		is_ok &= run_all(seed);
	return is_ok ? 0 : 1;
}
