/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that is wrong with a configuration, not only the first error: what
 * horad --check tells. What needs more than files is up to the caller.
 */
#ifndef HORA_CONF_EXAMINE_H
#define HORA_CONF_EXAMINE_H

#include "conf/advise.h"
#include "conf/config.h"
#include "conf/error.h"
#include "conf/files.h"
#include "conf/flat.h"

#include <stddef.h>

/* A configuration and the texts that it was read from. */
struct conf_examined {
	struct config config;		/* what the good lines say */
	struct conf_text text;		/* as conf/expand.h gave it */
	struct conf_text sources;	/* as conf/collect.h gave it */
};

/*
 * Expand, parse, check and advise (conf/expand.h, parse.h, check.h, advise.h)
 * the file at `path`, or when `count` is not 0 the arguments instead, and all
 * .sources files. `report` is told of every error and warning, in no particular
 * order, perhaps twice of one. facts->has_errors is not looked at.
 * conf_examined_free is the caller's.
 */
void conf_examine(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, const struct conf_facts *facts,
    conf_report_fn *report, void *arg, struct conf_examined *ret);

/* Release the configuration and both texts. */
void conf_examined_free(struct conf_examined *e);

#endif
