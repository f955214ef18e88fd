/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/moved.h"

#include "hora-engine/engine.h"

#include <stdlib.h>

int64_t moved_set_ns(const struct moved *m, const struct engine_now *now)
{
	return now->wall.ns - now->boot.ns - m->wall_minus_boot_ns;
}

/*
 * The differences are constant to the nanosecond; what moves them without
 * anybody having done anything is the time that reading the clocks takes. What
 * is below this does no harm that matters.
 */
#define LEAST_NS 10000

bool moved_fits(int64_t set_ns, double step_s, double doubt_s)
{
	return llabs(set_ns - interval_ns(step_s)) <=
	    LEAST_NS + interval_ns(doubt_s);
}

static int64_t beyond_noise(const struct moved *m, int64_t ns)
{
	return moved_fits(ns, 0, m->look_doubt_s) ? 0 : ns;
}

struct moved_by moved_look(struct moved *m, const struct engine_now *now)
{
	struct moved_by by = { 0 };

	m->look_doubt_s = m->doubt_s + now->doubt_s;
	if (m->is_begun) {
		by.set_ns = beyond_noise(m, moved_set_ns(m, now));
		by.slept_ns = beyond_noise(m, now->boot.ns - now->mono.ns -
		    m->boot_minus_mono_ns);
	}
	m->is_begun = true;
	m->doubt_s = now->doubt_s;
	m->wall_minus_boot_ns = now->wall.ns - now->boot.ns;
	m->boot_minus_mono_ns = now->boot.ns - now->mono.ns;
	return by;
}

void moved_expect(struct moved *m, double step_s)
{
	m->wall_minus_boot_ns += interval_ns(step_s);
}
