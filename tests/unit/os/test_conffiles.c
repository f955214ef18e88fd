/* SPDX-License-Identifier: Apache-2.0 */
#include "os/conffiles.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

static const char *const names[] = {
	"a.conf", "b.conf", ".conf", ".dot.conf", "b.conf~", "c.sources",
};
#define NAMES (sizeof(names) / sizeof(*names))

struct folder {
	char path[64];
};

static const char *inside(const struct folder *f, const char *name, char *buf)
{
	snprintf(buf, 200, "%s/%s", f->path, name);
	return buf;
}

static void write_file(const char *path, const void *bytes, size_t n)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, n), (ssize_t)n);
	close(fd);
}

static int make_folder(void **state)
{
	static struct folder f;
	char path[200];

	strcpy(f.path, "/tmp/hora-conffiles-XXXXXX");
	if (!mkdtemp(f.path))
		return -1;
	for (size_t i = 0; i < NAMES; i++)
		write_file(inside(&f, names[i], path), names[i],
		    strlen(names[i]));
	*state = &f;
	return 0;
}

static int remove_folder(void **state)
{
	const struct folder *f = *state;
	char path[200];

	for (size_t i = 0; i < NAMES; i++)
		unlink(inside(f, names[i], path));
	unlink(inside(f, "large", path));
	return rmdir(f->path);
}

static void test_read(void **state)
{
	const struct folder *f = *state;
	static char large[CONFFILES_MAX + 1];
	char path[200], *text;
	size_t length;

	assert_int_equal(conffiles_read(NULL, inside(f, "a.conf", path), &text,
		&length), 0);
	assert_int_equal(length, 6);
	assert_memory_equal(text, "a.conf", 6);
	free(text);
	assert_int_equal(conffiles_read(NULL, inside(f, "none", path), &text,
		&length), -ENOENT);
	assert_int_equal(conffiles_read(NULL, f->path, &text, &length),
	    -EISDIR);

	memset(large, 'x', sizeof(large));
	write_file(inside(f, "large", path), large, CONFFILES_MAX);
	assert_int_equal(conffiles_read(NULL, path, &text, &length), 0);
	assert_int_equal(length, CONFFILES_MAX);
	assert_memory_equal(text, large, length);
	free(text);
	write_file(path, large, CONFFILES_MAX + 1);
	assert_int_equal(conffiles_read(NULL, path, &text, &length), -EFBIG);
	write_file(path, "", 0);
	assert_int_equal(conffiles_read(NULL, path, &text, &length), 0);
	assert_int_equal(length, 0);
	free(text);
}

static void check_names(char **got, size_t count, const char *const *want,
    size_t want_count)
{
	assert_int_equal(count, want_count);
	for (size_t i = 0; i < count; i++) {
		assert_string_equal(got[i], want[i]);
		free(got[i]);
	}
	free(got);
}

static void test_glob(void **state)
{
	const struct folder *f = *state;
	char path[200], a[200], b[200], **got;
	const char *both[] = { inside(f, "a.conf", a), inside(f, "b.conf", b) };
	size_t count;

	assert_int_equal(conffiles_glob(NULL, inside(f, "*.conf", path), &got,
		&count), 0);
	check_names(got, count, both, 2);
	assert_int_equal(conffiles_glob(NULL, inside(f, "[b].conf", path), &got,
		&count), 0);
	check_names(got, count, both + 1, 1);
	assert_int_equal(conffiles_glob(NULL, inside(f, "*.none", path), &got,
		&count), 0);
	check_names(got, count, NULL, 0);
	/* A name is a name, whether there is such a file or not. */
	assert_int_equal(conffiles_glob(NULL, "/none/x", &got, &count), 0);
	check_names(got, count, (const char *[]){ "/none/x" }, 1);
	assert_int_equal(conffiles_glob(NULL, "/none/*", &got, &count), -ENOENT);
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void test_list(void **state)
{
	const struct folder *f = *state;
	char path[200], **got;
	size_t count;

	assert_int_equal(conffiles_list(NULL, f->path, ".conf", &got, &count),
	    0);
	qsort(got, count, sizeof(*got), by_name);
	check_names(got, count, names, 2);
	assert_int_equal(conffiles_list(NULL, f->path, ".sources", &got,
		&count), 0);
	check_names(got, count, names + 5, 1);
	assert_int_equal(conffiles_list(NULL, f->path, ".none", &got, &count),
	    0);
	check_names(got, count, NULL, 0);
	assert_int_equal(conffiles_list(NULL, inside(f, "none", path), ".conf",
		&got, &count), 0);
	check_names(got, count, NULL, 0);
	assert_int_equal(conffiles_list(NULL, inside(f, "a.conf", path),
		".conf", &got, &count), -ENOTDIR);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_glob),
		cmocka_unit_test(test_list),
	};

	return cmocka_run_group_tests_name("os/conffiles", tests, make_folder,
	    remove_folder);
}
