/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/moved.h"

#include "hora-engine/engine.h"

#include <stdlib.h>

int64_t moved_set_ns(const struct moved *m, const struct engine_now *now)
{
	return now->wall.ns - now->boot.ns - m->wall_minus_boot_ns;
}

static int64_t beyond_noise(int64_t ns)
{
	return llabs(ns) > MOVED_NOISE_NS ? ns : 0;
}

struct moved_by moved_look(struct moved *m, const struct engine_now *now)
{
	struct moved_by by = { 0 };

	if (m->is_begun) {
		by.set_ns = beyond_noise(moved_set_ns(m, now));
		by.slept_ns = beyond_noise(now->boot.ns - now->mono.ns -
		    m->boot_minus_mono_ns);
	}
	m->is_begun = true;
	m->wall_minus_boot_ns = now->wall.ns - now->boot.ns;
	m->boot_minus_mono_ns = now->boot.ns - now->mono.ns;
	return by;
}

void moved_expect(struct moved *m, double step_s)
{
	m->wall_minus_boot_ns += interval_ns(step_s);
}
