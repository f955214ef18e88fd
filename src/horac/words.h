/* SPDX-License-Identifier: Apache-2.0 */
/* The words of a command, and the numbers among them. */
#ifndef HORA_HORAC_WORDS_H
#define HORA_HORAC_WORDS_H

#include "conf/line.h"

#include <stdbool.h>
#include <stdint.h>

/* Collapse blanks in place; a comment becomes the empty line. */
void normalise_line(char *line);

/* Cut the next word off *line; "" when there is none. */
char *next_word(char **line);

/* Is `option` one of the words of args? */
bool has_option(const char *args, const char *option);

/*
 * The decimal number that a word begins with, what follows it left out as in
 * "100x": that is what scripts for chronyc may rely on. The ends of int for
 * larger ones; 0 when there is none. *ret_end (may be NULL): behind it, `word`
 * when there is none.
 */
int leading_int(const char *word, const char **ret_end);

/*
 * The next word of *line is a whole decimal number, an int or a finite one:
 * what is no number of its own must not become another.
 */
bool next_int(char **line, int32_t *ret);
bool next_double(char **line, double *ret);

/*
 * The words as a line of the configuration, for the parsers of its options.
 * They stay in `args`, which is cut; `error` is borrowed.
 */
void words_as_line(char *args, struct conf_error *error, struct conf_line *ret);

#endif
