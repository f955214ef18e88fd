/* SPDX-License-Identifier: Apache-2.0 */
/* A test that can not run here; tests/run shows why, and wants to be told. */
#ifndef TESTS_UNIT_SKIP_H
#define TESTS_UNIT_SKIP_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define SKIP(why) do { \
	print_message("# why: %s\n", (why)); \
	skip(); \
} while (0)

#endif
