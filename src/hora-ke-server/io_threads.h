/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Workers in threads of their own, each with its own loop. They report to the
 * loop that started them, and never touch the link to horad.
 */
#ifndef HORA_KE_SERVER_IO_THREADS_H
#define HORA_KE_SERVER_IO_THREADS_H

#include "hora-ke-server/io_worker.h"

struct ke_threads;

/*
 * Start up to `count` workers; fewer when the system gives no more. `report`
 * (may be NULL) is called on `loop`. The number started in *ret_started. 0, or
 * -errno when not even one started. To be called after the process gave up its
 * capabilities: threads inherit what their maker has.
 */
int ke_threads_start(struct loop *loop, struct ke_shared *shared, int count,
    ke_report_fn *report, void *arg, struct ke_threads **ret, int *ret_started);

/* End all threads, closing their connections; NULL is allowed. */
void ke_threads_stop(struct ke_threads *t);

#endif
