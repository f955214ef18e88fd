/* SPDX-License-Identifier: Apache-2.0 */
/* The symmetric keys of `keyfile` (reference: files-and-logs.md 6). */
#ifndef HORA_HORAD_SYMMETRIC_H
#define HORA_HORAD_SYMMETRIC_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "nts/mac_keys.h"
#include "os/logsink.h"

#include <stdbool.h>

struct symmetric {
	struct logsink *log;
	const char *path;		/* of the configuration; "" = none */
	bool is_used;			/* there is a keyfile, or was one */
	struct mac_keys keys;
	bool needs_right;		/* our user may not read it */
};

/*
 * Read the file, if there is one. Mistakes in it are warnings, and so is one
 * that can not be read. `config` and `log` are borrowed.
 */
void symmetric_open(struct symmetric *s, const struct config *config,
    struct logsink *log);

/*
 * Read it again, or forget the keys when the configuration names no file any
 * more. True: they are to be handed out. False, and the keys stay as they are:
 * there was none, or it can not be read, which is logged.
 */
bool symmetric_read(struct symmetric *s);

/* The answer to a question for a key; wipe it after use. */
void symmetric_message(const struct symmetric *s, uint32_t id,
    struct ipc_mac_key *ret);

/* Wipe and forget the keys. */
void symmetric_wipe(struct symmetric *s);

#endif
