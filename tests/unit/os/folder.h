/* SPDX-License-Identifier: Apache-2.0 */
/* A folder of a test's own. */
#ifndef TESTS_OS_FOLDER_H
#define TESTS_OS_FOLDER_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define FOLDER_SIZE 64

static inline void folder_make(char path[FOLDER_SIZE])
{
	strcpy(path, "/tmp/hora-test-XXXXXX");
	assert_non_null(mkdtemp(path));
}

/* With all that is in it. 0, or what is left is a failure. */
static inline int folder_remove(const char *path)
{
	char command[FOLDER_SIZE + 8];

	snprintf(command, sizeof(command), "rm -r %s", path);
	return system(command);
}

#endif
