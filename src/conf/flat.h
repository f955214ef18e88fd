/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A flat text: lines of any files in one text that grows, each after a mark of
 * where it stood, "\001LINE FILE\n". Lines are as they stood, so that columns
 * stay true. None can look like a mark, because control characters are refused
 * (conf/line.h).
 */
#ifndef HORA_CONF_FLAT_H
#define HORA_CONF_FLAT_H

#include "conf/line.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_TEXT_MAX (16u << 20)	/* bytes */

struct conf_text {
	char *text;			/* from malloc; ends in a NUL */
	size_t length;			/* without the NUL */
	size_t size;			/* allocated */
};

/* An empty string. 0 or -ENOMEM (then nothing is to be freed). */
int conf_text_init(struct conf_text *t);

/* Free and empty it. */
void conf_text_free(struct conf_text *t);

/* A mark and a line. 0, -ENOMEM, or -EFBIG above the maximum. */
int conf_text_add_line(struct conf_text *t, const struct conf_line *line);

/* Can this be the name of a file in a mark (length, no line break)? */
bool conf_text_can_name(const char *path);

#endif
