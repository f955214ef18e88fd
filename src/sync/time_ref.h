/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the server needs to know of the clock: written by the engine, read by
 * hora-serve through one shared page (os/shm.h guards it with a sequence lock).
 * Plain data; evaluated without asking anybody.
 */
#ifndef HORA_SYNC_TIME_REF_H
#define HORA_SYNC_TIME_REF_H

#include "base/time.h"

#include <stdbool.h>
#include <stdint.h>

enum leap {
	LEAP_NORMAL = 0,
	LEAP_INSERT = 1,
	LEAP_DELETE = 2,
	LEAP_UNSYNC = 3,
};

/*
 * true time = system clock + offset_s + rate * (system clock - since), where
 * rate changes from `rate` to `rate_after` at `until` (the planned end of the
 * running slew). All zero: not synchronised, system clock as it is.
 */
struct time_ref {
	struct wall_time since;		/* system clock when published */
	struct wall_time until;		/* rate holds to here */
	double offset_s;		/* correction at `since` */
	double rate, rate_after;	/* s/s */
	struct wall_time ref_time;	/* of the last update (RFC 5905 7.3) */
	double root_delay_s;
	double root_dispersion_s;	/* at `since` */
	double dispersion_rate;		/* growth of the dispersion, s/s */
	uint32_t refid;
	uint8_t stratum;		/* 1..15; 0 = unsynchronised */
	uint8_t leap;			/* enum leap, LEAP_UNSYNC when unsynchronised */
	int8_t precision_log2_s;	/* reading precision of the clock */
	bool is_valid;			/* the engine has published at least once */
};

/* True time for a reading of the system clock. */
struct wall_time time_ref_correct(const struct time_ref *r, struct wall_time wall);

/* Root dispersion for a reading of the system clock, seconds. */
double time_ref_dispersion(const struct time_ref *r, struct wall_time wall);

#endif
