/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How authentication adds selection options: authselectmode (reference:
 * behaviour.md 5.3).
 */
#ifndef HORA_SYNC_AUTHSELECT_H
#define HORA_SYNC_AUTHSELECT_H

#include <stdbool.h>

enum authselect_mode {
	AUTHSELECT_MIX,		/* default */
	AUTHSELECT_PREFER,
	AUTHSELECT_REQUIRE,
	AUTHSELECT_IGNORE,
};

/* Select options: enum select_option of base/select_option.h. */
struct authselect_source {
	bool is_authenticated;
	unsigned configured;	/* options of its line */
	unsigned effective;	/* written by authselect_apply */
};

/* Work out the effective options of all sources. */
void authselect_apply(enum authselect_mode mode,
    struct authselect_source *sources, int count);

#endif
