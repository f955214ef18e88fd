/* SPDX-License-Identifier: Apache-2.0 */
#include "base/time.h"

#include <math.h>

#ifndef HORA_BUILD_DATE
#error "HORA_BUILD_DATE (Unix seconds) must come from the build"
#endif

#define YEAR_S INT64_C(31556952)	/* mean Gregorian year */
#define ERA_S (INT64_C(1) << 32)

int64_t interval_ns(double s)
{
	double ns = s * 1e9;

	if (isnan(ns))
		return 0;
	if (ns >= 9.2e18)
		return INT64_C(9200000000000000000);
	if (ns <= -9.2e18)
		return -INT64_C(9200000000000000000);
	return llrint(ns);
}

static int64_t pivot_s(void)
{
	return (int64_t)HORA_BUILD_DATE - 50 * YEAR_S;
}

uint64_t ntp_from_wall(struct wall_time t)
{
	int64_t s = t.ns / NS_PER_S, ns = t.ns % NS_PER_S;

	if (ns < 0) {
		ns += NS_PER_S;
		s--;
	}
	/* ns < 1e9 < 2^30, so the shift stays within 62 bits. */
	uint64_t frac = (((uint64_t)ns << 32) + NS_PER_S / 2) / NS_PER_S;

	return ((uint64_t)(s + NTP_UNIX_OFFSET_S) << 32) + frac;
}

struct wall_time wall_from_ntp(uint64_t ntp)
{
	int64_t s = (int64_t)(ntp >> 32) - NTP_UNIX_OFFSET_S;
	uint64_t frac = ntp & UINT32_MAX;
	int64_t first = pivot_s();

	/* Lift into [first, first + 2^32): eras before and after 2036. */
	while (s < first)
		s += ERA_S;
	while (s >= first + ERA_S)
		s -= ERA_S;
	return (struct wall_time){
		s * NS_PER_S + (int64_t)((frac * NS_PER_S + (1u << 31)) >> 32)
	};
}

uint32_t ntp_short_from_s(double s)
{
	if (!(s > 0))
		return 0;
	if (s >= 65535.99)
		return UINT32_MAX;
	return (uint32_t)lrint(s * 65536);
}

double s_from_ntp_short(uint32_t v)
{
	return v / 65536.0;
}

struct wall_time wall_first(void)
{
	return (struct wall_time){ pivot_s() * NS_PER_S };
}

struct wall_time wall_last(void)
{
	return (struct wall_time){ (pivot_s() + ERA_S) * NS_PER_S - 1 };
}

double s_from_log2(int n)
{
	return ldexp(1, n < -32 ? -32 : n > 32 ? 32 : n);
}
