/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/renew.h"

#include "conf/directives.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Lines of one directive, one after the other. */
struct walk {
	const struct conf_word *word;
	struct conf_lines lines;
	struct conf_error error;	/* none: the text was parsed before */
	struct conf_line line;
	char values[CONF_LINE_MAX + 1];	/* what follows the name */
};

static void walk_begin(struct walk *w, const struct conf_text *text,
    const struct conf_word *word)
{
	w->word = word;
	w->line.error = &w->error;
	conf_lines_init(&w->lines, text->text, text->length, "", true);
}

static bool walk_next(struct walk *w)
{
	while (conf_lines_next(&w->lines, &w->line) == CONF_NEXT_LINE) {
		if (conf_directive(w->line.words[0]) != w->word)
			continue;
		/* The name may be spelled with other capitals. */
		w->line.words[0] = "";
		conf_line_join(&w->line, w->values);
		return true;
	}
	return false;
}

/* Does a text say for once, and only, what holds without it? */
static bool is_default(const char *values, bool is_only,
    const struct conf_word *word)
{
	return is_only && strcmp(word->by_default, "-") != 0 &&
	    strcmp(values + (*values == ' '), word->by_default) == 0;
}

static bool is_same(const struct conf_text *a, const struct conf_text *b,
    const struct conf_word *word)
{
	struct walk in_a, in_b;
	bool has_a, has_b;
	int n = 0;

	walk_begin(&in_a, a, word);
	walk_begin(&in_b, b, word);
	for (;; n++) {
		has_a = walk_next(&in_a);
		has_b = walk_next(&in_b);
		if (!has_a || !has_b)
			break;
		if (strcmp(in_a.values, in_b.values) != 0)
			return false;
	}
	if (has_a && n == 0)
		return is_default(in_a.values, !walk_next(&in_a), word);
	if (has_b && n == 0)
		return is_default(in_b.values, !walk_next(&in_b), word);
	return has_a == has_b;
}

/* The lines of `from` whose directives are kept, or those that are not. */
static int copy(struct conf_text *to, const struct conf_text *from,
    const bool *kept, bool which)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	int rc = 0;

	conf_lines_init(&lines, from->text, from->length, "", true);
	while (rc == 0 && conf_lines_next(&lines, &line) == CONF_NEXT_LINE) {
		const struct conf_word *word = conf_directive(line.words[0]);

		if (word && kept[word - conf_directives.rows] == which)
			rc = conf_text_add_line(to, &line);
	}
	return rc;
}

/* Which rows keep their old lines, by index; the caller's to free, or NULL. */
static bool *judge_rows(const struct conf_text *running,
    const struct conf_text *fresh, char names[CONF_RENEW_NAMES])
{
	bool *kept = calloc(conf_directives.count, sizeof(*kept));
	size_t used = 0;

	names[0] = '\0';
	for (size_t i = 0; kept && i < conf_directives.count; i++) {
		const struct conf_word *word = &conf_directives.rows[i];

		kept[i] = word->restart && !is_same(running, fresh, word);
		if (kept[i] && used < CONF_RENEW_NAMES)
			used += (size_t)snprintf(names + used,
			    CONF_RENEW_NAMES - used, "%s%s", used ? ", " : "",
			    word->name);
	}
	return kept;
}

int conf_renew(const struct conf_text *running, const struct conf_text *fresh,
    struct conf_text *ret, char names[CONF_RENEW_NAMES])
{
	bool *kept = judge_rows(running, fresh, names);
	int rc = kept ? conf_text_init(ret) : -ENOMEM;

	if (rc) {
		free(kept);
		return rc;
	}
	rc = copy(ret, fresh, kept, false);
	if (rc == 0)
		rc = copy(ret, running, kept, true);
	if (rc)
		conf_text_free(ret);
	free(kept);
	return rc;
}
