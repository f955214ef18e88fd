/* SPDX-License-Identifier: Apache-2.0 */
/* A struct conf_files over a table, for tests. */
#ifndef HORA_TESTS_CONF_FAKE_FILES_H
#define HORA_TESTS_CONF_FAKE_FILES_H

#include "conf/files.h"

#include <errno.h>
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

/* Ends with a row without path. A row without text cannot be read. */
struct fake_file {
	const char *path, *text;
};

static inline int fake_read(void *arg, const char *path, char **ret_text,
    size_t *ret_length)
{
	for (const struct fake_file *f = arg; f->path; f++) {
		if (strcmp(f->path, path) != 0)
			continue;
		if (!f->text)
			return -EACCES;
		*ret_text = strdup(f->text);
		*ret_length = strlen(f->text);
		return *ret_text ? 0 : -ENOMEM;
	}
	return -ENOENT;
}

static inline int fake_add(char ***names, size_t *count, const char *name)
{
	*names = reallocarray(*names, *count + 1, sizeof(**names));
	if (!*names)
		abort();
	(*names)[(*count)++] = strdup(name);
	return 0;
}

static inline int fake_glob(void *arg, const char *pattern, char ***ret_paths,
    size_t *ret_count)
{
	*ret_paths = NULL;
	*ret_count = 0;
	if (strncmp(pattern, "/secret/", 8) == 0)
		return -EACCES;
	if (!strpbrk(pattern, "*?["))
		return fake_add(ret_paths, ret_count, pattern);
	for (const struct fake_file *f = arg; f->path; f++)
		if (fnmatch(pattern, f->path, FNM_PATHNAME) == 0)
			fake_add(ret_paths, ret_count, f->path);
	return 0;
}

static inline int fake_list(void *arg, const char *directory,
    const char *suffix, char ***ret_names, size_t *ret_count)
{
	size_t n = strlen(directory);

	*ret_names = NULL;
	*ret_count = 0;
	if (strcmp(directory, "/secret") == 0)
		return -EACCES;
	for (const struct fake_file *f = arg; f->path; f++) {
		const char *name = f->path + n + 1;

		if (strncmp(f->path, directory, n) == 0 && f->path[n] == '/' &&
		    strlen(name) > strlen(suffix) &&
		    strcmp(name + strlen(name) - strlen(suffix), suffix) == 0)
			fake_add(ret_names, ret_count, name);
	}
	return 0;
}

static inline struct conf_files fake_files(const struct fake_file *table)
{
	return (struct conf_files){ (void *)(uintptr_t)table, fake_read,
		fake_glob, fake_list };
}

#endif
