/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/limits.h"

#include "hora-clock/orders.h"
#include "hora-clock/rate.h"
#include "hora-clock/slew.h"
#include "sync/leap.h"

#include <math.h>

#define LEAP_NEAR_S 10		/* a leap step only this near to midnight */
#define TAI_LEAST_S 10
#define TAI_MOST_S 100		/* in a century or two */
#define DAY_S 86400.0
/* The engine counts from what was measured, we from what was asked for. */
#define ROUNDING 0.01
#define LEAST_MARGIN_S 0.001
#define WANDER 5e-4		/* s/s: more than any clock's; */
#define WANDER_MOST_S 2000.0	/* for so long, at most */

/*
 * Is the frequency within maxdrift, as the kernel rounds it? What is in force
 * already, as found at the start, may stay: that is no correction.
 */
static bool is_within_drift(const struct clock *c, double base_ppm)
{
	return fabs(base_ppm) <=
	    c->limits.maxdrift_ppm + 1 / CLOCK_FREQ_UNIT ||
	    base_ppm == c->memory.base_ppm;
}

/* Is `wall` near to the end of a day that may have a leap second? */
static bool is_leap_time(struct wall_time wall)
{
	return leap_day(wall_add(wall, -LEAP_NEAR_S)) &&
	    !leap_day(wall_add(wall, LEAP_NEAR_S));
}

/*
 * By how much the request changes where the clock is going, s. To end a slew early
 * is no change.
 */
static double change_s(const struct clock *c, const struct clock_in *in,
    double to_s)
{
	double left_s = slew_left(c, in->now);

	if (in->event == CLOCK_ON_ADJUST && to_s * left_s >= 0 &&
	    fabs(to_s) <= fabs(left_s))
		return 0;
	return fabs(to_s - left_s);
}

/* By how much is it beyond maxchange, and what the clock itself has drifted? */
static double excess_s(const struct clock *c, const struct clock_in *in,
    double to_s)
{
	double margin_s = c->limits.maxchange_s * ROUNDING + LEAST_MARGIN_S +
	    fmin(mono_sub(in->now, c->aimed), WANDER_MOST_S) * WANDER;

	if (!c->limits.has_maxchange)
		return 0;
	if (is_leap_time(in->wall))
		margin_s += 1;		/* leapsecmode slew */
	return fmax(change_s(c, in, to_s) - c->limits.maxchange_s - margin_s, 0);
}

static bool is_beyond_change(const struct clock *c, const struct clock_in *in,
    double to_s)
{
	return excess_s(c, in, to_s) > c->moved_s &&
	    c->memory.changes >= (uint32_t)c->limits.maxchange_start &&
	    !orders_allow_change(c, in->now);
}

void limits_aim(struct clock *c, const struct clock_in *in, double to_s)
{
	double excess = excess_s(c, in, to_s);
	bool is_ordered = orders_allow_change(c, in->now);

	if (excess > c->moved_s && !is_ordered && c->plan.changes < UINT32_MAX)
		c->plan.changes++;
	if (excess > 0 && is_ordered)
		orders_use(c);
	else
		c->moved_s = fmax(c->moved_s - excess, 0);
	c->aimed = in->now;
}

const char *limits_adjust_fault(const struct clock *c,
    const struct clock_in *in)
{
	const struct ipc_clock_adjust *a = in->adjust;

	if (!isfinite(a->base_ppm) || !isfinite(a->slew_s) ||
	    !isfinite(a->slew_ppm) || a->slew_ppm < 0)
		return "Adjustment with values that are no numbers refused";
	if (a->slew_s != 0 && a->slew_ppm == 0)
		return "Slew without a rate refused";
	if (a->slew_ppm > c->limits.maxslewrate_ppm)
		return "Slew faster than maxslewrate refused";
	if (!is_within_drift(c, a->base_ppm))
		return "Frequency beyond maxdrift refused";
	if (fabs(a->base_ppm) > CLOCK_MAX_PPM ||
	    (a->slew_s != 0 && fabs(a->base_ppm + copysign(a->slew_ppm,
	    a->slew_s)) > CLOCK_MAX_PPM))
		return "Frequency beyond the range of the kernel refused";
	if (is_beyond_change(c, in, a->slew_s))
		return "Slew beyond maxchange refused";
	return NULL;
}

static const char *makestep_fault(const struct clock *c, double step_s)
{
	const struct clock_orders *o = &c->orders;
	int limit = c->limits.makestep_limit;
	double threshold_s = o->has_makestep ? o->threshold_s :
	    c->limits.makestep_threshold_s;
	bool is_over = o->has_makestep ?
	    !o->is_unlimited && c->memory.steps >= o->last_step :
	    limit >= 0 && c->memory.steps >= (uint32_t)limit;

	if (is_over)
		return "Step beyond the limit of makestep refused";
	if (!(fabs(step_s) > threshold_s))
		return "Step below the threshold of makestep refused";
	return NULL;
}

/* The first step since boot may be of initstepslew; others are of makestep. */
static const char *initial_fault(const struct clock *c, double step_s)
{
	if (makestep_fault(c, step_s) == NULL)
		return NULL;
	if (!c->limits.has_initial || c->memory.steps > 0)
		return "Step of initstepslew beyond the first one refused";
	if (!(fabs(step_s) >= c->limits.initial_threshold_s))
		return "Step below the threshold of initstepslew refused";
	return NULL;
}

static const char *cause_fault(const struct clock *c,
    const struct clock_in *in)
{
	double step_s = in->step->step_s;

	switch (in->step->cause) {
	case IPC_STEP_MAKESTEP:
		return makestep_fault(c, step_s);
	case IPC_STEP_INITIAL:
		return initial_fault(c, step_s);
	case IPC_STEP_OPERATOR:
		if (c->has_operator && mono_sub(in->now, c->last_operator) < 1)
			return "Second step within a second refused";
		return orders_allow_step(c, in) ? NULL :
		    "Step that no operator has ordered refused";
	case IPC_STEP_LEAP:
		if (fabs(step_s) != 1 || !is_leap_time(in->wall) ||
		    (c->has_leap &&
		    fabs(wall_sub(in->wall, c->last_leap)) < DAY_S))
			return "Leap second of a wrong size or time refused";
		return NULL;
	}
	return "Step for an unknown cause refused";
}

const char *limits_step_fault(const struct clock *c, const struct clock_in *in)
{
	double step_s = in->step->step_s;
	const char *fault;
	double past_s = wall_sub(wall_first(), in->wall);
	double future_s = wall_sub(wall_last(), in->wall);

	if (!isfinite(step_s) || step_s == 0)
		return "Step by a value that is no number refused";
	if (step_s < past_s || step_s > future_s)
		return "Step out of the years that NTP can tell refused";
	fault = cause_fault(c, in);
	if (fault == NULL && in->step->cause != IPC_STEP_OPERATOR &&
	    in->step->cause != IPC_STEP_LEAP &&
	    is_beyond_change(c, in, step_s))
		fault = "Step beyond maxchange refused";
	return fault;
}

const char *limits_status_fault(const struct clock_in *in)
{
	const struct ipc_clock_status *s = in->status;

	/* Written so that NaN fails. */
	if (!(s->max_error_s >= 0) || !(s->est_error_s >= 0))
		return "Status with an error that is no number refused";
	/* Leap seconds since 1972 have made 37 of 10; 0 = leave it. */
	if (s->tai_offset_s != 0 && (s->tai_offset_s < TAI_LEAST_S ||
	    s->tai_offset_s > TAI_MOST_S))
		return "TAI offset out of range refused";
	/* The kernel makes it at the end of whatever day it is. */
	if ((s->leap == LEAP_INSERT || s->leap == LEAP_DELETE) &&
	    !leap_day(in->wall))
		return "Leap second on a day that has none refused";
	return NULL;
}
