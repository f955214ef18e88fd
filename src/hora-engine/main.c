/* SPDX-License-Identifier: Apache-2.0 */
/* hora-engine: measures the servers and decides what is done to the clock. */
#include "hora-engine/io.h"

int main(int argc, char **argv)
{
	return role_main(argc, argv, &engine_program);
}
