/* SPDX-License-Identifier: Apache-2.0 */
/* Lines and words of the small text files of this room. */
#ifndef HORA_NTS_WORDS_H
#define HORA_NTS_WORDS_H

#include <stddef.h>

#define WORDS_MAX 4		/* words of one line */
#define WORDS_LINE_MAX 640	/* bytes of the longest line, with its NUL */

/* One line, cut into words; it may hold keys, so wipe it after use. */
struct words {
	char text[WORDS_LINE_MAX];
	char *word[WORDS_MAX];	/* into text */
	int count;
};

/*
 * Take the next line from *at and cut it at blanks and tabs. Returns the number
 * of words, 0 for an empty line; -1 at the end of the text, or when the line is
 * longer than the buffer or has more than four words. *at is moved past the
 * line except at -1.
 */
int words_next(const char **at, struct words *ret);

#endif
