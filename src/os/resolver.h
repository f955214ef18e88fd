/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Names to addresses without stopping the loop: getaddrinfo(3) runs in threads,
 * a bounded number at a time, and the answers come back through a pipe. A
 * numeric address needs no thread.
 */
#ifndef HORA_OS_RESOLVER_H
#define HORA_OS_RESOLVER_H

#include "base/addr.h"
#include "os/loop.h"

#define RESOLVER_ADDRS 16	/* addresses of one name that are kept */
#define RESOLVER_QUEUE 256	/* lookups, waiting ones included */

struct resolver;
struct lookup;

enum lookup_status {
	LOOKUP_FOUND,		/* at least one address */
	LOOKUP_TRY_AGAIN,	/* every error of the resolver is temporary */
	LOOKUP_NO_ADDRESS,	/* the name is known and has none for us */
};

/*
 * The answer, from the loop. The addresses (port 0, each once, in the order of
 * the resolver; none of link scope) are borrowed; the lookup is over. It may
 * start and cancel others, but not free the resolver.
 */
typedef void lookup_fn(void *arg, enum lookup_status status,
    const struct net_addr *addresses, unsigned count);

/* A resolver whose answers come from `loop` (borrowed). 0, or -errno. */
int resolver_new(struct loop *loop, struct resolver **ret);

/*
 * Forget all lookups without answering; NULL is allowed. Threads that are stuck
 * in the resolver are left to end by themselves.
 */
void resolver_free(struct resolver *r);

/*
 * Look up addresses of `family` (IP_NONE: both). fn is called once, never from
 * inside this call. The resolver's configuration is read anew each time.
 * 0, -ENAMETOOLONG, -ENOBUFS (too many), -ENOMEM or -EAGAIN (no thread).
 */
int resolver_lookup(struct resolver *r, const char *name,
    enum ip_family family, lookup_fn *fn, void *arg, struct lookup **ret);

/* Forget this lookup: fn will not be called. NULL is allowed. */
void resolver_cancel(struct lookup *l);

#endif
