/* SPDX-License-Identifier: Apache-2.0 */
/* server, pool and peer lines (reference: configuration.md 2.1, 2.2). */
#ifndef HORA_CONF_SOURCE_H
#define HORA_CONF_SOURCE_H

#include "conf/word.h"

/* The options, wired or not. */
extern const struct conf_words conf_source_options;

/*
 * NAME [OPTION]... after the directive's name; word->value is the enum
 * source_type. Appends to the sources of a struct config.
 */
bool conf_source(struct conf_line *line, const struct conf_word *word,
    void *config);

/* The same into one struct source_config; written on success only. */
bool conf_source_line(struct conf_line *line, const struct conf_word *word,
    struct source_config *ret);

/*
 * What every line goes through once its words are read: values are clamped as the
 * reference says, and what can not go together is settled.
 */
void conf_source_settle(struct source_config *s);

#endif
