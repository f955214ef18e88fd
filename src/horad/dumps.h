/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of dumpdir: the samples of sources, one file for each address
 * (reference: files-and-logs.md 3). What is in them is the engine's.
 */
#ifndef HORA_HORAD_DUMPS_H
#define HORA_HORAD_DUMPS_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/logsink.h"

#include <stdbool.h>
#include <stddef.h>

#define DUMPS_MAX 1024		/* files that are remembered, or made */

struct dump;

struct dumps {
	struct logsink *log;
	const char *directory;	/* "" = no files */
	struct dump *entries;	/* read at start, not yet asked for */
	size_t count;
	unsigned made;		/* files, that were not there before */
	bool has_complained;	/* of too many */
};

/*
 * Read the files, if `flags` (enum ipc_config_flag) say so, and remove them in
 * any case: they are used at most once. Others that lie there stay. `config` and
 * `log` are borrowed.
 */
void dumps_open(struct dumps *d, const struct config *config, uint32_t flags,
    struct logsink *log);

/* What was in the file of an address, once; length 0 when there was none. */
void dumps_load(struct dumps *d, const struct ipc_history_load *load,
    struct ipc_history *ret);

/* A report of the engine: write the file. Reports without sense are dropped, and new
 * files beyond DUMPS_MAX: an engine taken over could fill the disk. */
void dumps_write(struct dumps *d, const struct ipc_history *history);

/* Forget what was read. */
void dumps_free(struct dumps *d);

#endif
