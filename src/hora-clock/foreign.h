/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Does the kernel's clock run as hora-clock told it, or has another program
 * changed it by adjtimex(2)?
 */
#ifndef HORA_CLOCK_FOREIGN_H
#define HORA_CLOCK_FOREIGN_H

#include "hora-clock/clock.h"

/*
 * `kernel` is what adjtimex(2) with modes 0 gave. Foreign are: another tick or
 * frequency, a loop of the kernel's own (PLL, FLL, PPS), a leap second that
 * nobody ordered or that is gone, and a clock said to be synchronised while it
 * is not. That the kernel itself gives up being synchronised is none, nor what
 * it did not show when it was told (a simulator that keeps no status).
 */
bool foreign_found(const struct clock *c, const struct timex *kernel);

#endif
