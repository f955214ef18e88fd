/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The table of clients and their rate limit (reference: behaviour.md 6.2): a
 * token bucket for each address. The memory is the caller's, a page shared with
 * the engine (ntp/server_page.h), so what lies in it is of fixed size, holds no
 * pointer, and is valid when all zero.
 *
 * Whoever has one IPv6 address mostly has 2^64. So all addresses of a /64
 * together get CLIENT_NET_SHARE times what one of them gets: as many may well
 * be different hosts of one network.
 *
 * Where chrony counts in sixteenths of a second, the buckets here are exact to
 * the nanosecond, so that short intervals do not become bursts.
 */
#ifndef HORA_NTP_RATELIMIT_H
#define HORA_NTP_RATELIMIT_H

#include "base/addr.h"
#include "base/time.h"
#include "conf/config.h"

#include <stdbool.h>
#include <stdint.h>

#define CLIENT_SLOT 16			/* records of a slot; the oldest is replaced */
#define CLIENT_NET_SHARE_LOG2 6

struct client_record {
	struct ip_addr ip;		/* IP_NONE = free */
	bool is_net;			/* all of a /64, not one client */
	bool is_known;			/* it has asked, and `last` says when */
	bool is_limited;		/* the last request got no answer */
	bool has_interval, has_limited_interval;	/* the averages count */
	struct mono_time last;		/* of the last request */
	int64_t credit_ns;		/* tokens, as time that they took to come */
	/* Averages of log2 s between requests: after an answer, after none. */
	float interval_log2_s, limited_interval_log2_s;
	uint32_t hits, drops;
};

struct client_head {
	uint64_t replaced;		/* records lost to others */
	uint64_t seed;			/* of the hash; 0 = not yet chosen */
};

/* A table as one program sees it; the memory is borrowed. */
struct client_table {
	struct client_head *head;
	struct client_record *records;
	uint32_t size;			/* records: 0, or a power of two from 16 */
};

enum rate_verdict {
	RATE_PASS,
	RATE_KOD,			/* answer with a kiss code */
	RATE_DROP,
};

/*
 * Make a table ready: chooses the seed when there is none, so that nobody can
 * aim at a slot. A table that outlived its writer keeps seed and records.
 */
void client_table_init(const struct client_table *t, uint64_t random);

/*
 * The record of a client, made when there was none; valid until the next call.
 * NULL in a table of size 0.
 */
struct client_record *client_get(const struct client_table *t,
    const struct ip_addr *ip);

/*
 * Count one request of the client and decide on it. With limits that are not
 * enabled, and in a table of size 0, every request passes. `random`: 32 fresh
 * random bits.
 */
enum rate_verdict client_judge(const struct client_table *t,
    const struct ip_addr *ip, const struct ratelimit_config *limit,
    struct mono_time now, uint32_t random);

/*
 * The reader's side, of a table that others write meanwhile and that is trusted
 * in nothing: a copy of record `index`. False when that is free, no address, or
 * of a whole /64. Numbers in it may be any.
 */
bool client_read(const struct client_table *t, uint32_t index,
    struct client_record *ret);

/* The record of an address, as client_read; none is made. */
bool client_find(const struct client_table *t, const struct ip_addr *ip,
    struct client_record *ret);

/*
 * The owner's: set what was counted to 0 in the records from `first` up to, not
 * including, `end` (any numbers); intervals and tokens stay.
 */
void client_reset(const struct client_table *t, uint32_t first, uint32_t end);

#endif
