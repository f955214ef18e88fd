/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/clockwork.h"

#include "base/exit_status.h"
#include "hora-engine/leaps.h"
#include "hora-engine/say.h"
#include "hora-engine/served.h"
#include "hora-engine/steer.h"

#include <math.h>
#include <stdlib.h>

#define LOOK_S 16		/* at the clocks, while synchronised */
#define RTC_ERROR_S 2.0		/* of a clock of whole seconds, read and set */
#define RTC_DRIFT 1e-4		/* and of its quartz, s/s */
#define TORN_S 1.0		/* a message is not longer on its way */
#define INTERFERENCE_SAY_S 600.0	/* between two lines of it */
#define FOREIGN_MAX_S 1000.0	/* hora-clock looks more often */
#define RATE_MAX_PPM 200000.0	/* what a kernel could run at, and more */
#define CHANGE_AGE_S 60.0	/* a report of a change is not older */

struct reference_config clockwork_config(const struct config *c,
    uint32_t flags)
{
	struct reference_config config = {
		.makestep_threshold_s = c->makestep_threshold_s,
		.makestep_limit = c->makestep_limit,
		.maxupdateskew_ppm = c->maxupdateskew_ppm,
		.maxslewrate_ppm = c->maxslewrate_ppm,
		.maxdrift_ppm = c->maxdrift_ppm,
		.corrtimeratio = c->corrtimeratio,
		.maxclockerror_ppm = c->maxclockerror_ppm,
		/* -q and -Q judge by all samples of the bursts, then act. */
		.can_control = !(flags &
		    (IPC_NO_CLOCK | IPC_ONCE_SET | IPC_ONCE_PRINT)),
	};

	if (flags & IPC_OPT_RESTART && config.makestep_limit > 0)
		config.makestep_limit = 0;
	return config;
}

void clockwork_init(struct engine *e, const struct engine_now *now)
{
	struct reference_config config = clockwork_config(e->config,
	    e->options.flags);

	reference_init(&e->reference, &config);
	timeline_init(&e->timeline, now->wall, 0);
	fallback_init(&e->fallback, e->config->fallback_min_log2_s,
	    e->config->fallback_max_log2_s);
	e->clock.has_clock = !(e->options.flags &
	    (IPC_NO_CLOCK | IPC_ONCE_PRINT));
	e->local = e->config->local;
	e->is_manual = e->config->manual;
	local_init(&e->local_state, now->mono);
	e->local_judged = now->mono;
	e->publish_at = MONO_NEVER;
}

struct free_time clockwork_free(const struct engine *e, struct wall_time wall)
{
	return timeline_free(&e->timeline, wall);
}

double clockwork_system_offset(const struct engine *e, double offset_s,
    struct free_time at)
{
	struct wall_time wall = timeline_wall(&e->timeline, at);

	return offset_s + (double)(at.ns - wall.ns) * 1e-9;
}

struct wall_time clockwork_true(const struct engine *e, struct wall_time wall)
{
	return e->published.is_valid ? time_ref_correct(&e->published, wall) :
	    wall;
}

/* --- jumps ---------------------------------------------------------------- */

/* Somebody set the clock: what is known of it moves along. */
static void was_set(struct engine *e, const struct engine_now *now,
    int64_t set_ns)
{
	double set_s = (double)set_ns * 1e-9;

	if (leaps_take_jump(e, now, set_ns))
		return;
	say(e, SEV_WARNING, "%s time jump detected! (%.6f seconds)",
	    set_ns > 0 ? "Forward" : "Backward", set_s);
	steer_clock_moved(e, set_s);
	steer_again(e, now);
	/* The kernel has forgotten how good its time is (adjtimex(2)). */
	if (e->clock.has_status)
		served_status(e, now);
	served_publish(e, now);
}

/*
 * The machine slept: the clock was set from the real-time clock, which counts
 * whole seconds and drifts like any quartz.
 */
static void has_slept(struct engine *e, const struct engine_now *now,
    double slept_s)
{
	double rate_ppm = timeline_rate_ppm(&e->timeline);

	say(e, SEV_WARNING, "The machine slept for %.3f seconds: the clock is "
	    "to be measured anew", slept_s);
	/* Nothing was corrected meanwhile. */
	timeline_rate(&e->timeline, wall_add(now->wall, -slept_s), 0);
	timeline_rate(&e->timeline, now->wall, rate_ppm);
	e->clock.slew_end = wall_add(e->clock.slew_end, slept_s);
	steer_slept(e, now, RTC_ERROR_S + RTC_DRIFT * slept_s);
	clockwork_unsynchronise(e, now);
	/* A slew on its way is of no use any more. */
	if (e->phase == ENGINE_RUNNING && e->clock.is_slewing)
		steer_correct(e, now);
}

bool clockwork_jumped(struct engine *e, const struct engine_now *now)
{
	struct moved_by by;

	/* A step of our own is reported in a moment. */
	if (e->clock.step_id != 0)
		return false;
	by = moved_look(&e->clock.moved, now);
	if (by.set_ns == 0 && by.slept_ns <= 0)
		return false;
	e->clock.has_jumped = true;
	e->clock.jumped_at = now->mono;
	if (by.set_ns != 0)
		was_set(e, now, by.set_ns);
	if (by.slept_ns > 0)
		has_slept(e, now, (double)by.slept_ns * 1e-9);
	return true;
}

bool clockwork_just_jumped(const struct engine *e, const struct engine_now *now)
{
	return e->clock.has_jumped && e->clock.jumped_at.ns == now->mono.ns;
}

bool clockwork_is_steady(const struct engine *e, const struct engine_now *now)
{
	return e->clock.step_id == 0 && !leap_window(&e->leap, now->wall);
}

/* Our own step moved everything that was measured. */
static void stepped(struct engine *e, const struct engine_now *now,
    double step_s, enum ipc_step_cause cause)
{
	if (cause == IPC_STEP_LEAP)
		leaps_stepped(e, step_s);
	else
		steer_clock_moved(e, step_s);
	moved_expect(&e->clock.moved, step_s);
	e->clock.is_slewing = false;
	e->clock.slew_left_s = 0;
	e->clock_updates++;
	e->clock.steps++;
	say(e, SEV_WARNING, "System clock was stepped by %.6f seconds", step_s);
	clockwork_jumped(e, now);	/* by more than that? */
}

void clockwork_leaps_changed(struct engine *e, const struct engine_now *now)
{
	if (!e->reference.is_synchronised)
		return;
	leaps_vote(e, now, e->leap_voted);
	served_status(e, now);
	served_publish(e, now);
}

/* --- updates by sources --------------------------------------------------- */

void clockwork_say_wrong(const struct engine *e, const struct engine_now *now)
{
	const struct config *config = e->config;
	struct ipc_wrong wrong = { now->wall, e->reference.last_offset_s };

	if (e->options.flags & (IPC_ONCE_SET | IPC_ONCE_PRINT))
		return;		/* said at the end */
	if (fabs(wrong.offset_s) > config->logchange_s)
		say(e, SEV_WARNING, "System clock wrong by %.6f seconds",
		    wrong.offset_s);
	if (*config->mail_address &&
	    fabs(wrong.offset_s) > config->mail_threshold_s)
		e->fx.wrong(e->fx.arg, &wrong);
}

/* The frequency is only corrected as far as maxdrift allows. */
static void warn_drift(struct engine *e)
{
	double freq_ppm = -e->reference.freq * 1e6;
	bool is_beyond = fabs(freq_ppm) > e->config->maxdrift_ppm;

	if (is_beyond && !e->clock.is_beyond_drift)
		say(e, SEV_WARNING, "Frequency of %.3f ppm is beyond maxdrift:"
		    " only %.3f ppm are corrected", freq_ppm,
		    e->config->maxdrift_ppm);
	e->clock.is_beyond_drift = is_beyond;
}

/* By how much the estimate of `sel` differs from what is known so far, s. */
static double change_s(const struct engine *e, const struct engine_now *now,
    const struct selection *sel)
{
	return clockwork_system_offset(e, sel->estimate.offset_s,
	    clockwork_free(e, now->wall)) - reference_remaining(&e->reference,
	    &e->timeline, now->wall);
}

/*
 * maxchange (configuration.md 2.6): a change that is too great is refused, and
 * one too many of them ends the daemon. Refused means: nothing happened.
 */
static bool is_refused(struct engine *e, const struct engine_now *now,
    const struct selection *sel)
{
	const struct maxchange_config *m = &e->config->maxchange;
	struct ipc_request end = { .task = IPC_TASK_EXIT,
		.status = EXIT_OFFSET };
	double by_s = change_s(e, now, sel);
	bool is_last = m->ignore >= 0 && e->refused >= (uint32_t)m->ignore;

	if (!m->enabled || e->reference.updates < m->start ||
	    fabs(by_s) <= m->offset_s)
		return false;
	say(e, is_last ? SEV_FATAL : SEV_WARNING, "Adjustment of %.3f seconds "
	    "exceeds the allowed maximum of %.3f seconds (%s)", by_s,
	    m->offset_s, is_last ? "exiting" : "ignored");
	if (is_last) {
		e->phase = ENGINE_LEAVING;
		e->fx.request(e->fx.arg, &end);
		return true;
	}
	if (e->refused < UINT32_MAX)
		e->refused++;
	served_memory(e, 0);
	return true;
}

void clockwork_update(struct engine *e, const struct engine_now *now,
    const struct selection *sel, const struct source *s)
{
	struct reference *r = &e->reference;
	struct correction c = { 0 };
	double remaining_s = 0, interval_s = 0;

	if (is_refused(e, now, sel))
		return;
	if (r->is_synchronised) {
		remaining_s = reference_remaining(r, &e->timeline, now->wall);
		interval_s = mono_sub(now->mono, e->last_update);
	}
	leaps_vote(e, now, sel->leap);
	e->leap.is_left = false;
	reference_update(r, sel, assoc_stratum(&s->assoc),
	    s->config.copy ? s->assoc.refid : s->refid, &s->address.ip,
	    clockwork_free(e, now->wall), now->wall, &e->timeline, &c);
	fallback_update(&e->fallback, r->freq, interval_s);
	e->last_update = now->mono;
	e->clock_updates++;
	clockwork_say_wrong(e, now);
	warn_drift(e);
	steer_carry_out(e, now, &c);
	served_tracking(e, now, remaining_s, sel->estimate.offset_sd_s);
	served_judge_local(e, now);
	served_status(e, now);
	served_publish(e, now);
	if (!(e->options.flags & IPC_ONCE_PRINT))
		served_memory(e, interval_s);
}

void clockwork_refine(struct engine *e, const struct engine_now *now,
    const struct selection *sel)
{
	const struct maxchange_config *m = &e->config->maxchange;
	struct correction c = { 0 };

	/* What an update would be refused for is left to the next update. */
	if (m->enabled && fabs(change_s(e, now, sel)) > m->offset_s)
		return;
	reference_refine(&e->reference, sel, clockwork_free(e, now->wall),
	    now->wall, &e->timeline, &c);
	steer_adjust(e, &c);
	served_publish(e, now);
}

void clockwork_unsynchronise(struct engine *e, const struct engine_now *now)
{
	if (!e->reference.is_synchronised)
		return;
	reference_unsynchronise(&e->reference);
	served_tracking(e, now, 0, 0);
	served_judge_local(e, now);
	served_status(e, now);
	served_publish(e, now);
}

bool clockwork_step(struct engine *e, const struct engine_now *now)
{
	double step_s = reference_remaining(&e->reference, &e->timeline,
	    now->wall);

	if (!e->clock.has_clock || !e->clock.is_known || e->clock.step_id != 0)
		return false;
	if (step_s != 0)
		steer_step(e, now, step_s, IPC_STEP_OPERATOR);
	return true;
}

/* --- reports of hora-clock ------------------------------------------------ */

/*
 * A report that was on its way while the clock was set tells of an instant on
 * the old scale.
 */
static struct wall_time instant(const struct engine *e,
    const struct engine_now *now, const struct ipc_clock_changed *c)
{
	bool is_torn = e->clock.has_jumped &&
	    mono_sub(now->mono, e->clock.jumped_at) < TORN_S;

	return is_torn ? now->wall : c->at;
}

static bool is_sane(const struct engine *e,
    const struct engine_now *now, const struct ipc_clock_changed *c)
{
	return fabs(c->rate_ppm) <= RATE_MAX_PPM &&
	    fabs(c->base_ppm) <= RATE_MAX_PPM && isfinite(c->slew_left_s) &&
	    isfinite(c->step_s) && c->slew_end_s >= 0 &&
	    isfinite(c->slew_end_s) && fabs(c->foreign_ppm) <= RATE_MAX_PPM &&
	    c->foreign_s >= 0 && c->foreign_s <= FOREIGN_MAX_S &&
	    fabs(wall_sub(now->wall, instant(e, now, c))) <=
	    CHANGE_AGE_S;
}

static void take_rate(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	struct engine_clock *k = &e->clock;
	struct wall_time at = instant(e, now, c);

	if (c->rate_ppm != timeline_rate_ppm(&e->timeline))
		timeline_rate(&e->timeline, at, c->rate_ppm);
	k->rate_ppm = c->rate_ppm;
	k->base_ppm = c->base_ppm;
	k->slew_left_s = c->slew_left_s;
	k->is_slewing = c->slew_end_s > 0;
	k->slew_end = wall_add(at, c->slew_end_s);
}

/* hora-clock has started, for the first time or again. */
static void take_initial(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	struct engine_clock *k = &e->clock;
	double step_s = k->step_s;

	if (!k->is_known) {
		timeline_init(&e->timeline, now->wall, c->rate_ppm);
		take_rate(e, now, c);
		k->is_known = true;
		return;
	}
	/* Did the one that died still make the step it was asked for? */
	if (k->step_id != 0 && moved_fits(moved_set_ns(&k->moved, now),
	    step_s, k->moved.doubt_s + now->doubt_s)) {
		k->step_id = 0;
		stepped(e, now, step_s, k->step_cause);
	}
	k->step_id = 0;
	take_rate(e, now, c);
	if (e->phase != ENGINE_RUNNING)
		return;
	steer_correct(e, now);
	if (k->has_status)
		served_status(e, now);
}

/* A refused step leaves the offset to be slewed away. */
static void take_refusal(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	bool was_step = e->clock.step_id != 0 && c->id == e->clock.step_id;

	say(e, SEV_WARNING, "%s of the system clock was %s",
	    was_step ? "Step" : "Correction",
	    c->result == IPC_CLOCK_REFUSED ? "refused" : "not possible");
	if (!was_step)
		return;		/* asking the same again would not help */
	e->clock.step_id = 0;
	steer_correct(e, now);
}

/*
 * Another program had changed the rate, at some moment of foreign_s: in their
 * middle, as far as we know, and by that much time may be wrong.
 */
static void take_interference(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	struct engine_clock *k = &e->clock;
	struct wall_time at = instant(e, now, c);
	double half_s = c->foreign_s / 2;

	if (now->mono.ns >= k->interference_said.ns) {
		say(e, SEV_WARNING, "System clock interference detected "
		    "(another NTP client?)");
		k->interference_said = mono_add(now->mono, INTERFERENCE_SAY_S);
	}
	if (e->reference.is_synchronised)
		e->reference.root_dispersion_s += half_s * 1e-6 *
		    fabs(c->foreign_ppm - timeline_rate_ppm(&e->timeline));
	timeline_rate(&e->timeline, wall_add(at, -half_s), c->foreign_ppm);
	take_rate(e, now, c);
	if (e->phase == ENGINE_RUNNING)
		steer_correct(e, now);
}

void clockwork_changed(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	if (!e->clock.has_clock)
		return;
	/* Any jump but that of a reported step comes first. */
	if (c->step_s == 0)
		clockwork_jumped(e, now);
	if (!is_sane(e, now, c)) {
		say(e, SEV_ERROR, "Report of hora-clock makes no sense, ignored");
		return;
	}
	if (c->result == IPC_CLOCK_INITIAL) {
		take_initial(e, now, c);
		served_publish(e, now);
		return;
	}
	if (c->step_s != 0) {
		bool is_ours = c->id == e->clock.step_id;

		if (is_ours)
			e->clock.step_id = 0;
		stepped(e, now, c->step_s, is_ours ? e->clock.step_cause :
		    IPC_STEP_OPERATOR);
		take_rate(e, now, c);
		if (is_ours && e->phase == ENGINE_RUNNING)
			steer_correct(e, now);
	} else if (c->result == IPC_CLOCK_INTERFERED) {
		take_interference(e, now, c);
	} else {
		take_rate(e, now, c);
	}
	if (c->result == IPC_CLOCK_REFUSED || c->result == IPC_CLOCK_FAILED)
		take_refusal(e, now, c);
	else if (c->result == IPC_CLOCK_SLEW_END && e->phase == ENGINE_RUNNING)
		steer_correct(e, now);
	served_publish(e, now);
}

/* --- life ----------------------------------------------------------------- */

void clockwork_memory(struct engine *e, const struct engine_now *now,
    const struct ipc_engine_memory *m)
{
	/* Late memory must not undo what was measured meanwhile. */
	if (e->reference.updates > 0)
		return;
	if (m->updates <= INT32_MAX)
		e->reference.updates = (int)m->updates;
	e->clock_updates = m->updates;
	e->refused = m->refused;
	e->local_state.was_near = m->was_near != 0;
	e->not_before = m->not_before;
	if (m->have_frequency && fabs(m->freq_ppm) <= RATE_MAX_PPM &&
	    m->skew_ppm >= 0 && isfinite(m->skew_ppm)) {
		reference_set_frequency(&e->reference, m->freq_ppm, m->skew_ppm);
		warn_drift(e);
		if (e->phase == ENGINE_RUNNING)
			steer_correct(e, now);
	}
}

void clockwork_begin(struct engine *e, const struct engine_now *now)
{
	/*
	 * The clock of a predecessor runs as it should, and slews what that
	 * one knew; only a clock fresh from the boot needs the frequency.
	 */
	if (e->reference.has_freq && !(e->options.flags & IPC_RESTARTED))
		steer_correct(e, now);
	served_tracking(e, now, 0, 0);
	served_judge_local(e, now);
	if (!(e->options.flags & IPC_RESTARTED))
		served_status(e, now);
	served_publish(e, now);
}

/* Updates have stopped for long: run at an average frequency, unsynchronised. */
static void fall_back(struct engine *e, const struct engine_now *now)
{
	struct reference *r = &e->reference;
	double freq;

	if (r->updates == 0 || !fallback_take(&e->fallback,
	    mono_sub(now->mono, e->last_update), &freq))
		return;
	say(e, SEV_INFO, "No update of the clock for 2^%d seconds: frequency of "
	    "%.3f ppm, the average of that time", e->fallback.level,
	    -freq * 1e6);
	reference_set_frequency(r, -freq * 1e6, r->skew * 1e6);
	clockwork_unsynchronise(e, now);
	steer_correct(e, now);
}

static struct mono_time fallback_wake(const struct engine *e)
{
	double next_s = fallback_next_s(&e->fallback);

	return e->reference.updates == 0 || isinf(next_s) ? MONO_NEVER :
	    mono_add(e->last_update, next_s);
}

void clockwork_tick(struct engine *e, const struct engine_now *now)
{
	struct engine_clock *k = &e->clock;

	if (k->step_id != 0 && now->mono.ns >= k->step_deadline.ns) {
		say(e, SEV_ERROR, "hora-clock does not report a step of %.6f"
		    " seconds", k->step_s);
		k->step_id = 0;
		clockwork_jumped(e, now);
		served_publish(e, now);
	}
	fall_back(e, now);
	if (leaps_tick(e, now)) {
		served_status(e, now);
		served_publish(e, now);
	}
	/* Clients are warned as the window opens, not at the next update. */
	if (leap_handling(&e->leap, now->wall) &&
	    e->published.leap != LEAP_UNSYNC)
		served_publish(e, now);
	if (now->mono.ns < served_wake(e).ns)
		return;
	if (e->local.enabled)
		served_judge_local(e, now);
	if (now->mono.ns >= e->publish_at.ns)
		served_publish(e, now);
}

static struct mono_time earlier(struct mono_time a, struct mono_time b)
{
	return a.ns < b.ns ? a : b;
}

struct mono_time clockwork_wake(const struct engine *e)
{
	struct mono_time at = served_wake(e);

	if (e->clock.step_id != 0)
		at = earlier(at, e->clock.step_deadline);
	at = earlier(at, leaps_wake(e));
	at = earlier(at, fallback_wake(e));
	/* The clock may be set, the machine may have slept. */
	if (e->reference.is_synchronised)
		at = earlier(at, mono_add(e->last_tick, LOOK_S));
	return at;
}

void clockwork_stop(struct engine *e)
{
	struct ipc_clock_status status = e->clock.status;
	struct correction stay = { .adjust = true,
		.base_ppm = e->clock.base_ppm };

	if (!e->clock.has_clock || !e->clock.is_known)
		return;
	steer_adjust(e, &stay);
	if (e->clock.has_status && status.leap != LEAP_NORMAL) {
		status.leap = LEAP_NORMAL;
		e->fx.clock_status(e->fx.arg, &status);
	}
}
