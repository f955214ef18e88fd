/* SPDX-License-Identifier: Apache-2.0 */
/* Landlock, in children that are confined. */
#include "sandbox/landlock.h"

#include "sandbox/caps.h"
#include "unit/skip.h"

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define FIRST_WITH_TCP 4
#define FIRST_WITH_SCOPE 6

struct place {
	char dir[32], in[64], out[64], sub[64];
};

static void touch(const char *path)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600);

	assert_true(fd >= 0);
	close(fd);
}

static void make(struct place *p)
{
	snprintf(p->dir, sizeof(p->dir), "/tmp/landlock-XXXXXX");
	assert_non_null(mkdtemp(p->dir));
	snprintf(p->sub, sizeof(p->sub), "%s/sub", p->dir);
	snprintf(p->in, sizeof(p->in), "%s/sub/in", p->dir);
	snprintf(p->out, sizeof(p->out), "%s/out", p->dir);
	assert_int_equal(mkdir(p->sub, 0700), 0);
	touch(p->in);
	touch(p->out);
}

static void drop(const struct place *p)
{
	unlink(p->in);
	unlink(p->out);
	rmdir(p->sub);
	rmdir(p->dir);
}

/* Exit status of a child that runs fn; 77: no Landlock here. */
static int run(void (*fn)(const struct place *p), const struct place *p)
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0) {
		if (caps_no_new_privileges() < 0)
			_exit(2);
		fn(p);
		_exit(0);
	}
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	return WEXITSTATUS(status);
}

#define EXPECT(n, condition) do { if (!(condition)) _exit(n); } while (0)

static int enter(const char *const *paths, size_t n, bool may_connect)
{
	int version = landlock_enter(paths, n, may_connect);

	if (version <= 0)
		_exit(version < 0 ? 3 : 77);
	return version;
}

static bool can_read(const char *path)
{
	return open(path, O_RDONLY) >= 0;
}

static void reads(const struct place *p)
{
	const char *const paths[] = { p->sub, "/nonexistent" };

	EXPECT(10, can_read(p->out));
	enter(paths, 2, false);
	EXPECT(11, can_read(p->in));
	EXPECT(12, can_read(p->sub));
	EXPECT(13, !can_read(p->out) && errno == EACCES);
	EXPECT(14, open(p->in, O_WRONLY) < 0 && errno == EACCES);
	EXPECT(15, unlink(p->in) < 0 && errno == EACCES);
	EXPECT(16, rename(p->in, p->out) < 0);
}

static void reads_one_file(const struct place *p)
{
	const char *const paths[] = { p->in };

	enter(paths, 1, false);
	EXPECT(20, can_read(p->in));
	EXPECT(21, !can_read(p->sub));
}

static int connect_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET, .sin_port = htons(1),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return connect(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ? errno : 0;
}

static int bind_tcp(void)
{
	struct sockaddr_in to = { .sin_family = AF_INET };
	int fd = socket(AF_INET, SOCK_STREAM, 0);

	return bind(fd, (struct sockaddr *)&to, sizeof(to)) < 0 ? errno : 0;
}

static void does_not_connect(const struct place *p)
{
	(void)p;
	EXPECT(40, connect_tcp() != EACCES && bind_tcp() == 0);
	if (enter(NULL, 0, false) < FIRST_WITH_TCP)
		return;
	EXPECT(41, connect_tcp() == EACCES && bind_tcp() == EACCES);
}

static void connects(const struct place *p)
{
	(void)p;
	if (enter(NULL, 0, true) < FIRST_WITH_TCP)
		return;
	EXPECT(50, connect_tcp() != EACCES);
	EXPECT(51, bind_tcp() == EACCES);
}

static void signals_nobody(const struct place *p)
{
	(void)p;
	EXPECT(60, kill(getppid(), 0) == 0);
	if (enter(NULL, 0, true) < FIRST_WITH_SCOPE)
		return;
	EXPECT(61, kill(getppid(), 0) < 0 && errno == EPERM);
	EXPECT(62, kill(getpid(), 0) == 0);
}

static void test_landlock(void **state)
{
	static void (*const all[])(const struct place *p) = { reads,
		reads_one_file, does_not_connect, connects, signals_nobody };

	(void)state;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		struct place p;
		int status;

		make(&p);
		status = run(all[i], &p);
		drop(&p);
		if (status == 77)
			SKIP("this kernel has no Landlock");
		assert_int_equal(status, 0);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_landlock),
	};

	return cmocka_run_group_tests_name("sandbox/landlock", tests, NULL,
	    NULL);
}
