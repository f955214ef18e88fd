/* SPDX-License-Identifier: Apache-2.0 */
/* Frequency corrections as the kernel takes them (adjtimex(2)). */
#ifndef HORA_CLOCK_RATE_H
#define HORA_CLOCK_RATE_H

#include <sys/timex.h>

#define CLOCK_FREQ_UNIT 65536.0	/* timex.freq: 2^-16 ppm */

/*
 * The frequency as the kernel takes it: tick (us per tick) and freq (2^-16
 * ppm) of `t`; returns the correction that it gives, ppm. tick stays nominal
 * while freq alone reaches (500 ppm), so that others read it as it is.
 */
double clock_set_rate(struct timex *t, double rate_ppm, long user_hz);

/* The correction in force by tick and freq of `t`, ppm. */
double clock_get_rate(const struct timex *t, long user_hz);

#endif
