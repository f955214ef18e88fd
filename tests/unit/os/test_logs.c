/* SPDX-License-Identifier: Apache-2.0 */
#include "os/logfile.h"
#include "os/logsink.h"

#include "os/statefile.h"
#include "unit/os/folder.h"

#include <errno.h>
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
	char directory[FOLDER_SIZE], file[96], moved[96];
};

static int setup(void **state)
{
	static struct place p;

	umask(0);
	folder_make(p.directory);
	snprintf(p.file, sizeof(p.file), "%s/test.log", p.directory);
	snprintf(p.moved, sizeof(p.moved), "%s/moved", p.directory);
	*state = &p;
	return 0;
}

static int teardown(void **state)
{
	struct place *p = *state;

	return folder_remove(p->directory);
}

/* The file with every time replaced by "T "; a borrowed buffer. */
static const char *contents(const char *path)
{
	static char out[4096];
	char *text, *line, *rest = NULL;
	size_t n;

	out[0] = '\0';
	assert_int_equal(statefile_read(path, sizeof(out) - 1, &text, &n), 0);
	for (line = strtok_r(text, "\n", &rest); line;
	    line = strtok_r(NULL, "\n", &rest)) {
		bool has_time = strlen(line) > 20 && line[4] == '-' &&
		    line[10] == 'T' && line[19] == 'Z';

		strcat(out, has_time ? "T" : "");
		strcat(out, has_time ? line + 20 : line);
		strcat(out, "\n");
	}
	free(text);
	return out;
}

static int mode_of(const char *path)
{
	struct stat st;

	assert_int_equal(stat(path, &st), 0);
	return (int)(st.st_mode & 07777);
}

static void banners_come_every_so_many_entries(void **state)
{
	struct place *p = *state;
	struct logfile log = { 0 };

	for (int i = 0; i < 3; i++)
		assert_int_equal(logfile_entry(&log, p->directory, "test",
		    "B\n", 2, "x"), 0);
	assert_string_equal(contents(p->file), "B\nx\nx\nB\nx\n");
	assert_int_equal(mode_of(p->file), 0644);
	/* a reopened file starts with a banner, also when it has content */
	logfile_close(&log);
	assert_int_equal(logfile_entry(&log, p->directory, "test", "B\n", 2,
	    "y"), 0);
	assert_string_equal(contents(p->file), "B\nx\nx\nB\nx\nB\ny\n");
	logfile_close(&log);
	unlink(p->file);
	for (int i = 0; i < 3; i++)
		logfile_entry(&log, p->directory, "test", "B\n", 0, "x");
	assert_string_equal(contents(p->file), "x\nx\nx\n");
	logfile_close(&log);
	logfile_close(&log);
}

static void logs_do_not_follow_links(void **state)
{
	struct place *p = *state;
	struct logfile log = { 0 };
	struct logsink sink;

	assert_int_equal(symlink("/tmp/hora-no-such-file", p->file), 0);
	assert_int_equal(logfile_entry(&log, p->directory, "test", "B\n", 2,
	    "x"), -ELOOP);
	assert_int_equal(logsink_open(&sink, LOG_TO_FILE, p->file, NULL,
	    SEV_INFO), -ELOOP);
	assert_int_equal(logfile_entry(&log, "/nonexistent", "test", "", 0,
	    "x"), -ENOENT);
}

static void lines_have_time_and_severity(void **state)
{
	struct place *p = *state;
	struct logsink sink;

	assert_int_equal(logsink_open(&sink, LOG_TO_FILE, p->file, NULL,
	    SEV_WARNING), 0);
	logsink_write(&sink, SEV_INFO, "too low");
	logsink_write(&sink, SEV_WARNING, "one\ntwo\033[1m");
	logsink_printf(&sink, SEV_FATAL, "number %d", 3);
	assert_string_equal(contents(p->file),
	    "T one?two?[1m\nT Fatal error : number 3\n");
	logsink_close(&sink);
}

static void failures_are_kept_in_order(void **state)
{
	struct place *p = *state;
	struct logsink sink;
	char big[LOG_FAILURES_SIZE];

	assert_int_equal(logsink_open(&sink, LOG_TO_FILE, p->file, NULL,
	    SEV_INFO), 0);
	logsink_write(&sink, SEV_WARNING, "no failure");
	logsink_write(&sink, SEV_ERROR, "first");
	memset(big, 'x', sizeof(big) - 1);
	big[sizeof(big) - 1] = '\0';
	logsink_write(&sink, SEV_ERROR, big);
	logsink_write(&sink, SEV_FATAL, "second");
	assert_string_equal(sink.failures, "first\nFatal error : second");
	logsink_close(&sink);
}

static void a_rotated_log_is_opened_again(void **state)
{
	struct place *p = *state;
	struct logsink sink;

	assert_int_equal(logsink_open(&sink, LOG_TO_FILE, p->file, NULL,
	    SEV_INFO), 0);
	assert_int_equal(mode_of(p->file), 0640);
	logsink_write(&sink, SEV_INFO, "one");
	assert_int_equal(logsink_reopen(&sink), 0);	/* still there */
	logsink_write(&sink, SEV_INFO, "two");
	assert_int_equal(rename(p->file, p->moved), 0);
	logsink_write(&sink, SEV_INFO, "three");
	assert_int_equal(logsink_reopen(&sink), 0);
	logsink_write(&sink, SEV_INFO, "four");
	assert_string_equal(contents(p->moved), "T one\nT two\nT three\n");
	assert_string_equal(contents(p->file), "T four\n");
	logsink_close(&sink);
}

static void times_are_utc(void **state)
{
	char text[LOG_TIME_SIZE];

	(void)state;
	assert_string_equal(log_time((struct wall_time){ 0 }, text),
	    "1970-01-01T00:00:00Z");
	assert_string_equal(log_time((struct wall_time){ -1 }, text),
	    "1969-12-31T23:59:59Z");
	assert_string_equal(log_time((struct wall_time){
	    INT64_C(1795370867) * NS_PER_S + 999999999 }, text),
	    "2026-11-22T18:07:47Z");
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(banners_come_every_so_many_entries),
		T(logs_do_not_follow_links),
		T(lines_have_time_and_severity),
		T(failures_are_kept_in_order),
		T(a_rotated_log_is_opened_again),
		T(times_are_utc),
	};

	return cmocka_run_group_tests_name("os/logs", tests, NULL, NULL);
}
