/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/local.h"

void local_init(struct local_state *l, struct mono_time now)
{
	*l = (struct local_state){
		.is_unsynchronised = true,
		.unsynchronised = now,
	};
}

/* Seconds without synchronisation after which the local clock stands in. */
static double wait_unsynced_s(const struct local_rules *rules)
{
	if (rules->waitunsynced_s >= 0)
		return rules->waitunsynced_s;
	return rules->orphan ? LOCAL_WAIT_ORPHAN_S : 0;
}

static bool is_wanted(const struct local_state *l,
    const struct local_rules *rules, double root_distance_s,
    struct mono_time last_update, struct mono_time now)
{
	if (!rules->enabled)
		return false;
	if (rules->activate_s > 0 && !l->was_near)
		return false;
	if (l->is_unsynchronised)
		return mono_sub(now, l->unsynchronised) >=
		    wait_unsynced_s(rules);
	return root_distance_s > rules->distance_s &&
	    mono_sub(now, last_update) >= rules->waitsynced_s;
}

bool local_judge(struct local_state *l, const struct local_rules *rules,
    bool is_synchronised, double root_distance_s, struct mono_time last_update,
    struct mono_time now)
{
	if (is_synchronised) {
		l->is_unsynchronised = false;
		if (root_distance_s < rules->activate_s)
			l->was_near = true;
	} else if (!l->is_unsynchronised) {
		l->is_unsynchronised = true;
		l->unsynchronised = now;
	}
	l->is_active = is_wanted(l, rules, root_distance_s, last_update, now);
	return l->is_active;
}
