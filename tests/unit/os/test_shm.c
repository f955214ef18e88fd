/* SPDX-License-Identifier: Apache-2.0 */
#include "os/sealed.h"
#include "os/shm.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

static void sealed_text_can_not_change(void **state)
{
	char *text;
	size_t n;
	int fd;

	(void)state;
	assert_int_equal(sealed_create("test", "hello", 5, &fd), 0);
	assert_true(fcntl(fd, F_GETFD) & FD_CLOEXEC);
	assert_true(pwrite(fd, "x", 1, 0) < 0);
	assert_true(ftruncate(fd, 0) < 0);
	for (int i = 0; i < 2; i++) {	/* the offset does not matter */
		assert_int_equal(sealed_read(fd, 5, &text, &n), 0);
		assert_int_equal(n, 5);
		assert_string_equal(text, "hello");
		free(text);
	}
	assert_int_equal(sealed_read(fd, 4, &text, &n), -EFBIG);
	close(fd);
	assert_int_equal(sealed_create("test", "", 0, &fd), 0);
	assert_int_equal(sealed_read(fd, 0, &text, &n), 0);
	assert_int_equal(n, 0);
	free(text);
	close(fd);
	assert_int_equal(sealed_read(-1, 5, &text, &n), -EBADF);
}

static void readers_see_what_the_writer_writes(void **state)
{
	const uint8_t *reader;
	uint8_t *writer;
	void *map;
	int fd, copy;

	(void)state;
	assert_int_equal(shm_create("test", 5000, &fd), 0);
	assert_true(ftruncate(fd, 100) < 0);
	assert_int_equal(shm_open_readonly(fd, &copy), 0);
	assert_int_equal(shm_map(fd, 5000, true, &map), 0);
	writer = map;
	assert_int_equal(shm_map(copy, 5000, false, &map), 0);
	reader = map;
	assert_int_equal(reader[4999], 0);
	writer[4999] = 7;
	assert_int_equal(reader[4999], 7);
	assert_int_equal(shm_map(copy, 5000, true, &map), -EACCES);
	assert_int_equal(shm_map(fd, 5001, true, &map), -EINVAL);
	assert_int_equal(shm_map(fd, 0, true, &map), -EINVAL);
	shm_unmap(writer, 5000);
	shm_unmap((void *)(uintptr_t)reader, 5000);
	shm_unmap(NULL, 5000);
	close(fd);
	close(copy);
}

struct payload {
	uint64_t a;
	uint32_t b;
	char c;		/* so that the last word is not whole */
};

struct page {
	struct seqlock lock;
	_Atomic uint64_t words[SEQLOCK_WORDS(struct payload)];
};

static void the_payload_comes_back(void **state)
{
	struct page page = { 0 };
	struct payload in = { 1, 2, '3' }, out = { 0 };

	(void)state;
	/* Never written: all zero, and readable. */
	assert_true(seqlock_read(&page.lock, page.words, &out, sizeof(out)));
	assert_int_equal(out.a, 0);
	seqlock_write(&page.lock, page.words, &in, sizeof(in));
	assert_true(seqlock_read(&page.lock, page.words, &out, sizeof(out)));
	assert_int_equal(out.a, 1);
	assert_int_equal(out.b, 2);
	assert_int_equal(out.c, '3');
}

static void a_dead_writer_is_noticed_and_replaced(void **state)
{
	struct page page = { 0 };
	struct payload in = { 1, 2, '3' }, out = { 9, 9, '9' };

	(void)state;
	seqlock_write(&page.lock, page.words, &in, sizeof(in));
	page.lock.sequence++;		/* died half-way */
	assert_false(seqlock_read(&page.lock, page.words, &out, sizeof(out)));
	assert_int_equal(out.a, 9);	/* nothing was written */
	in.a = 5;
	seqlock_write(&page.lock, page.words, &in, sizeof(in));
	assert_true(seqlock_read(&page.lock, page.words, &out, sizeof(out)));
	assert_int_equal(out.a, 5);
}

static void a_payload_beyond_the_bound_is_refused(void **state)
{
	struct {
		struct seqlock lock;
		_Atomic uint64_t words[65];
	} page = { 0 };
	uint8_t out[65 * 8];

	(void)state;
	assert_true(seqlock_read(&page.lock, page.words, out, 64 * 8));
	assert_false(seqlock_read(&page.lock, page.words, out, 64 * 8 + 1));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(sealed_text_can_not_change),
		cmocka_unit_test(readers_see_what_the_writer_writes),
		cmocka_unit_test(the_payload_comes_back),
		cmocka_unit_test(a_dead_writer_is_noticed_and_replaced),
		cmocka_unit_test(a_payload_beyond_the_bound_is_refused),
	};

	return cmocka_run_group_tests_name("os/shm", tests, NULL, NULL);
}
