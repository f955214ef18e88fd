/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The reference: what we believe about our own clock, and how to correct it.
 * Fed with combined estimates, it keeps offset and frequency of the clock on
 * the free scale, decides between slew and step, and tells what is reported.
 */
#ifndef HORA_SYNC_REFERENCE_H
#define HORA_SYNC_REFERENCE_H

#include "base/time.h"
#include "base/addr.h"
#include "sync/manual.h"
#include "sync/select.h"
#include "sync/time_ref.h"
#include "sync/timeline.h"

#include <stdbool.h>
#include <stdint.h>

/*
 * The order in which a correction is carried out: step first, if any; when
 * IPC_CLOCK_CHANGED reports it done: timeline_step, source_stats_step of all
 * sources, reference_step; then reference_correct for frequency and rest.
 */
struct reference_config {
	double makestep_threshold_s;
	int makestep_limit;		/* updates; 0 never, < 0 always */
	double maxupdateskew_ppm;
	double maxslewrate_ppm;		/* 83333.333 */
	double maxdrift_ppm;		/* 500000, cut to the kernel's 100000 */
	double corrtimeratio;		/* 0: hora's own rule */
	double maxclockerror_ppm;	/* 1 */
	bool can_control;		/* false: -x */
};

/* Defaults of chrony 4.8 (configuration.md 2.6); can_control true. */
struct reference_config reference_defaults(void);

/* All state; reference_init sets it. Signs: positive = clock slow. */
struct reference {
	struct reference_config config;
	bool is_synchronised;		/* by sources; not by `local` */
	bool is_known;			/* is the offset, by hand at least */
	int updates;			/* made so far; for makestep. Its owner
					 * restores it after a restart */
	/* true = free + offset_s + freq * (free - at) */
	struct free_time at;
	double offset_s, offset_sd_s;
	double freq, skew;		/* s/s */
	bool has_freq;			/* from a driftfile or an update */
	/* of the last update, for tracking; refinements are none */
	struct free_time updated;
	struct wall_time ref_time;
	uint32_t refid;
	struct ip_addr address;
	uint8_t stratum;		/* ours: reference's + 1 */
	enum leap leap;			/* served; set by its owner (sync/leap.h) */
	double root_delay_s, root_dispersion_s;
	double last_offset_s;		/* of the update against the prediction */
	double rms_offset_s;
	double residual_freq;
	double update_interval_s;
	int combined;
	double slew_area_s2;		/* offset times duration of a slew */
	bool has_initial;		/* the next update is the initial one */
	double initial_threshold_s;
};

/* What the clock shall do now. */
struct correction {
	bool adjust;			/* send base, slew (ipc_clock_adjust) */
	double base_ppm;
	double slew_s, slew_ppm;
	bool step;			/* send this step first */
	double step_s;
	/* The update is that of reference_expect_initial; without can_control
	 * too. Offset, and whether that is to be stepped: */
	bool is_initial, wants_step;
	double initial_s;
};

/* Not synchronised, frequency 0; `config` is copied. */
void reference_init(struct reference *r, const struct reference_config *config);

/*
 * Frequency from the driftfile: chrony's sign (positive = fast), ppm. Without
 * one: minus the correction found in the kernel (IPC_CLOCK_INITIAL) with skew
 * 0 = unknown, so that the clock keeps running as it does.
 */
void reference_set_frequency(struct reference *r, double freq_ppm,
    double skew_ppm);

/*
 * The next update steps by an offset of at least threshold_s and slews a smaller
 * one, whatever makestep says (initstepslew). It counts as update like any.
 */
void reference_expect_initial(struct reference *r, double threshold_s);

/*
 * Take a combined estimate of the selected source (stratum, refid and address
 * of it) at `now` and decide on the correction. The clock's state is
 * (timeline, wall now).
 */
void reference_update(struct reference *r, const struct selection *sel,
    uint8_t source_stratum, uint32_t refid, const struct ip_addr *address,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret);

/*
 * Take a combined estimate that a source other than the selected one has made
 * better. It counts as no update: there is never a step.
 */
void reference_refine(struct reference *r, const struct selection *sel,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret);

/*
 * Take what a person typed in. It is no update: there is never a step, and others
 * are told that the clock is unsynchronised. `fit` may be older than `now`.
 */
void reference_manual(struct reference *r, const struct manual_fit *fit,
    struct free_time now, struct wall_time wall, const struct timeline *timeline,
    struct correction *ret);

/*
 * An operator's word: the clock gains freq_ppm more than was known, and no more
 * than most_ppm; the clock is fast by offset_s more. It holds until the next
 * estimate. What is remaining is to be corrected (reference_correct).
 */
void reference_add_frequency(struct reference *r, const struct timeline *t,
    struct wall_time wall, double freq_ppm, double most_ppm);
void reference_add_offset(struct reference *r, const struct timeline *t,
    struct wall_time wall, double offset_s);

/* Correction still wanted: true minus system time, s; 0 if nobody knows. */
double reference_remaining(const struct reference *r, const struct timeline *t,
    struct wall_time wall);

/*
 * The correction that removes what remains, without a new estimate: when the
 * clock program reports the end of a slew (its end is late by what the timer
 * is late), a restart or a refusal. ret->adjust is false when there is nothing
 * worth correcting.
 */
void reference_correct(const struct reference *r, const struct timeline *t,
    struct wall_time wall, struct correction *ret);

/* The clock was stepped by step_s (known): both scales have moved. */
void reference_step(struct reference *r, double step_s);

/* A leap second moved the clock by step_s, and true time with it. */
void reference_leap(struct reference *r, double step_s);

/* No reference any more (no majority, jump of the clock). */
void reference_unsynchronise(struct reference *r);

/* Root dispersion at `now`, s: grows with skew and maxclockerror. */
double reference_dispersion(const struct reference *r, struct free_time now);

/*
 * What is served (struct time_ref), local reference included: `local_active`
 * with its stratum when the engine has decided so (behaviour.md 5.5).
 * slew_end_s: seconds until the running slew ends, 0 = none; rest_ppm: the
 * correction after it.
 */
void reference_publish(const struct reference *r, const struct timeline *t,
    struct wall_time wall, bool local_active, int local_stratum,
    double slew_end_s, double rest_ppm, int8_t precision_log2_s,
    struct time_ref *ret);

#endif
