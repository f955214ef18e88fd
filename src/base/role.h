/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The roles: one program, one trust domain each (docs/design.md).
 */
#ifndef HORA_BASE_ROLE_H
#define HORA_BASE_ROLE_H

enum role {
	ROLE_HORAD,
	ROLE_CLOCK,
	ROLE_ENGINE,
	ROLE_SERVE,
	ROLE_KE_SERVER,
	ROLE_KE_CLIENT,
	ROLE_COUNT
};

/* "horad", "hora-clock", ...: program, process and log name. */
const char *role_name(enum role role);

#endif
