/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A slew: an offset that is made up by a second correction beside the base
 * frequency, for as long as it takes. CLOCK_MONOTONIC, which tells how long, runs
 * at the corrected rate, too. Pure.
 */
#ifndef HORA_CLOCK_SLEW_H
#define HORA_CLOCK_SLEW_H

#include "hora-clock/clock.h"

/*
 * When a slew of `slew_s` by `slew_ppm` that begins at `now` ends; MONO_NEVER when
 * `slew_ppm` is 0, which is none.
 */
struct mono_time slew_end(double base_ppm, double slew_ppm, double slew_s,
    struct mono_time now);

/* What is left at `now` of a slew that an earlier hora-clock remembered, s. */
double slew_remembered(const struct ipc_clock_memory *m, struct mono_time now);

/* The part of the running slew not yet made at `now`, s; beyond its end the other
 * way. */
double slew_left(const struct clock *c, struct mono_time now);

#endif
