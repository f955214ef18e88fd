/* SPDX-License-Identifier: Apache-2.0 */
#include "os/standard_fds.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

static bool is_null(int fd)
{
	struct stat st;

	return fstat(fd, &st) == 0 && S_ISCHR(st.st_mode) &&
	    st.st_rdev == makedev(1, 3);
}

/* In a child: close those of `mask`, fill, and say which became /dev/null and
 * the number that is given out next. */
static int filled(int mask)
{
	int status, result = 0;
	pid_t child = fork();

	assert_true(child >= 0);
	if (child == 0) {
		int file = open("/", O_RDONLY);

		for (int fd = 0; fd < 3; fd++) {
			dup2(file, fd);
			if (mask & 1 << fd)
				close(fd);
		}
		if (standard_fds_fill() != 0)
			_exit(255);
		for (int fd = 0; fd < 3; fd++)
			if (is_null(fd))
				result |= 1 << fd;
		_exit(dup(file) > 2 ? result : 254);
	}
	assert_int_equal(waitpid(child, &status, 0), child);
	return WEXITSTATUS(status);
}

static void only_the_closed_are_filled(void **state)
{
	(void)state;
	for (int mask = 0; mask < 8; mask++)
		assert_int_equal(filled(mask), mask);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_closed_are_filled),
	};

	return cmocka_run_group_tests_name("os/standard_fds", tests, NULL,
	    NULL);
}
