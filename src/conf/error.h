/* SPDX-License-Identifier: Apache-2.0 */
/* What is wrong with a configuration, and where. */
#ifndef HORA_CONF_ERROR_H
#define HORA_CONF_ERROR_H

#include "conf/config.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_ERROR_TEXT 512	/* what is wrong, with NUL; longer is cut */
#define CONF_ERROR_HINT 256	/* what would be right, the same */
#define CONF_ERROR_SIZE \
	(CONFIG_PATH_SIZE + CONF_ERROR_TEXT + CONF_ERROR_HINT + 32)

/* A line of a file, or an argument of the command line. */
struct conf_place {
	char file[CONFIG_PATH_SIZE];	/* "" = the command line */
	unsigned line;			/* from 1; 0 = no line in particular */
	unsigned column, width;		/* of the word to blame, in bytes, from
					 * 1; 0 = no word in particular */
};

/* An error or a warning, two phrases of one line. */
struct conf_error {
	struct conf_place place;
	bool is_warning;
	char text[CONF_ERROR_TEXT];	/* what is wrong */
	char hint[CONF_ERROR_HINT];	/* what would be right; "" = no more */
};

#define CONF_PROBLEMS_MAX 1000	/* errors that are looked for in one go */

/* Is told of something that does not end the work (a warning, a skipped line). */
typedef void conf_report_fn(void *arg, const struct conf_error *what);

/* Report a warning, an error; `hint` may be NULL. */
void conf_warn(conf_report_fn *report, void *arg,
    const struct conf_place *place, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));
void conf_complain(conf_report_fn *report, void *arg,
    const struct conf_place *place, const char *hint, const char *format, ...)
    __attribute__((format(printf, 5, 6)));

/*
 * "FILE:LINE: TEXT", "FILE: TEXT", "at argument N: TEXT" or "TEXT", as the
 * place is known, and "; HINT" where there is one. Control characters become
 * '?', so that it is always one line. Returns buf, always ended by a NUL.
 */
const char *conf_error_message(const struct conf_error *e, char *buf,
    size_t size);

#endif
