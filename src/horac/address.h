/* SPDX-License-Identifier: Apache-2.0 */
/* Words of a command, and the addresses among them. */
#ifndef HORA_HORAC_ADDRESS_H
#define HORA_HORAC_ADDRESS_H

#include "ctl/request.h"
#include "horac/session.h"

/* Cut the next word off *line; "" when there is none. */
char *next_word(char **line);

/*
 * The decimal number that a word begins with, what follows it left out as in
 * "100x": that is what scripts for chronyc may rely on. The ends of int for
 * larger ones; 0 when there is none. *ret_end (may be NULL): behind it, `word`
 * when there is none.
 */
int leading_int(const char *word, const char **ret_end);

/* Collapse blanks in place; a comment becomes the empty line. */
void normalise_line(char *line);

/* Is `option` one of the words of args? */
bool has_option(const char *args, const char *option);

/* "ID#0000000002", an address, or a host name (its first address). */
bool read_address(const struct session *s, const char *word,
    struct control_addr *ret);

/*
 * NET: nothing, an address, MASK/ADDRESS or ADDRESS/BITS. Says on stderr what
 * is wrong with it.
 */
bool read_sources(const struct session *s, const char *word,
    struct source_mask *ret);

#define ADDRESS_TEXT_SIZE 64
/* "ID#0000000002" or the address in numbers. Returns buf. */
const char *address_text(const struct control_addr *a,
    char buf[ADDRESS_TEXT_SIZE]);

#endif
