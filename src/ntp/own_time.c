/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/own_time.h"

/* Told until the engine has measured the clock's. */
#define PRECISION_UNKNOWN_LOG2_S (-20)

static int8_t precision_of(const struct time_ref *ref)
{
	return ref->is_valid ? ref->precision_log2_s : PRECISION_UNKNOWN_LOG2_S;
}

uint64_t own_time_stamp(const struct time_ref *ref, struct wall_time t,
    uint64_t noise)
{
	return own_time_true(ref, time_ref_correct(ref, t), noise);
}

uint64_t own_time_true(const struct time_ref *ref, struct wall_time t,
    uint64_t noise)
{
	uint64_t ntp = ntp_from_wall(t);
	int bits = 32 + precision_of(ref);
	uint64_t mask = bits <= 0 ? 0 : bits >= 32 ? UINT32_MAX :
	    (UINT64_C(1) << bits) - 1;

	return (ntp & ~mask) | (noise & mask);
}

void own_time_put(const struct time_ref *ref, struct wall_time now,
    uint32_t noise, struct ntp_header *h)
{
	double fuzz_s = noise * 0x1p-32;
	struct wall_time reference = ref->ref_time;

	h->precision = precision_of(ref);
	if (!ref->is_valid || ref->stratum < 1 || ref->stratum > 15) {
		h->leap = LEAP_UNSYNC;
		h->root_delay = ntp_short_from_s(1);
		h->root_dispersion = ntp_short_from_s(1);
		return;
	}
	/* While a leap second is handled the leap alone says unsynchronised. */
	h->leap = ref->leap;
	h->root_delay = ntp_short_from_s(ref->root_delay_s);
	h->root_dispersion = ntp_short_from_s(time_ref_dispersion(ref, now));
	h->stratum = ref->stratum;
	h->refid = ref->refid;
	/* Not later than now, though the update may have believed so. */
	if (reference.ns > time_ref_correct(ref, now).ns)
		reference = time_ref_correct(ref, now);
	/* Up to a second earlier: the exact instant would tell our polling. */
	h->reference = ntp_from_wall(wall_add(reference, -fuzz_s));
}
