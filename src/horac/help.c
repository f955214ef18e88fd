/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/help.h"

#include <stdio.h>

#define COLUMN 28		/* where the explanations begin */

static void print_row(const struct command *c)
{
	int n = printf("%s", c->usage);

	if (n >= COLUMN) {
		putchar('\n');
		n = 0;
	}
	printf("%*s%s\n", COLUMN - n, "", c->text);
}

bool print_help(struct session *s, const struct command *c, char *args)
{
	(void)c;
	(void)args;
	for (size_t i = 0; i < s->command_count; i++) {
		const struct command *row = &s->commands[i];

		if (!row->usage)
			continue;
		if (row->name) {
			print_row(row);
			continue;
		}
		if (i > 0)
			printf("%*s\n", COLUMN, "");
		printf("%-*s\n", COLUMN, row->usage);
	}
	printf("%*s\n", COLUMN, "");
	return true;
}
