/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/ratelimit.h"

#include <math.h>
#include <stddef.h>
#include <string.h>

/* Keyed, since the addresses are chosen by others. */
static struct client_record *slot_of(const struct client_table *t,
    const struct ip_addr *ip, bool is_net)
{
	uint64_t words[2], seed = t->head->seed;
	uint64_t h = seed ^ ip->family ^ (uint64_t)is_net << 8;

	memcpy(words, ip->bytes, sizeof(words));
	for (unsigned i = 0; i < 2; i++) {
		h = (h ^ words[i]) * UINT64_C(0x9e3779b97f4a7c15);
		h ^= h >> 29;
		h = (h + seed) * UINT64_C(0xbf58476d1ce4e5b9);
		h ^= h >> 32;
	}
	return t->records + h % (t->size / CLIENT_SLOT) * CLIENT_SLOT;
}

void client_table_init(const struct client_table *t, uint64_t random)
{
	if (t->head->seed == 0)
		t->head->seed = random | 1;
}

static struct client_record *get(const struct client_table *t,
    const struct ip_addr *ip, bool is_net)
{
	struct client_record *slot = slot_of(t, ip, is_net);
	struct client_record *oldest = &slot[0];

	for (unsigned i = 0; i < CLIENT_SLOT; i++) {
		struct client_record *r = &slot[i];

		if (ip_equal(&r->ip, ip) && r->is_net == is_net)
			return r;
		/* A free record is older than any. */
		if (oldest->ip.family != IP_NONE &&
		    (r->ip.family == IP_NONE || r->last.ns < oldest->last.ns))
			oldest = r;
	}
	if (oldest->ip.family != IP_NONE)
		t->head->replaced++;
	*oldest = (struct client_record){ .ip = *ip, .is_net = is_net };
	return oldest;
}

struct client_record *client_get(const struct client_table *t,
    const struct ip_addr *ip)
{
	return t->size > 0 ? get(t, ip, false) : NULL;
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
	if (!r->is_known) {
		r->credit_ns = full_ns;
		r->is_known = true;
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

static void drop(struct client_record *r)
{
	r->is_limited = true;
	if (r->drops < UINT32_MAX)
		r->drops++;
}

static enum rate_verdict check(struct client_record *r,
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
	/* In a network there is always somebody who hurries. */
	if (leaks != (!r->is_net && is_eager(r))) {
		r->credit_ns = 0;
		r->is_limited = false;
		return RATE_PASS;
	}
	drop(r);
	return kisses ? RATE_KOD : RATE_DROP;
}

/* The same for all of the client's /64. */
static enum rate_verdict check_net(const struct client_table *t,
    const struct ip_addr *ip, const struct ratelimit_config *limit,
    struct mono_time now, uint32_t random)
{
	struct ratelimit_config share = *limit;
	struct ip_addr net = *ip;

	share.interval_log2_s -= CLIENT_NET_SHARE_LOG2;
	share.burst <<= CLIENT_NET_SHARE_LOG2;
	memset(net.bytes + 8, 0, 8);
	return check(get(t, &net, true), &share, now, random);
}

enum rate_verdict client_judge(const struct client_table *t,
    const struct ip_addr *ip, const struct ratelimit_config *limit,
    struct mono_time now, uint32_t random)
{
	enum rate_verdict v;

	if (t->size == 0)
		return RATE_PASS;
	v = check(get(t, ip, false), limit, now, random);
	/*
	 * Only what the address itself may: one that asks too often must not
	 * use up what its neighbours need.
	 */
	if (v != RATE_PASS || ip->family != IP_V6 || !limit->enabled)
		return v;
	v = check_net(t, ip, limit, now, random >> 4);
	if (v != RATE_PASS)
		drop(get(t, ip, false));
	return v;
}

/* --- readers, and resets -------------------------------------------------- */

/* Each word once, whatever the writer does meanwhile; and bools are bools. */
static void copy_record(const struct client_record *from,
    struct client_record *ret)
{
	static const uint8_t bools[] = {
		offsetof(struct client_record, is_net),
		offsetof(struct client_record, is_known),
		offsetof(struct client_record, is_limited),
		offsetof(struct client_record, has_interval),
		offsetof(struct client_record, has_limited_interval),
	};
	typedef uint64_t word __attribute__((may_alias));
	const word *words = (const word *)from;
	word copy[sizeof(*from) / sizeof(word)] = { 0 };
	uint8_t bytes[sizeof(copy)];

	_Static_assert(sizeof(*from) % sizeof(word) == 0 &&
	    _Alignof(struct client_record) >= _Alignof(word),
	    "a record is whole words");
	for (size_t i = 0; i < sizeof(copy) / sizeof(copy[0]); i++)
		copy[i] = __atomic_load_n(&words[i], __ATOMIC_RELAXED);
	memcpy(bytes, copy, sizeof(bytes));
	for (size_t i = 0; i < sizeof(bools) / sizeof(bools[0]); i++)
		bytes[bools[i]] = bytes[bools[i]] != 0;
	memcpy(ret, bytes, sizeof(*ret));
}

bool client_read(const struct client_table *t, uint32_t index,
    struct client_record *ret)
{
	if (index >= t->size)
		return false;
	copy_record(&t->records[index], ret);
	return !ret->is_net &&
	    (ret->ip.family == IP_V4 || ret->ip.family == IP_V6);
}

bool client_find(const struct client_table *t, const struct ip_addr *ip,
    struct client_record *ret)
{
	uint32_t first;

	if (t->size == 0)
		return false;
	first = (uint32_t)(slot_of(t, ip, false) - t->records);
	for (uint32_t i = first; i < first + CLIENT_SLOT; i++)
		if (client_read(t, i, ret) && ip_equal(&ret->ip, ip))
			return true;
	return false;
}

void client_reset(const struct client_table *t, uint32_t first, uint32_t end)
{
	for (uint32_t i = first; i < end && i < t->size; i++)
		t->records[i].hits = t->records[i].drops = 0;
}
