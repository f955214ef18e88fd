/* SPDX-License-Identifier: Apache-2.0 */
#include "hora-clock/clock.h"

#include "hora-clock/foreign.h"
#include "hora-clock/limits.h"
#include "hora-clock/orders.h"
#include "hora-clock/rate.h"
#include "hora-clock/slew.h"
#include "sync/time_ref.h"

#include <errno.h>
#include <math.h>

#define MAXERROR_S 16.0		/* the kernel's "unknown" */
#define MOVED_LEAST_S 0.01	/* readings are not further apart */
#define OURS (STA_UNSYNC | STA_INS | STA_DEL)

void clock_init(struct clock *c, const struct clock_limits *limits)
{
	*c = (struct clock){ .limits = *limits };
	c->wake = MONO_NEVER;
	c->memory.slew_end = MONO_NEVER;
}

static void report(const struct clock *c, struct clock_out *out, uint32_t id,
    enum ipc_clock_result result, struct wall_time at, struct mono_time now)
{
	out->changed = true;
	out->report = (struct ipc_clock_changed){
		.id = id,
		.result = result,
		.at = at,
		.rate_ppm = c->memory.base_ppm + c->memory.slew_ppm,
		.base_ppm = c->memory.base_ppm,
		.slew_left_s = slew_left(c, now),
	};
	if (c->memory.slew_ppm != 0)
		out->report.slew_end_s =
		    fmax(mono_sub(c->memory.slew_end, now), 0);
}

void clock_current(const struct clock *c, struct wall_time wall,
    struct mono_time now, struct ipc_clock_changed *ret)
{
	struct clock_out out;

	report(c, &out, 0, IPC_CLOCK_INITIAL, wall, now);
	*ret = out.report;
}

static void refuse(const struct clock *c, const struct clock_in *in,
    uint32_t id, const char *why, struct clock_out *out)
{
	report(c, out, id, IPC_CLOCK_REFUSED, in->wall, in->now);
	out->why = why;
	out->severity = SEV_WARNING;
}

static struct timex *next_op(struct clock_out *out)
{
	struct timex *t = &out->op[out->op_count++];

	*t = (struct timex){ 0 };
	return t;
}

static void remember(struct clock_out *out, const struct ipc_clock_memory *m)
{
	out->remember = true;
	out->memory = *m;
}

/* What the plan will have become, told before it is carried out. */
static void remember_plan(const struct clock *c, struct mono_time now,
    struct clock_out *out)
{
	struct ipc_clock_memory m = {
		.base_ppm = c->plan.base_ppm,
		.slew_ppm = c->plan.slew_ppm,
		.slew_end = slew_end(c->plan.base_ppm, c->plan.slew_ppm,
		    c->plan.slew_s, now),
		.steps = c->plan.steps,
		.changes = c->plan.changes,
	};

	remember(out, &m);
}

/* A plan that changes nothing: rate without slew, same status and count. */
static void plan(struct clock *c, const struct clock_in *in, uint32_t id)
{
	c->plan.event = in->event;
	c->plan.id = id;
	c->plan.base_ppm = c->memory.base_ppm;
	c->plan.slew_ppm = c->plan.slew_s = c->plan.step_s = 0;
	c->plan.steps = c->memory.steps;
	c->plan.changes = c->memory.changes;
	c->plan.status = c->status;
	c->plan.foreign_ppm = c->plan.foreign_s = 0;
}

/*
 * Put the rate of the plan into `t` and back into the plan as the kernel will
 * have it: the rounding must not be lost, it is exact knowledge.
 */
static void plan_rate(struct clock *c, struct timex *t)
{
	struct timex base = { 0 };
	double total = c->plan.base_ppm + c->plan.slew_ppm;

	c->plan.base_ppm = clock_set_rate(&base, c->plan.base_ppm,
	    c->limits.user_hz);
	total = clock_set_rate(t, total, c->limits.user_hz);
	if (c->plan.slew_ppm != 0)
		c->plan.slew_ppm = total - c->plan.base_ppm;
	if (c->plan.slew_ppm == 0)
		c->plan.slew_s = 0;
}

static bool memory_is_sane(const struct ipc_clock_memory *m)
{
	return fabs(m->base_ppm) <= CLOCK_MAX_PPM &&
	    fabs(m->base_ppm + m->slew_ppm) <= CLOCK_MAX_PPM &&
	    (m->slew_ppm == 0 || m->slew_end.ns != MONO_NEVER.ns);
}

/* Does the kernel run at this rate, as it rounds it? */
static bool runs_at(const struct clock *c, const struct timex *kernel,
    double rate_ppm)
{
	struct timex t = { 0 };
	double hz = (double)c->limits.user_hz;

	rate_ppm = clock_set_rate(&t, rate_ppm, c->limits.user_hz);
	return fabs(clock_get_rate(kernel, c->limits.user_hz) - rate_ppm) <
	    hz * 1e-9;
}

/*
 * Take over from an earlier hora-clock: go on with its slew, or end it. False
 * when the kernel runs at no rate that it knew: somebody else had the clock.
 */
static bool resume(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	const struct ipc_clock_memory *m = in->memory;
	bool is_slewing = m->slew_ppm != 0 &&
	    runs_at(c, in->kernel, m->base_ppm + m->slew_ppm);

	if ((in->kernel->status & STA_PLL) != 0 ||
	    (!is_slewing && !runs_at(c, in->kernel, m->base_ppm)))
		return false;
	c->memory.base_ppm = m->base_ppm;
	c->status = in->kernel->status & OURS;
	if (is_slewing) {
		c->memory.slew_ppm = m->slew_ppm;
		c->memory.slew_end = m->slew_end;
		c->slew_start = in->now;
		c->slew_s = slew_remembered(m, in->now);
	}
	plan(c, in, 0);
	if (is_slewing && m->slew_end.ns > in->now.ns) {
		c->plan.slew_ppm = m->slew_ppm;
		c->plan.slew_s = c->slew_s;
	}
	plan_rate(c, next_op(out));
	return true;
}

/* The kernel's own corrections (PLL, adjtime) are ended. */
static void stop_loops(struct clock_out *out)
{
	struct timex *t = next_op(out);

	t->modes = ADJ_STATUS | ADJ_OFFSET;
	t->status = STA_PLL | STA_UNSYNC;	/* only so is an offset taken */
	t = next_op(out);
	t->modes = ADJ_OFFSET_SINGLESHOT;
	out->optional = out->op_count;
}

/*
 * Another program has changed the clock's rate or status: take it back. Not
 * over and over where that is of no use, because the other one is as quick or
 * the kernel does not do as it is told: each time asks for a new correction,
 * before which is looked again.
 */
static void check(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	struct timex *t;

	if (!foreign_found(c, in->kernel)) {
		c->looked = in->now;
		return;
	}
	if (c->has_taken_back && mono_sub(in->now, c->taken_back) <
	    CLOCK_TAKE_BACK_S)
		return;
	c->taken_back = in->now;
	c->has_taken_back = true;
	plan(c, in, 0);
	c->plan.slew_ppm = c->memory.slew_ppm;
	c->plan.slew_s = slew_left(c, in->now);
	c->plan.foreign_ppm = clock_get_rate(in->kernel, c->limits.user_hz);
	c->plan.foreign_s = fmax(mono_sub(in->now, c->looked), 0);
	stop_loops(out);
	t = next_op(out);
	plan_rate(c, t);
	t->modes |= ADJ_STATUS;
	t->status = c->plan.status;
}

/*
 * First start: make the clock ours. The kernel's own loop (PLL, adjtime) is
 * stopped; its frequency is kept, but for a tick that is not nominal: that is
 * the rest of a slew that somebody left.
 */
static void start(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	struct timex *t;

	if (c->limits.no_clock) {
		report(c, out, 0, IPC_CLOCK_INITIAL, in->wall, in->now);
		return;
	}
	if (in->memory != NULL && memory_is_sane(in->memory)) {
		c->memory.steps = in->memory->steps;
		c->memory.changes = in->memory->changes;
		if (resume(c, in, out))
			return;
	}
	c->memory.base_ppm = clock_get_rate(in->kernel, c->limits.user_hz);
	stop_loops(out);
	plan(c, in, 0);
	c->plan.status = STA_UNSYNC;
	c->plan.base_ppm = (double)in->kernel->freq / CLOCK_FREQ_UNIT;
	t = next_op(out);
	plan_rate(c, t);
	t->modes |= ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR;
	t->status = c->plan.status;
	t->maxerror = t->esterror = (long)(MAXERROR_S * 1e6);
}

static void adjust(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	const struct ipc_clock_adjust *a = in->adjust;
	const char *fault = limits_adjust_fault(c, in);

	if (fault != NULL) {
		refuse(c, in, a->id, fault, out);
		return;
	}
	plan(c, in, a->id);
	limits_aim(c, in, a->slew_s);
	c->plan.base_ppm = a->base_ppm;
	if (a->slew_s != 0) {
		c->plan.slew_s = a->slew_s;
		c->plan.slew_ppm = copysign(a->slew_ppm, a->slew_s);
	}
	plan_rate(c, next_op(out));
	remember_plan(c, in->now, out);
}

/* Step and end of the slew in one call: both or nothing. */
static void step(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	const char *fault = limits_step_fault(c, in);
	struct timex *t;
	int64_t ns, s;

	if (fault != NULL) {
		refuse(c, in, in->step->id, fault, out);
		return;
	}
	plan(c, in, in->step->id);
	ns = interval_ns(in->step->step_s);
	c->plan.step_s = (double)ns * 1e-9;
	if (in->step->cause == IPC_STEP_MAKESTEP ||
	    in->step->cause == IPC_STEP_INITIAL) {
		c->plan.steps++;
		limits_aim(c, in, in->step->step_s);
	} else if (in->step->cause == IPC_STEP_OPERATOR) {
		orders_use(c);
		c->last_operator = in->now;
		c->has_operator = true;
	} else {
		c->last_leap = in->wall;
		c->has_leap = true;
	}
	t = next_op(out);
	plan_rate(c, t);
	s = ns / NS_PER_S;
	ns %= NS_PER_S;
	if (ns < 0) {		/* adjtimex(2) wants tv_usec >= 0 */
		ns += NS_PER_S;
		s--;
	}
	t->modes |= ADJ_SETOFFSET | ADJ_NANO;
	t->time.tv_sec = s;
	t->time.tv_usec = ns;
	remember_plan(c, in->now, out);
}

static void set_status(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	const struct ipc_clock_status *s = in->status;
	struct timex *t;

	out->why = limits_status_fault(in);
	if (out->why != NULL) {
		out->severity = SEV_WARNING;
		return;
	}
	plan(c, in, 0);
	c->plan.status = STA_UNSYNC;
	if (s->is_synchronised && s->max_error_s < MAXERROR_S) {
		if (c->limits.rtcsync)
			c->plan.status = 0;
		if (s->leap == LEAP_INSERT)
			c->plan.status |= STA_INS;
		else if (s->leap == LEAP_DELETE)
			c->plan.status |= STA_DEL;
	}
	t = next_op(out);
	t->modes = ADJ_STATUS | ADJ_MAXERROR | ADJ_ESTERROR;
	t->status = c->plan.status;
	t->maxerror = lrint(fmin(s->max_error_s, MAXERROR_S) * 1e6);
	t->esterror = lrint(fmin(s->est_error_s, MAXERROR_S) * 1e6);
	if (s->tai_offset_s != 0) {
		/* A call of its own: constant has one meaning in a call. */
		t = next_op(out);
		t->modes = ADJ_TAI;
		t->constant = s->tai_offset_s;
	}
}

static void timer(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	if (c->memory.slew_ppm == 0 || in->now.ns < c->memory.slew_end.ns)
		return;
	plan(c, in, 0);
	plan_rate(c, next_op(out));
	remember_plan(c, in->now, out);
}

/* The base frequency stays, the leap that nobody would watch does not. */
static void stop(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	struct timex *t;

	plan(c, in, 0);
	c->plan.status = c->status & STA_UNSYNC;
	t = next_op(out);
	plan_rate(c, t);
	t->modes |= ADJ_STATUS;
	t->status = c->plan.status;
	remember_plan(c, in->now, out);
}

/*
 * Who sets the clock, or a sleep, moves it against CLOCK_MONOTONIC, which runs at
 * the same rate: by that much a correction may be greater.
 */
static void note_moved(struct clock *c, struct wall_time wall,
    struct mono_time now, bool is_ours)
{
	int64_t apart_ns = ns_sub(wall.ns, now.ns);
	double by_s = (double)ns_sub(apart_ns, c->apart_ns) * 1e-9;

	if (c->is_apart_known && !is_ours && fabs(by_s) > MOVED_LEAST_S)
		c->moved_s += fabs(by_s);
	c->apart_ns = apart_ns;
	c->is_apart_known = true;
}

/*
 * Whoever sends requests without end must neither flood the log nor horad, which
 * keeps each change. No engine needs as many. False: one too many.
 */
static bool is_patient(struct clock *c, struct mono_time now)
{
	if (mono_sub(now, c->second) >= 1) {
		c->second = now;
		c->asked = c->said = 0;
	}
	return c->asked++ < CLOCK_ASKED_MOST;
}

static uint32_t request_id(const struct clock_in *in)
{
	if (in->event == CLOCK_ON_ADJUST)
		return in->adjust->id;
	return in->event == CLOCK_ON_STEP ? in->step->id : 0;
}

static bool is_request(enum clock_event event)
{
	return event == CLOCK_ON_ADJUST || event == CLOCK_ON_STEP ||
	    event == CLOCK_ON_STATUS;
}

static void judge(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	*out = (struct clock_out){ 0 };
	note_moved(c, in->wall, in->now, false);
	if (c->limits.no_clock && in->event != CLOCK_ON_START) {
		if (in->event == CLOCK_ON_ADJUST || in->event == CLOCK_ON_STEP)
			refuse(c, in, request_id(in),
			    "The clock is not to be touched (-x)", out);
		return;
	}
	if (is_request(in->event) && !is_patient(c, in->now)) {
		if (in->event != CLOCK_ON_STATUS)
			refuse(c, in, request_id(in), NULL, out);
		return;
	}
	switch (in->event) {
	case CLOCK_ON_START:
		c->aimed = in->now;
		start(c, in, out);
		return;
	case CLOCK_ON_ADJUST:
		adjust(c, in, out);
		return;
	case CLOCK_ON_STEP:
		step(c, in, out);
		return;
	case CLOCK_ON_STATUS:
		set_status(c, in, out);
		return;
	case CLOCK_ON_TIMER:
		timer(c, in, out);
		return;
	case CLOCK_ON_CHECK:
		check(c, in, out);
		return;
	case CLOCK_ON_STOP:
		stop(c, in, out);
		return;
	}
}

void clock_step(struct clock *c, const struct clock_in *in,
    struct clock_out *out)
{
	judge(c, in, out);
	if (out->why != NULL && ++c->said > CLOCK_SAID_MOST)
		out->why = NULL;
}

static const char *failure(uint32_t event, int error)
{
	if (error == EPERM)
		return "No right to change the clock (CAP_SYS_TIME)";
	switch ((enum clock_event)event) {
	case CLOCK_ON_START:
		return "The kernel refused to hand over the clock";
	case CLOCK_ON_ADJUST:
		return "The kernel refused to change the frequency";
	case CLOCK_ON_STEP:
		return "The kernel refused to step the clock";
	case CLOCK_ON_STATUS:
		return "The kernel refused a change of its status";
	case CLOCK_ON_TIMER:
		return "The kernel refused to end the slew";
	case CLOCK_ON_CHECK:
		return "The kernel refused what another program has changed";
	case CLOCK_ON_STOP:
		return "The kernel refused the frequency at stop";
	}
	return "The kernel refused a change of the clock";
}

static void failed(struct clock *c, const struct clock_done *done,
    struct clock_out *out)
{
	out->why = failure(c->plan.event, done->error);
	out->severity = SEV_ERROR;
	/* What was announced did not happen. */
	remember(out, &c->memory);
	if (c->plan.event == CLOCK_ON_TIMER)
		c->wake = mono_add(done->now, 1);	/* try again */
	if (c->plan.event != CLOCK_ON_STATUS && c->plan.event != CLOCK_ON_STOP)
		report(c, out, c->plan.id, IPC_CLOCK_FAILED, done->after,
		    done->now);
}

static enum ipc_clock_result result_of(uint32_t event)
{
	if (event == CLOCK_ON_START)
		return IPC_CLOCK_INITIAL;
	if (event == CLOCK_ON_CHECK)
		return IPC_CLOCK_INTERFERED;
	return event == CLOCK_ON_TIMER ? IPC_CLOCK_SLEW_END : IPC_CLOCK_DONE;
}

/* Take over the plan: the rate is in force since `now`. */
static void carry_out(struct clock *c, struct mono_time now)
{
	c->memory.base_ppm = c->plan.base_ppm;
	c->memory.slew_ppm = c->plan.slew_ppm;
	c->memory.slew_end = slew_end(c->plan.base_ppm, c->plan.slew_ppm,
	    c->plan.slew_s, now);
	c->memory.steps = c->plan.steps;
	c->memory.changes = c->plan.changes;
	if (c->plan.step_s != 0)
		c->status |= STA_UNSYNC;	/* the kernel sets it itself */
	c->slew_s = c->plan.slew_s;
	c->slew_start = now;
	c->wake = c->memory.slew_end;
}

void clock_done(struct clock *c, const struct clock_done *done,
    struct clock_out *out)
{
	struct wall_time at = done->after;
	double left;

	*out = (struct clock_out){ 0 };
	if (done->error != 0) {
		failed(c, done, out);
		return;
	}
	c->status = c->plan.status;
	c->shown = done->status;
	c->looked = done->now;
	if (c->plan.event == CLOCK_ON_STATUS)
		return;
	left = slew_left(c, done->now);
	carry_out(c, done->now);
	note_moved(c, done->after, done->now, c->plan.step_s != 0);
	c->moved_s += fabs(c->plan.foreign_ppm) * 1e-6 * c->plan.foreign_s;
	/* Without a step the change lies between both readings. */
	if (c->plan.step_s == 0)
		at.ns = done->before.ns + (done->after.ns - done->before.ns) / 2;
	report(c, out, c->plan.id, result_of(c->plan.event), at, done->now);
	out->report.step_s = c->plan.step_s;
	out->report.foreign_ppm = c->plan.foreign_ppm;
	out->report.foreign_s = c->plan.foreign_s;
	if (c->plan.slew_ppm == 0 && (c->plan.event == CLOCK_ON_TIMER ||
	    c->plan.event == CLOCK_ON_START))
		out->report.slew_left_s = left;
	if (c->plan.event == CLOCK_ON_START)
		remember(out, &c->memory);
}
