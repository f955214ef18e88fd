/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/setup.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

static void passed_sockets_go_to_their_roles(void **state)
{
	static const struct {
		const char *name;
		int type;
		uint16_t port;
		enum role role;		/* HORAD: the listener */
	} cases[] = {
		{ "ntp", SOCK_DGRAM, 323, ROLE_SERVE },
		{ "ntske", SOCK_STREAM, 4460, ROLE_KE_SERVER },
		{ "cmd", SOCK_DGRAM, 123, ROLE_ENGINE },
		{ "horad", SOCK_SEQPACKET, 0, ROLE_HORAD },
		{ "", SOCK_STREAM, 4460, ROLE_KE_SERVER },
		{ "", SOCK_DGRAM, 323, ROLE_ENGINE },
		{ "unknown", SOCK_DGRAM, 123, ROLE_SERVE },
	};
	enum { COUNT = sizeof(cases) / sizeof(cases[0]) };
	struct passed_sockets passed = { .count = COUNT };
	struct passed_sockets roles[ROLE_COUNT] = { 0 };
	struct config config = { .port = 123, .cmdport = 323 };
	int listener, taken[ROLE_COUNT] = { 0 };

	(void)state;
	for (int i = 0; i < COUNT; i++) {
		passed.socket[i].fd = 1000 + i;
		passed.socket[i].type = cases[i].type;
		passed.socket[i].address.port = cases[i].port;
		if (cases[i].role != ROLE_HORAD)
			passed.socket[i].address.ip.family = IP_V4;
		strcpy(passed.socket[i].name, cases[i].name);
	}
	setup_sockets(&passed, &config, roles, &listener);
	for (int i = 0; i < COUNT; i++) {
		enum role r = cases[i].role;

		assert_int_equal(passed.socket[i].fd, -1);
		assert_int_equal(r == ROLE_HORAD ? listener :
		    roles[r].socket[taken[r]].fd, 1000 + i);
		taken[r]++;
	}
	for (int r = ROLE_CLOCK; r < ROLE_COUNT; r++)
		assert_int_equal(roles[r].count, taken[r]);
}

static void only_root_looks_for_a_user(void **state)
{
	static const struct host confined = { .is_confined = true }, loose;
	struct options options = { .user = "no-such-user-of-ours" };
	struct config config = { 0 };
	struct logsink log;
	struct user user;

	(void)state;
	logsink_open(&log, LOG_TO_STDERR, NULL, NULL, (enum severity)9);
	assert_int_equal(setup_user(&loose, &options, &config, &log, &user), 0);
	assert_int_equal(user.uid, geteuid());
	assert_int_equal(setup_user(&confined, &options, &config, &log, &user),
	    geteuid() == 0 ? -ENOENT : 0);
	options.user = NULL;
	strcpy(config.user, "root");
	assert_int_equal(setup_user(&confined, &options, &config, &log, &user),
	    0);
	assert_int_equal(user.uid, geteuid());
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(passed_sockets_go_to_their_roles),
		cmocka_unit_test(only_root_looks_for_a_user),
	};

	return cmocka_run_group_tests_name("horad/setup", tests, NULL, NULL);
}
