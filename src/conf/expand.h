/* SPDX-License-Identifier: Apache-2.0 */
/*
 * From files to one flat text: include and confdir are replaced by what they
 * name (reference: configuration.md 1.3), comments and blank lines dropped,
 * words separated by single spaces. horad does it once; every role parses the
 * same flat text (conf/parse.h).
 *
 * Each line is preceded by a mark of where it stood: "\001LINE FILE\n". No line
 * of a configuration can look like one, because control characters are refused.
 */
#ifndef HORA_CONF_EXPAND_H
#define HORA_CONF_EXPAND_H

#include "conf/error.h"

#include <stdbool.h>
#include <stddef.h>

#define CONF_NESTING 10			/* files, the top one included */
#define CONF_DIRS 10			/* of one confdir or sourcedir line */
#define CONF_FILES_MAX 10000		/* read for one configuration */
#define CONF_TEXT_MAX (16u << 20)	/* bytes of the flat text */

/*
 * The files, as the caller sees them (os/conffiles.h for real ones). Functions
 * return 0 or -errno. Arrays and the strings in them come from malloc and go to
 * the caller, also the empty array (may be NULL).
 */
struct conf_files {
	void *arg;
	/* The whole file. */
	int (*read)(void *arg, const char *path, char **ret_text,
	    size_t *ret_length);
	/*
	 * Files that match a shell pattern, in its order. A pattern without
	 * wild cards stands for itself, whether the file exists or not.
	 */
	int (*glob)(void *arg, const char *pattern, char ***ret_paths,
	    size_t *ret_count);
	/*
	 * Names in a directory that end in `suffix` and begin with no dot, in
	 * any order. A missing directory is empty.
	 */
	int (*list)(void *arg, const char *directory, const char *suffix,
	    char ***ret_names, size_t *ret_count);
};

/* A text that grows; `text` is from malloc and ends in a NUL. */
struct conf_text {
	char *text;
	size_t length;			/* without the NUL */
};

/* Free and empty it. */
void conf_text_free(struct conf_text *t);

/*
 * The flat text of a configuration file. On an error (false) it holds what came
 * before the error. conf_text_free is the caller's in both cases.
 */
bool conf_expand_file(const struct conf_files *files, const char *path,
    struct conf_text *ret, struct conf_error *error);

/* The same for directives given as arguments of the command line. */
bool conf_expand_arguments(const struct conf_files *files,
    const char *const *arguments, size_t count, struct conf_text *ret,
    struct conf_error *error);

/*
 * The text of all .sources files of the source directories, for
 * conf_parse_sources. What cannot be read is left out, and `skipped` (may be
 * NULL) is told. 0, or -ENOMEM (with nothing to free).
 */
int conf_collect_sources(const struct conf_files *files,
    const struct config *config, conf_report_fn *skipped, void *arg,
    struct conf_text *ret);

#endif
