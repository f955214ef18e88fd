/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/time_ref.h"

#include <math.h>

struct wall_time time_ref_correct(const struct time_ref *r, struct wall_time wall)
{
	double offset_s = r->offset_s;

	if (wall.ns <= r->until.ns)
		offset_s += r->rate * wall_sub(wall, r->since);
	else
		offset_s += r->rate * wall_sub(r->until, r->since) +
		    r->rate_after * wall_sub(wall, r->until);
	return wall_add(wall, offset_s);
}

/*
 * The slew should have ended, and its end was not reported yet: perhaps nobody
 * has ended it.
 */
static double late_slew(const struct time_ref *r, struct wall_time wall)
{
	double late_s = wall_sub(wall, r->until);

	return late_s > 0 ? fabs(r->rate - r->rate_after) * late_s : 0;
}

double time_ref_dispersion(const struct time_ref *r, struct wall_time wall)
{
	double age_s = wall_sub(wall, r->since);

	/* A thread may have read the clock before this was published. */
	if (!(age_s > 0))
		return r->root_dispersion_s;
	return r->root_dispersion_s + r->dispersion_rate * age_s +
	    late_slew(r, wall);
}
