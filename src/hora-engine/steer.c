/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/steer.h"

#include "hora-engine/samples.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"

#include <math.h>

void steer_adjust(struct engine *e, const struct correction *c)
{
	struct ipc_clock_adjust adjust = {
		.id = ++e->clock.last_id,
		.base_ppm = c->base_ppm,
		.slew_s = c->slew_s,
		.slew_ppm = c->slew_ppm,
	};

	if (e->clock.has_clock && c->adjust)
		e->fx.clock_adjust(e->fx.arg, &adjust);
}

void steer_step(struct engine *e, const struct engine_now *now, double step_s,
    enum ipc_step_cause cause)
{
	struct ipc_clock_step step = {
		.id = ++e->clock.last_id,
		.cause = cause,
		.step_s = step_s,
	};

	if (!e->clock.has_clock)
		return;
	e->clock.step_id = step.id;
	e->clock.step_s = step_s;
	e->clock.step_cause = cause;
	e->clock.step_deadline = mono_add(now->mono, STEER_STEP_S);
	/* What is served now is wrong by the step as soon as that is made. */
	served_publish(e, now);
	e->fx.clock_step(e->fx.arg, &step);
}

void steer_carry_out(struct engine *e, const struct engine_now *now,
    const struct correction *c)
{
	if (c->is_initial)
		say(e, SEV_INFO, "System's initial offset : %.6f seconds %s of"
		    " true (%s)", fabs(c->initial_s), c->initial_s < 0 ?
		    "fast" : "slow", c->wants_step ? "step" : "slew");
	if (c->step)
		steer_step(e, now, c->step_s, c->is_initial ?
		    IPC_STEP_INITIAL : IPC_STEP_MAKESTEP);
	else
		steer_adjust(e, c);
}

void steer_correct(struct engine *e, const struct engine_now *now)
{
	struct correction c = { 0 };

	reference_correct(&e->reference, &e->timeline, now->wall, &c);
	/* leapsecmode ignore: the second waits for an update. */
	if (e->leap.is_left && e->reference.is_synchronised)
		c.slew_s = c.slew_ppm = 0;
	steer_adjust(e, &c);
}

void steer_again(struct engine *e, const struct engine_now *now)
{
	const struct reference *r = &e->reference;
	double remaining_s = reference_remaining(r, &e->timeline, now->wall);
	int limit = r->config.makestep_limit;

	if (!r->is_synchronised || !r->config.can_control ||
	    e->phase != ENGINE_RUNNING)
		return;
	if ((limit < 0 || r->updates < limit) &&
	    fabs(remaining_s) > r->config.makestep_threshold_s)
		steer_step(e, now, remaining_s, IPC_STEP_MAKESTEP);
	else
		steer_correct(e, now);
}

void steer_clock_moved(struct engine *e, double step_s)
{
	timeline_step(&e->timeline, step_s);
	reference_step(&e->reference, step_s);
	manual_step(&e->manual, step_s);
	for (int i = 0; i < e->count; i++) {
		samples_step(e->sources[i], step_s);
		assoc_clock_stepped(&e->sources[i]->assoc, step_s);
	}
	e->clock.slew_end = wall_add(e->clock.slew_end, step_s);
}

void steer_truth_moved(struct engine *e, double step_s)
{
	/* Clock and truth moved, and the clock back again. */
	reference_leap(&e->reference, step_s);
	reference_step(&e->reference, -step_s);
	for (int i = 0; i < e->count; i++) {
		samples_leap(e->sources[i], step_s);
		samples_step(e->sources[i], -step_s);
		assoc_forget_exchange(&e->sources[i]->assoc);
	}
}

void steer_leapt(struct engine *e, double step_s)
{
	timeline_step(&e->timeline, step_s);
	reference_leap(&e->reference, step_s);
	for (int i = 0; i < e->count; i++) {
		samples_leap(e->sources[i], step_s);
		assoc_clock_stepped(&e->sources[i]->assoc, step_s);
		assoc_forget_exchange(&e->sources[i]->assoc);
	}
	e->clock.slew_end = wall_add(e->clock.slew_end, step_s);
}

static void ask_again(struct engine *e, const struct engine_now *now, int i)
{
	struct source *s = e->sources[i];

	e->candidates[i].has_new_sample = false;
	if (!s->is_resolved)
		return;
	e->fx.close_request(e->fx.arg, s->id);
	assoc_reset(&s->assoc, now->mono);
}

void steer_forget(struct engine *e, const struct engine_now *now)
{
	e->patient_until = (struct mono_time){ 0 };
	e->selected_id = 0;
	for (int i = 0; i < e->count; i++) {
		samples_forget(e->sources[i]);
		ask_again(e, now, i);
	}
}

void steer_slept(struct engine *e, const struct engine_now *now,
    double uncertainty_s)
{
	e->patient_until = (struct mono_time){ 0 };
	e->selected_id = 0;
	for (int i = 0; i < e->count; i++) {
		samples_slept(e->sources[i], uncertainty_s);
		ask_again(e, now, i);
	}
}
