/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Requests to hora-clock, and what a move of the clock, or of true time, does to
 * all that was measured before it.
 */
#ifndef HORA_ENGINE_STEER_H
#define HORA_ENGINE_STEER_H

#include "hora-engine/engine.h"

/* Ask for a frequency and a slew; nothing without c->adjust. */
void steer_adjust(struct engine *e, const struct correction *c);

#define STEER_STEP_S 5
/* Ask for a step, which hora-clock reports within STEER_STEP_S. */
void steer_step(struct engine *e, const struct engine_now *now, double step_s,
    enum ipc_step_cause cause);

/*
 * The correction of an update: its step or its adjustment. The initial one
 * (initstepslew) is a line of the log.
 */
void steer_carry_out(struct engine *e, const struct engine_now *now,
    const struct correction *c);

/* Correct what remains by frequency and slew. */
void steer_correct(struct engine *e, const struct engine_now *now);

/*
 * Correct what remains after something other than a measurement moved the
 * clock: by a step where makestep would allow one at the next update, else by a
 * slew. Nothing while not synchronised.
 */
void steer_again(struct engine *e, const struct engine_now *now);

/* The clock alone was moved by step_s (known; positive: forward). */
void steer_clock_moved(struct engine *e, double step_s);

/* True time alone: a leap second that the clock did not make. */
void steer_truth_moved(struct engine *e, double step_s);

/* Both: a leap second that the clock made. */
void steer_leapt(struct engine *e, double step_s);

/* Drop the measurements of all sources, and ask them again at once. */
void steer_forget(struct engine *e, const struct engine_now *now);

/*
 * The same after the machine slept: the frequency is still known, the offset
 * may be wrong by uncertainty_s.
 */
void steer_slept(struct engine *e, const struct engine_now *now,
    double uncertainty_s);

#endif
