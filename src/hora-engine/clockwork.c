/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-engine/clockwork.h"

#include "hora-engine/say.h"
#include "hora-engine/served.h"

#include <math.h>
#include <stdlib.h>

/*
 * The difference of the two clocks may move by so much between two events
 * without anybody having set one: the pair is read in less, and a smaller jump
 * does less harm than dropping everything would.
 */
#define JUMP_NS INT64_C(1000000)

#define STEP_TIMEOUT_S 5	/* hora-clock reports a step within that */
#define RATE_MAX_PPM 200000.0	/* what a kernel could run at, and more */
#define CHANGE_AGE_S 60.0	/* a report of a change is not older */

void clockwork_init(struct engine *e, const struct engine_now *now)
{
	struct reference_config config = {
		.makestep_threshold_s = e->config->makestep_threshold_s,
		.makestep_limit = e->config->makestep_limit,
		.maxupdateskew_ppm = e->config->maxupdateskew_ppm,
		.maxslewrate_ppm = e->config->maxslewrate_ppm,
		.maxdrift_ppm = e->config->maxdrift_ppm,
		.corrtimeratio = e->config->corrtimeratio > 0 ?
		    e->config->corrtimeratio :
		    reference_defaults().corrtimeratio,
		.maxclockerror_ppm = e->config->maxclockerror_ppm,
		/* -q and -Q judge by all samples of the bursts, then act. */
		.can_control = !(e->options.flags &
		    (IPC_NO_CLOCK | IPC_ONCE_SET | IPC_ONCE_PRINT)),
	};

	if (e->options.flags & IPC_OPT_RESTART && config.makestep_limit > 0)
		config.makestep_limit = 0;
	reference_init(&e->reference, &config);
	timeline_init(&e->timeline, now->wall, 0);
	e->clock.has_clock = !(e->options.flags &
	    (IPC_NO_CLOCK | IPC_ONCE_PRINT));
	e->local = e->config->local;
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

/* --- requests -------------------------------------------------------------- */

static void send_adjust(struct engine *e, const struct correction *c)
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

static void send_step(struct engine *e, const struct engine_now *now,
    double step_s, enum ipc_step_cause cause)
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
	e->clock.step_deadline = mono_add(now->mono, STEP_TIMEOUT_S);
	e->fx.clock_step(e->fx.arg, &step);
}

/* Correct what remains by frequency and slew. */
static void correct(struct engine *e, const struct engine_now *now)
{
	struct correction c = { 0 };

	reference_correct(&e->reference, &e->timeline, now->wall, &c);
	send_adjust(e, &c);
}

/* --- jumps ------------------------------------------------------------------ */

void clockwork_forget(struct engine *e, const struct engine_now *now)
{
	for (int i = 0; i < e->count; i++) {
		struct source *s = e->sources[i];

		source_stats_reset(&s->stats);
		e->candidates[i].has_new_sample = false;
		if (!s->is_resolved)
			continue;
		e->fx.close_request(e->fx.arg, s->id);
		assoc_reset(&s->assoc, now->mono);
	}
}

static int64_t difference_ns(const struct engine_now *now)
{
	return now->wall.ns - now->mono.ns;
}

/* Is this the leap second that the kernel was told to make? */
static bool is_leap_jump(const struct engine *e, const struct engine_now *now,
    int64_t jump_ns)
{
	int64_t leap_ns = e->leap.pending == LEAP_INSERT ? -NS_PER_S : NS_PER_S;

	return !e->clock.has_leapt && leap_window(&e->leap, now->wall) &&
	    llabs(jump_ns - leap_ns) <= JUMP_NS;
}

bool clockwork_jumped(struct engine *e, const struct engine_now *now)
{
	int64_t jump_ns = difference_ns(now) - e->clock.wall_minus_mono_ns;
	bool is_first = !e->clock.has_expectation;

	/* A step of our own is reported in a moment. */
	if (e->clock.step_id != 0)
		return false;
	e->clock.wall_minus_mono_ns = difference_ns(now);
	e->clock.has_expectation = true;
	if (is_first || llabs(jump_ns) <= JUMP_NS)
		return false;
	if (is_leap_jump(e, now, jump_ns)) {
		e->clock.has_leapt = true;
		return false;
	}
	say(e, SEV_WARNING, "%s time jump detected! (%.6f seconds)",
	    jump_ns > 0 ? "Forward" : "Backward", (double)jump_ns * 1e-9);
	clockwork_forget(e, now);
	timeline_init(&e->timeline, now->wall, timeline_rate_ppm(&e->timeline));
	clockwork_unsynchronise(e, now);
	return true;
}

bool clockwork_is_steady(const struct engine *e, const struct engine_now *now)
{
	return e->clock.step_id == 0 && !leap_window(&e->leap, now->wall);
}

/* A known step moved everything that was measured (sync/timeline.h). */
static void stepped(struct engine *e, const struct engine_now *now,
    double step_s)
{
	timeline_step(&e->timeline, step_s);
	reference_step(&e->reference, step_s);
	for (int i = 0; i < e->count; i++) {
		source_stats_step(&e->sources[i]->stats, step_s);
		assoc_clock_stepped(&e->sources[i]->assoc, step_s);
	}
	e->clock.wall_minus_mono_ns += interval_ns(step_s);
	e->clock.is_slewing = false;
	e->clock.slew_left_s = 0;
	e->clock_updates++;
	e->clock.steps++;
	say(e, SEV_WARNING, "System clock was stepped by %.6f seconds", step_s);
	clockwork_jumped(e, now);	/* by more than that? */
}

static void end_leap(struct engine *e, const struct engine_now *now)
{
	double moved_s = leap_passed(&e->leap, now->wall);

	if (moved_s == 0)
		return;
	if (e->clock.has_leapt) {
		timeline_step(&e->timeline, moved_s);
		reference_leap(&e->reference, moved_s);
		for (int i = 0; i < e->count; i++)
			source_stats_leap(&e->sources[i]->stats, moved_s);
	} else if (e->reference.is_synchronised) {
		/* The clock did not make it: what was measured is void. */
		clockwork_forget(e, now);
		clockwork_unsynchronise(e, now);
	}
	e->clock.has_leapt = false;
	e->reference.leap = LEAP_NORMAL;
	served_status(e, now);
	served_publish(e, now);
}

/* --- updates by sources ----------------------------------------------------- */

static void warn_wrong(const struct engine *e, double offset_s)
{
	bool is_said_later = e->options.flags & (IPC_ONCE_SET | IPC_ONCE_PRINT);

	if (!is_said_later && fabs(offset_s) > e->config->logchange_s)
		say(e, SEV_WARNING, "System clock wrong by %.6f seconds",
		    offset_s);
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

void clockwork_update(struct engine *e, const struct engine_now *now,
    const struct selection *sel, const struct source *s)
{
	struct reference *r = &e->reference;
	struct correction c = { 0 };
	double remaining_s = 0, interval_s = 0;

	if (r->is_synchronised) {
		remaining_s = reference_remaining(r, &e->timeline, now->wall);
		interval_s = mono_sub(now->mono, e->last_update);
	}
	leap_vote(&e->leap, sel->leap, now->wall);
	r->leap = leap_status(&e->leap, now->wall);
	reference_update(r, sel, s->assoc.stratum, s->refid, &s->address.ip,
	    clockwork_free(e, now->wall), now->wall, &e->timeline, &c);
	e->last_update = now->mono;
	e->clock_updates++;
	warn_wrong(e, r->last_offset_s);
	warn_drift(e);
	if (c.step)
		send_step(e, now, c.step_s, IPC_STEP_MAKESTEP);
	else
		send_adjust(e, &c);
	served_tracking(e, now, remaining_s, sel->estimate.offset_sd_s);
	served_judge_local(e, now);
	served_status(e, now);
	served_publish(e, now);
	if (!(e->options.flags & IPC_ONCE_PRINT))
		served_memory(e, interval_s);
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
		send_step(e, now, step_s, IPC_STEP_OPERATOR);
	return true;
}

/* --- reports of hora-clock --------------------------------------------------- */

static bool is_sane(const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	return fabs(c->rate_ppm) <= RATE_MAX_PPM &&
	    fabs(c->base_ppm) <= RATE_MAX_PPM && isfinite(c->slew_left_s) &&
	    isfinite(c->step_s) && c->slew_end_s >= 0 &&
	    isfinite(c->slew_end_s) &&
	    fabs(wall_sub(now->wall, c->at)) <= CHANGE_AGE_S;
}

static void take_rate(struct engine *e, const struct ipc_clock_changed *c)
{
	struct engine_clock *k = &e->clock;

	if (c->rate_ppm != timeline_rate_ppm(&e->timeline))
		timeline_rate(&e->timeline, c->at, c->rate_ppm);
	k->rate_ppm = c->rate_ppm;
	k->base_ppm = c->base_ppm;
	k->slew_left_s = c->slew_left_s;
	k->is_slewing = c->slew_end_s > 0;
	k->slew_end = wall_add(c->at, c->slew_end_s);
}

/* hora-clock has started, for the first time or again. */
static void take_initial(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	struct engine_clock *k = &e->clock;
	double step_s = k->step_s;

	if (!k->is_known) {
		timeline_init(&e->timeline, now->wall, c->rate_ppm);
		take_rate(e, c);
		k->is_known = true;
		return;
	}
	/* Did the one that died still make the step it was asked for? */
	if (k->step_id != 0 && llabs(difference_ns(now) - k->wall_minus_mono_ns -
	    interval_ns(step_s)) <= JUMP_NS) {
		k->step_id = 0;
		stepped(e, now, step_s);
	}
	k->step_id = 0;
	take_rate(e, c);
	if (e->phase != ENGINE_RUNNING)
		return;
	correct(e, now);
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
	correct(e, now);
}

void clockwork_changed(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *c)
{
	if (!e->clock.has_clock)
		return;
	if (!is_sane(now, c)) {
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
		stepped(e, now, c->step_s);
		take_rate(e, c);
		if (is_ours && e->phase == ENGINE_RUNNING)
			correct(e, now);
	} else {
		take_rate(e, c);
	}
	if (c->result == IPC_CLOCK_REFUSED || c->result == IPC_CLOCK_FAILED)
		take_refusal(e, now, c);
	else if (c->result == IPC_CLOCK_SLEW_END && e->phase == ENGINE_RUNNING)
		correct(e, now);
	served_publish(e, now);
}

/* --- life --------------------------------------------------------------------- */

void clockwork_memory(struct engine *e, const struct engine_now *now,
    const struct ipc_engine_memory *m)
{
	/* Late memory must not undo what was measured meanwhile. */
	if (e->reference.updates > 0)
		return;
	if (m->updates <= INT32_MAX)
		e->reference.updates = (int)m->updates;
	e->clock_updates = m->updates;
	if (m->have_frequency && fabs(m->freq_ppm) <= RATE_MAX_PPM &&
	    m->skew_ppm >= 0 && isfinite(m->skew_ppm)) {
		reference_set_frequency(&e->reference, m->freq_ppm, m->skew_ppm);
		warn_drift(e);
		if (e->phase == ENGINE_RUNNING)
			correct(e, now);
	}
}

void clockwork_begin(struct engine *e, const struct engine_now *now)
{
	/*
	 * The clock of a predecessor runs as it should, and slews what that
	 * one knew; only a clock fresh from the boot needs the frequency.
	 */
	if (e->reference.has_freq && !(e->options.flags & IPC_RESTARTED))
		correct(e, now);
	served_tracking(e, now, 0, 0);
	served_judge_local(e, now);
	if (!(e->options.flags & IPC_RESTARTED))
		served_status(e, now);
	served_publish(e, now);
}

void clockwork_tick(struct engine *e, const struct engine_now *now)
{
	struct engine_clock *k = &e->clock;

	if (k->step_id != 0 && now->mono.ns >= k->step_deadline.ns) {
		say(e, SEV_ERROR, "hora-clock does not report a step of %.6f"
		    " seconds", k->step_s);
		k->step_id = 0;
		clockwork_jumped(e, now);
	}
	end_leap(e, now);
	/* Clients are warned as the window opens, not at the next update. */
	if (leap_window(&e->leap, now->wall) &&
	    e->published.leap != LEAP_UNSYNC)
		served_publish(e, now);
	if (now->mono.ns < served_wake(e).ns)
		return;
	if (e->local.enabled)
		served_judge_local(e, now);
	if (now->mono.ns >= e->publish_at.ns)
		served_publish(e, now);
}

struct mono_time clockwork_wake(const struct engine *e)
{
	struct mono_time at = served_wake(e);

	if (e->clock.step_id != 0 && e->clock.step_deadline.ns < at.ns)
		at = e->clock.step_deadline;
	/* A leap is watched closely: the jump must be seen as what it is. */
	if (e->leap.pending == LEAP_INSERT || e->leap.pending == LEAP_DELETE) {
		struct mono_time soon = mono_add(e->last_tick, 1);

		if (soon.ns < at.ns)
			at = soon;
	}
	return at;
}

void clockwork_stop(struct engine *e)
{
	struct ipc_clock_status status = e->clock.status;
	struct correction stay = { .adjust = true,
		.base_ppm = e->clock.base_ppm };

	if (!e->clock.has_clock || !e->clock.is_known)
		return;
	send_adjust(e, &stay);
	if (e->clock.has_status && status.leap != LEAP_NORMAL) {
		status.leap = LEAP_NORMAL;
		e->fx.clock_status(e->fx.arg, &status);
	}
}
