/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/ratelimit.h"

#include <math.h>
#include <string.h>

/* Keyed, since the addresses are chosen by others. */
static unsigned slot_of(const struct ip_addr *ip, uint64_t seed)
{
	uint64_t words[2], h = seed ^ ip->family;

	memcpy(words, ip->bytes, sizeof(words));
	for (unsigned i = 0; i < 2; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
		h = (h + seed) * UINT64_C(0xbf58476d1ce4e5b9);
		h ^= h >> 32;
	}
	return (unsigned)(h % CLIENT_SLOTS);
}

void client_table_init(struct client_table *t, uint64_t random)
{
	if (t->seed == 0)
		t->seed = random | 1;
}

struct client_record *client_get(struct client_table *t,
    const struct ip_addr *ip)
{
	struct client_record *slot = t->records[slot_of(ip, t->seed)];
	struct client_record *oldest = &slot[0];

	for (unsigned i = 0; i < CLIENT_RECORDS; i++) {
		struct client_record *r = &slot[i];

		if (ip_equal(&r->ip, ip))
			return r;
		/* A free record is older than any. */
		if (oldest->ip.family != IP_NONE &&
		    (r->ip.family == IP_NONE || r->last.ns < oldest->last.ns))
			oldest = r;
	}
	if (oldest->ip.family != IP_NONE)
		t->replaced++;
	*oldest = (struct client_record){ .ip = *ip };
	return oldest;
}

/* Moving average of the logarithm; one long pause then weighs little. */
static void average_interval(float *average, bool *has, double interval_s)
{
	float log2_s = (float)log2(fmin(fmax(interval_s, 1e-9), 1e9));

	*average = *has ? *average + (log2_s - *average) / 8 : log2_s;
	*has = true;
}

/* Take note of the request; the tokens since the last one are added. */
static void count_request(struct client_record *r,
    const struct ratelimit_config *limit, struct mono_time now)
{
	int64_t cost_ns = interval_ns(s_from_log2(limit->interval_log2_s));
	int64_t full_ns = cost_ns * limit->burst;
	int64_t passed_ns = now.ns - r->last.ns;

	if (passed_ns < 0)
		passed_ns = 0;
	if (r->hits == 0) {
		r->credit_ns = full_ns;
	} else {
		double interval_s = (double)passed_ns * 1e-9;

		if (r->is_limited)
			average_interval(&r->limited_interval_log2_s,
			    &r->has_limited_interval, interval_s);
		else
			average_interval(&r->interval_log2_s,
			    &r->has_interval, interval_s);
		/* Compared first: both may be large. */
		if (passed_ns >= full_ns - r->credit_ns)
			r->credit_ns = full_ns;
		else
			r->credit_ns += passed_ns;
	}
	r->last = now;
	if (r->hits < UINT32_MAX)
		r->hits++;
}

/*
 * Does the client ask faster when it gets no answer? Then dropping makes more
 * traffic than answering (more than twice the rate: one in log2).
 */
static bool is_eager(const struct client_record *r)
{
	return r->has_interval && r->has_limited_interval &&
	    r->limited_interval_log2_s < r->interval_log2_s - 1;
}

enum rate_verdict ratelimit_check(struct client_record *r,
    const struct ratelimit_config *limit, struct mono_time now,
    uint32_t random)
{
	int64_t cost_ns = interval_ns(s_from_log2(limit->interval_log2_s));
	bool leaks = (random & ((1u << limit->leak) - 1)) == 0;
	bool kisses = limit->kod > 0 &&
	    (random >> 16 & ((1u << limit->kod) - 1)) == 0;

	count_request(r, limit, now);
	if (!limit->enabled || r->credit_ns >= cost_ns) {
		if (limit->enabled)
			r->credit_ns -= cost_ns;
		r->is_limited = false;
		return RATE_PASS;
	}
	if (leaks != is_eager(r)) {
		r->credit_ns = 0;
		r->is_limited = false;
		return RATE_PASS;
	}
	client_drop(r);
	return kisses ? RATE_KOD : RATE_DROP;
}

void client_drop(struct client_record *r)
{
	r->is_limited = true;
	if (r->drops < UINT32_MAX)
		r->drops++;
}
