/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions of hora-serve: what becomes of each datagram. Pure; io.c gives
 * packets, readings of the clocks and random bits, and sends what comes back.
 *
 * Workers share the rules; each has its own keys and copy of the time.
 */
#ifndef HORA_SERVE_SERVE_H
#define HORA_SERVE_SERVE_H

#include "base/addr.h"
#include "base/drop.h"
#include "base/time.h"
#include "conf/config.h"
#include "nts/cookie.h"
#include "ntp/access.h"
#include "ntp/responder.h"
#include "ntp/server_page.h"
#include "ntp/stamps.h"
#include "sync/time_ref.h"

#include <stdbool.h>

/* The same for all workers. */
struct serve_rules {
	struct access_table access;
	struct ratelimit_config ratelimit;
	uint32_t records;		/* of clients, and pairs of timestamps */
	bool has_nts;			/* the server has certificates */
	struct server_page *page;	/* borrowed, ready; may be replaced */
};

struct serve_worker {
	struct serve_rules *rules;	/* borrowed */
	struct cookie_ring ring;	/* empty until the keys come */
	struct mac_keys mac_keys;	/* symmetric ones; the same */
	struct time_ref ref;		/* as serve_worker_time gave it */
	struct stamps stamps;		/* for interleaved mode */
	double moved_s;			/* of what is served, since `stamps` */
	int64_t moved_ns;		/* the same since the epoch */
	uint32_t epoch;			/* of monotonic timestamps: random */
};

/* 0, or -errno as access_from_config. */
int serve_rules_init(struct serve_rules *r, const struct config *config,
    struct server_page *page);
void serve_rules_free(struct serve_rules *r);

/*
 * The rules of another configuration; page and clients are kept. 0; -EAGAIN when
 * somebody is allowed in a family in which nobody was, so that a socket is
 * missing; or -errno. Then nothing has changed.
 */
int serve_rules_renew(struct serve_rules *r, const struct config *config);

/*
 * A worker without cookie keys; `rules` is borrowed. `random` and `epoch`: fresh
 * bits, of which clients see those of the epoch. 0 or -ENOMEM.
 */
int serve_worker_init(struct serve_worker *w, struct serve_rules *rules,
    uint64_t random, uint32_t epoch);
/*
 * What is known of the clock from now on, a reading of it. When this corrects
 * what was served by more than 1 ms, all together, clients of interleaved mode
 * get one basic answer: their timestamps of before are wrong by as much.
 */
void serve_worker_time(struct serve_worker *w, const struct time_ref *ref,
    struct wall_time now);
/* New cookie keys; false when the library refuses them (then there are none). */
bool serve_worker_keys(struct serve_worker *w, const struct nts_keyring *keys);
/* New symmetric keys, packed (nts/mac_keys.h); false when they are none, then
 * there are none. */
bool serve_worker_mac_keys(struct serve_worker *w, const uint8_t *packed,
    size_t n);
void serve_worker_free(struct serve_worker *w);

/* Shall this port, 0 = none, be open in this family? */
bool serve_wants_socket(const struct serve_rules *r, uint16_t port,
    enum ip_family family);

/* A datagram; bytes are borrowed until the answer is made. */
struct serve_packet {
	struct net_addr peer;
	const uint8_t *bytes;
	size_t length;
	bool has_rx;			/* `rx` is the kernel's stamp */
	struct wall_time rx;		/* else the time when it was picked up */
};

/*
 * Judge a datagram: access, form, rate limit, authentication. `random`: fresh
 * bits for the rate limit. DROP_OK: go on to serve_answer. Counts.
 */
enum drop serve_judge(struct serve_worker *w, const struct serve_packet *p,
    struct mono_time now, uint32_t random, struct responder_request *ret);

/*
 * Answer a judged request; `now` is the system clock, read just before. The
 * length of the reply in `out`, 0 when there is none. Counts.
 */
size_t serve_answer(struct serve_worker *w, const struct serve_packet *p,
    struct responder_request *q, struct wall_time now,
    const struct responder_random *random, uint8_t *out, size_t size);

/* Is the transmit timestamp of this answer kept? Then the kernel's is better. */
static inline bool serve_keeps(const struct serve_worker *w,
    const struct responder_request *q)
{
	return w->stamps.size > 0 && q->is_interleaved && !q->has_kod &&
	    q->auth != RESPONDER_NAK;
}

/*
 * The answer with that receive timestamp (responder_request.receive) left so
 * much later than the `now` that it was made with.
 */
void serve_sent(struct serve_worker *w, uint64_t receive, double later_s);

#endif
