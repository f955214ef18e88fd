/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/pidfile.h"
#include "unit/horad/place.h"

static void an_owner_is_a_live_process(void **state)
{
	struct place *p = *state;
	char text[32];
	pid_t child;

	assert_int_equal(pidfile_owner(p->file), 0);
	put(p->file, "1\n");
	assert_int_equal(pidfile_owner(p->file), 1);
	put(p->file, "");
	assert_int_equal(pidfile_owner(p->file), 0);
	put(p->file, "12x\n");
	assert_int_equal(pidfile_owner(p->file), 0);
	put(p->file, "-1\n");
	assert_int_equal(pidfile_owner(p->file), 0);
	child = fork();
	if (child == 0)
		_exit(0);
	snprintf(text, sizeof(text), "%d\n", (int)child);
	put(p->file, text);
	/* dead, first not yet waited for, then gone */
	assert_int_equal(waitid(P_PID, (id_t)child, NULL, WEXITED | WNOWAIT), 0);
	assert_int_equal(pidfile_owner(p->file), 0);
	waitpid(child, NULL, 0);
	assert_int_equal(pidfile_owner(p->file), 0);
}

static void the_pid_is_not_written_through_a_link(void **state)
{
	struct place *p = *state;
	char victim[160], text[32];
	struct stat st;

	snprintf(victim, sizeof(victim), "%s/victim", p->directory);
	put(victim, "old");
	put(victim, "1\n");
	assert_int_equal(symlink(victim, p->file), 0);
	assert_int_equal(pidfile_owner(p->file), 0);	/* nor read */
	put(victim, "old");
	assert_int_equal(pidfile_write(p->file), 0);
	expect(victim, "old");
	snprintf(text, sizeof(text), "%d\n", (int)getpid());
	expect(p->file, text);
	assert_int_equal(lstat(p->file, &st), 0);
	assert_true(S_ISREG(st.st_mode));
	assert_int_equal(pidfile_owner(p->file), 0);	/* we are no other */
}

int main(void)
{
#define T(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		T(an_owner_is_a_live_process),
		T(the_pid_is_not_written_through_a_link),
	};

	return cmocka_run_group_tests_name("horad/pidfile", tests, NULL, NULL);
}
