/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Parsers of rows with one plain value. They take their words, store at
 * word->at of `into`, and never accept a part of a word as a number.
 */
#ifndef HORA_CONF_VALUES_H
#define HORA_CONF_VALUES_H

#include "conf/config.h"
#include "conf/word.h"

/* The numbers behind the parsers, always finite; false after failing. */
bool conf_take_int(struct conf_line *line, const struct conf_word *word,
    int *ret);
bool conf_take_double(struct conf_line *line, const struct conf_word *word,
    double *ret);

/* A word of at most size - 1 bytes. */
bool conf_take_text(struct conf_line *line, const struct conf_word *word,
    char *ret, size_t size);

/* The name of a file, perhaps in quotes. */
bool conf_take_path(struct conf_line *line, const struct conf_word *word,
    char ret[CONFIG_PATH_SIZE]);

/*
 * Room for one more element of an array that has `count`; the array may move.
 * NULL after failing for lack of memory. The new element is zero.
 */
void *conf_grow(struct conf_line *line, void **array, size_t count,
    size_t element_size);

/* No word: stores true in a bool. */
bool conf_flag(struct conf_line *line, const struct conf_word *word, void *into);
/* An int, uint16_t or uint32_t within the range of the row. */
bool conf_int(struct conf_line *line, const struct conf_word *word, void *into);
bool conf_u16(struct conf_line *line, const struct conf_word *word, void *into);
bool conf_u32(struct conf_line *line, const struct conf_word *word, void *into);
/* A finite number within the range of the row. */
bool conf_double(struct conf_line *line, const struct conf_word *word,
    void *into);
/* The same, but beyond the range of the row it is the nearest in it. */
bool conf_clamped(struct conf_line *line, const struct conf_word *word,
    void *into);
/* A file or directory name, char[CONFIG_PATH_SIZE]. */
bool conf_path(struct conf_line *line, const struct conf_word *word, void *into);
/* A network interface, char[CONFIG_DEVICE_SIZE]. */
bool conf_device(struct conf_line *line, const struct conf_word *word,
    void *into);
/* A host name or address, char[CONFIG_NAME_SIZE]. */
bool conf_name(struct conf_line *line, const struct conf_word *word, void *into);
/* An address: IPv4 into a struct ip_addr at word->at, IPv6 at word->value. */
bool conf_address(struct conf_line *line, const struct conf_word *word,
    void *into);
/* Any words: nothing is stored. The peers accept them still. */
bool conf_ignored(struct conf_line *line, const struct conf_word *word,
    void *into);
/* The same; conf/check.h warns of it. */
bool conf_obsolete(struct conf_line *line, const struct conf_word *word,
    void *into);

#endif
