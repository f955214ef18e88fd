/* SPDX-License-Identifier: Apache-2.0 */
#include "horac/stop.h"

#include "base/time.h"
#include "os/now.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

static void test_sleep(void **state)
{
	struct mono_time start = mono_now();

	(void)state;
	stop_sleep(0.05);
	assert_true(mono_sub(mono_now(), start) >= 0.05);
}

/* However long it is, it is a sleep, and a signal ends it. */
static void test_long_sleep(void **state)
{
	struct mono_time start = mono_now();
	pid_t parent = getpid(), child = fork();

	(void)state;
	assert_true(child >= 0);
	if (child == 0) {
		usleep(200000);
		kill(parent, SIGTERM);
		_exit(0);
	}
	stop_sleep(1e300);
	assert_true(stop_requested());
	assert_true(mono_sub(mono_now(), start) >= 0.1);
	waitpid(child, NULL, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sleep),
		cmocka_unit_test(test_long_sleep),
	};

	stop_catch();
	return cmocka_run_group_tests_name("horac/stop", tests, NULL, NULL);
}
