/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock of a simulated machine: an oscillator with its errors, and on top
 * of it what a Linux kernel makes of adjtimex(2): tick, frequency in units of
 * 2^-16 ppm, ADJ_SETOFFSET, status bits, readings of 1 ns.
 *
 * True time is int64 nanoseconds since the start of the run.
 */
#ifndef HORA_SIM_KERNEL_H
#define HORA_SIM_KERNEL_H

#include "base/time.h"
#include "sim/random.h"

#include <stdbool.h>
#include <stdint.h>
#include <sys/timex.h>

#define SIM_USER_HZ 100
/* What UTC is at a true time, and whether there is a leap second. */
struct calendar {
	int64_t epoch_s;	/* true time 0, since the Unix epoch */
	int64_t leap_at_s;	/* true time at which a UTC day ends */
	int leap;		/* there: +1 a second is inserted, -1 left out */
};

/* 50000 s before 2027-01-01 00:00:00 UTC. */
#define SIM_LEAP_S 50000
#define SIM_EPOCH_S (INT64_C(1798761600) - SIM_LEAP_S)

/* True time of the leap: a second left out is the last one of the day. */
static inline int64_t sim_leap_ns(const struct calendar *c)
{
	return (c->leap_at_s - (c->leap < 0)) * NS_PER_S;
}

/* UTC at a true time, as POSIX counts it. */
static inline struct wall_time sim_utc(const struct calendar *c,
    int64_t true_ns)
{
	int64_t ns = c->epoch_s * NS_PER_S + true_ns;

	if (c->leap != 0 && true_ns >= sim_leap_ns(c))
		ns -= c->leap * NS_PER_S;
	return (struct wall_time){ ns };
}

/* Frequency error of an oscillator over true time. */
struct oscillator {
	double start_ppm;
	double wander;			/* s/s for each square root of a second */
	double sine_ppm, sine_period_s;
	double step_ppm, step_at_s;	/* added from step_at_s on */
	double drift;			/* aging: s/s each second */
};

struct kernel {
	struct oscillator oscillator;
	struct rng rng, noise_rng;
	double noise_s;			/* struct machine */
	struct mono_time last_read;
	double walk;			/* random walk so far, s/s */
	int64_t now_ns;			/* true time of the state below */
	double freq;			/* oscillator error in this second, s/s */
	double rate;			/* correction by tick and freq, s/s */
	struct mono_time mono;
	double fraction_ns;		/* of both clocks, 0..1 */
	int64_t wall_minus_mono_ns;
	int64_t slept_ns;		/* CLOCK_BOOTTIME minus CLOCK_MONOTONIC */
	bool is_asleep;			/* its clocks stand still */
	int64_t asleep_ns;		/* true time at which it fell asleep */
	struct timex timex;		/* tick, freq, status, maxerror, esterror */
	struct calendar calendar;
	bool has_leapt;
	int steps;			/* by ADJ_SETOFFSET */
	int jumps;			/* by others: kernel_jump, leap seconds */
	double last_step_s;
};

/* How a machine is made. */
struct machine {
	struct calendar calendar;
	struct oscillator oscillator;
	double offset_s;	/* of the clock at the start; positive: fast */
	double noise_s;		/* readings are late by noise_s * |N(0,1)| */
};

void kernel_init(struct kernel *k, const struct machine *m, struct rng rng,
    struct rng noise);

/*
 * Let true time pass until `to_ns`. Must not skip the beginning of a second:
 * there the oscillator changes its frequency (kernel_second, called after).
 */
void kernel_run(struct kernel *k, int64_t to_ns);
void kernel_second(struct kernel *k);

struct wall_time kernel_wall(const struct kernel *k);

/* What a program reads, all clocks at once; CLOCK_MONOTONIC never goes back. */
struct reading {
	struct wall_time wall;
	struct mono_time mono, boot;	/* boot: sleep counts */
};
struct reading kernel_read(struct kernel *k);

/* System clock minus UTC, s. */
double kernel_error_s(const struct kernel *k);

/* True time at which CLOCK_MONOTONIC reads `mono`, if nothing changes. */
int64_t kernel_when(const struct kernel *k, struct mono_time mono);

/*
 * True time at which the kernel makes the leap second that STA_INS or STA_DEL
 * ordered, at the end of its day; INT64_MAX: none. kernel_leap makes it.
 */
int64_t kernel_leap_due(const struct kernel *k);
void kernel_leap(struct kernel *k);

/* adjtimex(2): 0, or errno. */
int kernel_adjtimex(struct kernel *k, const struct timex *t);

/*
 * The machine sleeps; and wakes up, its clock set from the real-time clock,
 * which is wrong by error_s.
 */
void kernel_sleep(struct kernel *k);
void kernel_wake(struct kernel *k, double error_s);

/* Somebody else moves the clock. */
void kernel_jump(struct kernel *k, double step_s);

#endif
