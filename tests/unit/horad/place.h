/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of its own for each test of a file that horad keeps. */
#ifndef TEST_HORAD_PLACE_H
#define TEST_HORAD_PLACE_H

#include "conf/config.h"
#include "os/logsink.h"
#include "os/statefile.h"
#include "unit/os/folder.h"

#include <errno.h>
#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define NOW ((struct wall_time){ INT64_C(1800000000) * NS_PER_S })

struct place {
	char directory[FOLDER_SIZE], file[128];
	struct config config;
	struct logsink log;
};

static inline int setup(void **state)
{
	static struct place p;

	memset(&p, 0, sizeof(p));
	folder_make(p.directory);
	snprintf(p.file, sizeof(p.file), "%s/file", p.directory);
	/* Warnings of the cases are expected: keep them off the screen. */
	logsink_open(&p.log, LOG_TO_STDERR, NULL, NULL, (enum severity)9);
	*state = &p;
	return 0;
}

static inline int teardown(void **state)
{
	struct place *p = *state;

	return folder_remove(p->directory);
}

static inline void put(const char *path, const char *text)
{
	assert_int_equal(statefile_write(path, text, strlen(text), 0600), 0);
}

static inline char *get(const char *path)
{
	char *text;
	size_t n;

	return statefile_read(path, 10000, &text, &n) == 0 ? text : NULL;
}

static inline void expect(const char *path, const char *text)
{
	char *found = get(path);

	assert_non_null(found);
	assert_string_equal(found, text);
	free(found);
}

#endif
