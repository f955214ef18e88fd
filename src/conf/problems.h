/* SPDX-License-Identifier: Apache-2.0 */
/* A list of errors and warnings, and how a person is shown one. */
#ifndef HORA_CONF_PROBLEMS_H
#define HORA_CONF_PROBLEMS_H

#include "conf/error.h"
#include "conf/keep.h"

#include <stddef.h>

#define PROBLEMS_MAX 1000	/* kept; more are counted */

/* Zero to begin with. */
struct conf_problems {
	struct conf_error *list;
	size_t count;			/* in the list */
	size_t errors, warnings;	/* told; more than in the list */
};

/* A conf_report_fn: add to the struct conf_problems `problems`, once. */
void conf_problems_add(void *problems, const struct conf_error *what);

/*
 * Put them into the order in which their files were read, and of their lines
 * and columns.
 */
void conf_problems_sort(struct conf_problems *p, const struct conf_keep *files);

/* Release the list; the counts go, too. */
void conf_problems_free(struct conf_problems *p);

/* The word to blame, without quotes, or "". Cut to fit; returns buf. */
const char *conf_problem_word(const struct conf_error *e,
    const struct conf_keep *files, char *buf, size_t size);

#define CONF_SHOW_SIZE (CONF_ERROR_SIZE + 1024)

/*
 * "FILE:LINE:COLUMN: error: TEXT; HINT", and below it the line, of a long one
 * the part around the word, with marks below the word. Lines end in newlines;
 * control characters are '?'. Returns buf.
 */
const char *conf_problem_show(const struct conf_error *e,
    const struct conf_keep *files, char buf[CONF_SHOW_SIZE]);

#endif
