/* SPDX-License-Identifier: Apache-2.0 */
#include "man/entry.h"

#include <ctype.h>
#include <string.h>

#define LINE_MOST 78		/* bytes of a line of the page */
#define SENTENCE_SIZE 500

void entry_text(const char *text, FILE *out)
{
	for (; *text; text++) {
		if (*text == '\\')
			fputs("\\e", out);
		else if (*text == '-')
			fputs("\\-", out);
		else
			putc(*text, out);
	}
}

/* NAMES of values in italics, words to write in bold, the rest as it is. */
static void put_args(const char *args, FILE *out)
{
	while (*args) {
		size_t n = 0;
		bool is_value = isupper((unsigned char)*args);

		while (isalnum((unsigned char)args[n]))
			n++;
		if (n == 0) {
			char one[2] = { *args++, '\0' };

			entry_text(one, out);
			continue;
		}
		fprintf(out, is_value ? "\\fI%.*s\\fR" : "\\fB%.*s\\fR",
		    (int)n, args);
		args += n;
	}
}

void entry_sentence(char *text, FILE *out)
{
	size_t column = 0, length = strlen(text);
	bool is_question = length > 0 && text[length - 1] == '?';

	text[0] = (char)toupper((unsigned char)text[0]);
	for (char *word = strtok(text, " "); word; word = strtok(NULL, " ")) {
		size_t n = strlen(word);

		if (column + 1 + n > LINE_MOST && *word != '.' &&
		    *word != '\'') {
			putc('\n', out);
			column = 0;
		} else if (column > 0) {
			putc(' ', out);
		}
		entry_text(word, out);
		column += n + 1;
	}
	fputs(is_question ? "\n" : ".\n", out);
}

static void add_fact(char *facts, const char *what, const char *value)
{
	size_t used = strlen(facts);

	snprintf(facts + used, SENTENCE_SIZE - used, "%s%s%s",
	    used ? "; " : "", what, value);
}

/* "range, in unit; default; since ..." */
static void collect_facts(const struct conf_word *word, char *facts)
{
	char range[100];

	*facts = '\0';
	conf_word_range(word, range, sizeof(range));
	if (*range)
		add_fact(facts, range, word->unit &&
		    strcmp(word->unit, "s") == 0 ? "econds" : "");
	if (strcmp(word->by_default, "-") != 0)
		add_fact(facts, "default ", word->by_default);
	if (strcmp(word->since, "old") != 0)
		add_fact(facts, "since chrony ", word->since);
	if (word->restart && word->parse)
		add_fact(facts, "a change needs a restart", "");
	if (!word->parse)
		add_fact(facts, "not available in this version", "");
}

static void put_heading(const struct conf_word *word, FILE *out)
{
	fprintf(out, ".TP\n\\fB%s\\fR", word->name);
	if (*word->args) {
		putc(' ', out);
		put_args(word->args, out);
	}
	putc('\n', out);
}

void entry_write(const struct conf_word *word, FILE *out)
{
	char facts[SENTENCE_SIZE], text[2 * SENTENCE_SIZE];

	put_heading(word, out);
	collect_facts(word, facts);
	snprintf(text, sizeof(text), *facts ? "%s (%s)" : "%s", word->help,
	    facts);
	entry_sentence(text, out);
}

void entry_write_left_out(const struct conf_word *word, const char *before,
    FILE *out)
{
	char text[SENTENCE_SIZE];

	fprintf(out, ".TP\n\\fB%s%s\\fR\n", before, word->name);
	snprintf(text, sizeof(text), "%s; instead: %s", word->help,
	    word->instead);
	entry_sentence(text, out);
}

static void add(char buf[ENTRY_WORDS], const char *word, size_t n)
{
	size_t used = strlen(buf);

	if (used + n + 2 <= ENTRY_WORDS)
		snprintf(buf + used, ENTRY_WORDS - used, "%s%.*s",
		    used ? " " : "", (int)n, word);
}

void entry_words(const struct conf_word *word, char buf[ENTRY_WORDS])
{
	*buf = '\0';
	for (size_t i = 0; word->options && i < word->options->count; i++) {
		const struct conf_word *option = &word->options->rows[i];

		if (option->parse)
			add(buf, option->name, strlen(option->name));
	}
	for (const char *at = word->args; !word->options && *at;) {
		size_t n = strspn(at, "abcdefghijklmnopqrstuvwxyz");

		if (n > 0)
			add(buf, at, n);
		/* A value in capitals is none of them. */
		at += n > 0 ? n : 1;
	}
}

bool entry_takes_file(const struct conf_word *word)
{
	static const char *const names[] = {
		"FILE", "DIRECTORY", "PATH", "PATTERN",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strstr(word->args, names[i]))
			return true;
	return false;
}
