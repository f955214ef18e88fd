/* SPDX-License-Identifier: Apache-2.0 */
/* The .sources files (reference: configuration.md 1.4) as one flat text. */
#ifndef HORA_CONF_COLLECT_H
#define HORA_CONF_COLLECT_H

#include "conf/config.h"
#include "conf/error.h"
#include "conf/files.h"
#include "conf/flat.h"

/*
 * The lines of all .sources files of the source directories, for
 * conf_parse_sources. What cannot be read, and a line that is not complete or
 * too long, is left out, and `skipped` (may be NULL) is told. The text is the
 * caller's. 0, or -ENOMEM or -EFBIG (then nothing is to be freed).
 */
int conf_collect_sources(const struct conf_files *files,
    const struct config *config, conf_report_fn *skipped, void *arg,
    struct conf_text *ret);

#endif
