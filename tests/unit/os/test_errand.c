/* SPDX-License-Identifier: Apache-2.0 */
#include "os/errand.h"

#include "os/now.h"

#include <errno.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

struct run {
	struct loop *loop;
	int ends, status;
	char said[ERRAND_SAID_SIZE];
};

static void on_done(void *arg, int status, const char *said)
{
	struct run *r = arg;

	r->ends++;
	r->status = status;
	strcpy(r->said, said);
	loop_stop(r->loop, 0);
}

static int prepared(void)
{
	return setenv("PREPARED", "yes", 1);
}

static int unprepared(void)
{
	return -EPERM;
}

static void start(struct run *r, struct errand_order *o, struct errand **e)
{
	*r = (struct run){ .loop = loop_new() };
	o->done = on_done;
	o->arg = r;
	if (o->limit_s == 0)
		o->limit_s = 20;
	assert_int_equal(errand_start(r->loop, o, e), 0);
}

static void run(struct run *r, struct errand_order *o)
{
	struct errand *e;

	start(r, o, &e);
	loop_run(r->loop);
	loop_free(r->loop);
	assert_int_equal(r->ends, 1);
}

#define SHELL(script) { "/bin/sh", "-c", (script), NULL }

static void it_is_given_its_text(void **state)
{
	const char *argv[] = SHELL("read a; read b; echo \"$b-$a\"; exit 3");
	struct errand_order o = { .argv = argv, .text = "one\ntwo\n",
		.length = 8 };
	struct run r;

	(void)state;
	run(&r, &o);
	assert_true(WIFEXITED(r.status));
	assert_int_equal(WEXITSTATUS(r.status), 3);
	assert_string_equal(r.said, "two-one");
}

static void it_has_nothing_else_of_us(void **state)
{
	const char *argv[] = SHELL("ls -m /proc/$$/fd;"	/* a pipe would be seen */
	    " echo $PREPARED ${NOTIFY_SOCKET-none} >&2");
	struct errand_order o = { .argv = argv, .prepare = prepared };
	struct run r;

	(void)state;
	for (int fd = 3; fd < 1024; fd++)
		close(fd);	/* what whoever started us left open */
	setenv("NOTIFY_SOCKET", "/x", 1);
	run(&r, &o);
	assert_string_equal(r.said, "0, 1, 2?yes none");
}

static void what_it_says_is_cut_and_harmless(void **state)
{
	const char *argv[] = SHELL("printf '\\033[2J'; yes | head -n 2000");
	struct errand_order o = { .argv = argv };
	struct run r;

	(void)state;
	run(&r, &o);
	assert_true(WIFEXITED(r.status) && WEXITSTATUS(r.status) == 0);
	assert_int_equal(strlen(r.said), ERRAND_SAID_SIZE - 1);
	assert_memory_equal(r.said, "?[2Jy?y", 7);
}

static void what_can_not_be_executed_says_so(void **state)
{
	const char *argv[] = { "/nonexistent/program", NULL };
	struct errand_order o = { .argv = argv };
	struct run r;

	(void)state;
	run(&r, &o);
	assert_int_equal(WEXITSTATUS(r.status), 127);
	assert_string_equal(r.said, "No such file or directory");
	o.prepare = unprepared;
	argv[0] = "/bin/true";
	run(&r, &o);
	assert_int_equal(WEXITSTATUS(r.status), 127);
	assert_string_equal(r.said, "Operation not permitted");
}

/* Both one that talks on and one that has closed its output. */
static void it_is_killed_when_time_is_up(void **state)
{
	const char *talking[] = SHELL("sleep 30");
	const char *silent[] = SHELL("exec >/dev/null 2>&1; sleep 30");
	struct errand_order o = { .argv = talking, .limit_s = 0.2 };
	struct mono_time begin = mono_now();
	struct run r;

	(void)state;
	run(&r, &o);
	assert_true(WIFSIGNALED(r.status));
	o.argv = silent;
	run(&r, &o);
	assert_true(WIFSIGNALED(r.status));
	assert_true(mono_sub(mono_now(), begin) < 10);
}

static void cancelled_it_is_gone(void **state)
{
	const char *argv[] = SHELL("sleep 30");
	struct errand_order o = { .argv = argv };
	struct errand *e;
	struct run r;

	(void)state;
	start(&r, &o, &e);
	errand_cancel(e);
	errand_cancel(NULL);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
	assert_int_equal(errno, ECHILD);
	assert_int_equal(r.ends, 0);
	loop_free(r.loop);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_given_its_text),
		cmocka_unit_test(it_has_nothing_else_of_us),
		cmocka_unit_test(what_it_says_is_cut_and_harmless),
		cmocka_unit_test(what_can_not_be_executed_says_so),
		cmocka_unit_test(it_is_killed_when_time_is_up),
		cmocka_unit_test(cancelled_it_is_gone),
	};

	return cmocka_run_group_tests_name("os/errand", tests, NULL, NULL);
}
