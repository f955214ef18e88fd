/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-ke-client/io.h"

int main(int argc, char **argv)
{
	return role_main(argc, argv, &ke_client_program);
}
