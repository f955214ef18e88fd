/* SPDX-License-Identifier: Apache-2.0 */
#include "sync/reference.h"

#include "sync/local.h"

#include <math.h>

#define SKEW_UNKNOWN 2000e-6	/* of a frequency never measured */
#define SKEW_MIN 1e-12
#define KERNEL_MAX_PPM 100000.0	/* range of tick and frequency together */
#define SLEW_SHARE (1.0 / 16)	/* of the interval between updates */
#define USUAL_DEVIATIONS 10.0	/* of the offset: more is unusual */
#define SLEW_MIN_S 1.0		/* its end may be late by milliseconds */
#define SLEW_MAX_S 10000.0
#define OFFSET_MIN_S 1e-9	/* not worth a correction */
#define UNSYNC_STRATUM 16

struct reference_config reference_defaults(void)
{
	return (struct reference_config){
		.makestep_threshold_s = 0,
		.makestep_limit = 0,
		.maxupdateskew_ppm = 1000,
		.maxslewrate_ppm = 1e6 / 12,
		.maxdrift_ppm = 500000,
		.corrtimeratio = 0,
		.maxclockerror_ppm = 1,
		.can_control = true,
	};
}

void reference_init(struct reference *r, const struct reference_config *config)
{
	*r = (struct reference){
		.config = *config,
		.stratum = UNSYNC_STRATUM,
		.leap = LEAP_NORMAL,
		.skew = SKEW_UNKNOWN,
	};
}

void reference_set_frequency(struct reference *r, double freq_ppm,
    double skew_ppm)
{
	if (!(fabs(freq_ppm) <= KERNEL_MAX_PPM))
		return;
	r->freq = -freq_ppm * 1e-6;
	r->skew = skew_ppm > 0 ? fmax(skew_ppm * 1e-6, SKEW_MIN) : SKEW_UNKNOWN;
	r->has_freq = skew_ppm > 0;
}

/* Frequency that the kernel can and may give, ppm. */
static double base_ppm(const struct reference *r)
{
	double most = fmin(r->config.maxdrift_ppm, KERNEL_MAX_PPM);

	return fmax(-most, fmin(most, r->freq * 1e6));
}

static double predict(const struct reference *r, struct free_time at)
{
	return r->offset_s + r->freq * free_sub(at, r->at);
}

double reference_remaining(const struct reference *r, const struct timeline *t,
    struct wall_time wall)
{
	struct free_time f = timeline_free(t, wall);

	if (!r->is_known)
		return 0;
	return (double)(f.ns - wall.ns) * 1e-9 + predict(r, f);
}

/*
 * With corrtimeratio, a slew lasts so long that offset times duration is what
 * an average offset (0.5 deviations) takes for that many update intervals: small
 * offsets are corrected gently, large ones fast. Without, they are corrected in
 * a small part of the interval, and unusual ones faster: the estimate is filtered
 * already, and each second that it is not followed adds to the error.
 */
static double slew_rate_ppm(const struct reference *r, double offset_s)
{
	double most = fmin(r->config.maxslewrate_ppm,
	    KERNEL_MAX_PPM - fabs(base_ppm(r)));
	double usual_s = USUAL_DEVIATIONS * r->offset_sd_s;
	double duration_s = r->config.corrtimeratio > 0 ?
	    r->slew_area_s2 / fabs(offset_s) : SLEW_SHARE *
	    r->update_interval_s * fmin(1, usual_s / fabs(offset_s));

	duration_s = fmax(SLEW_MIN_S, fmin(SLEW_MAX_S, duration_s));
	return fmin(fabs(offset_s) / duration_s * 1e6, most);
}

/* Fills the frequency and slew for `offset_s`. */
static void adjust(const struct reference *r, const struct timeline *t,
    double offset_s, struct correction *ret)
{
	ret->base_ppm = base_ppm(r);
	ret->slew_s = ret->slew_ppm = 0;
	if (fabs(offset_s) >= OFFSET_MIN_S) {
		ret->slew_ppm = slew_rate_ppm(r, offset_s);
		if (ret->slew_ppm > 0)
			ret->slew_s = offset_s;
	}
	ret->adjust = ret->slew_s != 0 ||
	    fabs(timeline_rate_ppm(t) - ret->base_ppm) > 1e-6;
}

void reference_correct(const struct reference *r, const struct timeline *t,
    struct wall_time wall, struct correction *ret)
{
	double offset_s = reference_remaining(r, t, wall);

	*ret = (struct correction){ 0 };
	if (!r->config.can_control)
		return;
	if (!r->is_known)
		offset_s = 0;	/* only the frequency is known */
	/* Late ends of slews leave rests far below what is known. */
	if (fabs(offset_s) < 0.02 * r->offset_sd_s)
		offset_s = 0;
	adjust(r, t, offset_s, ret);
}

/*
 * What the sources know of the frequency is the sum of all samples already; the
 * one before adds nothing to it.
 */
static void take_frequency(struct reference *r, const struct stats_estimate *e)
{
	r->residual_freq = 0;
	if (!(e->skew * 1e6 <= r->config.maxupdateskew_ppm))
		return;
	r->residual_freq = e->freq - r->freq;
	r->freq = e->freq;
	r->skew = fmax(e->skew, SKEW_MIN);
	r->has_freq = true;
}

static void keep_records(struct reference *r, double last_offset_s,
    struct free_time now)
{
	double interval_s = r->updates > 0 && r->is_synchronised ?
	    free_sub(now, r->updated) : 0;

	if (r->is_synchronised)
		r->rms_offset_s = sqrt(0.9 * r->rms_offset_s * r->rms_offset_s +
		    0.1 * last_offset_s * last_offset_s);
	else
		r->rms_offset_s = fabs(last_offset_s);
	r->last_offset_s = last_offset_s;
	r->update_interval_s = fmax(interval_s, 0);
	r->updated = now;
}

/* chrony's order: the update is counted first, then the threshold. */
static bool may_step(struct reference *r, double offset_s)
{
	int limit = r->config.makestep_limit;

	if (r->updates < INT32_MAX)
		r->updates++;
	return (limit < 0 || r->updates <= limit) &&
	    fabs(offset_s) > r->config.makestep_threshold_s;
}

void reference_expect_initial(struct reference *r, double threshold_s)
{
	r->has_initial = true;
	r->initial_threshold_s = threshold_s;
}

/* Of the first update that was waited for. */
static bool may_step_initially(struct reference *r, double offset_s,
    struct correction *ret)
{
	r->has_initial = false;
	ret->is_initial = true;
	ret->initial_s = offset_s;
	ret->wants_step = offset_s != 0 &&
	    fabs(offset_s) >= r->initial_threshold_s;
	return ret->wants_step;
}

/* What the estimate says of our own time. */
static void take_estimate(struct reference *r, const struct selection *sel,
    struct free_time now)
{
	const struct stats_estimate *e = &sel->estimate;

	take_frequency(r, e);
	r->at = now;
	r->offset_s = e->offset_s;
	r->offset_sd_s = e->offset_sd_s;
	r->slew_area_s2 = r->config.corrtimeratio * 0.5 * e->offset_sd_s *
	    r->update_interval_s;
	r->root_delay_s = sel->root_delay_s;
	r->root_dispersion_s = sel->root_dispersion_s + e->offset_sd_s;
	r->combined = sel->combined;
}

void reference_refine(struct reference *r, const struct selection *sel,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret)
{
	*ret = (struct correction){ 0 };
	if (!r->is_synchronised)
		return;
	take_estimate(r, sel, now);
	if (r->config.can_control)
		adjust(r, timeline, reference_remaining(r, timeline, wall), ret);
}

void reference_update(struct reference *r, const struct selection *sel,
    uint8_t source_stratum, uint32_t refid, const struct ip_addr *address,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret)
{
	const struct stats_estimate *e = &sel->estimate;
	struct wall_time ref_time;
	double offset_s;
	bool is_step;

	*ret = (struct correction){ 0 };
	/* Before the first update the prediction is the clock as it is. */
	keep_records(r, r->is_synchronised ? e->offset_s - predict(r, now) :
	    e->offset_s - wall_sub(wall, (struct wall_time){ now.ns }), now);
	take_estimate(r, sel, now);
	r->is_synchronised = r->is_known = true;
	offset_s = reference_remaining(r, timeline, wall);
	ref_time = wall_add(wall, offset_s);
	/* It never goes back, though we may have believed to be later. */
	if (ref_time.ns > r->ref_time.ns)
		r->ref_time = ref_time;
	r->refid = refid;
	r->address = *address;
	r->stratum = source_stratum + 1;
	is_step = may_step(r, offset_s);	/* counts, with -x too */
	if (r->has_initial)
		is_step = may_step_initially(r, offset_s, ret);
	if (!r->config.can_control)
		return;
	if (is_step) {
		ret->step = true;
		ret->step_s = offset_s;
		return;
	}
	adjust(r, timeline, offset_s, ret);
}

void reference_manual(struct reference *r, const struct manual_fit *fit,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret)
{
	double offset_s = fit->offset_s + fit->freq * free_sub(now, fit->at);

	*ret = (struct correction){ 0 };
	reference_unsynchronise(r);
	r->last_offset_s = offset_s - (double)(wall.ns - now.ns) * 1e-9;
	r->at = r->updated = now;
	r->offset_s = offset_s;
	r->offset_sd_s = fit->offset_sd_s;
	r->has_freq |= fit->freq != r->freq;
	r->freq = fit->freq;
	r->skew = fmax(fit->freq_sd, SKEW_MIN);
	r->is_known = true;
	if (r->config.can_control)
		adjust(r, timeline, reference_remaining(r, timeline, wall), ret);
}

/*
 * The same line and bound, written for another instant; an unknown clock is
 * right.
 */
static void move_to(struct reference *r, const struct timeline *t,
    struct wall_time wall)
{
	struct free_time f = timeline_free(t, wall);

	if (r->is_synchronised)
		r->root_dispersion_s = reference_dispersion(r, f);
	r->offset_s = r->is_known ? predict(r, f) :
	    (double)(wall.ns - f.ns) * 1e-9;
	r->at = f;
}

void reference_add_frequency(struct reference *r, const struct timeline *t,
    struct wall_time wall, double freq_ppm, double most_ppm)
{
	double freq = r->freq - freq_ppm * 1e-6;

	if (isnan(freq))
		return;
	move_to(r, t, wall);
	r->freq = fmax(-most_ppm, fmin(most_ppm, freq * 1e6)) * 1e-6;
}

void reference_add_offset(struct reference *r, const struct timeline *t,
    struct wall_time wall, double offset_s)
{
	move_to(r, t, wall);
	r->is_known = true;
	r->offset_s -= offset_s;
	/* The sources say otherwise, and may be right. */
	if (r->is_synchronised)
		r->root_dispersion_s += fabs(offset_s);
}

void reference_step(struct reference *r, double step_s)
{
	int64_t ns = interval_ns(step_s);

	r->at.ns += ns;
	r->updated.ns += ns;
	r->offset_s -= (double)ns * 1e-9;
}

void reference_leap(struct reference *r, double step_s)
{
	r->at.ns += interval_ns(step_s);
	r->updated.ns += interval_ns(step_s);
}

void reference_unsynchronise(struct reference *r)
{
	r->is_synchronised = r->is_known = false;
	r->stratum = UNSYNC_STRATUM;
	r->refid = 0;
	r->ref_time = (struct wall_time){ 0 };
	r->address = (struct ip_addr){ 0 };
	r->root_delay_s = r->root_dispersion_s = 1;
	r->leap = LEAP_NORMAL;
}

/* How fast the error of our time may grow, s/s. */
static double dispersion_rate(const struct reference *r)
{
	return r->skew + fabs(r->residual_freq) +
	    r->config.maxclockerror_ppm * 1e-6;
}

double reference_dispersion(const struct reference *r, struct free_time now)
{
	double age_s = fmax(free_sub(now, r->at), 0);

	if (!r->is_synchronised)
		return 1;
	return r->root_dispersion_s + dispersion_rate(r) * age_s;
}

static void publish_local(struct wall_time wall, int stratum,
    struct time_ref *ret)
{
	ret->ref_time = wall_add(wall, -1);
	ret->refid = LOCAL_REFID;
	ret->stratum = (uint8_t)stratum;
	ret->leap = LEAP_NORMAL;
}

void reference_publish(const struct reference *r, const struct timeline *t,
    struct wall_time wall, bool local_active, int local_stratum,
    double slew_end_s, double rest_ppm, int8_t precision_log2_s,
    struct time_ref *ret)
{
	double now_rate = timeline_rate_ppm(t) * 1e-6;

	*ret = (struct time_ref){
		.since = wall,
		.until = wall,
		.leap = LEAP_UNSYNC,
		.root_delay_s = 1,
		.root_dispersion_s = 1,
		.precision_log2_s = precision_log2_s,
		.is_valid = true,
	};
	if (r->is_known) {
		/* d(true - wall)/d(wall), before and after the slew's end. */
		ret->rate = (1 + r->freq) / (1 + now_rate) - 1;
		ret->rate_after = ret->rate;
		if (slew_end_s > 0) {
			ret->until = wall_add(wall, slew_end_s);
			ret->rate_after = (1 + r->freq) /
			    (1 + rest_ppm * 1e-6) - 1;
		}
		ret->offset_s = reference_remaining(r, t, wall);
	}
	if (r->is_synchronised) {
		struct free_time now = timeline_free(t, wall);

		ret->ref_time = r->ref_time;
		ret->root_delay_s = r->root_delay_s;
		ret->root_dispersion_s = reference_dispersion(r, now);
		ret->dispersion_rate = dispersion_rate(r);
		ret->refid = r->refid;
		ret->stratum = r->stratum;
		ret->leap = (uint8_t)r->leap;
		/* RFC 5905: 16 and more means unsynchronised. */
		if (r->stratum >= UNSYNC_STRATUM) {
			ret->stratum = 0;
			ret->leap = LEAP_UNSYNC;
		}
	}
	if (local_active) {
		ret->root_delay_s = ret->root_dispersion_s = 0;
		ret->dispersion_rate = 0;
		publish_local(wall, local_stratum, ret);
	}
}
