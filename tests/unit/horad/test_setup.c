/* SPDX-License-Identifier: Apache-2.0 */
#include "horad/setup.h"

#include "horad/horad.h"

#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cmocka.h>

#define NOBODY ROLE_HORAD	/* closed */

static void add(struct passed_sockets *p, const char *name, int type,
    uint16_t port)
{
	int i = p->count++;

	p->socket[i].fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	assert_true(p->socket[i].fd >= 0);
	p->socket[i].type = type;
	p->socket[i].address = (struct net_addr){ .port = port };
	strcpy(p->socket[i].name, name);
}

static void sockets_go_to_their_roles(void **state)
{
	static const struct {
		const char *name;
		int type;
		uint16_t port;
		unsigned roles;
		enum role owner;
	} cases[] = {
		{ PASSED_NTP, SOCK_DGRAM, 123, R(SERVE) | R(ENGINE),
			ROLE_SERVE },
		{ PASSED_NTP, SOCK_DGRAM, 123, R(ENGINE), NOBODY },
		{ PASSED_NTP, SOCK_DGRAM, 323, R(SERVE) | R(ENGINE),
			ROLE_SERVE },		/* the name comes first */
		{ PASSED_NTSKE, SOCK_STREAM, 4460, R(KE_SERVER) | R(ENGINE),
			ROLE_KE_SERVER },
		{ PASSED_NTSKE, SOCK_STREAM, 4460, R(SERVE), NOBODY },
		{ PASSED_CMD, SOCK_DGRAM, 5000, R(SERVE) | R(ENGINE),
			ROLE_ENGINE },
		{ PASSED_HORAD, SOCK_SEQPACKET, 0, R(SERVE) | R(ENGINE),
			NOBODY },
		/* unknown names, or none: by kind */
		{ "", SOCK_DGRAM, 123, R(SERVE) | R(ENGINE), ROLE_SERVE },
		{ "hora.socket", SOCK_STREAM, 4460, R(KE_SERVER) | R(SERVE),
			ROLE_KE_SERVER },
		{ "", SOCK_DGRAM, 323, R(SERVE) | R(ENGINE), ROLE_ENGINE },
		{ "", SOCK_DGRAM, 123, 0, NOBODY },
	};
	const struct config config = { .port = 123, .cmdport = 323,
		.nts_port = 4460 };

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct passed_sockets passed = { 0 }, to[ROLE_COUNT];
		int fd, closed;

		memset(to, 0, sizeof(to));
		add(&passed, cases[i].name, cases[i].type, cases[i].port);
		fd = passed.socket[0].fd;
		closed = setup_sockets(&passed, &config, cases[i].roles, to);
		if (closed != (cases[i].owner == NOBODY) ||
		    (fcntl(fd, F_GETFD) < 0) != (closed == 1))
			fail_msg("case %zu: %d closed", i, closed);
		for (int r = 0; r < ROLE_COUNT; r++) {
			bool is_here = !closed && r == (int)cases[i].owner;

			if (to[r].count != is_here ||
			    (is_here && to[r].socket[0].fd != fd))
				fail_msg("case %zu: role %d has %d", i, r,
				    to[r].count);
			passed_sockets_close(&to[r]);
		}
	}
}

static void all_that_may_be_passed_fit(void **state)
{
	struct passed_sockets passed = { 0 }, to[ROLE_COUNT];
	const struct config config = { .port = 123, .cmdport = 323 };

	(void)state;
	memset(to, 0, sizeof(to));
	for (int i = 0; i < PASSED_MAX; i++)
		add(&passed, i % 4 ? PASSED_NTP : PASSED_NTSKE, SOCK_DGRAM, 1);
	assert_int_equal(setup_sockets(&passed, &config, R(SERVE), to),
	    PASSED_MAX / 4);
	assert_int_equal(to[ROLE_SERVE].count, PASSED_MAX - PASSED_MAX / 4);
	assert_int_equal(passed_sockets_close(&to[ROLE_SERVE]),
	    PASSED_MAX - PASSED_MAX / 4);
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
		cmocka_unit_test(sockets_go_to_their_roles),
		cmocka_unit_test(all_that_may_be_passed_fit),
		cmocka_unit_test(only_root_looks_for_a_user),
	};

	return cmocka_run_group_tests_name("horad/setup", tests, NULL, NULL);
}
