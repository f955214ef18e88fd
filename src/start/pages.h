/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The shared pages of enum ipc_page as they lie in memory: what horad creates,
 * and how the time reference is written and read.
 */
#ifndef HORA_START_PAGES_H
#define HORA_START_PAGES_H

#include "ipc/messages.h"
#include "ntp/server_page.h"
#include "os/shm.h"
#include "sync/time_ref.h"

#include <stdbool.h>
#include <stddef.h>

/* IPC_PAGE_TIME_REF; IPC_PAGE_SERVE and IPC_PAGE_KE are struct server_page. */
struct time_ref_page {
	struct seqlock lock;
	_Atomic uint64_t words[SEQLOCK_WORDS(struct time_ref)];
};

/*
 * Size that a page is created and mapped with; 0 for an unknown one. `records`:
 * config_client_records.
 */
static inline size_t page_size(enum ipc_page page, uint32_t records)
{
	switch (page) {
	case IPC_PAGE_TIME_REF:
		return sizeof(struct time_ref_page);
	case IPC_PAGE_SERVE:
	case IPC_PAGE_KE:
		return server_page_size(records);
	}
	return 0;
}

/* The engine's side: publish. */
static inline void time_ref_publish(struct time_ref_page *p,
    const struct time_ref *ref)
{
	seqlock_write(&p->lock, p->words, ref, sizeof(*ref));
}

/* The server's side. False: *ret is as before (os/shm.h). */
static inline bool time_ref_take(const struct time_ref_page *p,
    struct time_ref *ret)
{
	return seqlock_read(&p->lock, p->words, ret, sizeof(*ret));
}

#endif
