/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/rate.h"

#include <math.h>

#define FREQ_MAX_PPM 500.0	/* range of timex.freq */

static long tick_nominal(long user_hz)
{
	return (1000000 + user_hz / 2) / user_hz;
}

/* One microsecond more in each tick, ppm. */
static double tick_ppm(long user_hz)
{
	return (double)user_hz;
}

double clock_set_rate(struct timex *t, double rate_ppm, long user_hz)
{
	long ticks = 0;

	if (fabs(rate_ppm) > FREQ_MAX_PPM)
		ticks = lrint(rate_ppm / tick_ppm(user_hz));
	t->modes |= ADJ_TICK | ADJ_FREQUENCY;
	t->tick = tick_nominal(user_hz) + ticks;
	t->freq = lrint((rate_ppm - (double)ticks * tick_ppm(user_hz)) *
	    CLOCK_FREQ_UNIT);
	return clock_get_rate(t, user_hz);
}

double clock_get_rate(const struct timex *t, long user_hz)
{
	return (double)(t->tick - tick_nominal(user_hz)) * tick_ppm(user_hz) +
	    (double)t->freq / CLOCK_FREQ_UNIT;
}
