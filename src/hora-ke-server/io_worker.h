/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One worker: a loop that accepts connections from the shared listening
 * sockets and carries each through TLS and NTS-KE. Several workers may accept
 * from the same sockets, each in its own thread.
 */
#ifndef HORA_KE_SERVER_IO_WORKER_H
#define HORA_KE_SERVER_IO_WORKER_H

#include "hora-ke-server/io_shared.h"
#include "os/loop.h"

#define KE_DETAIL_SIZE 160

/* How a connection ended. */
struct ke_report {
	struct net_addr peer;
	enum ke_end end;
	char detail[KE_DETAIL_SIZE];	/* of the TLS library, or "" */
};

/* Called in the worker's thread; the report is valid during the call. */
typedef void ke_report_fn(void *arg, const struct ke_report *report);

struct ke_worker;

/*
 * Accept connections on this loop from now on. `report` may be NULL. Shared
 * state and loop must outlive the worker. 0, or -errno.
 */
int ke_worker_new(struct loop *loop, struct ke_shared *shared,
    ke_report_fn *report, void *arg, struct ke_worker **ret);

/* Accept no more; connections go on to their end. */
void ke_worker_stop_accepting(struct ke_worker *w);

/* Close everything; NULL is allowed. */
void ke_worker_free(struct ke_worker *w);

#endif
