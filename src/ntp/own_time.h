/* SPDX-License-Identifier: Apache-2.0 */
/* What packets tell others of our clock, as server and as peer. */
#ifndef HORA_NTP_OWN_TIME_H
#define HORA_NTP_OWN_TIME_H

#include "base/time.h"
#include "sync/time_ref.h"
#include "wire/ntp.h"

#include <stdint.h>

/*
 * Leap, precision, stratum, reference, root delay and dispersion at `now`, a
 * reading of the system clock; stratum 0 when it is not synchronised. The
 * reference time is up to a second earlier, by `noise`.
 */
void own_time_put(const struct time_ref *ref, struct wall_time now,
    uint32_t noise, struct ntp_header *h);

/*
 * The timestamp of true time t, with random bits of `noise` below the clock's
 * precision, where they mean nothing; and: of a reading of the system clock.
 */
uint64_t own_time_true(const struct time_ref *ref, struct wall_time t,
    uint64_t noise);
uint64_t own_time_stamp(const struct time_ref *ref, struct wall_time t,
    uint64_t noise);

#endif
