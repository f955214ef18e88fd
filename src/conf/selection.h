/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Directives of source selection with more than one plain value (reference:
 * configuration.md 2.5). `config` is a struct config.
 */
#ifndef HORA_CONF_SELECTION_H
#define HORA_CONF_SELECTION_H

#include "conf/word.h"

/* MODE: one of require, prefer, mix, ignore; case does not matter. */
bool conf_authselectmode(struct conf_line *line, const struct conf_word *word,
    void *config);

#endif
