/* SPDX-License-Identifier: Apache-2.0 */
#include "man/lists.h"

#include "conf/directives.h"
#include "horad/options.h"
#include "man/entry.h"

#include <string.h>

#define HELP_COLUMN 14		/* of options_help */

static void put_quoted(const char *text, FILE *out)
{
	for (; *text; text++)
		if (*text == '\'')
			fputs("'\\''", out);
		else
			putc(*text, out);
}

static const char *value_of(const struct list_values *v, char which)
{
	switch (which) {
	case 'n': return v->name;
	case 'w': return v->words;
	case 'a': return v->argument;
	case 'f': return v->fish;
	default: return NULL;
	}
}

void list_put(const char *pattern, const struct list_values *v, FILE *out)
{
	for (; *pattern; pattern++) {
		const char *value = *pattern != '%' ? NULL :
		    value_of(v, pattern[1]);

		if (*pattern == '%' && pattern[1] == 'h')
			put_quoted(v->help, out);
		else if (value)
			fputs(value, out);
		else {
			putc(*pattern, out);
			continue;
		}
		pattern++;
	}
	putc('\n', out);
}

/* --- directives ----------------------------------------------------------- */

static void each_directive(const char *which, const char *pattern, FILE *out)
{
	for (size_t i = 0; i < conf_directives.count; i++) {
		const struct conf_word *word = &conf_directives.rows[i];
		char words[ENTRY_WORDS];
		struct list_values v = { .name = word->name, .help = word->help,
			.words = words };

		entry_words(word, words);
		if (word->parse && (strcmp(which, "@for-each") == 0 ||
		    (strcmp(which, "@for-words") == 0 && *words) ||
		    (strcmp(which, "@for-files") == 0 &&
		    entry_takes_file(word))))
			list_put(pattern, &v, out);
	}
}

void list_directives(FILE *out)
{
	bool is_first = true;

	for (size_t i = 0; i < conf_directives.count; i++) {
		if (!conf_directives.rows[i].parse)
			continue;
		fprintf(out, "%s%s", is_first ? "" : " ",
		    conf_directives.rows[i].name);
		is_first = false;
	}
}

/* --- options -------------------------------------------------------------- */

struct option_text {
	char names[40];			/* "-4, -6" */
	char argument[40];		/* "FILE" or "" */
	char help[200];
};

/* The next line of the text of -h; false at its end. */
static bool next_option(const char **at, struct option_text *ret)
{
	size_t n = strcspn(*at, "\n");
	char left[HELP_COLUMN + 1];
	char *argument;

	if (n <= HELP_COLUMN)
		return false;
	snprintf(left, sizeof(left), "%.*s", HELP_COLUMN, *at);
	for (char *end = left + strlen(left); end > left && end[-1] == ' ';)
		*--end = '\0';
	argument = strrchr(left, ' ');
	if (argument && argument > left + 1 && argument[1] != '-') {
		*argument++ = '\0';
		snprintf(ret->argument, sizeof(ret->argument), "%s", argument);
	} else {
		ret->argument[0] = '\0';
	}
	snprintf(ret->names, sizeof(ret->names), "%s",
	    left + strspn(left, " "));
	snprintf(ret->help, sizeof(ret->help), "%.*s", (int)(n - HELP_COLUMN),
	    *at + HELP_COLUMN);
	*at += n + ((*at)[n] == '\n');
	return true;
}

void list_each_option(const char *at, bool has_argument, const char *pattern,
    FILE *out)
{
	struct option_text text;

	while (next_option(&at, &text)) {
		if ((*text.argument != '\0') != has_argument)
			continue;
		for (char *name = strtok(text.names, ", "); name;
		    name = strtok(NULL, ", ")) {
			char fish[40];
			bool is_long = name[1] == '-';
			struct list_values v = { .name = name, .help = text.help,
				.argument = text.argument, .fish = fish };

			snprintf(fish, sizeof(fish), "%s %s",
			    is_long ? "-l" : "-s", name + 1 + is_long);
			list_put(pattern, &v, out);
		}
	}
}

void list_option_names(const char *at, FILE *out)
{
	struct option_text text;
	bool is_first = true;

	while (next_option(&at, &text))
		for (char *name = strtok(text.names, ", "); name;
		    name = strtok(NULL, ", ")) {
			fprintf(out, "%s%s", is_first ? "" : " ", name);
			is_first = false;
		}
}

void list_options(FILE *out)
{
	list_option_names(options_help(), out);
	fputs(" --help --version", out);
}

bool list_write(const char *which, const char *pattern, FILE *out)
{
	if (strcmp(which, "@for-flags") == 0)
		list_each_option(options_help(), false, pattern, out);
	else if (strcmp(which, "@for-arguments") == 0)
		list_each_option(options_help(), true, pattern, out);
	else if (strcmp(which, "@for-each") == 0 ||
	    strcmp(which, "@for-words") == 0 ||
	    strcmp(which, "@for-files") == 0)
		each_directive(which, pattern, out);
	else
		return false;
	return true;
}
