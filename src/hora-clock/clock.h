/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Decisions of hora-clock: which requests to change the clock are within its
 * own limits, what the kernel is to be told, and when a slew ends. Pure; io.c
 * feeds events, makes the calls, and sends what comes out:
 *
 *	clock_step(&clock, &in, &out);
 *	if (out.remember)	send out.memory to horad, before the calls
 *	for each out.op		adjtimex(2), in order, none after a failure
 *	if (out.op_count > 0) {
 *		done = error, system time before and after the last call
 *		clock_done(&clock, &done, &out);
 *		if (out.remember)	send out.memory to horad again
 *	}
 *	if (out.changed)	send out.report to the engine
 *	if (out.why != NULL)	log it
 *	set the timer to clock.wake
 *
 * The memory goes out before the call so that a crash between both can neither
 * leave the clock in a slew that nobody ends nor give back a counted step.
 */
#ifndef HORA_CLOCK_CLOCK_H
#define HORA_CLOCK_CLOCK_H

#include "base/severity.h"
#include "base/time.h"
#include "conf/config.h"
#include "ipc/messages.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/timex.h>

#define CLOCK_CHECK_S 64	/* between two looks at the kernel's state */
#define CLOCK_TAKE_BACK_S 1	/* at least, between changes taken back */
#define CLOCK_ASKED_MOST 500	/* requests a second; others are refused */
#define CLOCK_SAID_MOST 5	/* lines on refusals a second */
#define CLOCK_OPS 3		/* most calls of one event */
#define CLOCK_MAX_PPM 100000.0	/* total correction that tick and freq give */

/* What the configuration allows, and one property of the machine. */
struct clock_limits {
	bool no_clock;		/* -x: refuse everything, touch nothing */
	bool rtcsync;		/* STA_UNSYNC may be cleared */
	double makestep_threshold_s;
	int makestep_limit;	/* steps since boot; 0 never, < 0 any number */
	bool has_initial;	/* initstepslew: the first step since boot */
	double initial_threshold_s;
	bool sets_once;		/* -q: one step, by whatever it is wrong */
	bool has_maxchange;
	double maxchange_s;	/* by which a request may change the clock */
	int maxchange_start;	/* so many since boot by more than that */
	double maxslewrate_ppm;
	double maxdrift_ppm;	/* of the frequency, without slews */
	long user_hz;		/* sysconf(_SC_CLK_TCK): unit of timex.tick */
};

/* Limits from the configuration and the flags of struct ipc_config. */
struct clock_limits clock_limits_from(const struct config *config,
    uint32_t flags, long user_hz);

/* What an operator has ordered (orders.h). */
struct clock_orders {
	bool has_one;			/* a change, until then */
	uint32_t kind;			/* enum ipc_order_kind */
	struct mono_time until;
	bool has_makestep;		/* instead of the directive */
	double threshold_s;
	bool is_unlimited;
	uint32_t last_step;		/* of those since boot */
	bool has_forward;
	struct wall_time forward_to;
};

/* The fields are clock.c's own, but for `wake`. */
struct clock {
	struct clock_limits limits;
	struct clock_orders orders;
	struct mono_time wake;	/* next timer event; MONO_NEVER = none */
	struct ipc_clock_memory memory;
	double slew_s;		/* asked for by the running slew */
	struct mono_time slew_start;
	struct mono_time last_operator;	/* last step by an operator */
	bool has_operator;
	struct mono_time second;	/* begin of one in which are counted: */
	unsigned asked;			/* requests */
	unsigned said;			/* lines on refusals */
	struct wall_time last_leap;	/* last step for a leap second */
	bool has_leap;
	/* By how much others have moved the clock, s: a correction takes it
	 * back. And when the clock was last told where to go. */
	double moved_s;
	struct mono_time aimed;
	int64_t apart_ns;	/* system time minus CLOCK_MONOTONIC */
	bool is_apart_known;
	int status;		/* STA_* bits of the kernel, ours only */
	int shown;		/* those that it showed when it was told */
	struct mono_time looked;	/* the kernel ran as told then */
	struct mono_time taken_back;	/* last change of another program */
	bool has_taken_back;
	/* what the calls under way will have done */
	struct {
		uint32_t event;		/* enum clock_event */
		uint32_t id;
		double base_ppm, slew_ppm, slew_s, step_s;
		uint32_t steps, changes;
		int status;
		double foreign_ppm, foreign_s;
	} plan;
};

enum clock_event {
	CLOCK_ON_START,		/* first event of all */
	CLOCK_ON_ADJUST,
	CLOCK_ON_STEP,
	CLOCK_ON_STATUS,
	CLOCK_ON_TIMER,		/* `wake` has come */
	CLOCK_ON_CHECK,		/* every CLOCK_CHECK_S, and before all the
				 * others but START and STOP: does the kernel
				 * still do what it was told? */
	CLOCK_ON_STOP,		/* last event: orderly stop */
};

struct clock_in {
	enum clock_event event;
	struct mono_time now;	/* CLOCK_MONOTONIC */
	struct wall_time wall;	/* CLOCK_REALTIME */
	/* START, CHECK: adjtimex(2) with modes 0 (unused with no_clock). START:
	 * what horad kept; NULL at the first start since boot. */
	const struct timex *kernel;
	const struct ipc_clock_memory *memory;
	/* ADJUST, STEP, STATUS: the message, as received. */
	const struct ipc_clock_adjust *adjust;
	const struct ipc_clock_step *step;
	const struct ipc_clock_status *status;
};

struct clock_out {
	struct timex op[CLOCK_OPS];	/* complete arguments of adjtimex(2) */
	int op_count;
	int optional;		/* of them, the first ones: EINVAL is no failure,
				 * what they end does not exist there */
	bool remember;
	struct ipc_clock_memory memory;
	bool changed;
	struct ipc_clock_changed report;
	const char *why;	/* of a refusal or failure; NULL = none */
	enum severity severity;	/* of `why` */
};

/* How the calls went. */
struct clock_done {
	int error;		/* 0, or errno of the call that failed */
	struct wall_time before, after;	/* CLOCK_REALTIME around the last call */
	struct mono_time now;	/* CLOCK_MONOTONIC after it */
	int status;		/* of the kernel after it */
};

/* Start with nothing remembered and no slew; `limits` is copied. */
void clock_init(struct clock *c, const struct clock_limits *limits);

/*
 * Other limits from now on: what runs goes on, what was counted counts. The part
 * of no_clock and of the machine stays.
 */
void clock_renew(struct clock *c, const struct clock_limits *limits);

/*
 * Feed one event; `out` is always written. Requests with values that are not
 * finite or out of limits are refused (out->report says so) and change nothing.
 */
void clock_step(struct clock *c, const struct clock_in *in,
    struct clock_out *out);

/* The calls of the last clock_step were made, or failed: `out` anew. */
void clock_done(struct clock *c, const struct clock_done *done,
    struct clock_out *out);

/* The present state (IPC_CLOCK_INITIAL), for an engine that is new. */
void clock_current(const struct clock *c, struct wall_time wall,
    struct mono_time now, struct ipc_clock_changed *ret);

#endif
