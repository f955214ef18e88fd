/* SPDX-License-Identifier: Apache-2.0 */
/* The states of sources as one text. */
#ifndef HORA_TESTS_SYNC_STATES_H
#define HORA_TESTS_SYNC_STATES_H

#include "sync/select.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

static inline void states_check(const char *name, const struct candidate *c,
    int n, const char *states)
{
	char got[1001] = { 0 };

	assert_in_range(n, 0, sizeof(got) - 1);
	for (int i = 0; i < n; i++)
		got[i] = (char)c[i].state;
	if (strcmp(got, states) != 0)
		fail_msg("%s: states \"%s\", not \"%s\"", name, got, states);
}

#endif
