/* SPDX-License-Identifier: Apache-2.0 */
/* What pages and completion say of the tool: commands and options of horac. */
#ifndef HORA_MAN_TOOL_H
#define HORA_MAN_TOOL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#define TOOL_COMMANDS_MAX 200	/* rows of the table */

/* Which commands had their entry; begins zeroed. */
struct tool_entries {
	bool is_done[TOOL_COMMANDS_MAX];
	bool has_entries;
};

/*
 * The entry of a command: .TP, its usage, what it does. False, and a line in
 * `fault` (size bytes): there is none of that name, or it had its entry.
 */
bool tool_entry(struct tool_entries *e, const char *name, FILE *out,
    char *fault, size_t size);

/* The first command without an entry; NULL when there is none. */
const char *tool_missing(const struct tool_entries *e);

/* `which` of page.h (@for-...) with its pattern, as list_write of lists.h. */
bool tool_list_write(const char *which, const char *pattern, FILE *out);

/* Names of the commands, or the options, by spaces. */
void tool_list_commands(FILE *out);
void tool_list_options(FILE *out);

#endif
