/* SPDX-License-Identifier: Apache-2.0 */
/* Rounds of a loop, not time: a busy machine changes nothing. */
#ifndef TESTS_OS_ROUNDS_H
#define TESTS_OS_ROUNDS_H

#include "os/loop.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#define ROUNDS 20		/* enough for all that the tests send */

struct rounds {
	struct loop *loop;
	int left;
};

static inline void rounds_one(void *arg)
{
	struct rounds *r = arg;

	if (--r->left == 0)
		loop_stop(r->loop, 0);
	else
		assert_int_equal(loop_defer(r->loop, rounds_one, r), 0);
}

/* Let the loop run for so many. */
static inline void rounds_run(struct loop *loop)
{
	struct rounds r = { loop, ROUNDS };

	assert_int_equal(loop_defer(loop, rounds_one, &r), 0);
	loop_run(loop);
}

#endif
