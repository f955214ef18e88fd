/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/slew.h"

static double rate_of(double base_ppm, double slew_ppm)
{
	return (base_ppm + slew_ppm) * 1e-6;
}

struct mono_time slew_end(double base_ppm, double slew_ppm, double slew_s,
    struct mono_time now)
{
	if (slew_ppm == 0)
		return MONO_NEVER;
	return mono_add(now, slew_s / (slew_ppm * 1e-6) *
	    (1 + rate_of(base_ppm, slew_ppm)));
}

double slew_remembered(const struct ipc_clock_memory *m, struct mono_time now)
{
	return mono_sub(m->slew_end, now) /
	    (1 + rate_of(m->base_ppm, m->slew_ppm)) * m->slew_ppm * 1e-6;
}

double slew_left(const struct clock *c, struct mono_time now)
{
	const struct ipc_clock_memory *m = &c->memory;

	if (m->slew_ppm == 0)
		return 0;
	return c->slew_s - m->slew_ppm * 1e-6 *
	    (mono_sub(now, c->slew_start) /
	    (1 + rate_of(m->base_ppm, m->slew_ppm)));
}
