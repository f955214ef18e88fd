/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The files of a configuration as their caller sees them: this room opens none
 * (os/conffiles.h has the real ones).
 */
#ifndef HORA_CONF_FILES_H
#define HORA_CONF_FILES_H

#include "conf/config.h"

#include <stdbool.h>
#include <stddef.h>

/*
 * Functions return 0 or -errno. Texts, and arrays with the strings in them,
 * come from malloc and go to the caller; an empty array may be NULL.
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

/*
 * Paths of the files in the directories whose names end in `suffix`, in the
 * order of their names, bytewise. Of files with one name only that in the
 * directory given first counts (reference: configuration.md 1.3). What cannot
 * be read or is too long is left out. 0 or -ENOMEM; the array is the caller's,
 * to be freed by conf_names_free.
 */
int conf_merge_directories(const struct conf_files *files,
    const char *const *directories, size_t count, const char *suffix,
    char ***ret_paths, size_t *ret_count);

/* Free what a glob or list gave: the names and the array. NULL is allowed. */
void conf_names_free(char **names, size_t count);

#endif
