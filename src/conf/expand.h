/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to one flat text (conf/flat.h): include and confdir are replaced
 * by what they name (reference: configuration.md 1.3), comments and blank lines
 * dropped. horad does it once; every role parses the same flat text
 * (conf/parse.h).
 */
#ifndef HORA_CONF_EXPAND_H
#define HORA_CONF_EXPAND_H

#include "conf/error.h"
#include "conf/files.h"
#include "conf/flat.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_NESTING 10			/* files, the top one included */
#define CONF_FILES_MAX 10000		/* read for one configuration */

/*
 * The flat text of a configuration file. On an error (false) it holds what came
 * before the error. conf_text_free is the caller's in both cases.
 */
bool conf_expand_file(const struct conf_files *files, const char *path,
    struct conf_text *ret, struct conf_error *error);

/* The same for directives given as arguments of the command line. */
bool conf_expand_arguments(const struct conf_files *files,
    const char *const *arguments, size_t count, struct conf_text *ret,
    struct conf_error *error);

/*
 * Either (the file unless count > 0), but it goes on after an error: `report`
 * is told of each, and *ret holds all other lines. Ends after
 * CONF_PROBLEMS_MAX errors or above a bound. Returns how many errors there
 * were; conf_text_free is the caller's.
 */
size_t conf_expand_all(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, conf_report_fn *report,
    void *arg, struct conf_text *ret);

#endif
