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
	conf_report_fn *report;		/* NULL: the first error is the end */
	void *arg;
	size_t errors;
};

static bool expand_file(struct expansion *x, struct conf_line *from,
    const char *path, unsigned depth);

/* After an error: true when the rest is to be looked at. */
static bool go_on(struct expansion *x)
{
	x->errors++;
	if (x->report)
		x->report(x->arg, x->error);
	return x->report && x->errors < CONF_PROBLEMS_MAX;
}

/* After an error behind which nothing makes sense. */
static bool give_up(struct expansion *x)
{
	go_on(x);
	return false;
}

static bool expand_include(struct expansion *x, struct conf_line *line,
    const struct conf_word *word, unsigned depth)
{
	const char *pattern = conf_take_file(line, word);
	char **paths = NULL;
	size_t count = 0;
	bool ok = true;
	int rc;

	if (!pattern || !conf_take_end(line, word))
		return go_on(x);
	rc = x->files->glob(x->files->arg, pattern, &paths, &count);
	if (rc != 0) {
		conf_fail(line, "include: cannot search for '%.200s': %s",
		    pattern, strerror(-rc));
		return go_on(x);
	}
	for (size_t i = 0; ok && i < count; i++)
		ok = expand_file(x, line, paths[i], depth + 1);
	conf_names_free(paths, count);
	return ok;
}

static bool take_directories(struct conf_line *line,
    const struct conf_word *word)
{
	if (line->count - line->next > CONFIG_DIRS)
		return conf_refuse(line, word, NULL,
		    "more than 10 directories in a line");
	do {
		if (!conf_take_file(line, word))
			return false;
	} while (!conf_line_done(line));
	return true;
}

static bool expand_confdir(struct expansion *x, struct conf_line *line,
    const struct conf_word *word, unsigned depth)
{
	size_t count;
	char **paths;
	bool ok = true;

	if (!take_directories(line, word))
		return go_on(x);
	line->next = 2;			/* to blame is the first of them */
	if (conf_merge_directories(x->files, line->words + 1, line->count - 1,
		".conf", &paths, &count) != 0) {
		conf_fail(line, "out of memory");
		return give_up(x);
	}
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
	if (rc == 0)
		return true;
	conf_fail(line, rc == -EFBIG ? "the whole configuration is too large" :
	    "out of memory");
	return give_up(x);
}

static bool expand_text(struct expansion *x, const char *text, size_t length,
    const char *file, unsigned depth)
{
	struct conf_line line = { .error = x->error };
	struct conf_lines lines;
	enum conf_next next;

	conf_lines_init(&lines, text, length, file, false);
	while ((next = conf_lines_next(&lines, &line)) != CONF_NEXT_END)
		if (next == CONF_NEXT_LINE ? !expand_line(x, &line, depth) :
		    !go_on(x))
			return false;
	return true;
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

	if (depth > CONF_NESTING) {
		conf_fail(from, "%.40s: files are nested deeper than %d "
		    "(in a loop?)", directive, CONF_NESTING);
		return go_on(x);
	}
	if (++x->files_read > CONF_FILES_MAX) {
		conf_fail(from, "%.40s: more than %d files", directive,
		    CONF_FILES_MAX);
		return give_up(x);
	}
	if (!conf_text_can_name(path)) {
		conf_fail(from, "%.40s%sfile name '%.200s' is too long "
		    "or has a line break", directive, colon, path);
		return go_on(x);
	}
	rc = x->files->read(x->files->arg, path, &text, &length);
	if (rc != 0) {
		conf_fail(from, "%.40s%scannot read '%.300s': %s",
		    directive, colon, path, strerror(-rc));
		return go_on(x);
	}
	ok = expand_text(x, text, length, path, depth);
	free(text);
	return ok;
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
	if (strchr(argument, '\n')) {
		conf_fail(&line, "a line break in a directive");
		return go_on(x);
	}
	switch (conf_lines_next(&lines, &line)) {
	case CONF_NEXT_LINE:
		return expand_line(x, &line, 1);
	case CONF_NEXT_END:
		return true;
	case CONF_NEXT_BAD:
	case CONF_NEXT_LONG:
		return go_on(x);
	}
	abort();
}

/* The file, or the arguments if any. Returns the number of errors. */
static size_t expand(struct expansion *x, const char *path,
    const char *const *arguments, size_t count)
{
	struct conf_line nowhere = { .error = x->error };

	if (conf_text_init(x->out) != 0) {
		conf_fail(&nowhere, "out of memory");
		give_up(x);
	} else if (!arguments) {
		expand_file(x, &nowhere, path, 1);
	} else {
		for (size_t i = 0; i < count; i++)
			if (!expand_argument(x, arguments[i], (unsigned)i + 1))
				break;
	}
	return x->errors;
}

bool conf_expand_file(const struct conf_files *files, const char *path,
    struct conf_text *ret, struct conf_error *error)
{
	struct expansion x = { .files = files, .out = ret, .error = error };

	return expand(&x, path, NULL, 0) == 0;
}

bool conf_expand_arguments(const struct conf_files *files,
    const char *const *arguments, size_t count, struct conf_text *ret,
    struct conf_error *error)
{
	struct expansion x = { .files = files, .out = ret, .error = error };

	return expand(&x, NULL, arguments, count) == 0;
}

size_t conf_expand_all(const struct conf_files *files, const char *path,
    const char *const *arguments, size_t count, conf_report_fn *report,
    void *arg, struct conf_text *ret)
{
	struct conf_error error;
	struct expansion x = { .files = files, .out = ret, .error = &error,
		.report = report, .arg = arg };

	return expand(&x, path, count > 0 ? arguments : NULL, count);
}
