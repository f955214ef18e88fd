/* SPDX-License-Identifier: Apache-2.0 */
/* hora-serve: answers NTP requests, with NTS where there are keys. */
#include "hora-serve/io.h"

int main(int argc, char **argv)
{
	return role_main(argc, argv, &serve_program);
}
