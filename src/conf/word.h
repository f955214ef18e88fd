/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A row of a table of words: a directive, or an option of one. The parser, its
 * messages, the help, the manual page and completion read the same rows.
 */
#ifndef HORA_CONF_WORD_H
#define HORA_CONF_WORD_H

#include "conf/line.h"

#include <stdbool.h>
#include <stddef.h>

struct conf_word;

/*
 * Take the words that belong to `word` from the line (its own name is taken)
 * and store what they say in `into`, a struct that the table belongs to. False
 * when they are wrong; then conf_fail has said why.
 */
typedef bool conf_word_fn(struct conf_line *line, const struct conf_word *word,
    void *into);

/* In a row: the word is known, but left out; WHAT to do without, as a phrase. */
#define CONF_LEFT_OUT(what) .parse = NULL, .instead = (what)

/*
 * In a row: a limit. "inf" says that there is none, and is taken as this value,
 * a finite one: sums and products of it are numbers, and what is not known yet,
 * which is infinite, stays above every limit.
 */
#define CONF_LIMIT(inf) .is_limit = true, .no_limit = (inf)
#define CONF_NO_LIMIT 1e12	/* nothing in s, ppm or ratios comes near */

/* A table of words. */
struct conf_words {
	const struct conf_word *rows;
	size_t count;
};

/* In a table: its rows. */
#define CONF_ROWS(array) { (array), sizeof(array) / sizeof(*(array)) }

struct conf_word {
	const char *name;
	const char *args;	/* what follows the name, as for a manual */
	/*
	 * What holds without the word, as it would follow the name (config_init
	 * says the same); "-" = nothing, off. Several values of which each
	 * would need a line of its own are separated by spaces.
	 */
	const char *by_default;
	const char *since;	/* release of chrony; "old" = up to 1.20 */
	const char *help;	/* one line: what it means */
	conf_word_fn *parse;	/* NULL: CONF_LEFT_OUT */
	size_t at;		/* offset of the value in the struct */
	double min, max;	/* of a number; both 0 = any */
	const char *unit;	/* of a number; NULL = none */
	bool is_limit;		/* CONF_LIMIT */
	double no_limit;	/* its value */
	size_t value;		/* more for `parse`, as that says */
	const char *instead;	/* of CONF_LEFT_OUT */
	bool restart;		/* a running daemon can not take a change */
	const struct conf_words *options;	/* [OPTION] of args, or NULL */
};

/* The row with this name (case does not matter), or NULL. */
const struct conf_word *conf_word_find(const struct conf_words *table,
    const char *name);

/* The name most like `name`, or NULL when none is near. */
const char *conf_word_nearest(const struct conf_words *table,
    const char *name);

/* "1 to 255", "0 or more, in s", "in ppm" ...; "" when nothing is to be said. */
void conf_word_range(const struct conf_word *word, char *buf, size_t size);

/*
 * The next word of the line as an argument of `word`, or NULL after failing:
 * there is none, or it stands in quotes.
 */
const char *conf_take(struct conf_line *line, const struct conf_word *word);

/* The same for the name of a file, which may stand in quotes; not empty. */
const char *conf_take_file(struct conf_line *line,
    const struct conf_word *word);

/* Are all words taken? */
static inline bool conf_line_done(const struct conf_line *line)
{
	return line->next == line->count;
}

/* True when all words are taken, else fail: one word too many. */
bool conf_take_end(struct conf_line *line, const struct conf_word *word);

/*
 * Fail with "DIRECTIVE [OPTION]: 'VALUE' WHAT; use: NAME ARGS (RANGE)". Always
 * false. `value` may be NULL: then without it. To blame is `value` where it is
 * a word of the line, else the word taken last.
 */
bool conf_refuse(struct conf_line *line, const struct conf_word *word,
    const char *value, const char *what);

/* Fail because the word has no parser; `kind`: "directive", "option". */
bool conf_unavailable(struct conf_line *line, const struct conf_word *word,
    const char *kind);

/*
 * The rest of the line as options out of a table, in any order, each as often
 * as it comes. Unknown ones fail with a suggestion.
 */
bool conf_options(struct conf_line *line, const struct conf_words *table,
    void *into);

#endif
