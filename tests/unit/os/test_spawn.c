/* SPDX-License-Identifier: Apache-2.0 */
#include "os/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Says on its channel what it was given; fails for a LISTEN_PID not its own. */
#define SCRIPT "#!/bin/sh\n" \
	"said=\"$HORA_CHANNEL $LISTEN_FDS $LISTEN_FDNAMES\"\n" \
	"eval 'echo \"$said ${NOTIFY_SOCKET-none}\"' '>&'$HORA_CHANNEL\n" \
	"[ -z \"$LISTEN_PID\" ] || [ \"$LISTEN_PID\" = $$ ]\n"

static char script[] = "/tmp/hora-test-XXXXXX";

static int setup(void **state)
{
	int fd = mkstemp(script);

	(void)state;
	assert_int_equal(write(fd, SCRIPT, strlen(SCRIPT)), strlen(SCRIPT));
	fchmod(fd, 0700);
	close(fd);
	setenv("NOTIFY_SOCKET", "/x", 1);
	return 0;
}

static int teardown(void **state)
{
	(void)state;
	return unlink(script);
}

/* Run the script; what it said on its channel. */
static void run(struct spawn *s, char said[128])
{
	int pair[2], status;
	pid_t pid;
	ssize_t n;

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
	    pair), 0);
	s->path = script;
	s->name = "role";
	s->channel = pair[1];
	assert_int_equal(spawn_program(s, &pid), 0);
	close(pair[1]);
	n = read(pair[0], said, 127);
	said[n > 0 ? n : 0] = '\0';
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	close(pair[0]);
}

static void the_channel_is_named(void **state)
{
	struct spawn s = { 0 };
	char said[128];

	(void)state;
	run(&s, said);
	assert_string_equal(said, "3   none\n");
}

static void sockets_come_first(void **state)
{
	struct passed_sockets sockets = { .count = 3 };
	struct spawn s = { .sockets = &sockets };
	char said[128];

	(void)state;
	for (int i = 0; i < 3; i++) {
		sockets.socket[i].fd = socket(AF_INET, SOCK_DGRAM |
		    SOCK_CLOEXEC, 0);
		snprintf(sockets.socket[i].name, PASSED_NAME_SIZE, "n%d", i);
	}
	close(sockets.socket[1].fd);
	sockets.socket[1].fd = -1;	/* taken by somebody else */
	run(&s, said);
	assert_string_equal(said, "5 2 n0:n2 none\n");
	assert_int_equal(passed_sockets_close(&sockets), 2);
}

static int refuse(void *arg)
{
	(void)arg;
	return -EPERM;
}

static void failures_are_told(void **state)
{
	struct spawn s = { .path = "/nonexistent", .name = "x" };
	pid_t pid = 0;

	(void)state;
	s.channel = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_int_equal(spawn_program(&s, &pid), -ENOENT);
	s.path = script;
	s.prepare = refuse;
	assert_int_equal(spawn_program(&s, &pid), -EPERM);
	assert_int_equal(pid, 0);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* none left */
	close(s.channel);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_channel_is_named),
		cmocka_unit_test(sockets_come_first),
		cmocka_unit_test(failures_are_told),
	};

	return cmocka_run_group_tests_name("os/spawn", tests, setup, teardown);
}
