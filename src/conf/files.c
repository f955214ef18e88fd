/* SPDX-License-Identifier: Apache-2.0 */
#include "conf/files.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* A file of one of several directories. */
struct found {
	char *name;
	size_t directory;		/* index: the least one wins */
};

struct found_list {
	struct found *items;
	size_t count;
};

void conf_names_free(char **names, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(names[i]);
	free(names);
}

static void free_list(struct found_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->items[i].name);
	free(list->items);
}

static int compare_found(const void *a, const void *b)
{
	const struct found *x = a, *y = b;
	int order = strcmp(x->name, y->name);

	if (order != 0)
		return order;
	return x->directory < y->directory ? -1 : x->directory > y->directory;
}

/* The files of one directory. 0 or -ENOMEM. */
static int add_directory(const struct conf_files *files, const char *path,
    const char *suffix, size_t directory, struct found_list *list)
{
	struct found *larger;
	char **names = NULL;
	size_t n = 0;

	if (files->list(files->arg, path, suffix, &names, &n) != 0)
		return 0;
	larger = reallocarray(list->items, list->count + n + 1, sizeof(*larger));
	if (!larger) {
		conf_names_free(names, n);
		return -ENOMEM;
	}
	list->items = larger;
	for (size_t i = 0; i < n; i++)
		larger[list->count++] = (struct found){ names[i], directory };
	free(names);
	return 0;
}

/* Sorted by name; of equal names the first. Takes the paths into an array. */
static int take_paths(struct found_list *list, const char *const *directories,
    char ***ret_paths, size_t *ret_count)
{
	char **paths = calloc(list->count + 1, sizeof(*paths));
	char path[CONFIG_PATH_SIZE];
	size_t count = 0;

	if (!paths)
		return -ENOMEM;
	if (list->count > 0)
		qsort(list->items, list->count, sizeof(*list->items),
		    compare_found);
	for (size_t i = 0; i < list->count; i++) {
		const struct found *f = &list->items[i];

		if (i > 0 && strcmp(f[-1].name, f->name) == 0)
			continue;
		if (snprintf(path, sizeof(path), "%s/%s",
			directories[f->directory], f->name) >= CONFIG_PATH_SIZE)
			continue;
		paths[count] = strdup(path);
		if (!paths[count]) {
			conf_names_free(paths, count);
			return -ENOMEM;
		}
		count++;
	}
	*ret_paths = paths;
	*ret_count = count;
	return 0;
}

int conf_merge_directories(const struct conf_files *files,
    const char *const *directories, size_t count, const char *suffix,
    char ***ret_paths, size_t *ret_count)
{
	struct found_list list = { 0 };
	int rc = 0;

	for (size_t i = 0; rc == 0 && i < count; i++)
		rc = add_directory(files, directories[i], suffix, i, &list);
	if (rc == 0)
		rc = take_paths(&list, directories, ret_paths, ret_count);
	free_list(&list);
	return rc;
}
