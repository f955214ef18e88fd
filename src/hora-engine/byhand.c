/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/byhand.h"

#include "hora-engine/clockwork.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#include <math.h>

#define FREQ_UNKNOWN_SD 500e-6	/* of a clock that was never measured, s/s */

/* Correct the clock by what all samples say; false: there are none. */
static bool correct(struct engine *e, const struct engine_now *now)
{
	struct reference *r = &e->reference;
	double freq = r->freq;
	double freq_sd = r->has_freq ? fmin(r->skew, FREQ_UNKNOWN_SD) :
	    FREQ_UNKNOWN_SD;
	struct correction c = { 0 };
	struct manual_fit fit;

	if (!manual_estimate(&e->manual, freq, freq_sd, &fit))
		return false;
	reference_manual(r, &fit, clockwork_free(e, now->wall), now->wall,
	    &e->timeline, &c);
	if (r->freq == freq)
		say(e, SEV_INFO, "Making a slew of %.6f", -r->last_offset_s);
	else
		say(e, SEV_INFO, "Making a frequency change of %.3f ppm and a "
		    "slew of %.6f", -(r->freq - freq) * 1e6,
		    -r->last_offset_s);
	clockwork_say_wrong(e, now);
	steer_adjust(e, &c);
	served_tracking(e, now, 0, fit.offset_sd_s);
	served_judge_local(e, now);
	served_status(e, now);
	served_publish(e, now);
	if (!(e->options.flags & IPC_ONCE_PRINT))
		served_memory(e, 0);
	return true;
}

enum byhand_result byhand_settime(struct engine *e,
    const struct engine_now *now, struct wall_time time,
    struct byhand_answer *ret)
{
	struct manual_sample s = { 0 };
	double freq = e->reference.freq;

	if (!e->is_manual)
		return BYHAND_OFF;
	clockwork_jumped(e, now);
	if (time.ns < wall_first().ns || time.ns > wall_last().ns ||
	    e->phase != ENGINE_RUNNING || !clockwork_is_steady(e, now))
		return BYHAND_REFUSED;
	s.at = clockwork_free(e, now->wall);
	s.offset_s = (double)ns_sub(time.ns, s.at.ns) * 1e-9;
	/* With -x the clock is that which clients are told. */
	s.typed_s = wall_sub(time, e->clock.has_clock ? now->wall :
	    clockwork_true(e, now->wall));
	if (!manual_add(&e->manual, &s))
		return BYHAND_REFUSED;
	correct(e, now);
	ret->offset_s = -s.typed_s;
	ret->freq_change_ppm = -(e->reference.freq - freq) * 1e6;
	ret->freq_ppm = -e->reference.freq * 1e6;
	return BYHAND_OK;
}

bool byhand_delete(struct engine *e, const struct engine_now *now, int i)
{
	if (!manual_delete(&e->manual, i))
		return false;
	if (e->phase == ENGINE_RUNNING && clockwork_is_steady(e, now))
		correct(e, now);
	return true;
}

void byhand_reset(struct engine *e)
{
	e->manual.count = 0;
}

void byhand_sample(const struct engine *e, int i, struct byhand_sample *ret)
{
	const struct manual_sample *s = &e->manual.samples[i];
	const struct reference *r = &e->reference;

	*ret = (struct byhand_sample){
		.at = timeline_wall(&e->timeline, s->at),
		.slewed_s = r->offset_s + r->freq * free_sub(s->at, r->at) -
		    s->offset_s,
		.original_s = -s->typed_s,
		.residual_s = -s->residual_s,
	};
}
