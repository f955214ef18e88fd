/* SPDX-License-Identifier: Apache-2.0 */
#include "sim/limit.h"
#include "sim/selftest.h"

#include "base/time.h"

#include <math.h>
#include <stdio.h>

#define POLL_S 64
#define JITTER_S 1e-4
#define RUN_S 220000
#define SETTLE_S 60000
#define RUNS 4

/* RMS over some runs with perfect servers, J = 100 us, a poll of 64 s. */
static double reached_s(double wander, uint64_t seed)
{
	struct scenario s = { .settle_s = SETTLE_S,
		.oscillator = { .start_ppm = 50, .wander = wander },
		.servers = { { .way.up_s = JITTER_S, .way.down_s = JITTER_S },
		{ .way.base_s = -1 } } };
	double square = 0;

	for (uint64_t run = 0; run < RUNS; run++) {
		struct rng r = rng_of(seed * RUNS + run, 500);
		struct rng delays = rng_of(seed * RUNS + run, 501);
		struct limit_figures figures;
		double freq = 50e-6;
		struct limit l;
		struct way way;

		way_init(&way, &s.servers[0].way, delays);
		limit_init(&l, &s);
		for (int64_t t = 1; t <= RUN_S; t++) {
			int64_t ns = t * NS_PER_S;
			int64_t served_ns = ns + interval_ns(way_up(&way, 0));
			int64_t back_ns = served_ns +
			    interval_ns(way_down(&way, 0));

			freq += wander * rng_normal(&r);
			limit_second(&l, ns, freq);
			if (t % POLL_S == 0)
				limit_exchange(&l, ns, served_ns, back_ns);
		}
		limit_finish(&l, &figures);
		square += figures.rms_s * figures.rms_s / RUNS;
	}
	return sqrt(square);
}

/* The same as in the reference, column "limit (ubf)", whose digits vary by 5 %. */
bool selftest_limit(uint64_t seed, char *why, size_t size)
{
	static const struct { double wander, limit_s; } rows[] = {
		{ 1e-10, 4.14e-6 }, { 1e-9, 10.5e-6 }, { 1e-7, 68.4e-6 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		double got_s = reached_s(rows[i].wander, seed);

		if (fabs(got_s / rows[i].limit_s - 1) > 0.12) {
			snprintf(why, size, "W %g: %g s, not %g s",
			    rows[i].wander, got_s, rows[i].limit_s);
			return false;
		}
	}
	return true;
}
