/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The NTS state of the sources: what the engine reported last, for the next
 * engine and for the files ADDRESS.nts (reference: files-and-logs.md 4).
 */
#ifndef HORA_HORAD_COOKIES_H
#define HORA_HORAD_COOKIES_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/logsink.h"

#include <stdbool.h>
#include <stddef.h>

#define COOKIES_SOURCES 1024	/* sources that are remembered */

struct cookie_entry;

struct cookies {
	struct logsink *log;
	const char *directory;		/* "" = no files */
	struct cookie_entry *entries;	/* newest report first */
	size_t count;
};

/* An empty store for ntsdumpdir; `config` and `log` are borrowed. */
void cookies_init(struct cookies *c, const struct config *config,
    struct logsink *log);

/*
 * A report of the engine: these cookies are unused, any other is used. A file
 * that was saved before is removed, so that no cookie is ever used twice.
 * Reports without sense are dropped.
 */
void cookies_report(struct cookies *c, const struct ipc_nts_state *state);

/*
 * The state of a source: what was reported, or else its file, which is gone
 * then. cookie_count and key_length are 0 when there is none. Wipe it after
 * use.
 */
void cookies_load(struct cookies *c, const struct ipc_nts_load *load,
    struct wall_time now, struct ipc_nts_state *ret);

/* Write the files of the sources that have unused cookies. */
void cookies_save(struct cookies *c);

/* Wipe and forget all entries; files stay as they are. */
void cookies_free(struct cookies *c);

#endif
