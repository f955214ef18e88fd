/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text into struct config (language: reference configuration.md 1 and 2). Pure:
 * files are read by conf/expand.h, before.
 */
#ifndef HORA_CONF_PARSE_H
#define HORA_CONF_PARSE_H

#include "conf/config.h"
#include "conf/error.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Parse a whole configuration. `text` is the flat text of conf_expand, the same
 * for every role, or any text without include and confdir; its lines are then
 * counted from 1 in a file without name. NUL at the end is not needed.
 *
 * True: `config` was initialised and filled, to be freed by config_free. False:
 * *error says what the first bad line wants; `config` holds nothing to free
 * (config_free is harmless).
 */
bool conf_parse_text(const char *text, size_t length, struct config *config,
    struct conf_error *error);

/*
 * The same, but it goes on after a bad line: `report` is told of each, and
 * `config` holds what the good lines say; config_free is the caller's. Ends
 * after CONF_PROBLEMS_MAX bad lines. Returns how many there were.
 */
size_t conf_parse_all(const char *text, size_t length, struct config *config,
    conf_report_fn *report, void *arg);

/*
 * Parse the text of .sources files (reference: configuration.md 1.4): raw, or
 * as conf_collect_sources gave it. Only server, pool and peer lines count; any
 * other line is skipped, and `skipped` (may be NULL) is told why. What follows
 * the last newline is not a line yet; a line that is too long ends its file.
 *
 * Returns 0 and an array of *ret_count sources, the caller's to free (NULL when
 * there are none), or -ENOMEM.
 */
int conf_parse_sources(const char *text, size_t length,
    conf_report_fn *skipped, void *arg, struct source_config **ret_sources,
    size_t *ret_count);

#endif
