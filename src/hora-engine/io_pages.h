/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared pages of hora-engine: the time reference that it writes, and the
 * counters of both servers, which it reads.
 */
#ifndef HORA_ENGINE_IO_PAGES_H
#define HORA_ENGINE_IO_PAGES_H

#include "start/pages.h"

/* All 0 but `records` at first. */
struct io_pages {
	uint32_t records;		/* config_client_records */
	struct time_ref_page *time_ref;	/* NULL until it comes, like the next */
	struct server_page *serve, *ke;
	struct time_ref published;	/* last, for a page that comes late */
	bool has_published;
};

/*
 * Map a page in place of the one before, which is unmapped. `fd` is borrowed.
 * 0, or -errno: then all is as before.
 */
int io_pages_take(struct io_pages *p, const struct ipc_shm *shm, int fd);

/* Write the time reference, or keep it until its page comes. */
void io_pages_publish(struct io_pages *p, const struct time_ref *ref);

/* Unmap all that was taken. */
void io_pages_free(struct io_pages *p);

#endif
