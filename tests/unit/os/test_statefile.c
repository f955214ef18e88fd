/* SPDX-License-Identifier: Apache-2.0 */
#include "os/statefile.h"

#include "unit/os/folder.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

struct place {
	char directory[FOLDER_SIZE], file[96], temporary[104];
};

static int setup(void **state)
{
	static struct place p;

	folder_make(p.directory);
	snprintf(p.file, sizeof(p.file), "%s/state", p.directory);
	snprintf(p.temporary, sizeof(p.temporary), "%s.tmp", p.file);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	return folder_remove(p->directory);
}

static void expect(const char *path, const char *text)
{
	char *found;
	size_t n;

	assert_int_equal(statefile_read(path, 100, &found, &n), 0);
	assert_int_equal(n, strlen(text));
	assert_string_equal(found, text);
	free(found);
}

static void what_is_written_is_read(void **state)
{
	struct place *p = *state;
	struct stat st;

	umask(0);
	assert_int_equal(statefile_write(p->file, "one", 3, 0600), 0);
	expect(p->file, "one");
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0600);
	assert_int_equal(statefile_write(p->file, "", 0, 0644), 0);
	expect(p->file, "");
	assert_int_equal(stat(p->file, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0644);
	assert_int_equal(access(p->temporary, F_OK), -1);
}

static void size_is_bounded_exactly(void **state)
{
	struct place *p = *state;
	char *text;
	size_t n;

	assert_int_equal(statefile_write(p->file, "12345", 5, 0600), 0);
	assert_int_equal(statefile_read(p->file, 4, &text, &n), -EFBIG);
	assert_int_equal(statefile_read(p->file, 5, &text, &n), 0);
	free(text);
}

static void what_is_no_file_is_refused(void **state)
{
	struct place *p = *state;
	char *text;
	size_t n;

	assert_int_equal(statefile_read(p->file, 9, &text, &n), -ENOENT);
	assert_int_equal(statefile_read(p->directory, 9, &text, &n), -EINVAL);
	assert_int_equal(mkfifo(p->file, 0600), 0);
	assert_int_equal(statefile_read(p->file, 9, &text, &n), -EINVAL);
}

/* Somebody put a link where the temporary file goes: it is not followed. */
static void a_link_is_not_written_through(void **state)
{
	struct place *p = *state;
	char victim[96];

	snprintf(victim, sizeof(victim), "%s/victim", p->directory);
	assert_int_equal(statefile_write(victim, "old", 3, 0600), 0);
	assert_int_equal(symlink(victim, p->temporary), 0);
	assert_int_equal(statefile_write(p->file, "new", 3, 0600), 0);
	expect(victim, "old");
	expect(p->file, "new");
	/* And a link at the file's own name is replaced, not followed. */
	unlink(p->file);
	assert_int_equal(symlink(victim, p->file), 0);
	assert_int_equal(statefile_write(p->file, "two", 3, 0600), 0);
	expect(victim, "old");
	expect(p->file, "two");
}

static void a_failure_leaves_the_old_file(void **state)
{
	struct place *p = *state;

	assert_int_equal(statefile_write("/nonexistent/x", "a", 1, 0600),
	    -ENOENT);
	/* A directory can not be replaced by a file. */
	assert_int_equal(mkdir(p->file, 0700), 0);
	assert_int_equal(statefile_write(p->file, "a", 1, 0600), -EISDIR);
	assert_int_equal(access(p->temporary, F_OK), -1);
}

static void directories_are_made_with_parents(void **state)
{
	struct place *p = *state;
	char path[128];
	struct stat st;

	umask(0);
	snprintf(path, sizeof(path), "%s/a/b//c", p->directory);
	assert_int_equal(directory_make(path, 0750, getuid(), getgid()), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0750);
	snprintf(path, sizeof(path), "%s/a", p->directory);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	/* What is there stays as it is. */
	assert_int_equal(directory_make(path, 0700, getuid(), getgid()), 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 07777, 0755);
	assert_int_equal(directory_make("", 0700, 0, 0), -ENAMETOOLONG);
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(what_is_written_is_read),
		T(size_is_bounded_exactly),
		T(what_is_no_file_is_refused),
		T(a_link_is_not_written_through),
		T(a_failure_leaves_the_old_file),
		T(directories_are_made_with_parents),
	};

	return cmocka_run_group_tests_name("os/statefile", tests, NULL, NULL);
}
