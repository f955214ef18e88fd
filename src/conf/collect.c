/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/collect.h"

#include "conf/line.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* Where lines go, and who is told of those that do not. */
struct collection {
	const struct conf_files *files;
	struct conf_text *out;
	conf_report_fn *skipped;
	void *arg;
};

static void skip(struct collection *c, const struct conf_error *why)
{
	if (c->skipped)
		c->skipped(c->arg, why);
}

/*
 * The complete lines of a text. An over-long line is its end, and so is one
 * that is still being written: it has no newline yet.
 */
static int collect_text(struct collection *c, const char *text, size_t length,
    const char *path)
{
	struct conf_error error;
	struct conf_line line = { .error = &error };
	struct conf_lines lines;
	enum conf_next next;
	int rc = 0;

	conf_lines_init(&lines, text, length, path, false);
	while (rc == 0 &&
	    (next = conf_lines_next(&lines, &line)) != CONF_NEXT_END) {
		if (next == CONF_NEXT_LONG || !line.has_newline) {
			if (next == CONF_NEXT_LINE) {
				conf_fail(&line, "the line has no end");
				conf_hint(&line, "put a newline behind it");
			}
			skip(c, &error);
			break;
		}
		if (next == CONF_NEXT_LINE)
			rc = conf_text_add_line(c->out, &line);
		else
			skip(c, &error);
	}
	return rc;
}

static int collect_file(struct collection *c, const char *path)
{
	struct conf_error error;
	struct conf_line nowhere = { .error = &error };
	char *text;
	size_t length;
	int rc = conf_text_can_name(path) ?
	    c->files->read(c->files->arg, path, &text, &length) : -ENAMETOOLONG;

	if (rc != 0) {
		conf_fail(&nowhere, "cannot read '%.300s': %s", path,
		    strerror(-rc));
		skip(c, &error);
		return 0;
	}
	rc = collect_text(c, text, length, path);
	free(text);
	return rc;
}

/* The directories of one line. */
static int collect_group(struct collection *c,
    const struct sourcedir_config *group, size_t count)
{
	const char *directories[CONFIG_DIRS];
	char **paths;
	size_t path_count;
	int rc;

	for (size_t i = 0; i < count; i++)
		directories[i] = group[i].path;
	rc = conf_merge_directories(c->files, directories, count, ".sources",
	    &paths, &path_count);
	if (rc != 0)
		return rc;
	for (size_t i = 0; rc == 0 && i < path_count; i++)
		rc = collect_file(c, paths[i]);
	conf_names_free(paths, path_count);
	return rc;
}

int conf_collect_sources(const struct conf_files *files,
    const struct config *config, conf_report_fn *skipped, void *arg,
    struct conf_text *ret)
{
	struct collection c = { files, ret, skipped, arg };
	size_t count = config->sourcedir_count, n;
	int rc = conf_text_init(ret);

	for (size_t i = 0; rc == 0 && i < count; i += n) {
		const struct sourcedir_config *group = &config->sourcedirs[i];

		for (n = 1; n < CONFIG_DIRS && i + n < count &&
		    group[n].group == group->group; n++)
			;
		rc = collect_group(&c, group, n);
	}
	if (rc != 0)
		conf_text_free(ret);
	return rc;
}
