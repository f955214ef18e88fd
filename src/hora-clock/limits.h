/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What hora-clock refuses, whoever asks: the border between an engine that reads
 * packets and the only program that can set the clock. Nothing here is changed;
 * each function returns NULL, or one line that says what was refused and why.
 * Values come from the engine unchecked; comparisons are written so that NaN
 * fails.
 */
#ifndef HORA_CLOCK_LIMITS_H
#define HORA_CLOCK_LIMITS_H

#include "hora-clock/clock.h"

/*
 * Frequency and slew: finite, within maxdrift and maxslewrate, together within the
 * kernel's range, and not beyond maxchange.
 */
const char *limits_adjust_fault(const struct clock *c,
    const struct clock_in *in);

/*
 * Steps: those of makestep above its threshold and within its limit since boot,
 * one of initstepslew from its threshold on if it is the first since boot,
 * an operator's for which horad vouches (orders.h) at most once a second, a leap
 * second of exactly one second at the end of a day that may have one. None beyond
 * maxchange but an operator's.
 */
const char *limits_step_fault(const struct clock *c, const struct clock_in *in);

/*
 * The request moves the clock to elsewhere, by `to_s` from now: count it in the
 * plan if it is beyond maxchange, and what it used up of others' doing or of an
 * operator's order.
 */
void limits_aim(struct clock *c, const struct clock_in *in, double to_s);

/* Status for the kernel: errors that are numbers, leaps on their days only,
 * a TAI offset that may be. */
const char *limits_status_fault(const struct clock_in *in);

#endif
