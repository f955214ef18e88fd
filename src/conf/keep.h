/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Files that are read once and kept, so that what is said of a line can show
 * it, as it was when it was judged.
 */
#ifndef HORA_CONF_KEEP_H
#define HORA_CONF_KEEP_H

#include "conf/error.h"
#include "conf/files.h"

#include <stddef.h>

struct conf_keep {
	const struct conf_files *real;		/* borrowed */
	const char *const *arguments;		/* of the command line */
	size_t argument_count;
	struct kept_file {
		char *path, *text;
		size_t length;
	} *files;				/* in the order of reading */
	size_t count;
};

/* Files through `k`, which must outlive them. */
struct conf_files conf_keep_files(struct conf_keep *k);

/*
 * The line at a place, without newline: a file that was read, or an argument.
 * NULL when it is not known. Borrowed.
 */
const char *conf_keep_line(const struct conf_keep *k,
    const struct conf_place *place, size_t *ret_length);

/*
 * Number of the place's file in the order of reading; arguments come first,
 * what has no place last.
 */
size_t conf_keep_order(const struct conf_keep *k,
    const struct conf_place *place);

/* Release the copies of the files. */
void conf_keep_free(struct conf_keep *k);

#endif
