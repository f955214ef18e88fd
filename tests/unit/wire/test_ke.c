/* SPDX-License-Identifier: Apache-2.0 */
#include "wire/ke.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <cmocka.h>

static void test_next(void **state)
{
	static const uint8_t bytes[] = {
		0x80, 1, 0, 2, 0, 0,		/* Next Protocol, critical */
		4, 0, 0, 0,			/* 1024, not critical */
		0xff, 0xff, 0, 1, 9,		/* unknown, critical */
	};
	struct reader r = reader_of(bytes, sizeof(bytes));
	struct ke_record record;

	(void)state;
	assert_true(ke_next(&r, &record));
	assert_int_equal(record.type, KE_NEXT_PROTOCOL);
	assert_true(record.is_critical);
	assert_int_equal(record.length, 2);
	assert_ptr_equal(record.body, bytes + 4);
	assert_true(ke_next(&r, &record));
	assert_int_equal(record.type, KE_COMPLIANT_EXPORT);
	assert_false(record.is_critical);
	assert_int_equal(record.length, 0);
	assert_true(ke_next(&r, &record));
	assert_int_equal(record.type, 0x7fff);
	assert_true(record.is_critical);
	assert_int_equal(record.body[0], 9);
	assert_false(ke_next(&r, &record));
	assert_false(r.bad);
	for (size_t cut = 1; cut < 6; cut++) {
		r = reader_of(bytes, cut);
		assert_false(ke_next(&r, &record));
		assert_true(r.bad);
	}
}

static void test_put(void **state)
{
	uint8_t out[16];
	struct writer w = writer_of(out, sizeof(out));
	static const uint8_t want[] = {
		0x80, 4, 0, 2, 0, 15, 0, 5, 0, 1, 7, 0x84, 0, 0, 0 };

	(void)state;
	ke_put_u16(&w, KE_AEAD, true, 15);
	ke_put(&w, KE_COOKIE, false, (const uint8_t[]){ 7 }, 1);
	ke_put(&w, KE_COMPLIANT_EXPORT, true, NULL, 0);
	assert_false(w.bad);
	assert_int_equal(writer_length(&w), sizeof(want));
	assert_memory_equal(out, want, sizeof(want));
	ke_put(&w, KE_END, true, NULL, 0);
	assert_true(w.bad);
	w = writer_of(out, sizeof(out));
	ke_put(&w, 0x8000, false, NULL, 0);
	assert_true(w.bad);
	w = writer_of(out, sizeof(out));
	ke_put(&w, KE_COOKIE, false, NULL, 65536);
	assert_true(w.bad);
}

static void test_state(void **state)
{
	static const struct {
		const char *name;
		uint8_t bytes[16];
		size_t length;
		enum ke_state state;
	} cases[] = {
		{ "nothing", { 0 }, 0, KE_INCOMPLETE },
		{ "half a header", { 0x80, 0, 0 }, 3, KE_INCOMPLETE },
		{ "end alone", { 0x80, 0, 0, 0 }, 4, KE_COMPLETE },
		{ "not critical", { 0, 0, 0, 0 }, 4, KE_INVALID },
		{ "not empty", { 0x80, 0, 0, 1, 0 }, 5, KE_INVALID },
		{ "not empty, body to come", { 0x80, 0, 0, 1 }, 4, KE_INCOMPLETE },
		{ "not last", { 0x80, 0, 0, 0, 0 }, 5, KE_INVALID },
		{ "twice", { 0x80, 0, 0, 0, 0x80, 0, 0, 0 }, 8, KE_INVALID },
		{ "record", { 0x80, 1, 0, 2, 0, 0 }, 6, KE_INCOMPLETE },
		{ "record cut", { 0x80, 1, 0, 2, 0 }, 5, KE_INCOMPLETE },
		{ "record, end", { 0x80, 1, 0, 2, 0, 0, 0x80, 0, 0, 0 }, 10,
			KE_COMPLETE },
		{ "end inside a body", { 0x80, 1, 0, 4, 0x80, 0, 0, 0 }, 8,
			KE_INCOMPLETE },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ke_message_state(cases[i].bytes, cases[i].length) !=
		    cases[i].state)
			fail_msg("%s", cases[i].name);
}

/* A message of exactly the limit, one below, one above. */
static void test_state_size(void **state)
{
	static uint8_t message[KE_MESSAGE_MAX + 1];
	struct writer w = writer_of(message, sizeof(message));

	(void)state;
	put_be(&w, 0x0005, 2);
	put_be(&w, KE_MESSAGE_MAX - 8, 2);
	put_zero(&w, KE_MESSAGE_MAX - 8);
	put_be(&w, 0x80000000, 4);
	assert_int_equal(ke_message_state(message, KE_MESSAGE_MAX),
	    KE_COMPLETE);
	assert_int_equal(ke_message_state(message, KE_MESSAGE_MAX - 1),
	    KE_INCOMPLETE);
	assert_int_equal(ke_message_state(message, KE_MESSAGE_MAX + 1),
	    KE_INVALID);
	/* The same message one byte longer, and as right. */
	message[3]++;
	memmove(message + KE_MESSAGE_MAX - 3, message + KE_MESSAGE_MAX - 4, 4);
	assert_int_equal(ke_message_state(message, KE_MESSAGE_MAX + 1),
	    KE_INVALID);
	/* Full, and the end record is not there yet. */
	assert_int_equal(ke_message_state(message, KE_MESSAGE_MAX), KE_INVALID);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_next),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_state),
		cmocka_unit_test(test_state_size),
	};

	return cmocka_run_group_tests_name("wire/ke", tests, NULL, NULL);
}
