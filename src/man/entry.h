/* SPDX-License-Identifier: Apache-2.0 */
/* What a row says, as a part of a manual page (man(7)) or as a list of words. */
#ifndef HORA_MAN_ENTRY_H
#define HORA_MAN_ENTRY_H

#include "conf/word.h"

#include <stdio.h>

#define ENTRY_WORDS 1024	/* bytes; enough for the options of any row */

/* .TP, the word with its arguments, what it means, and the facts. */
void entry_write(const struct conf_word *word, FILE *out);

/* The same of a word that this version has not: what it is, what to do. */
void entry_write_left_out(const struct conf_word *word, const char *before,
    FILE *out);

/*
 * The lower-case words that can follow the name, by spaces: options that can be
 * used, or the choices of its arguments. "" when there are none.
 */
void entry_words(const struct conf_word *word, char buf[ENTRY_WORDS]);

/* Is an argument the name of a file or of a directory? */
bool entry_takes_file(const struct conf_word *word);

/* Text of a page: no escapes, no requests, minus signs that can be copied. */
void entry_text(const char *text, FILE *out);

/*
 * The text as a sentence, broken into lines that begin with no request of the
 * formatter. The text is changed.
 */
void entry_sentence(char *text, FILE *out);

#endif
