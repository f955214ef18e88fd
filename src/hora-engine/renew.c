/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/renew.h"

#include "hora-engine/choose.h"
#include "hora-engine/clockwork.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#include <math.h>

/* A value that both configurations say alike stays as it is in use. */
#define TAKE(to, fresh, old, name) \
	((to)->name = (fresh).name != (old).name ? (fresh).name : (to)->name)

void renew_precision(struct engine *e)
{
	double configured_s = e->config->clockprecision_s;

	e->precision_s = configured_s > 0 ? configured_s :
	    s_from_log2(e->measured_log2_s);
	e->precision_log2_s = (int8_t)lround(log2(e->precision_s));
}

void renew_selection(struct engine *e, const struct config *config)
{
	const struct select_config fresh = choose_config(e->config);
	const struct select_config old = choose_config(config);
	struct select_config *s = &e->select;

	TAKE(s, fresh, old, maxdistance_s);
	TAKE(s, fresh, old, maxjitter_s);
	TAKE(s, fresh, old, reselectdist_s);
	TAKE(s, fresh, old, stratumweight_s);
	TAKE(s, fresh, old, combinelimit);
	TAKE(s, fresh, old, maxclockerror_ppm);
	TAKE(s, fresh, old, minsources);
	TAKE(s, fresh, old, maxstratum);
	TAKE(s, fresh, old, minstratum);
}

/* True when a correction on its way may go by other limits now. */
static bool renew_reference(struct engine *e, const struct config *config)
{
	const struct reference_config fresh = clockwork_config(e->config,
	    e->options.flags);
	const struct reference_config old = clockwork_config(config,
	    e->options.flags);
	struct reference_config *r = &e->reference.config;

	TAKE(r, fresh, old, makestep_threshold_s);
	TAKE(r, fresh, old, makestep_limit);
	TAKE(r, fresh, old, maxupdateskew_ppm);
	TAKE(r, fresh, old, maxslewrate_ppm);
	TAKE(r, fresh, old, maxdrift_ppm);
	TAKE(r, fresh, old, corrtimeratio);
	TAKE(r, fresh, old, maxclockerror_ppm);
	return fresh.maxslewrate_ppm != old.maxslewrate_ppm ||
	    fresh.maxdrift_ppm != old.maxdrift_ppm ||
	    fresh.corrtimeratio != old.corrtimeratio;
}

static void renew_local(struct engine *e, const struct config *old)
{
	const struct local_config *fresh = &e->config->local;
	struct local_config *l = &e->local;

	TAKE(l, *fresh, old->local, enabled);
	TAKE(l, *fresh, old->local, stratum);
	TAKE(l, *fresh, old->local, orphan);
	TAKE(l, *fresh, old->local, distance_s);
	TAKE(l, *fresh, old->local, activate_s);
	TAKE(l, *fresh, old->local, waitsynced_s);
	TAKE(l, *fresh, old->local, waitunsynced_s);
}

void renew_clock(struct engine *e, const struct engine_now *now,
    const struct config *old)
{
	const struct config *c = e->config;
	bool is_steered = renew_reference(e, old);

	renew_local(e, old);
	if (c->manual != old->manual)
		e->is_manual = c->manual;
	if (c->refresh_s != old->refresh_s)
		e->next_refresh = mono_add(now->mono, c->refresh_s);
	if (c->fallback_min_log2_s != old->fallback_min_log2_s ||
	    c->fallback_max_log2_s != old->fallback_max_log2_s)
		fallback_init(&e->fallback, c->fallback_min_log2_s,
		    c->fallback_max_log2_s);
	if (c->maxdrift_ppm != old->maxdrift_ppm)
		e->clock.is_beyond_drift = false;
	if (e->phase != ENGINE_RUNNING)
		return;
	served_judge_local(e, now);
	if (is_steered && clockwork_is_steady(e, now))
		steer_correct(e, now);
	/* What the kernel is shown: leapsecmode, rtcsync. */
	clockwork_leaps_changed(e, now);
	served_publish(e, now);
}
