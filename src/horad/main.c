/* SPDX-License-Identifier: Apache-2.0 */
/*
 * horad: reads the configuration, starts the roles or (HORA_SUPERVISED=1)
 * waits for those that systemd starts, and keeps what outlives them.
 */
#include "horad/run.h"

#include <stdlib.h>
#include <string.h>

int main(int argc, char **argv)
{
	const char *supervised = getenv("HORA_SUPERVISED");

	return horad_main(argc, argv, supervised &&
	    strcmp(supervised, "1") == 0 ? &listener_host : &children_host);
}
