/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language: one row for every directive (reference: configuration.md 2).
 * Values are stored in a struct config.
 */
#ifndef HORA_CONF_DIRECTIVES_H
#define HORA_CONF_DIRECTIVES_H

#include "conf/word.h"

extern const struct conf_word conf_directives[];
extern const size_t conf_directive_count;

/* The row of a directive; case does not matter. NULL when unknown. */
const struct conf_word *conf_directive(const char *name);

#endif
