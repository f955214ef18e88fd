/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/served.h"

#include "base/text.h"
#include "ctl/loglines.h"

#include <math.h>
#include <string.h>

#define LOCAL_JUDGE_S 1		/* while it is enabled (sync/local.h) */

/*
 * A new engine knows less than the page that its predecessor left: clients are
 * served from that for so long, while the new one finds its sources.
 */
#define INHERIT_S 64

#define SKEW_NONE_PPM 1e6	/* as chrony writes an unknown frequency */

static struct free_time free_of(const struct engine *e,
    const struct engine_now *now)
{
	return timeline_free(&e->timeline, now->wall);
}

static bool inherits(const struct engine *e, const struct engine_now *now)
{
	return (e->options.flags & IPC_RESTARTED) != 0 &&
	    e->clock_updates == 0 && !e->local_state.is_active &&
	    mono_sub(now->mono, e->started) < INHERIT_S;
}

void served_publish(struct engine *e, const struct engine_now *now)
{
	struct time_ref ref;
	double slew_end_s = 0;

	e->publish_at = mono_add(now->mono, LOCAL_REFRESH_S);
	if (inherits(e, now))
		return;
	if (e->clock.is_slewing)
		slew_end_s = fmax(0, wall_sub(e->clock.slew_end, now->wall));
	reference_publish(&e->reference, &e->timeline, now->wall,
	    e->local_state.is_active, e->local.stratum, slew_end_s,
	    e->clock.base_ppm, e->precision_log2_s, &ref);
	ref.is_valid = true;
	/*
	 * Nobody knows inside the window which second a neighbour counts, nor
	 * whether a step that hora-clock was asked for is made already.
	 */
	if (leap_handling(&e->leap, now->wall) || e->clock.step_id != 0)
		ref.leap = LEAP_UNSYNC;
	e->published = ref;
	e->fx.publish(e->fx.arg, &ref);
}

void served_judge_local(struct engine *e, const struct engine_now *now)
{
	struct local_rules rules = {
		.enabled = e->local.enabled,
		.orphan = e->local.orphan,
		.distance_s = e->local.distance_s,
		.activate_s = e->local.activate_s,
		.waitsynced_s = e->local.waitsynced_s,
		.waitunsynced_s = e->local.waitunsynced_s,
	};
	bool was_active = e->local_state.is_active;
	double distance_s = e->reference.root_delay_s / 2 +
	    reference_dispersion(&e->reference, free_of(e, now));

	e->local_judged = now->mono;
	if (local_judge(&e->local_state, &rules, e->reference.is_synchronised,
	    distance_s, e->last_update, now->mono) != was_active)
		served_publish(e, now);
}

/*
 * TAI - UTC for the kernel, 0 = leave what it has. Around a leap second the
 * kernel changes it itself.
 */
static int32_t tai_offset_s(const struct engine *e,
    const struct engine_now *now)
{
	if (e->config->leapsecmode != LEAPSEC_SYSTEM ||
	    leap_window(&e->leap, now->wall))
		return 0;
	return leap_table_tai_s(&e->leap_table, now->wall);
}

void served_status(struct engine *e, const struct engine_now *now)
{
	struct ipc_clock_status *s = &e->clock.status;

	if (!e->clock.has_clock)
		return;
	memset(s, 0, sizeof(*s));
	s->is_synchronised = e->reference.is_synchronised;
	s->leap = LEAP_NORMAL;
	if (e->reference.is_synchronised) {
		/* Only in this mode the kernel is to make it. */
		if (e->config->leapsecmode == LEAPSEC_SYSTEM)
			s->leap = leap_status(&e->leap, now->wall);
		s->tai_offset_s = tai_offset_s(e, now);
		s->est_error_s = e->reference.offset_sd_s;
		s->max_error_s = e->reference.root_delay_s / 2 +
		    reference_dispersion(&e->reference, free_of(e, now)) +
		    fabs(reference_remaining(&e->reference, &e->timeline,
		    now->wall));
	}
	e->clock.has_status = true;
	e->fx.clock_status(e->fx.arg, s);
}

void served_memory(struct engine *e, double interval_s)
{
	struct ipc_engine_memory m = {
		.have_frequency = e->reference.has_freq,
		.updates = (uint32_t)e->reference.updates,
		.refused = e->refused,
		.was_near = e->local_state.was_near,
		/* chrony's sign: positive = the clock is fast */
		.freq_ppm = -e->reference.freq * 1e6,
		.skew_ppm = e->reference.skew * 1e6,
		.interval_s = interval_s,
	};

	e->fx.memory(e->fx.arg, &m);
}

void served_tracking(struct engine *e, const struct engine_now *now,
    double remaining_s, double offset_sd_s)
{
	const struct reference *r = &e->reference;
	struct ipc_logline out = { .file = IPC_LOG_TRACKING };
	struct tracking_line l = {
		.at = now->wall,
		.freq_ppm = r->has_freq ? -r->freq * 1e6 : 0,
		.skew_ppm = r->has_freq ? r->skew * 1e6 : SKEW_NONE_PPM,
		.leap = LEAP_UNSYNC,
		/* as chrony writes it: nothing is known */
		.root_delay_s = 1,
		.root_dispersion_s = 1,
		.max_error_s = 1.5,
	};
	char text[LOG_LINE_SIZE];

	if (!(e->config->log & LOG_TRACKING))
		return;
	if (r->is_synchronised) {
		l.freq_ppm = -r->freq * 1e6;
		l.skew_ppm = r->skew * 1e6;
		l.at = r->ref_time;
		l.address = r->address;
		l.stratum = r->stratum;
		l.offset_s = -r->last_offset_s;
		l.leap = r->leap;
		l.combined = r->combined;
		l.offset_sd_s = offset_sd_s;
		l.correction_s = remaining_s;
		l.root_delay_s = r->root_delay_s;
		l.root_dispersion_s = r->root_dispersion_s;
		l.max_error_s = r->root_delay_s / 2 + r->root_dispersion_s +
		    fabs(r->last_offset_s);
	}
	tracking_line(&l, text);
	text_copy(out.text, sizeof(out.text), text);
	e->fx.logline(e->fx.arg, &out);
}

struct mono_time served_wake(const struct engine *e)
{
	struct mono_time judge = mono_add(e->local_judged, LOCAL_JUDGE_S);

	if (!e->local.enabled || e->publish_at.ns < judge.ns)
		return e->publish_at;
	return judge;
}
