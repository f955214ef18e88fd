/* SPDX-License-Identifier: Apache-2.0 */
/*
 * How authentication adds selection options: authselectmode (reference:
 * behaviour.md 5.3).
 */
#ifndef HORA_SYNC_AUTHSELECT_H
#define HORA_SYNC_AUTHSELECT_H

#include "base/select_option.h"

#include <stdbool.h>

/* Which kinds of sources there are, but for those of noselect. Zero at first. */
struct authselect_kinds {
	bool authenticated, plain;
};

/* Count one source in; `configured` are the options of its line. */
void authselect_count(struct authselect_kinds *kinds, bool is_authenticated,
    unsigned configured);

/*
 * The options in force of a source, enum select_option: those of its line and
 * those that `mode` adds, all sources having been counted.
 */
unsigned authselect_options(enum authselect_mode mode,
    const struct authselect_kinds *kinds, bool is_authenticated,
    unsigned configured);

#endif
