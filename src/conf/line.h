/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text into lines, lines into words (reference: configuration.md 1.1). Beyond
 * the reference, a word that begins with # ends the line (a trailing comment),
 * a word in "..." may have spaces (only names of files may be such words), and
 * control characters outside of comments are refused.
 */
#ifndef HORA_CONF_LINE_H
#define HORA_CONF_LINE_H

#include "conf/error.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_LINE_MAX 2047	/* bytes, the newline included */
#define CONF_WORDS_MAX 1024	/* that many fit into a line */
#define CONF_MARK '\001'	/* first byte of a mark (conf/expand.h) */

/* Lines still to be read; the text is borrowed. */
struct conf_lines {
	const char *at, *end;
	struct conf_place place;	/* of the line read last */
	bool has_marks;			/* a flat text; else marks are refused */
};

/* One line, its words, and where to say what is wrong with it. */
struct conf_line {
	struct conf_error *error;	/* borrowed; written on failure only */
	struct conf_place place;
	bool has_newline;
	size_t count;			/* words, at least 1 */
	size_t next;			/* the first word not yet taken */
	const char *words[CONF_WORDS_MAX];	/* into text; without quotes */
	bool is_quoted[CONF_WORDS_MAX];	/* the word stood in "..." */
	const char *raw;		/* the line as it stands in its text */
	size_t raw_length;		/* without the newline */
	char text[CONF_LINE_MAX + 1];
};

enum conf_next {
	CONF_NEXT_LINE,		/* a line with at least one word */
	CONF_NEXT_END,
	CONF_NEXT_BAD,		/* cannot be words; *error says why */
	CONF_NEXT_LONG,		/* more than CONF_LINE_MAX; *error says so */
};

/* Lines of `length` bytes that stand in `file` ("" = none), counted from 1. */
void conf_lines_init(struct conf_lines *from, const char *text, size_t length,
    const char *file, bool has_marks);

/*
 * The next line that is neither blank nor a comment. Its `error` must be set
 * before. Reading may go on after BAD and LONG.
 */
enum conf_next conf_lines_next(struct conf_lines *from, struct conf_line *line);

/*
 * Write the place and the text of the line's error; to blame is the word taken
 * last. Always false.
 */
bool conf_fail(struct conf_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* After failing: what would be right. Always false. */
bool conf_hint(struct conf_line *line, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Where the word with this index stands; the line when there is none. */
struct conf_place conf_line_place(const struct conf_line *line, size_t index);

/* The words with single spaces between them, quoted as they were. */
void conf_line_join(const struct conf_line *line, char buf[CONF_LINE_MAX + 1]);

#endif
