/* SPDX-License-Identifier: Apache-2.0 */
/* The log files of the directive `log`, as the engine fills them. */
#ifndef HORA_HORAD_LOGS_H
#define HORA_HORAD_LOGS_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/logfile.h"
#include "os/logsink.h"

#include <stdbool.h>

struct logs {
	struct logsink *log;
	const char *directory;	/* "" = not given */
	unsigned banner_entries;
	bool has_complained;	/* about a missing logdir or a failed write */
	struct logfile files[IPC_LOGFILES];
};

/* No file is opened before its first entry. Both are borrowed. */
void logs_init(struct logs *l, const struct config *config,
    struct logsink *log);

/* The same for another configuration; open files stay when logdir does. */
void logs_renew(struct logs *l, const struct config *config, bool is_moved);

/* Append one entry to its file, with the banner when that is due. */
void logs_entry(struct logs *l, const struct ipc_logline *line);

/* The files are opened anew with their next entries. */
void logs_cycle(struct logs *l);

#endif
