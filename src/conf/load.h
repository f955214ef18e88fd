/* SPDX-License-Identifier: Apache-2.0 */
/* The whole way from files to a checked configuration, as horad goes it. */
#ifndef HORA_CONF_LOAD_H
#define HORA_CONF_LOAD_H

#include "conf/config.h"
#include "conf/error.h"
#include "conf/expand.h"

#include <stdbool.h>

/*
 * Expand, parse and check (conf/expand.h, parse.h, check.h) the file at `path`,
 * or when `count` is not 0 the arguments instead. `warning` (may be NULL) is
 * told what is legal but suspicious.
 *
 * True: `config` is ready, to be freed by config_free, and `text` is what the
 * roles parse. False: *error is the first error, in the order of the lines;
 * `config` holds nothing to free; `text` holds the lines up to the error.
 * conf_text_free(text) is the caller's in both cases.
 */
bool conf_load(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, conf_report_fn *warning,
    void *arg, struct config *config, struct conf_text *text,
    struct conf_error *error);

#endif
