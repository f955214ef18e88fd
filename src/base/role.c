/* SPDX-License-Identifier: Apache-2.0 */
#include "base/role.h"

const char *role_name(enum role role)
{
	static const char *const names[ROLE_COUNT] = {
		"horad", "hora-clock", "hora-engine", "hora-serve",
		"hora-ke-server", "hora-ke-client",
	};

	return (unsigned)role < ROLE_COUNT ? names[role] : "unknown";
}
