/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The language: one row for every directive (reference: configuration.md 2).
 * Values are stored in a struct config.
 */
#ifndef HORA_CONF_DIRECTIVES_H
#define HORA_CONF_DIRECTIVES_H

#include "conf/word.h"

/* All of them, wired or not; the options of each hang on its row. */
extern const struct conf_words conf_directives;

/* The row of a directive; case does not matter. NULL when unknown. */
const struct conf_word *conf_directive(const char *name);

/* What is done with a line; its directive, `word`, is taken. */
typedef void conf_line_fn(void *arg, struct conf_line *line,
    const struct conf_word *word);

/*
 * All lines of a flat text in their order, but for those that can not be read
 * or whose directive is unknown: of them the parser has told (conf/parse.h).
 */
void conf_each_line(const char *text, size_t length, conf_line_fn *what,
    void *arg);

#endif
