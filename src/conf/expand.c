/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/expand.h"

#include "conf/directives.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* One expansion: where files come from, where lines go, and the bounds. */
struct expansion {
	const struct conf_files *files;
	struct conf_text *out;
	unsigned files_read;
	struct conf_error *error;
};

static bool expand_file(struct expansion *x, struct conf_line *from,
    const char *path, unsigned depth);

static bool expand_include(struct expansion *x, struct conf_line *line,
    const struct conf_word *word, unsigned depth)
{
	const char *pattern = conf_take_file(line, word);
	char **paths = NULL;
	size_t count = 0;
	bool ok = true;
	int rc;

	if (!pattern || !conf_take_end(line, word))
		return false;
	rc = x->files->glob(x->files->arg, pattern, &paths, &count);
	if (rc != 0)
		return conf_fail(line, "include: cannot search for '%.200s': %s",
		    pattern, strerror(-rc));
	for (size_t i = 0; ok && i < count; i++)
		ok = expand_file(x, line, paths[i], depth + 1);
	conf_names_free(paths, count);
	return ok;
}

static bool expand_confdir(struct expansion *x, struct conf_line *line,
    const struct conf_word *word, unsigned depth)
{
	size_t directories = line->count - line->next, count;
	char **paths;
	bool ok = true;

	if (directories == 0)
		return conf_take(line, word) != NULL;
	if (directories > CONFIG_DIRS)
		return conf_refuse(line, word, NULL,
		    "more than 10 directories in a line");
	while (!conf_line_done(line))
		if (!conf_take_file(line, word))
			return false;
	line->next = 1;
	if (conf_merge_directories(x->files, line->words + line->next,
		directories, ".conf", &paths, &count) != 0)
		return conf_fail(line, "out of memory");
	for (size_t i = 0; ok && i < count; i++)
		ok = expand_file(x, line, paths[i], depth + 1);
	conf_names_free(paths, count);
	return ok;
}

/* A line, or what it names, into the text. `depth` counts files from 1. */
static bool expand_line(struct expansion *x, struct conf_line *line,
    unsigned depth)
{
	const struct conf_word *word = conf_directive(line->words[0]);
	int rc;

	line->next = 1;
	if (word && strcmp(word->name, "include") == 0)
		return expand_include(x, line, word, depth);
	if (word && strcmp(word->name, "confdir") == 0)
		return expand_confdir(x, line, word, depth);
	rc = conf_text_add_line(x->out, line);
	if (rc != 0)
		return conf_fail(line, rc == -EFBIG ?
		    "the whole configuration is too large" : "out of memory");
	return true;
}

static bool expand_text(struct expansion *x, const char *text, size_t length,
    const char *file, unsigned depth)
{
	struct conf_line line = { .error = x->error };
	struct conf_lines lines;
	enum conf_next next;

	conf_lines_init(&lines, text, length, file, false);
	while ((next = conf_lines_next(&lines, &line)) == CONF_NEXT_LINE)
		if (!expand_line(x, &line, depth))
			return false;
	return next == CONF_NEXT_END;
}

/* `from` is the line that names the file; without words for the top file. */
static bool expand_file(struct expansion *x, struct conf_line *from,
    const char *path, unsigned depth)
{
	const char *directive = from->count > 0 ? from->words[0] : "";
	const char *colon = from->count > 0 ? ": " : "";
	char *text;
	size_t length;
	bool ok;
	int rc;

	if (depth > CONF_NESTING)
		return conf_fail(from, "%.40s: files are nested deeper than %d "
		    "(in a loop?)", directive, CONF_NESTING);
	if (++x->files_read > CONF_FILES_MAX)
		return conf_fail(from, "%.40s: more than %d files", directive,
		    CONF_FILES_MAX);
	if (!conf_text_can_name(path))
		return conf_fail(from, "%.40s%sfile name '%.200s' is too long "
		    "or has a line break", directive, colon, path);
	rc = x->files->read(x->files->arg, path, &text, &length);
	if (rc != 0)
		return conf_fail(from, "%.40s%scannot read '%.300s': %s",
		    directive, colon, path, strerror(-rc));
	ok = expand_text(x, text, length, path, depth);
	free(text);
	return ok;
}

static bool start(struct expansion *x)
{
	if (conf_text_init(x->out) == 0)
		return true;
	*x->error = (struct conf_error){ .text = "out of memory" };
	return false;
}

bool conf_expand_file(const struct conf_files *files, const char *path,
    struct conf_text *ret, struct conf_error *error)
{
	struct expansion x = { .files = files, .out = ret, .error = error };
	struct conf_line nowhere = { .error = error };

	return start(&x) && expand_file(&x, &nowhere, path, 1);
}

/* Argument number n, from 1: one line. */
static bool expand_argument(struct expansion *x, const char *argument,
    unsigned n)
{
	struct conf_line line = { .error = x->error };
	struct conf_lines lines;

	conf_lines_init(&lines, argument, strlen(argument), "", false);
	lines.place.line = n - 1;
	line.place.line = n;
	if (strchr(argument, '\n'))
		return conf_fail(&line, "a line break in a directive");
	switch (conf_lines_next(&lines, &line)) {
	case CONF_NEXT_LINE:
		return expand_line(x, &line, 1);
	case CONF_NEXT_END:
		return true;
	case CONF_NEXT_BAD:
	case CONF_NEXT_LONG:
		return false;
	}
	abort();
}

bool conf_expand_arguments(const struct conf_files *files,
    const char *const *arguments, size_t count, struct conf_text *ret,
    struct conf_error *error)
{
	struct expansion x = { .files = files, .out = ret, .error = error };

	if (!start(&x))
		return false;
	for (size_t i = 0; i < count; i++)
		if (!expand_argument(&x, arguments[i], (unsigned)i + 1))
			return false;
	return true;
}
