/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/word.h"

#include "base/text.h"

#include <limits.h>
#include <stdio.h>
#include <string.h>

const struct conf_word *conf_word_find(const struct conf_words *table,
    const char *name)
{
	for (size_t i = 0; i < table->count; i++)
		if (text_equal_nocase(table->rows[i].name, name))
			return &table->rows[i];
	return NULL;
}

const char *conf_word_nearest(const struct conf_words *table,
    const char *name)
{
	/* More changes than this, and it is another word, not a slip. */
	unsigned most = strlen(name) < 5 ? 1 : strlen(name) < 9 ? 2 : 3;
	unsigned best = most + 1, d;
	const char *nearest = NULL;
	size_t length = strlen(name);

	for (size_t i = 0; i < table->count; i++) {
		size_t n = strlen(table->rows[i].name);

		/* The lengths alone may be too far apart. */
		if (n >= length + best || length >= n + best)
			continue;
		d = text_distance(table->rows[i].name, name);
		if (d < best) {
			best = d;
			nearest = table->rows[i].name;
		}
	}
	return nearest;
}

void conf_word_range(const struct conf_word *word, char *buf, size_t size)
{
	const char *unit = word->unit ? word->unit : "";
	const char *in = !word->unit ? "" :
	    word->min < word->max && word->min > INT_MIN ? ", in " : "in ";
	bool has_min = word->min > INT_MIN && word->min < word->max;
	bool has_max = word->max < INT_MAX && word->min < word->max;

	if (has_min && has_max)
		snprintf(buf, size, "%.15g to %.15g%s%s", word->min, word->max,
		    in, unit);
	else if (has_min)
		snprintf(buf, size, "%.15g or more%s%s", word->min, in, unit);
	else
		snprintf(buf, size, "%s%s", in, unit);
}

/* To blame is this word, if it is one of the line. */
static void blame(struct conf_line *line, const char *value)
{
	for (size_t i = 0; value && i < line->count; i++)
		if (line->words[i] == value)
			line->error->place = conf_line_place(line, i);
}

bool conf_refuse(struct conf_line *line, const struct conf_word *word,
    const char *value, const char *what)
{
	const char *directive = line->words[0];
	bool is_option = !text_equal_nocase(directive, word->name);
	char range[100];

	conf_fail(line, "%.40s%s%s:%s%.200s%s %s",
	    directive, is_option ? " " : "", is_option ? word->name : "",
	    value ? " '" : "", value ? value : "", value ? "'" : "", what);
	blame(line, value);
	conf_word_range(word, range, sizeof(range));
	return conf_hint(line, "use: %s%s%s%s%s%s", word->name,
	    *word->args ? " " : "", word->args, *range ? " (" : "", range,
	    *range ? ")" : "");
}

const char *conf_take(struct conf_line *line, const struct conf_word *word)
{
	bool is_quoted = !conf_line_done(line) && line->is_quoted[line->next];
	const char *text = conf_take_file(line, word);

	if (!text || !is_quoted)
		return text;
	conf_refuse(line, word, text, "must not stand in quotes");
	return NULL;
}

const char *conf_take_file(struct conf_line *line, const struct conf_word *word)
{
	const char *text;

	if (conf_line_done(line)) {
		conf_refuse(line, word, NULL, "a value is missing");
		return NULL;
	}
	text = line->words[line->next++];
	if (*text)
		return text;
	conf_refuse(line, word, text, "is empty");
	return NULL;
}

bool conf_take_end(struct conf_line *line, const struct conf_word *word)
{
	return line->next == line->count ||
	    conf_refuse(line, word, line->words[line->next],
		"is one word too many");
}

bool conf_unavailable(struct conf_line *line, const struct conf_word *word,
    const char *kind)
{
	conf_fail(line, "%s '%s' (%s) is known, but not in this version", kind,
	    word->name, word->help);
	return conf_hint(line, "%s", word->instead);
}

static bool unknown_option(struct conf_line *line,
    const struct conf_words *table, const char *name)
{
	const char *near = conf_word_nearest(table, name);

	conf_fail(line, "%.40s: unknown option '%.200s'", line->words[0], name);
	return near && conf_hint(line, "did you mean '%s'?", near);
}

bool conf_options(struct conf_line *line, const struct conf_words *table,
    void *into)
{
	while (!conf_line_done(line)) {
		bool is_quoted = line->is_quoted[line->next];
		const char *name = line->words[line->next++];
		const struct conf_word *word = conf_word_find(table, name);

		if (is_quoted)
			return conf_fail(line, "%.40s: option '%.200s' must "
			    "not stand in quotes", line->words[0], name);
		if (!word)
			return unknown_option(line, table, name);
		if (!word->parse)
			return conf_unavailable(line, word, "option");
		if (!word->parse(line, word, into))
			return false;
	}
	return true;
}
