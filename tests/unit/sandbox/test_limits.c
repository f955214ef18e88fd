/* SPDX-License-Identifier: Apache-2.0 */
/* Locked memory and real-time priority, in children that end with it. */
#include "sandbox/limits.h"

#include <errno.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

/* Does it hold in a process of its own? */
static bool holds(bool (*what)(void))
{
	int status = -1;
	pid_t pid = fork();

	if (pid == 0)
		_exit(what() ? 0 : 1);
	assert_true(pid > 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* A limit that is not "unlimited" would refuse memory some day. */
static bool is_refused(void)
{
	struct rlimit limit = { 1 << 20, 1 << 20 };

	return setrlimit(RLIMIT_MEMLOCK, &limit) == 0 &&
	    limits_lock_memory() == -EPERM;
}

/* What is raised can be used; a raise that is not allowed does no harm. */
static bool is_raised(void)
{
	struct rlimit limit;

	limits_raise(true, 50);
	if (getrlimit(RLIMIT_MEMLOCK, &limit) < 0)
		return false;
	return limits_lock_memory() ==
	    (limit.rlim_cur == RLIM_INFINITY ? 0 : -EPERM);
}

static bool is_realtime(void)
{
	struct sched_param param;
	int rc;

	limits_raise(false, 100);
	rc = limits_run_realtime(100);
	if (rc != 0)
		return rc == -EPERM;	/* not root: as the limit says */
	return sched_getscheduler(0) == SCHED_FIFO &&
	    sched_getparam(0, &param) == 0 && param.sched_priority == 99;
}

/* Nothing is raised that was not asked for. */
static bool is_left(void)
{
	struct rlimit before, after;

	if (getrlimit(RLIMIT_RTPRIO, &before) < 0)
		return false;
	limits_raise(false, 0);
	return getrlimit(RLIMIT_RTPRIO, &after) == 0 &&
	    before.rlim_cur == after.rlim_cur;
}

static rlim_t most(int resource)
{
	struct rlimit limit;

	return getrlimit(resource, &limit) < 0 ? 0 : limit.rlim_max;
}

/* What a role gives up is gone for good. */
static bool is_settled(enum role role, bool has_threads, rlim_t files)
{
	const struct rlimit more = { 1, 1 };

	return limits_settle(role) == 0 && most(RLIMIT_CORE) == 0 &&
	    most(RLIMIT_FSIZE) == 1 << 20 && (most(RLIMIT_NPROC) == 0) != has_threads &&
	    (files == 0 || most(RLIMIT_NOFILE) == files) &&
	    (geteuid() == 0 || setrlimit(RLIMIT_CORE, &more) < 0);
}

static bool clock_is(void)
{
	return is_settled(ROLE_CLOCK, false, 16);
}

static bool engine_is(void)
{
	struct rlimit before;

	return getrlimit(RLIMIT_NOFILE, &before) == 0 &&
	    is_settled(ROLE_ENGINE, false, before.rlim_cur);
}

static bool serve_is(void)
{
	return is_settled(ROLE_SERVE, false, 32);
}

static bool ke_server_is(void)
{
	return is_settled(ROLE_KE_SERVER, true, 0);
}

static bool ke_client_is(void)
{
	return is_settled(ROLE_KE_CLIENT, true, 256);
}

/* A message to a file is cut, and does not end the process. */
static bool writes_little(void)
{
	char path[] = "/tmp/limits-XXXXXX";
	int fd = mkstemp(path);

	unlink(path);
	return fd >= 0 && limits_settle(ROLE_CLOCK) == 0 &&
	    pwrite(fd, "x", 1, (1 << 20) - 1) == 1 &&
	    pwrite(fd, "x", 1, 1 << 20) < 0 && errno == EFBIG;
}

static void test_settled(void **state)
{
	(void)state;
	assert_true(holds(clock_is));
	assert_true(holds(engine_is));
	assert_true(holds(serve_is));
	assert_true(holds(ke_server_is));
	assert_true(holds(ke_client_is));
	assert_true(holds(writes_little));
}

static void test_limits(void **state)
{
	(void)state;
	assert_true(holds(is_refused));
	assert_true(holds(is_raised));
	assert_true(holds(is_realtime));
	assert_true(holds(is_left));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_settled),
	};

	return cmocka_run_group_tests_name("sandbox/limits", tests, NULL, NULL);
}
