/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the configuration tells selection: options of a source (reference:
 * behaviour.md 5), bits; and how authentication adds to them (5.3).
 */
#ifndef HORA_BASE_SELECT_OPTION_H
#define HORA_BASE_SELECT_OPTION_H

enum select_option {
	SELECT_NOSELECT = 1,
	SELECT_PREFER = 2,
	SELECT_TRUST = 4,
	SELECT_REQUIRE = 8,
};

/* authselectmode; what each mode adds: sync/authselect.h. */
enum authselect_mode {
	AUTHSELECT_MIX,		/* default */
	AUTHSELECT_PREFER,
	AUTHSELECT_REQUIRE,
	AUTHSELECT_IGNORE,
};

#endif
