/* SPDX-License-Identifier: Apache-2.0 */
/* hora-ke-server: gives NTS clients their keys and cookies. */
#include "hora-ke-server/io.h"

int main(int argc, char **argv)
{
	return role_main(argc, argv, &ke_server_threaded_program);
}
