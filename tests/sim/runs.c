/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/runs.h"

#include "sim/parallel.h"
#include "sim/scenarios.h"
#include "sim/selftest.h"
#include "sim/wild.h"
#include "sim/world.h"

#include <stdio.h>
#include <string.h>

#define TEXT_MAX 1500

/* What a test has to say. */
struct outcome {
	bool is_ok;
	char text[TEXT_MAX];
};

static void test_scenario(const struct scenario *s, uint64_t seed,
    bool is_traced, struct outcome *ret)
{
	struct world_options options = { .seed = seed, .is_traced = is_traced };
	char why[256] = "its configuration is wrong", again[128] = "";
	struct figures f;

	ret->is_ok = world_run(s, &options, &f) &&
	    !world_judge(s, &f, why, sizeof(why));
	if (!ret->is_ok)
		snprintf(again, sizeof(again), "  again: tests/sim/run "
		    "--scenario %s --seed %llu --trace\n", s->name,
		    (unsigned long long)seed);
	snprintf(ret->text, sizeof(ret->text), "%s sim/%s seed %llu%s%s\n"
	    "  rms %.3g s, mean %.3g s, max %.3g s, frequency %.3g ppm, "
	    "%llu packets, %d steps, synchronised after %.3g s, at most %.2f "
	    "of the claimed bound, states \"%s\", stratum %d, "
	    "%.3g s apart, hash %016llx\n%s",
	    ret->is_ok ? "ok" : "FAIL", s->name, (unsigned long long)seed,
	    ret->is_ok ? "" : ": ", ret->is_ok ? "" : why, f.error.rms_s,
	    f.error.mean_s, f.error.max_s, f.error.freq_rms_ppm,
	    (unsigned long long)f.sent, f.steps, f.synchronised_s,
	    f.worst_bound, f.states, f.stratum, f.apart_s,
	    (unsigned long long)f.hash,
	    again);
}

bool run_scenario(const struct scenario *s, uint64_t seed, bool is_traced)
{
	struct outcome o;

	test_scenario(s, seed, is_traced, &o);
	fputs(o.text, stdout);
	return o.is_ok;
}

/* --- pairs of runs, and the simulator itself --- */

/* The same seed must give the same run, another one a different run. */
static void test_replay(uint64_t seed, struct outcome *ret)
{
	const struct scenario *s = &scenarios_basic[0];
	struct world_options this = { .seed = seed };
	struct world_options other = { .seed = seed + 1 };
	struct figures a, b, c;

	ret->is_ok = world_run(s, &this, &a) && world_run(s, &this, &b) &&
	    world_run(s, &other, &c) && a.hash == b.hash && a.hash != c.hash;
	snprintf(ret->text, sizeof(ret->text), "%s sim/replay seed %llu: %s, "
	    "hash %016llx, again %016llx, other seed %016llx\n",
	    ret->is_ok ? "ok" : "FAIL", (unsigned long long)seed, s->name,
	    (unsigned long long)a.hash, (unsigned long long)b.hash,
	    (unsigned long long)c.hash);
}

/*
 * NTS must not change a bit of the errors. Keys cost no time here: else every
 * request would leave later and meet another network.
 */
static void test_nts(uint64_t seed, struct outcome *ret)
{
	struct scenario s = *scenario_find("false-2-of-5");
	struct world_options options = { .seed = seed };
	struct figures plain, nts;

	s.has_fast_keys = true;
	s.options = "iburst";
	ret->is_ok = world_run(&s, &options, &plain);
	s.options = "iburst nts";
	ret->is_ok = ret->is_ok && world_run(&s, &options, &nts) &&
	    plain.error_hash == nts.error_hash && plain.sent == nts.sent &&
	    plain.hash != 0;
	snprintf(ret->text, sizeof(ret->text), "%s sim/nts-changes-nothing "
	    "seed %llu: errors %016llx in %llu packets, with NTS %016llx in "
	    "%llu\n", ret->is_ok ? "ok" : "FAIL", (unsigned long long)seed,
	    (unsigned long long)plain.error_hash,
	    (unsigned long long)plain.sent, (unsigned long long)nts.error_hash,
	    (unsigned long long)nts.sent);
}

static void test_self(const char *name, uint64_t seed,
    bool (*test)(uint64_t seed, char *why, size_t size), struct outcome *ret)
{
	char why[128] = "";

	ret->is_ok = test(seed, why, sizeof(why));
	snprintf(ret->text, sizeof(ret->text), "%s sim/%s seed %llu%s%s\n",
	    ret->is_ok ? "ok" : "FAIL", name, (unsigned long long)seed,
	    ret->is_ok ? "" : ": ", why);
}

static void test_oscillator(uint64_t seed, struct outcome *ret)
{
	test_self("model-oscillator", seed, selftest_oscillator, ret);
}

static void test_way(uint64_t seed, struct outcome *ret)
{
	test_self("model-way", seed, selftest_way, ret);
}

static void test_kernel(uint64_t seed, struct outcome *ret)
{
	test_self("model-kernel", seed, selftest_kernel, ret);
}

static void test_limit(uint64_t seed, struct outcome *ret)
{
	test_self("model-limit", seed, selftest_limit, ret);
}

/* Conditions by lot: only what they are is said besides. */
static void test_wild(uint64_t seed, struct outcome *ret)
{
	struct wild w;
	size_t used;

	wild_draw(&w, seed);
	test_scenario(&w.scenario, seed, false, ret);
	used = strlen(ret->text);
	if (used + WILD_TEXT < sizeof(ret->text)) {
		used += (size_t)snprintf(ret->text + used, 3, "  ");
		wild_text(&w, ret->text + used, sizeof(ret->text) - used - 1);
		strcat(ret->text, "\n");
	}
}

static void (*const others[])(uint64_t seed, struct outcome *ret) = {
	test_replay,
	test_nts,
	test_oscillator,
	test_way,
	test_kernel,
	test_limit,
};

#define OTHERS (int)(sizeof(others) / sizeof(others[0]))

/* --- all of them --- */

struct batch {
	uint64_t first;			/* seed */
	bool is_ok;
};

static int tests(void)
{
	return scenario_count() + OTHERS;
}

static void job(void *arg, int i, void *result)
{
	const struct batch *b = arg;
	uint64_t seed = b->first + (uint64_t)(i / tests());
	int k = i % tests();

	if (k < scenario_count())
		test_scenario(scenario_at(k), seed, false, result);
	else
		others[k - scenario_count()](seed, result);
}

static void done(void *arg, int i, const void *result)
{
	struct batch *b = arg;
	const struct outcome *o = result;

	if (o != NULL)
		fputs(o->text, stdout);
	else
		printf("FAIL sim: the program died in run number %d\n", i);
	fflush(stdout);
	b->is_ok &= o != NULL && o->is_ok;
}

static void wild_job(void *arg, int i, void *result)
{
	const struct batch *b = arg;

	test_wild(b->first + (uint64_t)i, result);
}

static bool run_batch(struct parallel *p)
{
	struct batch *b = p->arg;

	p->result_size = sizeof(struct outcome);
	p->done = done;
	if (!parallel_run(p)) {
		printf("FAIL sim: memory or processes are short\n");
		return false;
	}
	return b->is_ok;
}

bool run_wild(uint64_t first, uint64_t last, int workers)
{
	struct batch b = { .first = first, .is_ok = true };
	struct parallel p = { .count = (int)(last - first + 1),
		.workers = workers, .arg = &b, .job = wild_job };

	return run_batch(&p);
}

bool run_all(uint64_t first, uint64_t last, int workers)
{
	struct batch b = { .first = first, .is_ok = true };
	struct parallel p = { .count = tests() * (int)(last - first + 1),
		.workers = workers, .arg = &b, .job = job };

	return run_batch(&p);
}
