/* SPDX-License-Identifier: Apache-2.0 */
/* The effective lines of a configuration, for `horad -p`. */
#ifndef HORA_CONF_PRINT_H
#define HORA_CONF_PRINT_H

#include "conf/error.h"

#include <stddef.h>

/*
 * Call `line` with each line of a flat text (conf/expand.h), normalised and
 * without newline, in file order (reference: configuration.md 3, -p). With
 * `until` (else NULL), the line that stands at its place is the last.
 */
void conf_print(const char *text, size_t length,
    const struct conf_place *until, void (*line)(void *arg, const char *line),
    void *arg);

#endif
