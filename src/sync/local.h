/* SPDX-License-Identifier: Apache-2.0 */
/*
 * When the local clock is served as reference: directive `local` (reference:
 * behaviour.md 5.5, configuration.md 2.8).
 */
#ifndef HORA_SYNC_LOCAL_H
#define HORA_SYNC_LOCAL_H

#include "base/time.h"

#include <stdbool.h>

#define LOCAL_REFID 0x7f7f0101u	/* 127.127.1.1 */
#define LOCAL_REFRESH_S 64	/* its reference time is renewed so often */
#define LOCAL_WAIT_ORPHAN_S 300	/* waitunsynced by default with orphan */

/* The directive; waitunsynced_s < 0 means its default. */
struct local_rules {
	bool enabled;
	bool orphan;
	double distance_s, activate_s, waitsynced_s, waitunsynced_s;
};

/* Zero, then local_init. */
struct local_state {
	bool was_near;			/* `activate` has been met */
	bool is_unsynchronised;		/* since `unsynchronised` */
	struct mono_time unsynchronised;
	bool is_active;
};

/* Not active, unsynchronised since now. */
void local_init(struct local_state *l, struct mono_time now);

/*
 * Judge at `now`; root_distance_s and last_update (instant of the last clock
 * update) count only when synchronised. Returns whether the local reference is
 * active. Call it at each update, and once a second while it is enabled.
 */
bool local_judge(struct local_state *l, const struct local_rules *rules,
    bool is_synchronised, double root_distance_s, struct mono_time last_update,
    struct mono_time now);

#endif
