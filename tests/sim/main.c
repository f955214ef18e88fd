/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sim: run the scenarios and judge them.
 *
 *	sim				all scenarios with the seeds 1 to 3
 *	sim --seed N			all with this seed
 *	sim --scenario NAME [--seed N] [--trace]
 */
#include "sim/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define SEEDS 3

static void print(const struct scenario *s, const struct figures *f)
{
	printf("  %s: rms %.3g s, mean %.3g s, max %.3g s, frequency %.3g ppm, "
	    "%llu packets, %d steps, synchronised after %.0f s, "
	    "at most %.2f of the claimed bound, states \"%s\", hash %016llx\n",
	    s->name, f->error.rms_s, f->error.mean_s, f->error.max_s,
	    f->error.freq_rms_ppm,
	    (unsigned long long)f->sent, f->steps, f->synchronised_s,
	    f->worst_bound, f->states, (unsigned long long)f->hash);
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
	fprintf(stderr, "usage: sim [--scenario NAME] [--seed N] [--trace]\n");
	for (int i = 0; i < scenario_count; i++)
		fprintf(stderr, "  %s\n", scenarios[i].name);
	return 2;
}

int main(int argc, char **argv)
{
	const struct scenario *s = NULL;
	uint64_t seed = 0;
	bool is_traced = false, is_ok = true;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], "--trace") == 0) {
			is_traced = true;
		} else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc) {
			seed = strtoull(argv[++i], NULL, 10);
		} else if (strcmp(argv[i], "--scenario") == 0 && i + 1 < argc) {
			s = scenario_find(argv[++i]);
			if (s == NULL)
				return usage();
		} else {
			return usage();
		}
	}
	if (s != NULL)
		return run_one(s, seed != 0 ? seed : 1, is_traced) ? 0 : 1;
	if (seed != 0)
		return run_all(seed) ? 0 : 1;
	for (seed = 1; seed <= SEEDS; seed++)
		is_ok &= run_all(seed);
	return is_ok ? 0 : 1;
}
