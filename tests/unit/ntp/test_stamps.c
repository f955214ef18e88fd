/* SPDX-License-Identifier: Apache-2.0 */
#include "ntp/stamps.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <cmocka.h>

#define S (UINT64_C(1) << 32)	/* one second of an NTP timestamp */

static struct stamps room_for(uint32_t size)
{
	struct stamps s;

	assert_int_equal(stamps_init(&s, size, 7), 0);
	return s;
}

static void each_serves_once(void **state)
{
	struct stamps s = room_for(4);
	struct stamp_pair p;

	(void)state;
	assert_false(stamps_take(&s, 1, &p));
	stamps_put(&s, 1, 10);
	stamps_put(&s, 3, 30);
	assert_int_equal(s.held, 2);
	assert_true(stamps_take(&s, 1, &p));
	assert_true(p.receive == 1 && p.transmit == 10 && !p.is_kernel);
	assert_false(stamps_take(&s, 1, &p));
	assert_true(stamps_take(&s, 3, &p));
	assert_int_equal(s.held, 0);
	assert_int_equal(s.used, 0);
	stamps_free(&s);
}

static void kernel_stamps(void **state)
{
	struct stamps s = room_for(4);
	struct stamp_pair p;

	(void)state;
	stamps_put(&s, 1, 10);
	stamps_sent(&s, 1, 5);
	stamps_sent(&s, 3, 5);
	assert_true(stamps_take(&s, 1, &p));
	assert_true(p.is_kernel);
	assert_true(p.transmit == 14);		/* 15 without its lowest bit */
	assert_false(stamps_take(&s, 3, &p));
	stamps_free(&s);
}

/* Of two responses with one name nobody can tell which is meant. */
static void twins(void **state)
{
	struct stamps s = room_for(4);
	struct stamp_pair p;

	(void)state;
	stamps_put(&s, 1, 10);
	stamps_put(&s, 1, 20);
	assert_int_equal(s.held, 0);
	assert_false(stamps_take(&s, 1, &p));
	stamps_put(&s, 0, 10);			/* no timestamp at all */
	assert_int_equal(s.held, 0);
	assert_false(stamps_take(&s, 0, &p));
	stamps_free(&s);
}

static void the_oldest_goes(void **state)
{
	struct stamps s = room_for(4);
	struct stamp_pair p;

	(void)state;
	for (uint64_t i = 1; i <= 4; i++)
		stamps_put(&s, i * S, i);
	assert_int_equal(s.held, 4);
	assert_true(stamps_span(&s) == 3);
	stamps_put(&s, 5 * S, 5);
	assert_int_equal(s.held, 4);
	assert_false(stamps_take(&s, S, &p));
	assert_true(stamps_take(&s, 3 * S, &p));
	assert_true(stamps_span(&s) == 3);
	assert_true(stamps_take(&s, 2 * S, &p));
	assert_true(stamps_span(&s) == 1);
	assert_true(stamps_take(&s, 4 * S, &p));
	assert_true(stamps_take(&s, 5 * S, &p));
	assert_true(stamps_span(&s) == 0);
	stamps_free(&s);
}

static void forgetting(void **state)
{
	struct stamps s = room_for(8), none = room_for(0);
	struct stamp_pair p;

	(void)state;
	for (uint64_t i = 1; i <= 11; i++)
		stamps_put(&s, i, i);
	assert_true(stamps_take(&s, 7, &p));
	stamps_forget(&s);
	assert_int_equal(s.held, 0);
	for (uint64_t i = 1; i <= 11; i++)
		assert_false(stamps_take(&s, i, &p));
	stamps_put(&s, 5, 5);
	assert_true(stamps_take(&s, 5, &p));
	stamps_free(&s);

	stamps_put(&none, 1, 1);
	stamps_sent(&none, 1, 1);
	assert_false(stamps_take(&none, 1, &p));
	stamps_forget(&none);
	assert_true(stamps_span(&none) == 0);
	stamps_free(&none);
}

/* Against a list that does the same slowly. */
static void as_a_list_does(void **state)
{
	enum { SIZE = 64, STEPS = 20000 };
	static uint64_t list[STEPS];
	struct stamps s = room_for(SIZE);
	size_t from = 0, count = 0;
	uint32_t random = 1;

	(void)state;
	for (uint64_t i = 1; i <= STEPS; i++) {
		struct stamp_pair p;
		size_t at;

		random = random * 1664525 + 1013904223;
		if (random >> 31) {
			stamps_put(&s, i, i * 2);
			list[count++] = i;
			if (count - from > SIZE)
				list[from++] = 0;
		} else if (count > from) {
			at = from + (random >> 8) % (count - from);
			/* one that was taken, or one that never was put */
			assert_int_equal(stamps_take(&s, list[at] != 0 ?
			    list[at] : i, &p), list[at] != 0);
			list[at] = 0;
		}
		while (from < count && list[from] == 0)
			from++;
		assert_int_equal(s.used, count - from);
	}
	for (size_t i = from; i < count; i++) {
		struct stamp_pair p;

		assert_int_equal(list[i] != 0 && stamps_take(&s, list[i], &p),
		    list[i] != 0);
	}
	assert_int_equal(s.held, 0);
	stamps_free(&s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_serves_once),
		cmocka_unit_test(kernel_stamps),
		cmocka_unit_test(twins),
		cmocka_unit_test(the_oldest_goes),
		cmocka_unit_test(forgetting),
		cmocka_unit_test(as_a_list_does),
	};

	return cmocka_run_group_tests_name("ntp/stamps", tests, NULL, NULL);
}
