/* SPDX-License-Identifier: Apache-2.0 */
#include "os/journal.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <syslog.h>
#include <unistd.h>

#include <cmocka.h>

static void a_line_arrives_with_its_fields(void **state)
{
	char directory[] = "/tmp/hora-test-XXXXXX", got[8192], expected[512];
	static char longest[5000];
	struct sockaddr_un sun = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_DGRAM, 0), to;
	ssize_t n;

	(void)state;
	assert_non_null(mkdtemp(directory));
	snprintf(sun.sun_path, sizeof(sun.sun_path), "%s/journal", directory);
	memset(longest, 'x', sizeof(longest) - 1);
	to = journal_open();
	assert_true(to >= 0);
	assert_int_equal(journal_send(to, sun.sun_path, LOG_INFO, "horad", NULL,
	    NULL, "x"), -ENOENT);
	assert_int_equal(journal_send(to, longest, LOG_INFO, "horad", NULL,
	    NULL, "x"), -ENAMETOOLONG);
	assert_int_equal(bind(fd, (struct sockaddr *)&sun, sizeof(sun)), 0);

	assert_int_equal(journal_send(to, sun.sun_path, LOG_ERR, "chronyd",
	    "0123456789abcdef0123456789abcdef", "hora-engine", "a line"), 0);
	n = recv(fd, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	snprintf(expected, sizeof(expected), "PRIORITY=3\nSYSLOG_FACILITY=3\n"
	    "SYSLOG_IDENTIFIER=chronyd\nSYSLOG_PID=%ld\n"
	    "MESSAGE_ID=0123456789abcdef0123456789abcdef\n"
	    "HORA_ROLE=hora-engine\nMESSAGE=a line\n", (long)getpid());
	assert_string_equal(got, expected);

	assert_int_equal(journal_send(to, sun.sun_path, LOG_INFO, "horad", NULL,
	    NULL, "x"), 0);
	n = recv(fd, got, sizeof(got) - 1, 0);
	assert_true(n > 0);
	got[n] = '\0';
	assert_null(strstr(got, "MESSAGE_ID"));
	assert_null(strstr(got, "HORA_ROLE"));
	assert_non_null(strstr(got, "\nMESSAGE=x\n"));

	assert_int_equal(journal_send(to, sun.sun_path, LOG_INFO, "horad", NULL,
	    NULL, longest), -EMSGSIZE);
	close(fd);
	assert_int_equal(journal_send(to, sun.sun_path, LOG_INFO, "horad", NULL,
	    NULL, "x"), -ECONNREFUSED);
	close(to);
	unlink(sun.sun_path);
	rmdir(directory);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line_arrives_with_its_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
