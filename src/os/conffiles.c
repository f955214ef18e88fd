/* SPDX-License-Identifier: Apache-2.0 */
#include "os/conffiles.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

/* All of an open file; 0 or -errno. */
static int read_all(int fd, char **ret_text, size_t *ret_length)
{
	char *text = NULL;
	size_t size = 0, length = 0;

	for (;;) {
		ssize_t n;

		if (length == size) {
			char *larger = realloc(text, size += 16384);

			if (!larger)
				goto no_memory;
			text = larger;
		}
		n = read(fd, text + length, size - length);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			int rc = -errno;

			free(text);
			return rc;
		}
		if (n == 0)
			break;
		length += (size_t)n;
		if (length > CONFFILES_MAX) {
			free(text);
			return -EFBIG;
		}
	}
	*ret_text = text;
	*ret_length = length;
	return 0;

no_memory:
	free(text);
	return -ENOMEM;
}

int conffiles_read(void *arg, const char *path, char **ret_text,
    size_t *ret_length)
{
	int fd, rc;

	(void)arg;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	if (fd < 0)
		return -errno;
	rc = read_all(fd, ret_text, ret_length);
	close(fd);
	return rc;
}

int conffiles_glob(void *arg, const char *pattern, char ***ret_paths,
    size_t *ret_count)
{
	glob_t found = { 0 };
	char **paths;
	size_t count = 0;
	int rc;

	(void)arg;
	errno = 0;
	rc = glob(pattern, GLOB_ERR | GLOB_NOMAGIC, NULL, &found);
	if (rc == GLOB_NOMATCH) {
		*ret_paths = NULL;
		*ret_count = 0;
		return 0;
	}
	if (rc != 0)
		return rc == GLOB_NOSPACE ? -ENOMEM : errno ? -errno : -EIO;
	paths = calloc(found.gl_pathc + 1, sizeof(*paths));
	while (paths && count < found.gl_pathc &&
	    (paths[count] = strdup(found.gl_pathv[count])))
		count++;
	rc = paths && count == found.gl_pathc ? 0 : -ENOMEM;
	globfree(&found);
	if (rc == 0) {
		*ret_paths = paths;
		*ret_count = count;
		return 0;
	}
	while (count > 0)
		free(paths[--count]);
	free(paths);
	return rc;
}

static bool has_suffix(const char *name, const char *suffix)
{
	size_t n = strlen(name), k = strlen(suffix);

	return n > k && strcmp(name + n - k, suffix) == 0;
}

/* Names into an array; 0 or -errno, then the array holds what came before. */
static int read_names(DIR *dir, const char *suffix, char ***names,
    size_t *count)
{
	for (;;) {
		struct dirent *entry;
		char **larger;

		errno = 0;
		entry = readdir(dir);
		if (!entry)
			return -errno;
		if (entry->d_name[0] == '.' ||
		    !has_suffix(entry->d_name, suffix))
			continue;
		larger = reallocarray(*names, *count + 1, sizeof(*larger));
		if (!larger)
			return -ENOMEM;
		*names = larger;
		larger[*count] = strdup(entry->d_name);
		if (!larger[*count])
			return -ENOMEM;
		++*count;
	}
}

int conffiles_list(void *arg, const char *directory, const char *suffix,
    char ***ret_names, size_t *ret_count)
{
	DIR *dir = opendir(directory);
	char **names = NULL;
	size_t count = 0;
	int rc;

	(void)arg;
	if (!dir && errno != ENOENT)
		return -errno;
	rc = dir ? read_names(dir, suffix, &names, &count) : 0;
	if (dir)
		closedir(dir);
	if (rc != 0) {
		while (count > 0)
			free(names[--count]);
		free(names);
		return rc;
	}
	*ret_names = names;
	*ret_count = count;
	return 0;
}
