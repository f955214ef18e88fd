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
	};

	return cmocka_run_group_tests_name("sandbox/limits", tests, NULL, NULL);
}
