/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/selftest.h"

#include "sim/kernel.h"
#include "sim/way.h"

#include <errno.h>
#include <math.h>
#include <stdio.h>

#define RUNS 2000
#define RUN_S 400
#define PACKETS 200000

static bool near(const char *what, double got, double want, double tolerance,
    char *why, size_t size)
{
	if (fabs(got - want) <= tolerance)
		return true;
	snprintf(why, size, "%s: %g, not %g +- %g", what, got, want,
	    tolerance);
	return false;
}

/* --- oscillator ---------------------------------------------------------- */

/* Clock error of a clock that nobody corrects after `seconds`. */
static double free_error_s(const struct oscillator *o, uint64_t seed,
    int seconds)
{
	struct machine m = { .oscillator = *o,
		.calendar = { SIM_EPOCH_S, SIM_LEAP_S, 0 } };
	struct kernel k;

	kernel_init(&k, &m, rng_of(seed, 1), rng_of(seed, 4));
	for (int t = 1; t <= seconds; t++) {
		kernel_run(&k, t * NS_PER_S);
		kernel_second(&k);
	}
	return kernel_error_s(&k);
}

bool selftest_oscillator(uint64_t seed, char *why, size_t size)
{
	struct oscillator walk = { .wander = 1e-7 };
	struct oscillator ten = { .wander = 1e-6 };
	struct oscillator drift = { .start_ppm = -100, .drift = 1e-9 };
	struct oscillator sine = { .sine_ppm = 1, .sine_period_s = 3600 };
	struct oscillator step = { .start_ppm = 50, .step_ppm = 5,
		.step_at_s = 100 };
	double square = 0, want = 0;

	for (uint64_t i = 0; i < RUNS; i++) {
		double e = free_error_s(&walk, seed * RUNS + i, RUN_S);

		square += e * e / RUNS;
	}
	/* Each normal acts in all seconds that follow: the sum of k^2. */
	for (int k = 1; k < RUN_S; k++)
		want += 1e-14 * k * k;
	return near("variance of the walk", square / want, 1, 0.12, why,
	    size) &&
	    near("ten times the wander", free_error_s(&ten, seed, RUN_S),
	    10 * free_error_s(&walk, seed, RUN_S), 1e-9, why, size) &&
	    /* -100 ppm for 1000 s and 1e-9 * (0 + 1 + ... + 999) */
	    near("drift", free_error_s(&drift, seed, 1000),
	    -0.1 + 499500e-9, 1e-9, why, size) &&
	    /* A P / pi in half a period */
	    near("sine", free_error_s(&sine, seed, 1800),
	    1e-6 * 3600 / M_PI, 1e-8, why, size) &&
	    near("frequency step", free_error_s(&step, seed, 200),
	    50e-6 * 200 + 5e-6 * 100, 1e-9, why, size);
}

/* --- way ------------------------------------------------------------------ */

struct sum {
	double mean, square, lost, late;	/* late: beyond late_s */
};

static struct sum packets(const struct way_row *row, double t, double late_s,
    uint64_t seed)
{
	struct way w;
	struct sum sum = { 0 };
	int arrived = 0;

	way_init(&w, row, rng_of(seed, 200));
	for (int i = 0; i < PACKETS; i++) {
		double d = i % 2 == 0 ? way_up(&w, t) : way_down(&w, t);

		if (d < 0) {
			sum.lost += 1.0 / PACKETS;
			continue;
		}
		arrived++;
		sum.mean += d;
		sum.square += d * d;
		sum.late += d > late_s;
	}
	if (arrived > 0) {
		sum.mean /= arrived;
		sum.square = sum.square / arrived - sum.mean * sum.mean;
		sum.late /= arrived;
	}
	return sum;
}

bool selftest_way(uint64_t seed, char *why, size_t size)
{
	struct way_row plain = { .up_s = 1e-3, .down_s = 1e-3 };
	struct way_row heavy = plain, daily = plain, loss = plain;
	struct way_row spikes = plain, moved = plain, dead = plain;
	struct sum s = packets(&plain, 0, 3e-3, seed);

	heavy.is_heavy = daily.is_daily = true;
	loss.loss = 0.5;
	spikes.spike = 0.05;
	spikes.spike_s = 0.1;
	moved.moved_s = 0.02;
	moved.moved_at_s = 100;
	dead.dead_from_s = 100;
	dead.dead_to_s = 200;
	return near("mean delay", s.mean, 2e-3, 2e-5, why, size) &&
	    near("its variance", s.square, 1e-6, 5e-8, why, size) &&
	    near("tail", s.late, exp(-2), 0.005, why, size) &&
	    /* The variance of a product of three: 2^3 - 1. */
	    near("heavy mean", packets(&heavy, 0, 1, seed).mean, 2e-3, 5e-5,
	    why, size) &&
	    near("heavy variance", packets(&heavy, 0, 1, seed).square, 7e-6,
	    2e-6, why, size) &&
	    near("midnight", packets(&daily, 86400, 1, seed).mean, 2e-3, 2e-5,
	    why, size) &&
	    near("6 hours", packets(&daily, 21600, 1, seed).mean, 1.5e-3,
	    2e-5, why, size) &&
	    near("noon", packets(&daily, 43200, 1, seed).mean, 1e-3, 1e-9,
	    why, size) &&
	    near("loss", packets(&loss, 0, 1, seed).lost, 0.5, 0.01, why,
	    size) &&
	    near("spikes", packets(&spikes, 0, 0.05, seed).late, 0.05, 0.005,
	    why, size) &&
	    near("before the move", packets(&moved, 99, 1, seed).mean, 2e-3,
	    2e-5, why, size) &&
	    near("after the move", packets(&moved, 100, 1, seed).mean, 22e-3,
	    2e-5, why, size) &&
	    near("alive", packets(&dead, 200, 1, seed).lost, 0, 0, why,
	    size) &&
	    near("dead", packets(&dead, 199, 1, seed).lost, 1, 1e-9, why,
	    size);
}

/* --- kernel ---------------------------------------------------------------- */

static bool adjtimex_is(const char *what, struct timex t, int want,
    struct kernel *k, char *why, size_t size)
{
	return near(what, kernel_adjtimex(k, &t), want, 0, why, size);
}

bool selftest_kernel(uint64_t seed, char *why, size_t size)
{
	struct machine m = { .calendar = { SIM_EPOCH_S, SIM_LEAP_S, 0 } };
	struct kernel k;

	(void)seed;
	kernel_init(&k, &m, rng_of(1, 1), rng_of(1, 4));
	if (!adjtimex_is("least frequency", (struct timex){ .modes =
	    ADJ_FREQUENCY, .freq = 1 }, 0, &k, why, size) ||
	    !near("its rate", k.rate, 1e-6 / 65536, 1e-20, why, size) ||
	    !adjtimex_is("too much frequency", (struct timex){ .modes =
	    ADJ_FREQUENCY, .freq = 501L << 16 }, 0, &k, why, size) ||
	    !near("is cut", k.rate, 500e-6, 1e-15, why, size) ||
	    !adjtimex_is("tick and frequency", (struct timex){ .modes =
	    ADJ_TICK | ADJ_FREQUENCY, .tick = 11000, .freq = -65536 }, 0, &k,
	    why, size) || !near("add up", k.rate, 0.1 - 1e-6, 1e-15, why,
	    size) || !adjtimex_is("tick too long", (struct timex){ .modes =
	    ADJ_TICK, .tick = 11001 }, EINVAL, &k, why, size) ||
	    !adjtimex_is("tick too short", (struct timex){ .modes = ADJ_TICK,
	    .tick = 8999 }, EINVAL, &k, why, size) ||
	    !near("nothing changed", k.rate, 0.1 - 1e-6, 1e-15, why, size))
		return false;
	/* In 10 s of true time the clock gains what the rate says. */
	for (int t = 1; t <= 10; t++) {
		kernel_run(&k, t * NS_PER_S);
		kernel_second(&k);
	}
	return near("gained", kernel_error_s(&k), 10 * (0.1 - 1e-6), 1e-9,
	    why, size) &&
	    adjtimex_is("step back", (struct timex){ .modes = ADJ_SETOFFSET |
	    ADJ_NANO, .time = { -1, 5 } }, 0, &k, why, size) &&
	    near("stepped", kernel_error_s(&k), 10 * (0.1 - 1e-6) - 1 + 5e-9,
	    1e-9, why, size) &&
	    adjtimex_is("a second of nanoseconds", (struct timex){ .modes =
	    ADJ_SETOFFSET | ADJ_NANO, .time = { 0, 1000000000 } }, EINVAL, &k,
	    why, size);
}
