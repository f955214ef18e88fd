/* SPDX-License-Identifier: Apache-2.0 */
/* The connection of one NTS-KE exchange: socket, TLS, time limit, lookup. */
#ifndef HORA_KE_CLIENT_IO_SESSION_H
#define HORA_KE_CLIENT_IO_SESSION_H

#include "hora-ke-client/ke_client.h"
#include "os/loop.h"
#include "os/resolver.h"
#include "os/socket_setup.h"
#include "os/tls_trust.h"

struct ke_session;

/* The exchange is over; called once, from the loop. Free `s` in it. */
typedef void ke_session_fn(void *arg, struct ke_session *s,
    const struct ipc_ke_done *done);

/* Where sessions run; borrowed by them. */
struct ke_session_env {
	struct loop *loop;
	struct resolver *resolver;
	double time_limit_s;	/* of a whole exchange */
	struct socket_setup setup;
	ke_session_fn *fn;
	void *arg;
};

/*
 * Begin an exchange: certificates are judged at order->now plus `waited_s`.
 * `trust` (one more reference is held) may be NULL: then trust_reason says why
 * and the exchange fails. 0, or -ENOMEM.
 */
int ke_session_new(const struct ke_session_env *env,
    const struct ipc_ke_start *order, double waited_s, struct tls_trust *trust,
    const char *trust_reason, struct ke_session **ret);

/* End it, finished or not; wipes its secrets. NULL is allowed. */
void ke_session_free(struct ke_session *s);

/* For a list of the owner. */
struct ke_session **ke_session_next(struct ke_session *s);

#endif
