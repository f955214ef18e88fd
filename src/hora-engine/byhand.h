/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Time set by hand: the directive `manual` and the commands manual and settime
 * (reference: control-protocol.md 10).
 */
#ifndef HORA_ENGINE_BYHAND_H
#define HORA_ENGINE_BYHAND_H

#include "hora-engine/engine.h"

/* What came of a settime; chrony's signs: positive is fast. */
struct byhand_answer {
	double offset_s;	/* of the clock, against the time typed in */
	double freq_change_ppm, freq_ppm;
};

enum byhand_result {
	BYHAND_OK,
	BYHAND_OFF,		/* `manual` is off */
	BYHAND_REFUSED,		/* no sane time, or too soon after the last */
};

/*
 * It is `time` now, says a person: correct the clock by a slew, and its
 * frequency as far as all samples together tell it. The clock counts as
 * unsynchronised to others.
 */
enum byhand_result byhand_settime(struct engine *e,
    const struct engine_now *now, struct wall_time time,
    struct byhand_answer *ret);

/* Forget a sample and correct by the others; false: there is none. */
bool byhand_delete(struct engine *e, const struct engine_now *now, int i);

/* Forget all of them. */
void byhand_reset(struct engine *e);

/* One line of `manual list`; chrony's signs. */
struct byhand_sample {
	struct wall_time at;
	double slewed_s;	/* what the clock, corrected, was fast by then */
	double original_s;	/* what it showed */
	double residual_s;
};
/* The sample with this index, 0 the oldest; there must be one. */
void byhand_sample(const struct engine *e, int i, struct byhand_sample *ret);

#endif
