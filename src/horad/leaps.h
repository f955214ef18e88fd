/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Leap seconds from the file of leapseclist or, where that has none to give,
 * the zone of leapsectz: read for the engine, which reads no files.
 */
#ifndef HORA_HORAD_LEAPS_H
#define HORA_HORAD_LEAPS_H

#include "conf/config.h"
#include "ipc/messages.h"
#include "os/logsink.h"

#include <stdbool.h>

#define LEAPS_READ_S 43200	/* twice a day (configuration.md 2.6) */

struct leaps {
	const char *list;		/* path; "" = none */
	const char *zone;		/* name, or path that begins with / */
	bool is_used;			/* the engine is to be told */
	struct ipc_leaps message;	/* count 0: nothing that can be used */
};

/* Nothing read yet; `config` is borrowed. */
void leaps_init(struct leaps *l, const struct config *config);

/*
 * Read them (again). What can not be read, or fails its check, is one line of
 * the log and not used; expired data is, with a line too. True when the message
 * is another one than before.
 */
bool leaps_read(struct leaps *l, struct wall_time now, struct logsink *log);

#endif
