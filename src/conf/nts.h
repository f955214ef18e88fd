/* SPDX-License-Identifier: Apache-2.0 */
/*
 * NTS directives with more than one plain value (reference: configuration.md
 * 2.3). `config` is a struct config.
 */
#ifndef HORA_CONF_NTS_H
#define HORA_CONF_NTS_H

#include "conf/word.h"

/* AEAD...: the list is replaced; numbers that hora does not have are left out. */
bool conf_ntsaeads(struct conf_line *line, const struct conf_word *word,
    void *config);
/* [SETID] PATH; added to the list. */
bool conf_ntstrustedcerts(struct conf_line *line, const struct conf_word *word,
    void *config);
/* PATH; the n-th certificate belongs to the n-th key (conf/check.h). */
bool conf_ntsservercert(struct conf_line *line, const struct conf_word *word,
    void *config);
bool conf_ntsserverkey(struct conf_line *line, const struct conf_word *word,
    void *config);
/* PORT, not 0: the peer listens on a random port then, which no one means. */
bool conf_ntsport(struct conf_line *line, const struct conf_word *word,
    void *config);

#endif
