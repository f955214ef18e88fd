/* SPDX-License-Identifier: Apache-2.0 */
#include "man/tool.h"

#include "horac/commands.h"
#include "horac/options.h"
#include "man/entry.h"
#include "man/lists.h"

#include <string.h>

#define SENTENCE_SIZE 500

static size_t rows_of(const struct command **ret)
{
	struct session s = { 0 };

	commands_init(&s);
	*ret = s.commands;
	return s.command_count;
}

/* No title, and in `help`. */
static bool has_entry(const struct command *c)
{
	return c->name && c->usage;
}

/* One row of each command but those that are kept for old scripts. */
static bool is_for_people(const struct command *c)
{
	return c->run && c->text;
}

/* --- entries -------------------------------------------------------------- */

/* <values> in italics, words to write in bold, what is around them as it is. */
static void put_usage(const char *usage, FILE *out)
{
	while (*usage) {
		bool is_value = *usage == '<';
		size_t n = is_value ? strcspn(++usage, ">") :
		    strcspn(usage, " <>[]|/");
		char word[100];

		if (n == 0) {
			putc(*usage++, out);
			continue;
		}
		snprintf(word, sizeof(word), "%.*s", (int)n, usage);
		fputs(is_value ? "\\fI" : "\\fB", out);
		entry_text(word, out);
		fputs("\\fR", out);
		usage += n + is_value;
	}
}

static void put_row(const struct command *c, FILE *out)
{
	char text[SENTENCE_SIZE];

	fputs(".TP\n", out);
	put_usage(c->usage, out);
	putc('\n', out);
	snprintf(text, sizeof(text), "%s", c->text);
	entry_sentence(text, out);
}

bool tool_entry(struct tool_entries *e, const char *name, FILE *out,
    char *fault, size_t size)
{
	const struct command *rows;
	size_t n = rows_of(&rows);
	bool is_known = false;

	e->has_entries = true;
	for (size_t i = 0; i < n && i < TOOL_COMMANDS_MAX; i++) {
		if (!has_entry(&rows[i]) || strcmp(rows[i].name, name) != 0)
			continue;
		if (e->is_done[i]) {
			snprintf(fault, size, "a second entry of '%.100s'",
			    name);
			return false;
		}
		e->is_done[i] = is_known = true;
		put_row(&rows[i], out);
	}
	if (!is_known)
		snprintf(fault, size, "there is no command '%.100s'", name);
	return is_known;
}

const char *tool_missing(const struct tool_entries *e)
{
	const struct command *rows;
	size_t n = rows_of(&rows);

	for (size_t i = 0; i < n; i++)
		if (has_entry(&rows[i]) &&
		    (i >= TOOL_COMMANDS_MAX || !e->is_done[i]))
			return rows[i].name;
	return NULL;
}

/* --- lists ---------------------------------------------------------------- */

static void each_command(bool has_words, const char *pattern, FILE *out)
{
	const struct command *rows;
	size_t n = rows_of(&rows);

	for (size_t i = 0; i < n; i++) {
		struct list_values v = { .name = rows[i].name,
			.help = rows[i].text, .words = rows[i].completion };

		if (is_for_people(&rows[i]) && (!has_words || v.words))
			list_put(pattern, &v, out);
	}
}

bool tool_list_write(const char *which, const char *pattern, FILE *out)
{
	if (strcmp(which, "@for-commands") == 0)
		each_command(false, pattern, out);
	else if (strcmp(which, "@for-command-words") == 0)
		each_command(true, pattern, out);
	else if (strcmp(which, "@for-tool-flags") == 0)
		list_each_option(tool_options_help(), false, pattern, out);
	else if (strcmp(which, "@for-tool-arguments") == 0)
		list_each_option(tool_options_help(), true, pattern, out);
	else
		return false;
	return true;
}

void tool_list_commands(FILE *out)
{
	const struct command *rows;
	size_t n = rows_of(&rows);
	bool is_first = true;

	for (size_t i = 0; i < n; i++)
		if (is_for_people(&rows[i])) {
			fprintf(out, "%s%s", is_first ? "" : " ",
			    rows[i].name);
			is_first = false;
		}
}

void tool_list_options(FILE *out)
{
	list_option_names(tool_options_help(), out);
}
