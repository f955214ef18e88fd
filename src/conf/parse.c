/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/parse.h"

#include "conf/directives.h"
#include "conf/source.h"
#include "conf/values.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* The row of the line's directive, or NULL after failing. */
static const struct conf_word *take_directive(struct conf_line *line)
{
	const char *name = line->words[line->next++];
	const struct conf_word *word = conf_directive(name);
	const char *near;

	if (line->is_quoted[0]) {
		conf_fail(line, "directive '%.200s' must not stand in quotes",
		    name);
		return NULL;
	}
	if (word && word->parse)
		return word;
	if (word) {
		conf_unavailable(line, word, "directive");
		return NULL;
	}
	near = conf_word_nearest(&conf_directives, name);
	conf_fail(line, "unknown directive '%.200s'", name);
	if (near)
		conf_hint(line, "did you mean '%s'?", near);
	return NULL;
}

static bool parse_line(struct conf_line *line, struct config *config)
{
	const struct conf_word *word = take_directive(line);

	return word && word->parse(line, word, config) &&
	    conf_take_end(line, word);
}

bool conf_parse_text(const char *text, size_t length, struct config *config,
    struct conf_error *error)
{
	struct conf_line line = { .error = error };
	struct conf_lines lines;
	enum conf_next next;

	config_init(config);
	conf_lines_init(&lines, text, length, "", true);
	while ((next = conf_lines_next(&lines, &line)) == CONF_NEXT_LINE)
		if (!parse_line(&line, config))
			break;
	if (next == CONF_NEXT_END)
		return true;
	config_free(config);
	return false;
}

size_t conf_parse_all(const char *text, size_t length, struct config *config,
    conf_report_fn *report, void *arg)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	enum conf_next next;
	size_t bad = 0;

	config_init(config);
	conf_lines_init(&lines, text, length, "", true);
	while (bad < CONF_PROBLEMS_MAX &&
	    (next = conf_lines_next(&lines, &line)) != CONF_NEXT_END) {
		if (next == CONF_NEXT_LINE && parse_line(&line, config))
			continue;
		report(arg, &error);
		bad++;
	}
	return bad;
}

/* One line of a .sources file. */
static bool parse_source(struct conf_line *line, struct source_config *ret)
{
	const struct conf_word *word = take_directive(line);

	if (!word)
		return false;
	if (word->parse != conf_source)
		return conf_fail(line, "%s: only server, pool and peer may "
		    "stand here", word->name);
	return conf_source_line(line, word, ret);
}

int conf_parse_sources(const char *text, size_t length,
    conf_report_fn *skipped, void *arg, struct source_config **ret_sources,
    size_t *ret_count)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	struct source_config s, *sources = NULL, *new;
	enum conf_next next;
	size_t count = 0;

	conf_lines_init(&lines, text, length, "", true);
	while ((next = conf_lines_next(&lines, &line)) != CONF_NEXT_END &&
	    next != CONF_NEXT_LONG && line.has_newline) {
		if (next == CONF_NEXT_BAD || !parse_source(&line, &s)) {
			if (skipped)
				skipped(arg, &error);
			continue;
		}
		new = conf_grow(&line, (void **)&sources, count, sizeof(s));
		if (!new) {
			free(sources);
			return -ENOMEM;
		}
		*new = s;
		count++;
	}
	*ret_sources = sources;
	*ret_count = count;
	return 0;
}
