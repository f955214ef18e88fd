/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Instants. Three scales that the compiler keeps apart, each int64 nanoseconds:
 *
 * wall_time	UTC as the system clock tells it, since the Unix epoch
 * mono_time	CLOCK_MONOTONIC: never steps; for timers and time limits
 * free_time	wall time as it would read had the frequency of the clock never
 *		been corrected (sync/timeline.h): the scale on which samples
 *		are kept, so that no correction ever disturbs them
 *
 * Intervals are double seconds (`_s`); frequencies are double ppm (`_ppm`).
 */
#ifndef HORA_BASE_TIME_H
#define HORA_BASE_TIME_H

#include <stdint.h>

struct wall_time { int64_t ns; };
struct mono_time { int64_t ns; };
struct free_time { int64_t ns; };

#define NS_PER_S INT64_C(1000000000)

/* Seconds between the NTP era 0 (1900) and the Unix epoch (RFC 5905 fig. 4). */
#define NTP_UNIX_OFFSET_S INT64_C(2208988800)

/* An interval in nanoseconds, rounded; saturates where int64 ends. */
int64_t interval_ns(double s);

/* a + b and a - b; saturate, as instants and intervals may come from a peer. */
static inline int64_t ns_add(int64_t a, int64_t b)
{
	int64_t sum;

	return !__builtin_add_overflow(a, b, &sum) ? sum :
	    b > 0 ? INT64_MAX : INT64_MIN;
}
static inline int64_t ns_sub(int64_t a, int64_t b)
{
	int64_t difference;

	return !__builtin_sub_overflow(a, b, &difference) ? difference :
	    b < 0 ? INT64_MAX : INT64_MIN;
}

/* a - b in seconds. */
static inline double wall_sub(struct wall_time a, struct wall_time b)
{
	return (double)ns_sub(a.ns, b.ns) * 1e-9;
}
static inline double mono_sub(struct mono_time a, struct mono_time b)
{
	return (double)ns_sub(a.ns, b.ns) * 1e-9;
}
static inline double free_sub(struct free_time a, struct free_time b)
{
	return (double)ns_sub(a.ns, b.ns) * 1e-9;
}

/* t + s seconds. */
static inline struct wall_time wall_add(struct wall_time t, double s)
{
	return (struct wall_time){ ns_add(t.ns, interval_ns(s)) };
}
static inline struct mono_time mono_add(struct mono_time t, double s)
{
	return (struct mono_time){ ns_add(t.ns, interval_ns(s)) };
}
static inline struct free_time free_add(struct free_time t, double s)
{
	return (struct free_time){ ns_add(t.ns, interval_ns(s)) };
}

/* An instant that no timer reaches. */
#define MONO_NEVER ((struct mono_time){ INT64_MAX })

/* 64-bit NTP timestamp (RFC 5905 section 6) of t, rounded to 2^-32 s. */
uint64_t ntp_from_wall(struct wall_time t);

/*
 * Wall time of a 64-bit NTP timestamp. The era is the one that puts it in the
 * 136 years from 50 years before the build date (HORA_BUILD_DATE, Unix
 * seconds, from SOURCE_DATE_EPOCH). The timestamp 0 ("unknown") is converted
 * like any other; callers test for it first.
 */
struct wall_time wall_from_ntp(uint64_t ntp);

/* 32-bit NTP short format (RFC 5905 section 6), seconds; saturates. */
uint32_t ntp_short_from_s(double s);
double s_from_ntp_short(uint32_t v);

/* First and last instant that wall_from_ntp can give: the sane range. */
struct wall_time wall_first(void);
struct wall_time wall_last(void);

/* 2^n seconds for |n| <= 32 (clamped beyond). */
double s_from_log2(int n);

#endif
