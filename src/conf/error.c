/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/error.h"

#include <stdio.h>

const char *conf_error_message(const struct conf_error *e, char *buf,
    size_t size)
{
	const char *file = e->place.file;
	unsigned line = e->place.line;
	const char *then = *e->hint ? "; " : "";

	if (*file && line > 0)
		snprintf(buf, size, "%s:%u: %s%s%s", file, line, e->text, then,
		    e->hint);
	else if (*file)
		snprintf(buf, size, "%s: %s%s%s", file, e->text, then, e->hint);
	else if (line > 0)
		snprintf(buf, size, "at argument %u: %s%s%s", line, e->text,
		    then, e->hint);
	else
		snprintf(buf, size, "%s%s%s", e->text, then, e->hint);
	for (char *c = buf; *c; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return buf;
}
