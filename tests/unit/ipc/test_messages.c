/* SPDX-License-Identifier: Apache-2.0 */
#include "ipc/messages.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

static void the_table_is_kept(void **state)
{
	static const struct {
		const char *name;
		enum role from, to;
		unsigned type;
		size_t length;
		unsigned fds;
		int rc;
	} cases[] = {
		{ "engine steps", ROLE_ENGINE, ROLE_CLOCK, IPC_CLOCK_STEP,
			sizeof(struct ipc_clock_step), 0, 0 },
		{ "only the engine", ROLE_KE_CLIENT, ROLE_CLOCK, IPC_CLOCK_STEP,
			sizeof(struct ipc_clock_step), 0, -EPROTO },
		{ "horad does not step", ROLE_HORAD, ROLE_CLOCK, IPC_CLOCK_STEP,
			sizeof(struct ipc_clock_step), 0, -EPROTO },
		{ "only the clock", ROLE_ENGINE, ROLE_SERVE, IPC_CLOCK_STEP,
			sizeof(struct ipc_clock_step), 0, -EPROTO },
		{ "keys to servers", ROLE_HORAD, ROLE_SERVE, IPC_KEYRING,
			sizeof(struct ipc_keyring), 0, 0 },
		{ "no keys to clients", ROLE_HORAD, ROLE_KE_CLIENT, IPC_KEYRING,
			sizeof(struct ipc_keyring), 0, -EPROTO },
		{ "all symmetric keys to the server", ROLE_HORAD, ROLE_SERVE,
			IPC_MAC_KEYS, sizeof(struct ipc_mac_keys), 1, 0 },
		{ "not to the engine", ROLE_HORAD, ROLE_ENGINE,
			IPC_MAC_KEYS, sizeof(struct ipc_mac_keys), 1, -EPROTO },
		{ "one of them to the engine", ROLE_HORAD, ROLE_ENGINE,
			IPC_MAC_KEY, sizeof(struct ipc_mac_key), 0, 0 },
		{ "not to the key client", ROLE_HORAD, ROLE_KE_CLIENT,
			IPC_MAC_KEY, sizeof(struct ipc_mac_key), 0, -EPROTO },
		{ "the engine asks", ROLE_ENGINE, ROLE_HORAD,
			IPC_MAC_KEY_LOAD, sizeof(struct ipc_mac_key_load), 0, 0 },
		{ "nobody else asks", ROLE_SERVE, ROLE_HORAD, IPC_MAC_KEY_LOAD,
			sizeof(struct ipc_mac_key_load), 0, -EPROTO },
		{ "memory one way", ROLE_CLOCK, ROLE_HORAD, IPC_CLOCK_MEMORY,
			sizeof(struct ipc_clock_memory), 0, 0 },
		{ "memory the other", ROLE_HORAD, ROLE_CLOCK, IPC_CLOCK_MEMORY,
			sizeof(struct ipc_clock_memory), 0, 0 },
		{ "memory to itself", ROLE_CLOCK, ROLE_CLOCK, IPC_CLOCK_MEMORY,
			sizeof(struct ipc_clock_memory), 0, -EPROTO },
		{ "one descriptor", ROLE_HORAD, ROLE_ENGINE, IPC_PEER,
			sizeof(struct ipc_peer), 1, 0 },
		{ "none of one", ROLE_HORAD, ROLE_ENGINE, IPC_PEER,
			sizeof(struct ipc_peer), 0, -EPROTO },
		{ "two of one", ROLE_HORAD, ROLE_ENGINE, IPC_PEER,
			sizeof(struct ipc_peer), 2, -EPROTO },
		{ "a byte less", ROLE_HORAD, ROLE_ENGINE, IPC_PEER,
			sizeof(struct ipc_peer) - 1, 1, -EPROTO },
		{ "a byte more", ROLE_HORAD, ROLE_ENGINE, IPC_PEER,
			sizeof(struct ipc_peer) + 1, 1, -EPROTO },
		{ "last type", ROLE_KE_CLIENT, ROLE_ENGINE, IPC_KE_DONE,
			sizeof(struct ipc_ke_done), 0, 0 },
		{ "no such type", ROLE_KE_CLIENT, ROLE_ENGINE, IPC_TYPES,
			sizeof(struct ipc_ke_done), 0, -EPROTO },
		{ "no such role", ROLE_COUNT, ROLE_HORAD, IPC_HELLO,
			sizeof(struct ipc_hello), 0, -EPROTO },
		{ "to no such role", ROLE_HORAD, ROLE_COUNT, IPC_STOP,
			sizeof(struct ipc_none), 0, -EPROTO },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++)
		if (ipc_check(cases[i].from, cases[i].to, cases[i].type,
		    cases[i].length, cases[i].fds) != cases[i].rc)
			fail_msg("%s", cases[i].name);
}

static void no_message_has_more_descriptors_than_the_bound(void **state)
{
	(void)state;
	for (int t = 0; t < IPC_TYPES; t++) {
		assert_true(ipc_fds((enum ipc_type)t) <= IPC_FDS_MAX);
		assert_true(ipc_length((enum ipc_type)t) <=
		    sizeof(union ipc_payload));
	}
}

/* What a role may ask of the clock is the whole point of its being a role. */
static void only_the_engine_reaches_the_clock(void **state)
{
	(void)state;
	for (int t = 0; t < IPC_TYPES; t++)
		for (int r = 0; r < ROLE_COUNT; r++) {
			if (r == ROLE_HORAD || r == ROLE_ENGINE)
				continue;
			assert_int_equal(ipc_check((enum role)r, ROLE_CLOCK,
			    (unsigned)t, ipc_length((enum ipc_type)t),
			    ipc_fds((enum ipc_type)t)), -EPROTO);
		}
}

static void names_are_those_of_the_table(void **state)
{
	(void)state;
	assert_string_equal(ipc_name(IPC_HELLO), "HELLO");
	assert_string_equal(ipc_name(IPC_KE_DONE), "KE_DONE");
	assert_string_equal(ipc_name(IPC_TYPES), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_table_is_kept),
		cmocka_unit_test(no_message_has_more_descriptors_than_the_bound),
		cmocka_unit_test(only_the_engine_reaches_the_clock),
		cmocka_unit_test(names_are_those_of_the_table),
	};

	return cmocka_run_group_tests_name("ipc/messages", tests, NULL, NULL);
}
