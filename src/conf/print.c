/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/print.h"

#include "conf/line.h"

#include <string.h>

void conf_print(const char *text, size_t length,
    const struct conf_place *until, void (*line)(void *arg, const char *line),
    void *arg)
{
	struct conf_error error;
	struct conf_line read = { .error = &error };
	struct conf_lines lines;
	char joined[CONF_LINE_MAX + 1];

	conf_lines_init(&lines, text, length, "", true);
	while (conf_lines_next(&lines, &read) == CONF_NEXT_LINE) {
		conf_line_join(&read, joined);
		line(arg, joined);
		if (until && read.place.line == until->line &&
		    strcmp(read.place.file, until->file) == 0)
			return;
	}
}
