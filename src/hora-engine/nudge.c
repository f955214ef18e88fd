/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/nudge.h"

#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#include <math.h>

static void follow(struct engine *e, const struct engine_now *now)
{
	if (e->phase == ENGINE_RUNNING && clockwork_is_steady(e, now))
		steer_correct(e, now);
	served_status(e, now);
	served_publish(e, now);
}

void nudge_frequency(struct engine *e, const struct engine_now *now,
    double freq_ppm)
{
	struct reference *r = &e->reference;

	/* Of a clock that was never measured the kernel may know something. */
	if (!r->has_freq && r->updates == 0 && r->freq == 0)
		r->freq = e->clock.base_ppm * 1e-6;
	reference_add_frequency(r, &e->timeline, now->wall, freq_ppm,
	    fmin(r->config.maxdrift_ppm, CONFIG_DRIFT_MOST_PPM));
	say(e, SEV_INFO, "Accumulated delta freq of %.3fppm: %.3f ppm fast",
	    freq_ppm, -r->freq * 1e6);
	follow(e, now);
}

/* Could a slew end, and at a time that can be told? */
static bool is_possible(const struct engine *e, const struct engine_now *now,
    double offset_s)
{
	double left_s = reference_remaining(&e->reference, &e->timeline,
	    now->wall) - offset_s;
	bool is_ready = !e->clock.has_clock || (e->clock.is_known &&
	    e->reference.config.maxslewrate_ppm > 0);

	/* Written so that NaN fails. */
	return e->phase == ENGINE_RUNNING && clockwork_is_steady(e, now) &&
	    is_ready && left_s >= wall_sub(wall_first(), now->wall) &&
	    left_s <= wall_sub(wall_last(), now->wall);
}

bool nudge_offset(struct engine *e, const struct engine_now *now,
    double offset_s)
{
	if (!is_possible(e, now, offset_s)) {
		say(e, SEV_WARNING, "Delta offset of %.6f seconds is refused",
		    offset_s);
		return false;
	}
	reference_add_offset(&e->reference, &e->timeline, now->wall, offset_s);
	say(e, SEV_INFO, "Accumulated delta offset of %.6f seconds", offset_s);
	served_judge_local(e, now);
	follow(e, now);
	return true;
}
