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
#include "sync/leap_table.h"

#include <stdbool.h>

#define LEAPS_FILE_MAX (1u << 20)	/* bytes of a list or zone */
#define LEAPS_PATH_SIZE (CONFIG_PATH_SIZE + 32)
#define LEAPS_READ_S 43200	/* twice a day (configuration.md 2.6) */

struct leaps {
	const char *list;		/* path; "" = none */
	const char *zone;		/* name, or path that begins with / */
	bool is_used;			/* the engine is to be told */
	bool is_told;			/* it was, last time */
	struct ipc_leaps message;	/* count 0: nothing that can be used */
};

/* Nothing read yet; `config` is borrowed. */
void leaps_init(struct leaps *l, const struct config *config);

/* The same for another configuration, without forgetting what was told. */
void leaps_renew(struct leaps *l, const struct config *config);

/*
 * Judge the n bytes of a list or, else, a zone. False: not to be used, for
 * `reason`; true: used, although they do what `reason` says, if it says.
 */
bool leaps_judge(const char *text, size_t n, bool is_list,
    struct wall_time now, struct leap_table *ret,
    char reason[LEAP_REASON_SIZE]);

/* The file of a zone of leapsectz. */
void leaps_zone_path(const char *zone, char path[LEAPS_PATH_SIZE]);

/*
 * Read them (again). What can not be read, or fails its check, is one line of
 * the log and not used; expired data is, with a line too. True when the message
 * is another one than before.
 */
bool leaps_read(struct leaps *l, struct wall_time now, struct logsink *log);

#endif
