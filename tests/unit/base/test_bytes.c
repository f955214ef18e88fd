/* SPDX-License-Identifier: Apache-2.0 */
#include "base/bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static const uint8_t eight[8] = { 1, 2, 3, 4, 5, 6, 7, 0xff };

static void test_take_be(void **state)
{
	static const struct {
		size_t have, take;
		uint64_t value;
		bool bad;
	} cases[] = {
		{ 8, 0, 0, false },
		{ 8, 1, 1, false },
		{ 8, 2, 0x0102, false },
		{ 8, 8, 0x01020304050607ff, false },
		{ 7, 8, 0, true },
		{ 1, 1, 1, false },
		{ 0, 1, 0, true },
		{ 0, 0, 0, false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct reader r = reader_of(eight, cases[i].have);

		assert_true(take_be(&r, cases[i].take) == cases[i].value);
		assert_int_equal(r.bad, cases[i].bad);
		assert_int_equal(reader_left(&r),
		    cases[i].bad ? 0 : cases[i].have - cases[i].take);
	}
}

static void test_take_bytes(void **state)
{
	struct reader r = reader_of(eight, 8);

	(void)state;
	assert_ptr_equal(take_bytes(&r, 8), eight);
	assert_non_null(take_bytes(&r, 0));
	assert_false(r.bad);
	assert_null(take_bytes(&r, 1));
	assert_true(r.bad);
	r = reader_of(eight, 7);
	assert_null(take_bytes(&r, 8));
	r = reader_of(eight, 4);
	assert_null(take_bytes(&r, SIZE_MAX));
}

static void test_fault_sticks(void **state)
{
	struct reader r = reader_of(eight, 3);

	(void)state;
	assert_int_equal(take_be(&r, 4), 0);
	assert_int_equal(take_be(&r, 1), 0);
	assert_null(take_bytes(&r, 1));
	assert_int_equal(reader_left(&r), 0);
	r = reader_of(NULL, 0);
	assert_int_equal(reader_left(&r), 0);
	assert_false(r.bad);
}

static void test_put(void **state)
{
	uint8_t out[8] = { 0 };
	struct writer w = writer_of(out, 6);
	static const uint8_t want[8] = { 0x12, 0x34, 9, 8, 0, 0, 0, 0 };

	(void)state;
	put_be(&w, 0xff1234, 2);	/* only the low bytes */
	put_bytes(&w, (const uint8_t[]){ 9, 8 }, 2);
	out[4] = out[5] = 0xaa;
	put_zero(&w, 2);
	assert_false(w.bad);
	assert_int_equal(writer_length(&w), 6);
	assert_int_equal(writer_left(&w), 0);
	assert_memory_equal(out, want, 8);
	put_bytes(&w, NULL, 0);
	assert_false(w.bad);
	put_be(&w, 1, 1);
	assert_true(w.bad);
	assert_memory_equal(out, want, 8);
}

static void test_put_border(void **state)
{
	uint8_t out[4];
	struct writer w;

	(void)state;
	w = writer_of(out, 3);
	put_be(&w, 0, 4);
	assert_true(w.bad);
	assert_int_equal(writer_length(&w), 0);
	w = writer_of(out, 3);
	put_bytes(&w, eight, 4);
	assert_true(w.bad);
	w = writer_of(out, 3);
	put_zero(&w, 4);
	assert_true(w.bad);
	put_be(&w, 0, 1);		/* would fit, but the fault sticks */
	assert_int_equal(writer_length(&w), 0);
	assert_int_equal(writer_left(&w), 0);
	w = writer_of(out, 4);
	put_be(&w, 0, 4);
	assert_false(w.bad);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_take_be),
		cmocka_unit_test(test_take_bytes),
		cmocka_unit_test(test_fault_sticks),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_put_border),
	};

	return cmocka_run_group_tests_name("base/bytes", tests, NULL, NULL);
}
