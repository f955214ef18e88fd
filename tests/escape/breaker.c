/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hora-serve as it is, but that in its first life it makes a system call which
 * its filter forbids, when it is given another configuration.
 */
#include "hora-serve/io.h"

#include <sys/syscall.h>
#include <unistd.h>

static bool is_second_life;

static int start(struct role_link *link, const struct config *config,
    const struct ipc_config *options, void **ret_state)
{
	is_second_life = (options->flags & IPC_RESTARTED) != 0;
	return serve_program.start(link, config, options, ret_state);
}

static int reload(void *state, const struct config *config)
{
	if (!is_second_life)
		syscall(SYS_listen, -1, 0);
	return serve_program.reload(state, config);
}

int main(int argc, char **argv)
{
	struct role_program broken = serve_program;

	broken.start = start;
	broken.reload = reload;
	return role_main(argc, argv, &broken);
}
