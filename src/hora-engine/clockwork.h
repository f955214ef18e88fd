/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The clock: what it was told to do and has done, so that measurements can be
 * compared across corrections (timeline), when it was set by somebody else
 * (jumps), and what is served.
 */
#ifndef HORA_ENGINE_CLOCKWORK_H
#define HORA_ENGINE_CLOCKWORK_H

#include "hora-engine/engine.h"

/* What the configuration says to it, with the flags of struct ipc_config. */
struct reference_config clockwork_config(const struct config *config,
    uint32_t flags);

/* All of it at rest; the reference is unsynchronised. */
void clockwork_init(struct engine *e, const struct engine_now *now);

/*
 * The clock's state and memory are known (or were waited for): run at the
 * remembered frequency and say what is served.
 */
void clockwork_begin(struct engine *e, const struct engine_now *now);

/*
 * Was the clock set by somebody else since the last event? By how much is known:
 * what was measured moves along, and what now remains is corrected at once. Did
 * the machine sleep? Then the frequency is still known and the offset is not:
 * the reference is lost, and all sources are asked. Returns whether anything of
 * that happened.
 */
bool clockwork_jumped(struct engine *e, const struct engine_now *now);

/* Was that noticed by the present event: are its timestamps of no use? */
bool clockwork_just_jumped(const struct engine *e,
    const struct engine_now *now);

/* There is another table of leap seconds. */
void clockwork_leaps_changed(struct engine *e, const struct engine_now *now);

/* Do timestamps taken now mean anything: no step or leap second under way. */
bool clockwork_is_steady(const struct engine *e, const struct engine_now *now);

/* Free-running time of a reading of the system clock. */
struct free_time clockwork_free(const struct engine *e, struct wall_time wall);

/*
 * An offset on the free scale at `at`, as an offset of the system clock at that
 * instant: what was, or is, left to correct.
 */
double clockwork_system_offset(const struct engine *e, double offset_s,
    struct free_time at);

/* True time, as far as known. */
struct wall_time clockwork_true(const struct engine *e, struct wall_time wall);

/* The combined estimate of `s`, just selected, is new: correct the clock. */
void clockwork_update(struct engine *e, const struct engine_now *now,
    const struct selection *sel, const struct source *s);

/* It is new by a sample of another source: follow, but it is no update. */
void clockwork_refine(struct engine *e, const struct engine_now *now,
    const struct selection *sel);

/* How wrong the clock was at the last update, if that is worth saying. */
void clockwork_say_wrong(const struct engine *e, const struct engine_now *now);

/* There is no reference any more. */
void clockwork_unsynchronise(struct engine *e, const struct engine_now *now);

/* Step by what remains, at the request of an operator. False: not possible. */
bool clockwork_step(struct engine *e, const struct engine_now *now);

/* From hora-clock, see engine.h. */
void clockwork_changed(struct engine *e, const struct engine_now *now,
    const struct ipc_clock_changed *changed);

/* From horad: frequency and count of updates of an earlier run. */
void clockwork_memory(struct engine *e, const struct engine_now *now,
    const struct ipc_engine_memory *memory);

/* What has become due; and when the next is. */
void clockwork_tick(struct engine *e, const struct engine_now *now);
struct mono_time clockwork_wake(const struct engine *e);

/* The end: no slew goes on, no leap second stays armed. */
void clockwork_stop(struct engine *e);

#endif
