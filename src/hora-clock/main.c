/* SPDX-License-Identifier: Apache-2.0 */
/* hora-clock: the only program that changes the system clock. */
#include "hora-clock/io.h"

int main(int argc, char **argv)
{
	return role_main(argc, argv, &clock_program);
}
