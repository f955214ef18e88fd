/* SPDX-License-Identifier: Apache-2.0 */
/*
 * All that confines a program once it has started: capabilities, limits of
 * resources, Landlock, and the filter of system calls, in this order.
 */
#ifndef HORA_SANDBOX_ENTER_H
#define HORA_SANDBOX_ENTER_H

#include "base/role.h"
#include "sandbox/filter.h"
#include "sandbox/violation.h"

#include <stdbool.h>
#include <stddef.h>

struct sandbox {
	enum role role;
	enum filter_level level;
	struct violation_report report;
	/* To read: beside those of the role itself, and borrowed for the call. */
	const char *const *paths;
	size_t path_count;
};

/* What is in force. */
struct sandbox_state {
	enum filter_level filter;
	unsigned calls;			/* that FILTER_ALLOW allows */
	int landlock;			/* version; 0 = none */
	bool is_unconfined;		/* built so (sanitizers) */
	int missing;			/* -errno: the kernel has no filters */
};

/*
 * A role of its own process, from its main. After caps_enter, before other
 * threads; no way back. 0, or -errno: the process must end. A kernel without
 * filters or without Landlock is no error: *ret says so. With FILTER_OFF there is
 * no filter, and the rest as always.
 */
int sandbox_enter(const struct sandbox *s, struct sandbox_state *ret);

/*
 * Its steps, in their order, for who wants to know what each of them holds alone
 * (tests/escape): the last capabilities and limits; Landlock; the filter. 0, or
 * -errno. *ret is added to.
 */
int sandbox_enter_limits(enum role role);
int sandbox_enter_landlock(const struct sandbox *s, struct sandbox_state *ret);
int sandbox_enter_filter(const struct sandbox *s, struct sandbox_state *ret);

/*
 * horad, once it has read its files. `is_parent`: it starts other programs, and
 * what they may do counts (filter_load). Without the right to load a filter it
 * runs without: *ret says so.
 */
int sandbox_enter_horad(enum filter_level level, bool is_parent,
    struct sandbox_state *ret);

#define SANDBOX_TEXT_SIZE 160

/* One line for the log. */
const char *sandbox_text(const struct sandbox_state *s,
    char buf[SANDBOX_TEXT_SIZE]);

#endif
