/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/keep.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

/* NULL when there is no memory: then the line can not be shown. */
static void keep(struct conf_keep *k, const char *path, const char *text,
    size_t length)
{
	struct kept_file *f;

	/* Sizes are powers of two: a new one when the old one is full. */
	if ((k->count & (k->count - 1)) == 0) {
		f = reallocarray(k->files, k->count ? 2 * k->count : 1,
		    sizeof(*f));
		if (!f)
			return;
		k->files = f;
	}
	f = &k->files[k->count];
	f->path = strdup(path);
	f->text = malloc(length + 1);
	f->length = length;
	if (!f->path || !f->text) {
		free(f->path);
		free(f->text);
		return;
	}
	memcpy(f->text, text, length);
	k->count++;
}

static const struct kept_file *find(const struct conf_keep *k, const char *path)
{
	for (size_t i = 0; i < k->count; i++)
		if (strcmp(k->files[i].path, path) == 0)
			return &k->files[i];
	return NULL;
}

static int keep_read(void *arg, const char *path, char **ret_text,
    size_t *ret_length)
{
	struct conf_keep *k = arg;
	int rc = k->real->read(k->real->arg, path, ret_text, ret_length);

	if (rc == 0 && !find(k, path))
		keep(k, path, *ret_text, *ret_length);
	return rc;
}

static int keep_glob(void *arg, const char *pattern, char ***ret_paths,
    size_t *ret_count)
{
	struct conf_keep *k = arg;

	return k->real->glob(k->real->arg, pattern, ret_paths, ret_count);
}

static int keep_list(void *arg, const char *directory, const char *suffix,
    char ***ret_names, size_t *ret_count)
{
	struct conf_keep *k = arg;

	return k->real->list(k->real->arg, directory, suffix, ret_names,
	    ret_count);
}

struct conf_files conf_keep_files(struct conf_keep *k)
{
	return (struct conf_files){ k, keep_read, keep_glob, keep_list };
}

const char *conf_keep_line(const struct conf_keep *k,
    const struct conf_place *place, size_t *ret_length)
{
	const struct kept_file *f = find(k, place->file);
	const char *at, *end, *newline;
	unsigned line = place->line;

	if (line == 0 || (!f && *place->file))
		return NULL;
	if (!*place->file) {
		if (line > k->argument_count)
			return NULL;
		*ret_length = strlen(k->arguments[line - 1]);
		return k->arguments[line - 1];
	}
	end = f->text + f->length;
	for (at = f->text; --line > 0; at = newline + 1) {
		newline = memchr(at, '\n', (size_t)(end - at));
		if (!newline)
			return NULL;
	}
	newline = memchr(at, '\n', (size_t)(end - at));
	*ret_length = (size_t)((newline ? newline : end) - at);
	return at;
}

size_t conf_keep_order(const struct conf_keep *k,
    const struct conf_place *place)
{
	const struct kept_file *f = find(k, place->file);

	if (!*place->file && place->line > 0)
		return 0;
	return f ? (size_t)(f - k->files) + 1 : k->count + 1;
}

void conf_keep_free(struct conf_keep *k)
{
	for (size_t i = 0; i < k->count; i++) {
		free(k->files[i].path);
		free(k->files[i].text);
	}
	free(k->files);
	k->files = NULL;
	k->count = 0;
}
