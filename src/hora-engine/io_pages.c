/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/io_pages.h"

#include <errno.h>

static void unmap(const struct io_pages *p, void *map, enum ipc_page page)
{
	shm_unmap(map, page_size(page, p->records));
}

int io_pages_take(struct io_pages *p, const struct ipc_shm *shm, int fd)
{
	bool is_ours = shm->page == IPC_PAGE_TIME_REF;
	size_t size = page_size((enum ipc_page)shm->page, p->records);
	void *map;
	int rc = size > 0 ? shm_map(fd, size, is_ours, &map) : -EPROTO;

	if (rc)
		return rc;
	if (is_ours) {
		unmap(p, p->time_ref, IPC_PAGE_TIME_REF);
		p->time_ref = map;
		if (p->has_published)
			time_ref_publish(p->time_ref, &p->published);
	} else if (shm->page == IPC_PAGE_SERVE) {
		unmap(p, p->serve, IPC_PAGE_SERVE);
		p->serve = map;
	} else {
		unmap(p, p->ke, IPC_PAGE_KE);
		p->ke = map;
	}
	return 0;
}

void io_pages_publish(struct io_pages *p, const struct time_ref *ref)
{
	p->published = *ref;
	p->has_published = true;
	if (p->time_ref)
		time_ref_publish(p->time_ref, ref);
}

void io_pages_free(struct io_pages *p)
{
	unmap(p, p->time_ref, IPC_PAGE_TIME_REF);
	unmap(p, p->serve, IPC_PAGE_SERVE);
	unmap(p, p->ke, IPC_PAGE_KE);
}
